"""A document into a pydantic model: every mistake at its own line, all at once."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from azalai.documents.nodes import Document, Map, Node, Place, Problem, Scalar, Text
from azalai.errors import DocumentError

Model = TypeVar("Model", bound=BaseModel)


def fill(
    model: type[Model], document: Document, code: str, known: Mapping[str, Any] | None = None
) -> Model:
    """The model filled from a document; `known` holds values that do not stand in it.

    A line without a value counts as absent. DocumentError carries every mistake under `code`.
    """
    try:
        return model.model_validate({**plain(document.root), **(known or {})})
    except ValidationError as err:
        found = err.errors(include_url=False, include_input=False)
        raise DocumentError([_problem(document, code, dict(e)) for e in found]) from err


def plain(node: Node) -> Any:
    """A node as dicts, lists and texts; lines of a map that have no value are left out."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Map):
        return {e.key.text: plain(e.value) for e in node if not _is_empty(e.value)}
    return [plain(item) for item in node.items]


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.quoted


def _problem(document: Document, code: str, error: Mapping[str, Any]) -> Problem:
    name = ".".join(str(step) for step in error["loc"])
    place = _place(document, error["loc"])
    if error["type"] == "missing":
        what = Text(f"Il manque la ligne « {name} »", f"The line `{name}` is missing")
        todo = Text("ajoutez cette ligne.", "add this line.")
    elif error["type"] == "extra_forbidden":
        what = Text(f"Réglage inconnu « {name} »", f"Unknown setting `{name}`")
        todo = Text("corrigez son nom, ou supprimez la ligne.", "mend its name or delete the line.")
    else:
        what = Text(f"« {name} » : valeur non admise", f"`{name}`: this value is not allowed")
        todo = _expected(error)
    return document.problem(place, code, what, todo=todo)


def _expected(error: Mapping[str, Any]) -> Text:
    wanted = error.get("ctx", {}).get("expected")
    if error["type"] == "literal_error" and wanted:
        return Text(f"écrivez {str(wanted).replace(' or ', ' ou ')}.", f"write {wanted}.")
    return Text(f"attendu : {error['msg']}", f"expected: {error['msg']}")


def _place(document: Document, steps: tuple[Any, ...]) -> Place:
    """The key's place, of the deepest step that stands in the document."""
    place: Place = document.root.place
    node: Node = document.root
    for step in steps:
        entry = node.entry(str(step)) if isinstance(node, Map) else None
        if entry is None:
            break
        place, node = entry.key.place, entry.value
    return place
