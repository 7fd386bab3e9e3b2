"""What an outbound mapping must hold: elements, codes, and every field accounted for."""

from collections.abc import Iterable, Iterator, Mapping

from azalai.documents import NOTHING, Document, Entry, Map, Place, Problem, Scalar, Text
from azalai.records import LISTS, RECORD_KINDS, fields

from .message_schema import Element, MessageSchema
from .outbound_lines import nearest
from .outbound_model import MESSAGE_VALUES, CodeTable, Line, Repeat, Table, lines_of

NEEDS_NO_LINE = frozenset({"kind", "schema_version", "provenance"})
IN_A_CANCEL = frozenset({
    "key", "mark", "issuing_country", "issuing_agency", "purpose", "legal_ground", "handling",
    "not_for",
})  # fmt: skip
"""The fields that a cancellation may carry: nothing about the person or the thing."""


class Checks:
    """All checks of one document, after its lines were read."""

    def __init__(
        self,
        document: Document,
        schema: MessageSchema,
        schema_name: str,
        kind: str,
        codes: Mapping[str, CodeTable],
        reachable: Mapping[str, frozenset[str]],
        only: Mapping[str, frozenset[str]],
    ) -> None:
        self.document = document
        self.schema = schema
        self.schema_name = schema_name
        self.kind = kind
        self.fields = fields(kind)
        self.codes = codes
        self.reachable = reachable
        self.only = only
        self.elements = schema.elements()
        self.problems: list[Problem] = []

    def run(self, elements: Table, cancelled: Table) -> list[Problem]:
        """Every problem that is found."""
        for name, table in (("elements", elements), ("elements_when_cancelled", cancelled)):
            self._required(name)
            for line in lines_of(table):
                self._values(line, name)
        self._code_files([*lines_of(elements), *lines_of(cancelled)])
        for line in lines_of(cancelled):
            self._about_the_person(line)
        self._accounted_for(elements)
        return self.problems

    def required_fields(self, table: Table) -> frozenset[str]:
        """The fields that fill an element without which there is no message."""
        by_element = {line.element: line for line in lines_of(table)}
        demanded = demanded_elements(self.schema.root, table, self.kind)
        within = {entry.element for entry in table if isinstance(entry, Repeat)} & demanded
        return frozenset(
            line.source.field.path
            for path, line in by_element.items()
            if line.source.field is not None and (
                path in demanded
                or (path.rpartition("/")[0] in within and self.elements[path].required)
            )
        )  # fmt: skip

    def _required(self, name: str) -> None:
        block = self.document.root.get(name)
        if not isinstance(block, Map) or not block.entries:
            return
        filled = set(_written(block))
        for missing in _missing(self.schema.root, filled):
            self._say(block.entries[0].key.place, "AZ-O302", Text(
                f"Le message exige « {missing} » et aucune ligne ne le remplit ({name})",
                f"The message demands `{missing}` and no line fills it ({name})"),
                Text(f"{self.schema_name} le déclare obligatoire : chaque message serait refusé.",
                     f"{self.schema_name} declares it required: every message would be refused."),
                Text(f"ajoutez sous « {name}: »  {missing}: <champ de la fiche>.",
                     f"add under `{name}:`  {missing}: <field of the record>."))  # fmt: skip

    def _values(self, line: Line, table: str) -> None:
        step = line.step("code")
        element = self.elements[line.element]
        if step and step.argument not in self.codes:
            self._say(line.value_place, "AZ-O307", Text(
                f"« {step.argument} » n'est pas sous « codes: »",
                f"`{step.argument}` does not stand under `codes:`"))  # fmt: skip
            return
        values, sure = self._possible(line, table)
        codes = self.codes[step.argument] if step else None
        if codes is not None:
            self._covered(line, codes, values, sure=sure)
            targets = [row.text for row in codes.rows.values() if row.text is not None]
        else:
            targets = sorted(values)
        if not line.step("join"):
            upper = line.step("upper") is not None
            self._admitted(line, element, [t.upper() if upper else t for t in targets], codes)

    def _possible(self, line: Line, table: str) -> tuple[frozenset[str], bool]:
        """The closed values that can come here, and whether these are known to come."""
        field = line.source.field
        if field is None:
            values = frozenset(MESSAGE_VALUES[line.source.name])
            if line.source.name == "cancel_reason":
                return frozenset(LISTS["cancel_reason"].codes), True
            cancel = frozenset({"cancel"})
            return (values & cancel if table != "elements" else values - cancel), True
        if field.list_name is None or line.source.part == "original":
            return frozenset(), True
        listed = frozenset(LISTS[field.list_name].codes)
        here = self.reachable.get(field.path)
        if field.path in self.only and table == "elements":
            return self.only[field.path], True
        return (here & listed, True) if here is not None else (listed, False)

    def _covered(self, line: Line, codes: CodeTable, values: frozenset[str], *, sure: bool) -> None:
        lacking = sorted(values - codes.rows.keys())
        if not lacking:
            return
        name = line.source.name
        label = line.source.field.labels if line.source.field else None
        fr, en = (f" ({label.fr})", f" ({label.en})") if label else ("", "")
        shown = ", ".join(lacking)
        self._say(line.value_place, "AZ-O303", Text(
            f"{len(lacking)} valeur(s) de « {name} »{fr} sur {len(values)} n'ont pas d'équivalent"
            f" dans {codes.file}",
            f"{len(lacking)} value(s) of `{name}`{en} out of {len(values)} have no equivalent"
            f" in {codes.file}"),
            Text(f"sans équivalent : {shown}.", f"without equivalent: {shown}."),
            Text(f"ajoutez ces lignes, ou « {lacking[0]};(withhold);aucune place » pour que ces"
                 " fiches ne partent pas vers ce destinataire, avec leur raison.",
                 f"add these lines, or `{lacking[0]};(withhold);no place` so that these records"
                 " do not go to this destination, with their reason."),
            warning=not sure)  # fmt: skip

    def _admitted(
        self, line: Line, element: Element, targets: Iterable[str], codes: CodeTable | None
    ) -> None:
        for target in dict.fromkeys(targets):
            if self.schema.admits(element, target):
                continue
            listed = ", ".join(element.values)
            why = Text(
                f"son type dans {self.schema_name} ne l'admet pas.",
                f"its type in {self.schema_name} does not take it.",
            )
            if element.values:
                why = Text(
                    f"le message n'admet que : {listed}.", f"the message takes only: {listed}."
                )
            todo = Text(f"corrigez {codes.file}.", f"correct {codes.file}.") if codes else \
                Text("ajoutez | code(liste) et sa liste sous « codes: ».",
                     "add | code(list) and its list under `codes:`.")  # fmt: skip
            self._say(line.value_place, "AZ-O308", Text(
                f"« {target} » n'est pas admis par l'élément {element.path}",
                f"`{target}` is not taken by element {element.path}"), why, todo)  # fmt: skip

    def _code_files(self, lines: Iterable[Line]) -> None:
        """Each left-hand value of a table must be in the common list of the field that uses it."""
        uses: dict[str, set[str]] = {}
        for line in lines:
            step, field = line.step("code"), line.source.field
            if step and field and field.list_name:
                uses.setdefault(step.argument, set()).add(field.list_name)
        block = self.document.root.get("codes")
        for entry in block if isinstance(block, Map) else ():
            for list_name in sorted(uses.get(entry.key.text, ())):
                self._in_list(entry, list_name)

    def _in_list(self, entry: Entry, list_name: str) -> None:
        table, listed = self.codes.get(entry.key.text), LISTS[list_name]
        for value, row in table.rows.items() if table else ():
            if value not in listed:
                near = nearest(value, listed.codes)
                self._say(entry.value.place, "AZ-C203", Text(
                    f"{table.file if table else ''} ligne {row.line} : « {value} » n'est pas dans"
                    f" la liste commune « {list_name} »",
                    f"{table.file if table else ''} line {row.line}: `{value}` is not in the"
                    f" common list `{list_name}`"),
                    todo=Text(f"corrigez la ligne {row.line} (sans doute {near}).",
                              f"correct line {row.line} (probably {near})."))  # fmt: skip

    def _about_the_person(self, line: Line) -> None:
        field = line.source.field
        if field is not None and field.path not in IN_A_CANCEL:
            self._say(line.value_place, "AZ-O309", Text(
                f"Une levée n'emporte pas « {field.path} » ({field.labels.fr})",
                f"A cancellation does not carry `{field.path}` ({field.labels.en})"),
                Text("la référence et le motif suffisent ; rien sur la personne ni sur l'objet.",
                     "reference and reason are enough; nothing about the person or the thing."),
                Text("supprimez cette ligne.", "delete this line."))  # fmt: skip

    def _accounted_for(self, elements: Table) -> None:
        sent = {line.source.field.path for line in lines_of(elements) if line.source.field}
        block = self.document.root.get("not_sent")
        if not isinstance(block, Map):
            return
        named = {entry.key.text for entry in block}
        for entry in block:
            self._not_sent_line(entry, sent)
        place = block.entries[0].key.place if block.entries else block.place
        for path in self.fields:
            if path not in sent | named | NEEDS_NO_LINE:
                self._unaccounted(path, place)

    def _not_sent_line(self, entry: Entry, sent: set[str]) -> None:
        path = entry.key.text
        if path not in self.fields:
            near = nearest(path, self.fields)
            self._say(entry.key.place, "AZ-O304", Text(
                f"La fiche n'a pas de champ « {path} »", f"The record has no field `{path}`"),
                Text(f"le plus proche : {near} ({self.fields[near].labels.fr}).",
                     f"the nearest: {near} ({self.fields[near].labels.en})."),
                Text(f"écrivez {near}.", f"write {near}."))  # fmt: skip
        elif path in sent:
            self._say(entry.key.place, "AZ-O306", Text(
                f"« {path} » est envoyé ET nommé sous « not_sent: »",
                f"`{path}` is sent AND named under `not_sent:`"),
                Text("l'un des deux est faux.", "one of the two is wrong."),
                Text("supprimez l'une des deux lignes.",
                     "delete one of the two lines."))  # fmt: skip
        elif not isinstance(entry.value, Scalar) or not entry.value.text:
            self._say(entry.key.place, "AZ-O305", Text(
                f"« {path} » est nommé sous « not_sent: » sans raison",
                f"`{path}` is named under `not_sent:` without a reason"))  # fmt: skip

    def _unaccounted(self, path: str, place: Place) -> None:
        labels = self.fields[path].labels
        self._say(place, "AZ-O305", Text(
            f"« {path} » ({labels.fr}) n'est ni envoyé ni nommé sous « not_sent: »",
            f"`{path}` ({labels.en}) is neither sent nor named under `not_sent:`"),
            Text("rien ne se perd en silence, dans ce sens non plus.",
                 "nothing is lost silently, in this direction either."),
            Text(f"envoyez-le, ou écrivez « {path}: <pourquoi> » sous « not_sent: ».",
                 f"send it, or write `{path}: <why>` under `not_sent:`."))  # fmt: skip

    def _say(
        self, place: Place, code: str, what: Text, why: Text = NOTHING, todo: Text = NOTHING, *,
        warning: bool = False,
    ) -> None:  # fmt: skip
        self.problems.append(self.document.problem(place, code, what, why, todo, warning=warning))


