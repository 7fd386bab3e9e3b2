"""`azalai.yaml`: read whole, typed, refused with every mistake at once."""

import ipaddress
import os
import platform
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
    model_validator,
)

from azalai import arrival, documents, schedule
from azalai.arrival import Afterwards, Arrives
from azalai.documents.models import fill
from azalai.errors import ConfigurationError
from azalai.paths import CONFIGURATIONS, CONFIGURED_BY
from azalai.retention import Keep
from azalai.schedule import Schedule
from azalai.store_server import StoreServer
from azalai.witness_settings import Cosigning, Retention, Witnesses

HERE = ("127.0.0.1", "::1", "localhost")
"""The hosts of simulators: training sends nothing off this machine."""
MEMBERS_OF = "members of "
SHARED_USERS = frozenset({"root", "azalai"})
"""Operating-system users that several people work under: none of them is a person."""


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


class Account(_Part):
    """One person: the name, the operating-system user, what this person may do."""

    name: Annotated[str, Field(min_length=1)]
    unix_user: Annotated[str, Field(pattern="^[a-z_][a-z0-9_.-]{0,31}$")]
    roles: Annotated[
        tuple[Literal["operator", "approver", "auditor", "administrator"], ...],
        BeforeValidator(_as_list), Field(min_length=1),
    ]  # fmt: skip


class Secret(_Part):
    """Where a password is: a `file` that only the daemon's account reads, a variable `env` of its
    environment, or a systemd `credential`."""

    file: str | None = None
    env: str | None = None
    credential: Annotated[str, Field(pattern="^[A-Za-z0-9_.-]{1,64}$")] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if sum(one is not None for one in (self.file, self.env, self.credential)) != 1:
            raise ValueError("une ligne : file, env ou credential / one line: file, env or "
                             "credential")  # fmt: skip
        return self

    def read(self, folder: Path, environment: Mapping[str, str] = os.environ) -> str:
        """The password. ConfigurationError where it is not there; never what it is."""
        try:
            if self.env is not None:
                found = environment[self.env]
            elif self.credential is not None:
                found = (Path(environment["CREDENTIALS_DIRECTORY"]) / self.credential).read_text()
            else:
                found = (folder / (self.file or "")).read_text()
        except (KeyError, OSError, UnicodeDecodeError) as err:
            name = self.file or self.env or self.credential
            raise ConfigurationError(f"the secret {name} cannot be read",
                                     fr=f"le secret {name} ne se lit pas") from err  # fmt: skip
        return found.rstrip("\r\n")


class SqlSource(_Part):
    """A foreign database that is read, never written; what is read of it stands in the mapping.

    `url` without a password: `postgresql://user@host/database`, `mariadb://…`, `sqlite:PATH`,
    `odbc://user@NAME`. `tls: no` is for an address of this machine. `chunk`: rows at once. `overlap_s` seconds are
    read again with a cursor on a time, for what was committed late.
    """

    kind: Literal["sql"]
    url: str
    secret: Secret | None = None
    ca: str | None = None
    tls: Flag = True
    chunk: Annotated[int, Field(ge=1, le=50_000)] = 1000
    overlap_s: Annotated[int, Field(ge=0, le=604_800)] = 600


class FeedSettings(_Part):
    """One configured stream: its connector, the folder its files fall into, their pattern; when
    the daemon reads it, when a file there is whole, and what becomes of it. A feed has a `folder`
    or a `source`."""

    connector: str
    folder: str = ""
    source: SqlSource | None = None
    pattern: str = "*"
    mappings: Names = ()
    held_at_first: Flag | None = None
    schedule: Planned | None = None
    time_zone: Zone | None = None
    arrives: Arriving = Arrives()
    afterwards: Following = Afterwards()
    node: str | None = None

    @model_validator(mode="after")
    def _from_somewhere(self) -> "FeedSettings":
        if bool(self.folder) == (self.source is not None):
            raise ValueError("un flux a « folder » ou « source », l'un des deux / a feed has a "
                             "`folder` or a `source`, one of them")  # fmt: skip
        return self


class _Destination(_Part):
    """What every destination has, whatever carries its messages. Durations are in seconds."""

    connector: str
    mark: Literal["test", "production"] = "test"
    states: Names = ()
    member_of: Names = ()
    passes_on_to: Annotated[str, Field(pattern=rf"^{MEMBERS_OF}\S+$")] | None = None
    nominal: Flag = False
    on_unknown: Literal["ask", "resend", "hold"] = "ask"
    ask_for_s: Annotated[int, Field(ge=0)] = 86_400
    deduplicates_for_s: Annotated[int, Field(ge=0)] = 0
    attempts_max: Annotated[int, Field(ge=1)] = 50
    deadline_s: Annotated[int, Field(ge=60)] | None = None
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
    compress: Literal["none", "gzip"] = "none"

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


