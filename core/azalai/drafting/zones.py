"""Machine readable zones in a sample: found by shape and check digits, in one column or several."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azalai.documents import Text
from azalai.drafting.evidence import Observed
from azalai.drafting.matching import Match
from azalai.drafting.structure import Setting, Structure
from azalai.errors import StepError
from azalai.formats.zones import COLUMN, LINES
from azalai.mapping.mrz import read_zone
from azalai.plugin.format import Column
from azalai.records import fields

_FIT = 0.9  # of the filled cells have the shape
_GOOD = 0.5  # of those, good check digits: no other text has them by chance
_LOOKED_AT = 2000  # lines
_NAMED = {90: "TD1", 72: "TD2", 88: "TD3"}
_PARTS = {
    "person.name": "name", "holder.name": "name", "persons.name": "name",
    "person.sex": "sex", "persons.sex": "sex",
    "person.birth.date": "birth_date", "holder.birth.date": "birth_date",
    "persons.birth.date": "birth_date",
    "person.nationalities": "nationality", "persons.nationalities": "nationality",
    "person.documents.type": "type", "document.type": "type",
    "person.documents.number": "number", "document.number": "number",
    "person.documents.issuing_country": "state", "document.issuing_country": "state",
    "person.documents.expires_on": "expires_on", "document.expires_on": "expires_on",
}  # fmt: skip
"""The fields that a part of a zone fills."""
_MORE = {
    "birth_date": " | date(aammjj, base 1930, partial)",
    "expires_on": " | date(aammjj, base 2000)",
}
CODED = ("sex", "type")
"""Parts that a code list reads."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone a record: the columns that hold its lines, its read parts and what was seen."""

    columns: tuple[Observed, ...]
    read: tuple[dict[str, str], ...]
    seen: int
    named: str

    @property
    def source(self) -> str:
        """The columns as a line of `record:` begins."""
        names = [one.name for one in self.columns]
        return names[0] if len(names) == 1 else f'all({", ".join(names)}) | join("")'

    def steps(self, part: str) -> str:
        """How one part is read, without its code list."""
        return f"{self.source} | mrz({part}){_MORE.get(part, '')}"

    def values(self, part: str) -> Observed:
        """The values of a part that a code list reads."""
        name = f"{self.columns[0].name}/{part}"
        return Observed(name, False, values=[(0, one[part]) for one in self.read if one[part]])

    def note(self) -> Text:
        """What was recognised, and how many check digits are good."""
        names = ", ".join(one.name for one in self.columns)
        return Text(
            f"« {names} » : zone de lecture automatique OACI 9303 ({self.named}) ; clés de contrôle "
            f"justes dans {len(self.read)} fiche(s) sur {self.seen}",
            f"`{names}`: machine readable zone, ICAO 9303 ({self.named}); check digits good in "
            f"{len(self.read)} record(s) of {self.seen}",
        )


def found(columns: Sequence[Observed]) -> Zone | None:
    """The zone that a sample's columns hold: whole in one column, or a line a column, in order."""
    for one in columns:
        if (zone := _zone((one,))) is not None:
            return zone
    for kinds in LINES.values():
        for start in range(len(columns) - len(kinds) + 1):
            several = tuple(columns[start : start + len(kinds)])
            if (zone := _zone(several)) is not None:
                return zone
    return None


def proposed(kind: str, matches: Sequence[Match], zone: Zone) -> list[Match]:
    """The fields that the zone fills too, those that another column fills left to it."""
    own = {one.name for one in zone.columns}
    kept = [one for one in matches if not own & {c.name for c in one.columns}]
    taken = {one.field.path for one in kept}
    order = list(fields(kind))
    more = [Match(field, zone.columns, 1.0, _PARTS[path]) for path, field in fields(kind).items()
            if path in _PARTS and path not in taken]  # fmt: skip
    return sorted([*kept, *more], key=lambda match: order.index(match.field.path))


def lines(text: str, encoding: Setting) -> Structure | None:
    """The structure of a file whose lines are those of zones, two or three a record; else None."""
    rows = [line.strip() for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    widths = Counter(map(len, rows))
    width = widths.most_common(1)[0][0] if rows else 0
    kinds = LINES.get(width, ())
    if len(rows) < len(kinds) or widths[width] < _FIT * len(rows) or not kinds:
        return None
    zones = ["".join(group) for group in _groups([row for row in rows if len(row) == width], width)]
    if len(_good(zones)) < _GOOD * (len(rows) // len(kinds)):
        return None
    why = Text(f"des lignes de zone de lecture automatique, {len(kinds)} par document",
               f"lines of machine readable zones, {len(kinds)} a document")  # fmt: skip
    setting = Setting("encoding", encoding.value)
    return Structure("mrz", [setting], [Column(COLUMN, "optional")], notes=[why])


def _groups(rows: Sequence[str], width: int) -> Iterator[Sequence[str]]:
    kinds, at = LINES[width], 0
    while at + len(kinds) <= len(rows):
        group = rows[at : at + len(kinds)]
        if all(kind.fullmatch(row) for kind, row in zip(kinds, group, strict=True)):
            yield group
            at += len(kinds)
        else:
            at += 1


def _zone(columns: tuple[Observed, ...]) -> Zone | None:
    if any(one.within or one.repeated or not one.values for one in columns):
        return None
    cells = [dict(one.values) for one in columns]
    texts = ["".join("".join(held[line].split()) for held in cells)
             for line in cells[0] if all(line in held for held in cells)]  # fmt: skip
    shaped = [text for text in texts if len(text) in _NAMED and "<" in text]
    if not shaped or len(shaped) < _FIT * len(texts):
        return None
    read = _good(shaped)
    if len(read) < _GOOD * len(shaped):
        return None
    named = Counter(_NAMED[len(text)] if text[0] != "V" else "visa" for text in shaped)
    return Zone(columns, tuple(read), len(texts), ", ".join(sorted(named)))


def _good(texts: Sequence[str]) -> list[dict[str, str]]:
    """The parts of the zones of which every check digit is good."""
    found = []
    for text in texts:
        try:
            found.append(read_zone(text))
        except StepError:
            continue
    return found
