"""`azalai.yaml`: read whole, typed, refused with every mistake at once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from azalai import documents
from azalai.documents.models import fill
from azalai.errors import ConfigurationError

VARIABLE = "AZALAI_CONFIG"
PLACES = ("azalai.yaml", "config/azalai.yaml", "/etc/azalai/azalai.yaml")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_flag(value: Any) -> Any:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedSettings(_Part):
    """One configured stream: its connector, the folder its files fall into, their pattern."""

    connector: str
    folder: str
    pattern: str = "*"
    mappings: Names = ()
    held_at_first: Flag | None = None


class DestinationSettings(_Part):
    """One outside system that records go to. Paths are relative to the configuration's folder."""

    connector: str
    url: Annotated[str, Field(pattern="^https://")]  # a record never leaves in clear
    ca: str
    certificate: str
    key: str
    mark: Literal["test", "production"] = "test"
    states: Names = ()
    member_of: Names = ()
    nominal: Flag = False
    batch: Annotated[int, Field(ge=1, le=1000)] = 100
    timeout_s: Annotated[int, Field(ge=1, le=600)] = 30
    on_unknown: Literal["ask", "resend", "hold"] = "ask"
    ask_for_s: Annotated[int, Field(ge=0)] = 86_400
    deduplicates_for_s: Annotated[int, Field(ge=0)] = 604_800
    attempts_max: Annotated[int, Field(ge=1)] = 50
    retry_cap_s: Annotated[int, Field(ge=1)] = 3600


class Settings(_Part):
    """A deployment. `folder` is where its file lies; all relative paths start there."""

    folder: Path
    source: str
    language: Literal["fr", "en"] = "fr"
    mark: Literal["test", "production"] = "test"
    origin: str
    store: str = "state/azalai.db"
    kek: str = "keys/kek"
    ledger_key: str = "keys/ledger.pem"
    held_at_first: Flag = True
    agreements: str = "agreements"
    organisations: str = "organisations.yaml"
    feeds: dict[str, FeedSettings] = {}
    destinations: dict[str, DestinationSettings] = {}

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
    )


def load(path: Path) -> Settings:
    """Read a configuration. DocumentError carries every mistake with its line."""
    document = documents.read(path, shown_as=str(path))
    return fill(
        Settings, document, "AZ-S001", {"folder": path.resolve().parent, "source": str(path)}
    )
