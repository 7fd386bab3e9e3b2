"""`azalai.yaml`: read whole, typed, refused with every mistake at once."""

import ipaddress
import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
)

from azalai import arrival, documents, schedule
from azalai.arrival import Afterwards, Arrives
from azalai.documents.models import fill
from azalai.errors import ConfigurationError
from azalai.schedule import Schedule

VARIABLE = "AZALAI_CONFIG"
HERE = ("127.0.0.1", "::1", "localhost")
"""The hosts of simulators: training sends nothing off this machine."""
PLACES = ("azalai.yaml", "config/azalai.yaml", "/etc/azalai/azalai.yaml")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_flag(value: Any) -> Any:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


def _as_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as err:
        raise ValueError(
            "un fuseau horaire, comme Africa/Niamey / a time zone, such as Africa/Niamey"
        ) from err
    return value


_WINDOW = "deux heures, comme 20:00-06:00 / two times of day, such as 20:00-06:00"


def _as_window(value: str) -> str:
    first, _, last = value.partition("-")
    try:
        begin, end = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError as err:
        raise ValueError(_WINDOW) from err
    if begin == end:
        raise ValueError(_WINDOW)
    return value


def _as_loopback(value: str) -> str:
    host, _, port = value.rpartition(":")
    try:
        fits = ipaddress.ip_address(host.strip("[]")).is_loopback and 0 < int(port) < 65_536
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("une adresse de cette machine / an address of this machine: "
                         "127.0.0.1:8321")  # fmt: skip
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Planned = Annotated[Schedule, BeforeValidator(schedule.parse)]
Arriving = Annotated[Arrives, BeforeValidator(arrival.parse_arrives)]
Following = Annotated[Afterwards, BeforeValidator(arrival.parse_afterwards)]
Loopback = Annotated[str, AfterValidator(_as_loopback)]
Zone = Annotated[str, AfterValidator(_as_zone)]
Window = Annotated[str, AfterValidator(_as_window)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(_as_list)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedSettings(_Part):
    """One configured stream: its connector, the folder its files fall into, their pattern; when
    the daemon reads it, when a file there is whole, and what becomes of it."""

    connector: str
    folder: str
    pattern: str = "*"
    mappings: Names = ()
    held_at_first: Flag | None = None
    schedule: Planned | None = None
    time_zone: Zone | None = None
    arrives: Arriving = Arrives()
    afterwards: Following = Afterwards()


class _Destination(_Part):
    """What every destination has, whatever carries its messages. Durations are in seconds."""

    connector: str
    mark: Literal["test", "production"] = "test"
    states: Names = ()
    member_of: Names = ()
    nominal: Flag = False
    on_unknown: Literal["ask", "resend", "hold"] = "ask"
    ask_for_s: Annotated[int, Field(ge=0)] = 86_400
    deduplicates_for_s: Annotated[int, Field(ge=0)] = 0
    attempts_max: Annotated[int, Field(ge=1)] = 50
    retry_cap_s: Annotated[int, Field(ge=1)] = 3600
    concurrency: Annotated[int, Field(ge=1, le=16)] = 1
    rate_per_minute: Annotated[int, Field(ge=1)] | None = None
    windows: Windows = ()


class HttpsDestination(_Destination):
    """A destination over HTTPS with a client certificate. Paths start at the configuration's
    folder."""

    url: Annotated[str, Field(pattern="^https://")]  # a record never leaves in clear
    ca: str
    certificate: str
    key: str
    batch: Annotated[int, Field(ge=1, le=1000)] = 100
    timeout_s: Annotated[int, Field(ge=1, le=600)] = 30
    deduplicates_for_s: Annotated[int, Field(ge=0)] = 604_800
    receipt_key: str | None = None

    @property
    def host(self) -> str:
        """The machine that its messages go to."""
        return urlsplit(self.url).hostname or ""


class MailDestination(_Destination):
    """A destination by signed and encrypted mail; its signed receipts fall into a Maildir."""

    server: str
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    tls: Literal["starttls", "implicit"] = "starttls"
    ca: str
    sender: str
    recipient: str
    certificate: str
    key: str
    recipient_certificate: str
    receipts: str
    receipt_signer: str
    receipt_within_s: Annotated[int, Field(ge=1)] = 86_400
    timeout_s: Annotated[int, Field(ge=1, le=600)] = 30
    username: str | None = None
    password_file: str | None = None

    @property
    def host(self) -> str:
        """The machine that its messages go to."""
        return self.server


def _carried_by(value: Any) -> str:
    return "mail" if isinstance(value, dict) and "server" in value else "https"


DestinationSettings = HttpsDestination | MailDestination


class Settings(_Part):
    """A deployment. `folder` is where its file lies; all relative paths start there.

    `training`: invented data for simulators on this machine, never anything else.
    """

    folder: Path
    source: str
    language: Literal["fr", "en"] = "fr"
    training: Flag = False
    mark: Literal["test", "production"] = "test"
    origin: str
    time_zone: Zone = "UTC"
    store: str = "state/azalai.db"
    kek: str = "keys/kek"
    ledger_key: str = "keys/ledger.pem"
    held_at_first: Flag = True
    health: Loopback | None = None
    drain_s: Annotated[int, Field(ge=1, le=600)] = 20
    agreements: str = "agreements"
    organisations: str = "organisations.yaml"
    feeds: dict[str, FeedSettings] = {}
    destinations: dict[str, Annotated[
        Annotated[HttpsDestination, Tag("https")] | Annotated[MailDestination, Tag("mail")],
        Discriminator(_carried_by),
    ]] = {}  # fmt: skip

    @field_validator("mark")
    @classmethod
    def _no_real_training(cls, mark: str, others: ValidationInfo) -> str:
        if others.data.get("training") and mark != "test":
            raise ValueError("une formation reste « test » / training stays `test`")
        return mark

    @field_validator("destinations")
    @classmethod
    def _simulators_in_training(
        cls, found: dict[str, DestinationSettings], others: ValidationInfo
    ) -> dict[str, DestinationSettings]:
        real = [name for name, one in found.items() if one.mark != "test" or one.host not in HERE]
        if others.data.get("training") and real:
            names = ", ".join(real)
            raise ValueError(
                f"en formation, des simulateurs de cette machine seulement, pas {names} / "
                f"in training, simulators on this machine only, not {names}"
            )
        return found

    def path(self, relative: str) -> Path:
        """A configured path made absolute."""
        return (self.folder / relative).resolve()

    @property
    def state(self) -> Path:
        """The folder of the store, the checkpoint and the runner lock."""
        return self.path(self.store).parent


def find(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The configuration file: `--config`, the variable, then the known places.

    ConfigurationError names every place that was looked at.
    """
    if given is not None:
        return given
    if named := environment.get(VARIABLE):
        return Path(named)
    for place in PLACES:
        if Path(place).is_file():
            return Path(place)
    raise ConfigurationError(
        f"no configuration: none of {', '.join(PLACES)} is there and {VARIABLE} is not set",
        hint="`azalai init DIR` writes one; `--config FILE` names one",
        fr=f"pas de configuration : ni {', ni '.join(PLACES)}, et {VARIABLE} n'est pas donnée",
        hint_fr="« azalai init DOSSIER » en écrit une, « --config FICHIER » en nomme une",
    )


def load(path: Path) -> Settings:
    """Read a configuration. DocumentError carries every mistake with its line."""
    document = documents.read(path, shown_as=str(path))
    return fill(
        Settings, document, "AZ-S001", {"folder": path.resolve().parent, "source": str(path)}
    )
