"""Reads the `elements:` lines of an outbound mapping: field | step | step."""

import difflib
import re
from collections.abc import Iterable, Mapping

from azalai.documents import NOTHING, Document, Map, Place, Problem, Scalar, Text
from azalai.records import Field

from .message_schema import Element, MessageSchema
from .outbound_model import MESSAGE_TYPES, MESSAGE_VALUES, PARTS, Line, Repeat, Source, Step, Table

_STEP = re.compile(r"^([a-z_]+)\s*(?:\((.*)\))?$")
_PIECES = re.compile(r"""((?:[^|"']|"[^"]*"|'[^']*')+)""")
STEPS = ("code", "join", "upper", "icao", "cut", "text")
_TYPES = {
    "date": ("date", "partial_date"),
    "integer": ("integer",),
    "closed": ("code", "choice"),
}


class Lines:
    """Reads tables of elements; collects every mistake in `problems`."""

    def __init__(
        self,
        document: Document,
        schema: MessageSchema,
        fields: Mapping[str, Field],
        schema_name: str,
    ) -> None:
        self.document = document
        self.schema = schema
        self.elements = schema.elements()
        self.fields = fields
        self.schema_name = schema_name
        self.problems: list[Problem] = []

    def table(self, block: Map) -> Table:
        """All lines of one block, in its order."""
        found: list[Line | Repeat] = []
        for entry in block:
            element = self._element(entry.key.text, entry.key.place)
            if isinstance(entry.value, Scalar):
                line = self._line(element, entry.key, entry.value, "")
                if line:
                    found.append(line)
            elif isinstance(entry.value, Map):
                part = self._repeat(element, entry.key, entry.value)
                if part:
                    found.append(part)
            else:
                self._say(entry.value.place, "AZ-O307", Text(
                    "Un élément prend un champ, pas une liste entre crochets",
                    "An element takes a field, not a list in brackets"))  # fmt: skip
        return tuple(found)

    def _repeat(self, element: Element | None, key: Scalar, block: Map) -> Repeat | None:
        over = block.get("for_each")
        levels = {level for field in self.fields.values() for level in field.inside}
        if not isinstance(over, Scalar) or over.text not in levels:
            place = over.place if over else key.place
            self._say(place, "AZ-O304", Text(
                f"« {key.text} » : « for_each » doit nommer une liste de la fiche",
                f"`{key.text}`: `for_each` must name a list of the record"),
                todo=Text(f"listes : {', '.join(sorted(levels))}.",
                          f"lists: {', '.join(sorted(levels))}."))  # fmt: skip
            return None
        if element and (not element.many or not element.children):
            self._say(key.place, "AZ-O307", Text(
                f"L'élément « {key.text} » ne peut pas être répété par for_each",
                f"Element `{key.text}` cannot be repeated by for_each"))  # fmt: skip
            return None
        lines = []
        for entry in block:
            if entry.key.text == "for_each":
                continue
            below = self._element(f"{key.text}/{entry.key.text}", entry.key.place) \
                if element else None  # fmt: skip
            if isinstance(entry.value, Scalar):
                line = self._line(below, entry.key, entry.value, over.text)
                if line:
                    lines.append(line)
            else:
                self._say(entry.key.place, "AZ-O307", Text(
                    "Pas de répétition dans une répétition",
                    "No repetition inside a repetition"))  # fmt: skip
        return Repeat(key.text, over.text, tuple(lines), key.place) if element else None

    def _line(self, element: Element | None, key: Scalar, value: Scalar, scope: str) -> Line | None:
        pieces = [piece.strip() for piece in _PIECES.findall(value.text)]
        written = pieces[0] if pieces else ""
        source = self._source(written, value.place, scope, element)
        steps = [self._step(piece, value) for piece in pieces[1:]]
        if element is not None and element.children:
            self._say(key.place, "AZ-O307", Text(
                f"« {element.path} » contient d'autres éléments : il ne prend pas de valeur",
                f"`{element.path}` holds other elements: it takes no value"))  # fmt: skip
            return None
        if element is None or source is None or None in steps:
            return None
        known = tuple(step for step in steps if step is not None)
        line = Line(element.path, source, known, key.place, value.place, scope)
        if line.is_list and not element.many and not line.step("join"):
            self._say(value.place, "AZ-O307", Text(
                f"« {written} » est une liste, « {element.path} » ne prend qu'une valeur",
                f"`{written}` is a list, `{element.path}` takes one value"),
                todo=Text('ajoutez | join(" "), ou une partie répétée par for_each.',
                          'add | join(" "), or a part repeated by for_each.'))  # fmt: skip
            return None
        return line if self._typed(line, element) else None

    def _typed(self, line: Line, element: Element) -> bool:
        """Whether the element's type takes what the field is, and a cut makes sense."""
        field, name = line.source.field, line.source.name
        kind = field.type if field else MESSAGE_TYPES.get(name, "text")
        if line.source.part == "original":
            kind = "text"
        cut = line.step("cut")
        if cut and (line.step("code") or kind not in ("text", "name")):
            self._say(line.value_place, "AZ-O307", Text(
                f"« cut » ne coupe que du texte : « {name} » coupé dirait autre chose",
                f"`cut` cuts text only: `{name}` cut would say something else"))  # fmt: skip
            return False
        if cut and not cut.argument and element.longest is None:
            self._say(line.value_place, "AZ-O307", Text(
                f"« {element.path} » n'a pas de longueur déclarée",
                f"`{element.path}` has no declared length"),
                todo=Text("écrivez | cut(80).", "write | cut(80)."))  # fmt: skip
            return False
        if line.step("code") or self.schema.takes(element, kind):
            return True
        self._say(line.value_place, "AZ-O308", Text(
            f"« {name} » ({kind}) n'est pas du type de l'élément {element.path}",
            f"`{name}` ({kind}) is not of the type of element {element.path}"),
            Text(f"déclaré dans {self.schema_name}.", f"declared in {self.schema_name}."))  # fmt: skip
        return False

    def _element(self, path: str, place: Place) -> Element | None:
        element = self.elements.get(path)
        if element is None:
            near = nearest(path, self.elements)
            self._say(place, "AZ-O301", Text(
                f"L'élément « {path} » n'existe pas dans {self.schema_name}",
                f"Element `{path}` does not exist in {self.schema_name}"),
                Text(f"le plus proche : {near}.", f"the nearest: {near}."),
                Text(f"écrivez {near}.", f"write {near}."))  # fmt: skip
        return element

    def _step(self, piece: str, value: Scalar) -> Step | None:
        match = _STEP.match(piece)
        name, argument = (match.group(1), match.group(2)) if match else (piece, None)
        takes = name in ("code", "join")
        if name == "cut":
            fits = argument is None or bool(re.fullmatch("[1-9][0-9]{0,4}", argument.strip()))
        else:
            fits = takes == bool(argument)
        if name in STEPS and fits:
            return Step(name, (argument or "").strip(" ") if name == "code" else _bare(argument))
        what = Text(f"Traitement inconnu ou incomplet « {piece} »",
                    f"Unknown or incomplete step `{piece}`")  # fmt: skip
        todo = Text('les traitements : code(liste), join(" "), upper, icao, cut, cut(80), text.',
                    'the steps: code(list), join(" "), upper, icao, cut, cut(80), text.')  # fmt: skip
        self._say(_within(value.place, value.text, piece), "AZ-O307", what, todo=todo)
        return None

    def _source(
        self, written: str, place: Place, scope: str, element: Element | None
    ) -> Source | None:
        if written in MESSAGE_VALUES and not scope:
            return Source(written, None)
        path = f"{scope}.{written}" if scope else written
        field, part = self.fields.get(path), ""
        if field is None and "." in path:
            above, _, part = path.rpartition(".")
            field = self.fields.get(above)
            if field is not None and part not in PARTS.get(field.type, ()):
                field = None
        here = Place(place.line, place.column, max(1, len(written)))
        if field is None:
            self._unknown(path, scope, here, element)
            return None
        if not part:
            if field.type in ("name", "image", "provenance"):
                self._partless(field, here)
                return None
            part = {"partial_date": "value", "code": "code"}.get(field.type, "")
        return Source(path, field, part)

    def _partless(self, field: Field, place: Place) -> None:
        parts = ", ".join(f"{field.path}.{part}" for part in PARTS.get(field.type, ()))
        todo = Text(f"écrivez l'un de : {parts}.", f"write one of: {parts}.") if parts else NOTHING
        self._say(place, "AZ-O307", Text(
            f"« {field.path} » ({field.labels.fr}) n'est pas une seule valeur",
            f"`{field.path}` ({field.labels.en}) is not a single value"), todo=todo)  # fmt: skip

    def _unknown(self, path: str, scope: str, place: Place, element: Element | None) -> None:
        fitting = self._fitting(element)
        near = nearest(path, fitting or self.fields)
        field = self.fields[near]
        shown = near.removeprefix(f"{scope}.") if scope else near
        self._say(place, "AZ-O304", Text(
            f"La fiche n'a pas de champ « {path} »", f"The record has no field `{path}`"),
            Text(f"le plus proche : {near} ({field.labels.fr}).",
                 f"the nearest: {near} ({field.labels.en})."),
            Text(f"écrivez {shown}.", f"write {shown}."))  # fmt: skip

    def _fitting(self, element: Element | None) -> list[str]:
        """The fields whose type the element can take: never a name for a date."""
        if element is None or element.children:
            return []
        if element.values:
            kind = "closed"
        elif self.schema.admits(element, "some text"):
            return [path for path, field in self.fields.items() if field.type in ("text", "name")]
        elif self.schema.admits(element, "1985-01-02"):
            kind = "date"
        elif self.schema.admits(element, "7"):
            kind = "integer"
        else:
            kind = "closed"
        return [path for path, field in self.fields.items() if field.type in _TYPES[kind]]

    def _say(
        self, place: Place, code: str, what: Text, why: Text = NOTHING, todo: Text = NOTHING
    ) -> None:
        self.problems.append(self.document.problem(place, code, what, why, todo))


def nearest(written: str, names: Iterable[str]) -> str:
    """The name that is written most alike."""
    return max(names, key=lambda name: difflib.SequenceMatcher(None, written, name).ratio())


def _bare(argument: str | None) -> str:
    text = (argument or "").strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" else text


def _within(place: Place, text: str, piece: str) -> Place:
    at = max(0, text.find(piece))
    return Place(place.line, place.column + at, max(1, len(piece)))
