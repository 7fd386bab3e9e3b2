"""`connector.yaml`: what a connector is, readable without importing any code."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from azalai import documents
from azalai.documents.models import fill
from azalai.errors import ConnectorError

MANIFEST = "connector.yaml"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Setting(BaseModel):
    """One setting that a deployment gives a connector."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    required: bool = False
    default: str | None = None


class Manifest(BaseModel):
    """A connector's own statement. `country` is ISO 3166-1 alpha-3, None for organisations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    direction: Literal["source", "destination"]
    title: str
    country: str | None = None
    organisation: str | None = None
    agency: str | None = None
    system: str | None = None
    format: str | None = None
    transport: str | None = None
    mappings: Names = ()
    legal_basis: str = ""
    can: Names = ()
    settings: dict[str, Setting] = {}
    code: Literal["connector.py"] | None = None


def read_manifest(folder: Path) -> Manifest:
    """Read `connector.yaml`. Raises ConnectorError with every mistake, DocumentError for YAML."""
    path = folder / MANIFEST
    document = documents.read(path, shown_as=f"{folder.name}/{MANIFEST}")
    manifest = fill(Manifest, document, "AZ-M001")
    if manifest.name != folder.name:
        raise ConnectorError(
            f"{document.file}: name is {manifest.name}, the folder {folder.name}",
            fr=f"{document.file} : name vaut {manifest.name}, le dossier s'appelle {folder.name}",
        )
    return manifest