def demanded_elements(root: Element, table: Table, kind: str) -> frozenset[str]:
    """The elements that every message of this table must hold.

    Those that the schema requires from the root down; and an optional part of which a required
    element is filled by a field that every record has (a wanted person's name), or which alone
    carries what every record is about (a vehicle): without it the message would say something
    else, not less.
    """
    by_element = {line.element: line for line in lines_of(table)}
    repeats = {entry.element for entry in table if isinstance(entry, Repeat)}
    whole = {entry.element for entry in table
             if isinstance(entry, Repeat) and _is_required(kind, entry.for_each)}  # fmt: skip

    def inside(element: Element) -> Iterator[str]:
        for child in element.children:
            if child.path in repeats:
                if child.required:
                    yield child.path
            elif child.required or _always(child, by_element, whole, kind):
                yield child.path
                yield from inside(child)

    return frozenset(inside(root))


def _always(element: Element, by_element: Mapping[str, Line], whole: set[str], kind: str) -> bool:
    """Whether every record fills a required element of this part."""
    for child in element.children:
        line = by_element.get(child.path)
        field = line.source.field if line else None
        if child.required and child.path in whole:
            return True
        if child.required and field is not None and not field.inside \
                and field.required and _is_required(kind, field.path):  # fmt: skip
            return True
    return _holds_the_whole(element, by_element, kind)


