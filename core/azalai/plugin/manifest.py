"""`connector.yaml`: what a connector is, readable without importing any code."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from azalai import documents
from azalai.documents import Map, Node, Scalar, Text
from azalai.errors import ConnectorError, DocumentError

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


def plain(node: Node) -> Any:
    """A document's node as plain dicts, lists and texts; an empty scalar is None."""
    if isinstance(node, Scalar):
        return node.text if node.text or node.quoted else None
    if isinstance(node, Map):
        return {entry.key.text: plain(entry.value) for entry in node}
    return [plain(item) for item in node.items]


def read_manifest(folder: Path) -> Manifest:
    """Read `connector.yaml`. Raises ConnectorError with every mistake, DocumentError for YAML."""
    path = folder / MANIFEST
    document = documents.read(path, shown_as=f"{folder.name}/{MANIFEST}")
    try:
        manifest = Manifest.model_validate(plain(document.root))
    except ValidationError as err:
        raise DocumentError(_problems(document, err)) from err
    if manifest.name != folder.name:
        raise ConnectorError(f"{document.file}: name is {manifest.name}, the folder {folder.name}")
    return manifest


def _problems(document: documents.Document, err: ValidationError) -> list[documents.Problem]:
    found = []
    for error in err.errors(include_url=False, include_input=False):
        place: documents.Place = document.root.place
        node: Node | None = document.root
        for step in error["loc"]:
            entry = node.entry(str(step)) if isinstance(node, Map) else None
            if entry is None:
                break
            place, node = entry.key.place, entry.value
        name = ".".join(str(step) for step in error["loc"])
        if error["type"] == "missing":
            what = Text(f"Il manque la ligne « {name}: »", f"The line `{name}:` is missing")
        elif error["type"] == "extra_forbidden":
            what = Text(f"Réglage inconnu « {name} »", f"Unknown setting `{name}`")
        else:
            what = Text(f"« {name} » : {error['msg']}", f"`{name}`: {error['msg']}")
        found.append(document.problem(place, "AZ-M001", what))
    return found
