"""The `record:` block of an inbound mapping: lines and repeated parts, with their columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from azalai.documents import NOTHING, Entry, Map, Node, Place, Scalar, Sequence, Text
from azalai.plugin.format import Column
from azalai.records import Field

from .expression import parse
from .inbound_limits import unknown_column
from .inbound_model import OWN_LINES, Line, Part, resolve
from .inbound_types import given_type, nearest_field
from .report import Report

_BUILT = frozenset(
    {"kind", "schema_version", "mark", "issuing_country", "issuing_agency", "provenance"}
)


@dataclass(slots=True)
class RecordBlock:
    """What `record:` says: its own lines, the fields' lines and the parts."""

    own: dict[str, Line] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    used: set[str] = field(default_factory=set)


class RecordReader:
    """Reads `record:`; remembers which columns were used."""

    def __init__(
        self, kind: str, fields: Mapping[str, Field], declared: Iterable[Column], report: Report
    ) -> None:
        self.kind = kind
        self.fields = fields
        declared = tuple(declared)
        self.columns = frozenset(one.name for one in declared)
        self.repeated = frozenset(one.name for one in declared if one.rule == "repeated")
        self.report = report
        self.lists = {level for one in fields.values() for level in one.inside}
        self.found = RecordBlock()

    def read(self, block: Map) -> RecordBlock:
        """The whole block."""
        self.found.lines, self.found.parts = self._level(block, "", "")
        return self.found

    def _level(
        self, block: Map, prefix: str, scope: str
    ) -> tuple[tuple[Line, ...], tuple[Part, ...]]:
        lines: list[Line] = []
        parts: list[Part] = []
        for entry in block:
            if entry.key.text == "for_each" and prefix:
                continue
            target = prefix + entry.key.text
            if isinstance(entry.value, Sequence) and not entry.value.flow:
                parts.extend(self._parts(entry, target, scope, prefix))
            elif isinstance(entry.value, Scalar):
                line = self._line(entry, target, scope, prefix)
                if line is not None:
                    lines.append(line)
            else:
                self._no_braces(entry)
        return tuple(lines), tuple(parts)

    def _parts(self, entry: Entry, target: str, scope: str, prefix: str) -> list[Part]:
        many = self._takes_values(target, prefix)
        if target not in self.lists and not many:
            self._no_list(entry, target, prefix)
            return []
        parts = []
        for item in entry.value.items if isinstance(entry.value, Sequence) else ():
            if not isinstance(item, Map):
                self.report.add(
                    item.place,
                    "AZ-M106",
                    Text(
                        "une partie a ses lignes, une par champ",
                        "a part has its lines, one a field",
                    ),
                )
                continue
            each, inner = "", scope
            if (name := item.text("for_each")) is not None:
                found = resolve(name, scope, self._repeatable())
                if found is None:
                    node = item.get("for_each")
                    unknown_column(
                        name, node.place if node else item.place, self.columns, self.report
                    )
                    continue
                self.found.used.add(found)
                self._is_repeated(found, item.get("for_each"))
                each = inner = found
            if many:
                parts.extend(self._values(entry, item, each, prefix))
                continue
            lines, below = self._level(item, f"{target}.", inner)
            parts.append(Part(target, each, lines, below, entry.key.place))
        return parts

    def _takes_values(self, target: str, prefix: str) -> bool:
        """Whether it is a field of several plain values: aliases, nationalities."""
        known = self.fields.get(target)
        return bool(known and known.many and target not in _BUILT
                    and not self._elsewhere(known, prefix))  # fmt: skip

    def _values(self, entry: Entry, item: Map, each: str, prefix: str) -> list[Part]:
        """`- for_each: alias` and `value: column`: one value of the field an occurrence."""
        target = prefix + entry.key.text
        others = [one.key for one in item if one.key.text not in ("for_each", "value")]
        value = item.entry("value")
        if not each or value is None or others:
            self.report.add(
                (others[0] if others else item).place,
                "AZ-M106",
                Text(f"« {target} » : une liste de valeurs a deux lignes, for_each: et value:",
                     f"“{target}”: a list of values has two lines, for_each: and value:"),
                NOTHING,
                Text("écrivez - for_each: <partie>, puis value: colonne | traitement.",
                     "write - for_each: <part>, then value: column | step."),
            )  # fmt: skip
            return []
        line = self._line(value, target, each, prefix)
        return [] if line is None else [Part(target, each, (line,), (), entry.key.place)]

    def _no_list(self, entry: Entry, target: str, prefix: str) -> None:
        """A list below what is none."""
        known = self.fields.get(target)
        if known is None or self._elsewhere(known, prefix):
            nothing = parse(Scalar("", entry.key.place), self.columns)
            self._unknown(Line(target, None, nothing, entry.key.place), prefix)
            return
        self.report.add(
            entry.key.place,
            "AZ-M106",
            Text(f"« {target} » n'est pas une partie répétée",
                 f"“{target}” is no repeated part"),
            Text("il prend une seule valeur.", "it takes one value."),
            Text(f"écrivez {target}: colonne | traitement.", f"write {target}: column | step."),
        )  # fmt: skip

    def _repeatable(self) -> frozenset[str]:
        """Columns, and the paths above them: `personnes/personne` of `personnes/personne/nom`."""
        above = set(self.columns)
        for name in self.columns:
            for mark in "/.":
                pieces = name.split(mark)
                above.update(mark.join(pieces[:size]) for size in range(1, len(pieces)))
        return frozenset(above)

    def _line(self, entry: Entry, target: str, scope: str, prefix: str) -> Line | None:
        value = entry.value
        if not isinstance(value, Scalar) or not value.text:
            self.report.add(
                entry.key.place,
                "AZ-M121",
                Text(f"« {target} » attend une colonne", f"“{target}” takes a column"),
            )
            return None
        expression = parse(value, self._known(scope))
        if expression.broken or self._comment_cut(value):
            self._unreadable(value, expression.broken)
            return None
        own = not prefix and target in OWN_LINES
        known = None if own else self.fields.get(target)
        line = Line(target, known, expression, entry.key.place)
        columns_known = self._columns(line, scope)
        if own:
            self.found.own[target] = line
            return None
        if known is None or target in _BUILT or self._elsewhere(known, prefix):
            self._unknown(line, prefix)
            return None
        return line if columns_known else None

    def _known(self, scope: str) -> frozenset[str]:
        inner = {
            name[len(scope) + 1 :] for name in self.columns if scope and name.startswith(scope)
        }
        return self.columns | inner

    def _elsewhere(self, known: Field, prefix: str) -> bool:
        return (known.inside[-1] + "." if known.inside else "") != prefix

    def _columns(self, line: Line, scope: str) -> bool:
        good = True
        names = zip(line.expression.columns, line.expression.places, strict=True)
        for name, place in names:
            found = resolve(name, scope, self.columns)
            if found is None:
                unknown_column(name, place, self.columns, self.report)
                good = False
            else:
                self.found.used.add(found)
                good = self._within(found, line, scope, place) and good
        return good

    def _is_repeated(self, name: str, node: Node | None) -> None:
        """`for_each` of a part that the file does not repeat would find nothing, ever."""
        if name not in self.repeated and node is not None:
            self.report.add(
                node.place,
                "AZ-M132",
                Text(
                    f"« {name} » n'est pas déclarée « repeated » sous « columns: »",
                    f"“{name}” is not declared `repeated` under “columns:”",
                ),
                Text("rien n'y serait trouvé.", "nothing would be found in it."),
                Text(f"ajoutez {name}: repeated.", f"add {name}: repeated."),
            )

    def _within(self, found: str, line: Line, scope: str, place: Place) -> bool:
        """A column of a repeated part has a value in each occurrence, and none outside of it."""
        holding = [one for one in self.repeated if found.startswith((f"{one}/", f"{one}."))]
        part = max(holding, key=len, default="")
        if not part or scope == part or scope.startswith((f"{part}/", f"{part}.")):
            return True
        todo = Text(
            f"écrivez-la sous une liste : - for_each: {part}",
            f"write it under a list: - for_each: {part}",
        )
        if line.field is not None and line.field.many:
            own = found[len(part) + 1 :]
            todo = Text(
                f"deux lignes sous {line.target}: - for_each: {part}, puis value: {own}.",
                f"two lines under {line.target}: - for_each: {part}, then value: {own}.",
            )
        self.report.add(
            place,
            "AZ-M133",
            Text(
                f"« {found} » est dans la partie répétée « {part} »",
                f"“{found}” is in the repeated part “{part}”",
            ),
            Text("elle n'a pas une valeur, mais une par partie.",
                 "it has not one value but one a part."),
            todo,
        )  # fmt: skip
        return False

    def _comment_cut(self, value: Scalar) -> bool:
        """Whether ` #` cut off a step: what follows it begins with or ends a step."""
        if value.quoted:
            return False
        line = self.report.document.lines[value.place.line - 1]
        rest = line[value.place.column - 1 + len(value.text) :].lstrip()
        return rest.startswith("#") and rest[1:].lstrip().startswith("|")

    def _unreadable(self, value: Scalar, broken: str) -> None:
        line = self.report.document.lines[value.place.line - 1]
        if not value.quoted and " #" in line[value.place.column - 1 :]:
            what = Text(
                "« # » précédé d'une espace commence un commentaire : la ligne est coupée là",
                "`#` after a space begins a comment: the line is cut there",
            )
            todo = Text(
                "mettez toute la valeur entre apostrophes.",
                "put the whole value between apostrophes.",
            )
        elif broken == "quote":
            what = Text("Un guillemet n'est pas fermé", "A quote is not closed")
            todo = Text('fermez-le avec ".', 'close it with ".')
        else:
            what = Text(f"« {broken} » n'est pas un traitement", f"“{broken}” is not a step")
            todo = Text("écrivez champ: colonne | traitement(…).", "write field: column | step(…).")
        self.report.add(value.place, "AZ-M107", what, NOTHING, todo)

    def _no_braces(self, entry: Entry) -> None:
        flow = isinstance(entry.value, Map | Sequence) and entry.value.flow
        what = Text(
            "Accolades ou crochets autour d'un traitement"
            if flow
            else f"« {entry.key.text} » : un champ par ligne, en chemin pointé",
            "Braces or brackets around steps"
            if flow
            else f"“{entry.key.text}”: one field a line, as a dotted path",
        )
        todo = Text(
            "écrivez champ: colonne | traitement ; plusieurs colonnes : all(a, b).",
            "write field: column | step; several columns: all(a, b).",
        )
        self.report.add(entry.value.place, "AZ-M106", what, NOTHING, todo)

    def _unknown(self, line: Line, prefix: str) -> None:
        name = line.target[len(prefix) :]
        known = self.fields.get(line.target)
        what = Text(f"Champ inconnu « {name} »", f"Unknown field “{name}”")
        if line.target in _BUILT:
            why = Text(
                "le connecteur et la configuration le donnent.",
                "the connector and the configuration give it.",
            )
            todo = Text("supprimez cette ligne.", "delete this line.")
        elif known is not None:
            level, end = known.inside[-1], known.path[len(known.inside[-1]) + 1 :]
            why = Text(f"« {level} » est une partie répétée.", f"“{level}” is a repeated part.")
            todo = Text(
                f"écrivez sous {level}: une ligne - {end}: …",
                f"under {level}: write a line - {end}: …",
            )
        else:
            why, todo = self._meant(line, prefix)
        self.report.add(line.place, "AZ-M104", what, why, todo)

    def _meant(self, line: Line, prefix: str) -> tuple[Text, Text]:
        level = prefix[:-1]
        beside = [
            one
            for one in self.fields.values()
            if (one.inside[-1] if one.inside else "") == level and one.path not in _BUILT
        ]
        near = (
            nearest_field(line.target, given_type(line), beside) if line.expression.text else None
        )
        if near is None:
            return (
                Text(f"il n'est pas dans {self.kind}.", f"it is not in {self.kind}."),
                Text(
                    f"« azalai schema {self.kind} » montre tous les champs.",
                    f"`azalai schema {self.kind}` shows all fields.",
                ),
            )
        short = near.path[len(prefix) :]
        return (
            Text(
                f"il n'est pas dans {self.kind}. Le plus proche : {short} ({near.labels.fr}).",
                f"it is not in {self.kind}. The nearest: {short} ({near.labels.en}).",
            ),
            Text(f"écrivez {short}.", f"write {short}."),
        )


def missing_block(report: Report) -> Place:
    """One problem for a mapping without `record:`, or with nothing under it."""
    entry = report.document.root.entry("record")
    if entry is None:
        place = report.document.root.place
        what = Text("le bloc « record: » manque", "the block “record:” is missing")
        todo = Text("écrivez record: puis ses lignes, en retrait.",
                    "write record: and then its lines, indented.")  # fmt: skip
    else:
        place = entry.key.place
        what = Text("« record: » est vide", "“record:” is empty")
        todo = Text("ôtez le # devant une ligne au moins.",
                    "take away the # before one line at least.")  # fmt: skip
    report.add(place, "AZ-M123", what, NOTHING, todo)
    return place
