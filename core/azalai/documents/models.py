"""A document into a pydantic model: every mistake at its own line, all at once."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from azalai.documents.nodes import Document, Map, Node, Place, Problem, Scalar, Sequence, Text
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
    place, name = place_of(document, error["loc"])
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


_EXPECTED = {
    "int_parsing": Text("écrivez un nombre entier.", "write a whole number."),
    "int_from_float": Text("écrivez un nombre entier.", "write a whole number."),
    "int_type": Text("écrivez un nombre entier.", "write a whole number."),
    "bool_parsing": Text("écrivez yes ou no.", "write yes or no."),
    "string_type": Text("écrivez un seul texte.", "write one text."),
    "tuple_type": Text("écrivez une liste.", "write a list."),
    "dict_type": Text("écrivez un bloc de lignes en retrait.", "write a block of indented lines."),
    "model_type": Text("écrivez un bloc de lignes en retrait.", "write a block of indented lines."),
}  # fmt: skip


def _expected(error: Mapping[str, Any]) -> Text:
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        wanted = str(context["expected"])
        return Text(f"écrivez {wanted.replace(' or ', ' ou ')}.", f"write {wanted}.")
    if error["type"] == "greater_than_equal":
        return Text(f"au moins {context['ge']}.", f"at least {context['ge']}.")
    if error["type"] == "less_than_equal":
        return Text(f"au plus {context['le']}.", f"at most {context['le']}.")
    if error["type"] == "string_pattern_mismatch":
        return Text(
            f"la forme attendue est {context['pattern']}", f"the form is {context['pattern']}"
        )
    if error["type"] == "value_error":
        wanted = str(context["error"])
        fr, _, en = wanted.partition(" / ")
        return Text(f"{fr}.", f"{en or fr}.")
    return _EXPECTED.get(error["type"]) or Text(f"attendu : {error['msg']}",
                                                f"expected: {error['msg']}")  # fmt: skip


def place_of(document: Document, steps: tuple[Any, ...]) -> tuple[Place, str]:
    """The place of the deepest step that stands in a document, and the path's name as written.

    Steps that stand in none are left out of the name (a union's member), but for the last.
    """
    place: Place = document.root.place
    node: Node = document.root
    shown = []
    for step in steps:
        if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = node.place
            shown.append(str(step + 1))
            continue
        entry = node.entry(str(step)) if isinstance(node, Map) else None
        if entry is not None:
            place, node = entry.key.place, entry.value
        if entry is not None or step == steps[-1]:
            shown.append(str(step))
    return place, ".".join(shown)