def _kept_in(value: Any) -> str:
    return "server" if isinstance(value, dict | StoreServer) else "file"


class Settings(_Part):
    """A deployment. `folder` is where its file lies; all relative paths start there.

    `training`: invented data for simulators on this machine, never anything else. `start`:
    attended means that a person types the master key's passphrase after each start.
    """

    folder: Path
    source: str
    language: Literal["fr", "en"] = "fr"
    training: Flag = False
    mark: Literal["test", "production"] = "test"
    origin: str
    time_zone: Zone = "UTC"
    store: Annotated[
        Annotated[str, Tag("file")] | Annotated[StoreServer, Tag("server")],
        Discriminator(_kept_in),
    ] = "state/azalai.db"
    node: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")] | None = None
    kek: str = "keys/kek"
    kek_credential: Annotated[str, Field(pattern="^[A-Za-z0-9_.-]{1,64}$")] | None = None
    start: Literal["unattended", "attended"] = "unattended"
    rotate_days: Annotated[int, Field(ge=1, le=3650)] = 365
    ledger_key: str = "keys/ledger.pem"
    ledger_retention: Retention | None = None
    witnesses: Witnesses | None = None
    cosigning: Cosigning | None = None
    held_at_first: Flag = True
    health: Loopback | None = None
    drain_s: Annotated[int, Field(ge=1, le=600)] = 20
    ballast_mib: Annotated[int, Field(ge=0, le=4096)] = 64
    keep_raw: Annotated[int, Field(ge=0, le=3650)] = 30
    agreements: str = "agreements"
    organisations: str = "organisations.yaml"
    accounts: dict[Annotated[str, Field(pattern="^[a-z0-9][a-z0-9._-]{0,31}$")], Account] = {}
    approval_hours: Annotated[int, Field(ge=1, le=720)] = 24
    lead: Names = ()
    expired: Literal["recall", "ask"] = "ask"
    review_overdue: Literal["ask"] = "ask"
    keep: Keep = Keep()
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

    @field_validator("feeds")
    @classmethod
    def _known_leads(
        cls, found: dict[str, FeedSettings], others: ValidationInfo
    ) -> dict[str, FeedSettings]:
        unknown = [name for name in others.data.get("lead", ()) if name not in found]
        if unknown:
            raise ValueError(f"« lead: » nomme {unknown[0]}, qui n'est pas un flux / "
                             f"`lead:` names {unknown[0]}, which is no feed")  # fmt: skip
        return found

    @field_validator("accounts")
    @classmethod
    def _one_person_each(cls, found: dict[str, Account]) -> dict[str, Account]:
        users = [one.unix_user for one in found.values()]
        if shared := sorted(SHARED_USERS & set(users)):
            raise ValueError(f"{shared[0]} est partagé : une personne, un utilisateur / "
                             f"{shared[0]} is shared: one person, one user")  # fmt: skip
        if twice := sorted(user for user in set(users) if users.count(user) > 1):
            raise ValueError(f"{twice[0]} est à deux comptes / two accounts have {twice[0]}")
        return found

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
        """The folder of the store, the checkpoint and the runner lock; of a store on a server:
        of this node's own files."""
        if isinstance(self.store, StoreServer):
            return self.path(self.store.folder)
        return self.store_file.parent

    @property
    def store_file(self) -> Path:
        """The store's file, where it is one; on a server none is there."""
        return self.path("state/none" if isinstance(self.store, StoreServer) else self.store)

    @property
    def node_name(self) -> str:
        """How this machine is called among the nodes of a store."""
        return self.node or platform.node() or "node"


def find(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The configuration file: `--config`, the variable, then the known places.

    ConfigurationError names every place that was looked at.
    """
    if given is not None:
        return given
    if named := environment.get(CONFIGURED_BY):
        return Path(named)
    for place in CONFIGURATIONS:
        if Path(place).is_file():
            return Path(place)
    raise ConfigurationError(
        f"no configuration: none of {', '.join(CONFIGURATIONS)} is there and {CONFIGURED_BY} is not set",
        hint="`azalai init DIR` writes one; `--config FILE` names one",
        fr=f"pas de configuration : ni {', ni '.join(CONFIGURATIONS)}, et {CONFIGURED_BY} n'est pas donnée",
        hint_fr="« azalai init DOSSIER » en écrit une, « --config FICHIER » en nomme une",
    )


def load(path: Path) -> Settings:
    """Read a configuration. DocumentError carries every mistake with its line."""
    document = documents.read(path, shown_as=str(path))
    return fill(
        Settings, document, "AZ-S001", {"folder": path.resolve().parent, "source": str(path)}
    )