def _holds_the_whole(element: Element, by_element: Mapping[str, Line], kind: str) -> bool:
    """Whether all lines of a part that every record has (`vehicle.…`) stand in this element."""
    inside: dict[str, bool] = {}
    for path, line in by_element.items():
        field = line.source.field
        top, _, below = field.path.partition(".") if field is not None else ("", "", "")
        if below and field is not None and not field.inside and _is_required(kind, top):
            here = path.startswith(f"{element.path}/")
            inside[top] = inside.get(top, True) and here
    return any(inside.values())


def _is_required(kind: str, path: str) -> bool:
    """Whether every record of the kind has what stands at a path of one or two names."""
    top, _, below = path.partition(".")
    return RECORD_KINDS[kind].model_fields[top].is_required() and "." not in below


def _written(block: Map) -> Iterator[str]:
    for entry in block:
        yield entry.key.text
        if isinstance(entry.value, Map):
            for inner in entry.value:
                if inner.key.text != "for_each":
                    yield f"{entry.key.text}/{inner.key.text}"


def _missing(element: Element, filled: set[str]) -> Iterator[str]:
    for child in element.children:
        touched = any(path == child.path or path.startswith(f"{child.path}/") for path in filled)
        if child.children and (touched or child.required):
            yield from _missing(child, filled)
        elif child.required and not touched:
            yield child.path
