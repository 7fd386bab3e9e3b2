"""Line types of a sample: which begins a record, and the number that its other lines repeat."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

from azalai.documents import Text
from azalai.drafting.structure import Setting, Structure
from azalai.plugin.format import Column

MOST_TYPES = 8
NUMBER = "NUMERO"  # the drafted name of what every line of a record repeats
_LOOKED_AT = 2000
_LONGEST_TYPE = 6  # characters
_LEAST = 3  # characters of a repeated number
_OWN = 0.9  # of the records have a number of their own
_NOT_SHOWN = Text(
    "plusieurs types de ligne, mais aucun numéro commun : si plusieurs lignes font une fiche,"
    " « record_starts » et « called », sans « takes » ; docs/fr/plusieurs-lignes.md",
    "several types of line, but no number in common: if several lines make one record,"
    " `record_starts` and `called`, without `takes`; docs/en/several-lines.md")  # fmt: skip
Line = tuple[str, Sequence[str]]  # its type, and its characters or cells


def spans(lines: Sequence[Line], least: int = _LEAST) -> tuple[int, int] | None:
    """From where to where (from 0, the end excluded) each line of another type than the first
    repeats what the last line of the first type has there; None where nothing tells records apart.

    A record's number is at least `least` characters or cells long, never blank, and nine records
    in ten have their own.
    """
    start = lines[0][0]
    heads, same, current = [], None, lines[0][1]
    for kind, parts in lines:
        if kind == start:
            current = parts
            heads.append(parts)
            continue
        equal = {at for at, (one, other) in enumerate(zip(current, parts, strict=False))
                 if one == other}  # fmt: skip
        same = equal if same is None else same & equal
    found = [(a, b) for a, b in _runs(same or set()) if b - a >= least
             and _tells(["".join(head[a:b]) for head in heads])]  # fmt: skip
    return max(found, key=lambda span: span[1] - span[0], default=None)


def _runs(places: set[int]) -> list[tuple[int, int]]:
    ordered = sorted(places)
    begins = [at for at in ordered if at - 1 not in places]
    ends = [at + 1 for at in ordered if at + 1 not in places]
    return list(zip(begins, ends, strict=True))


def _tells(numbers: Sequence[str]) -> bool:
    return (all(number.strip() and any(c.isdigit() for c in number) for number in numbers)
            and len(set(numbers)) >= max(2, _OWN * len(numbers)))  # fmt: skip


def begin(made: Structure, start: str) -> None:
    """Say that a line of this type begins a record and that the others are parts of it."""
    fields = made.segments
    made.tag = None
    made.settings += [
        Setting("record_starts", start, Text(
            "les autres lignes redisent le numéro de celle qui les précède",
            "the other lines repeat the number of the one before them")),
        Setting("rows_with_same", NUMBER, Text("le numéro commun", "the number in common")),
    ]  # fmt: skip
    made.called = {kind: f"lignes_{kind}" for kind in fields if kind != start}
    made.columns = [Column(name, "optional") for name in fields[start]]
    for kind, name in made.called.items():
        made.columns.append(Column(name, "repeated"))
        made.columns += [Column(f"{name}/{one}", "optional")
                         for one in fields[kind] if one != NUMBER]  # fmt: skip


def delimited(
    text: str, encoding: Setting, marks: Sequence[str], wish: str | None = None
) -> Structure | None:
    """The structure of delimited lines of several types, the type in their first cell and each
    type with its own number of cells; None where they are not. `wish`: a type, on its own."""
    for mark in marks:
        try:
            rows = [row for row in islice(csv.reader(text.splitlines(), delimiter=mark), _LOOKED_AT)
                    if row]  # fmt: skip
        except csv.Error:
            continue
        types = _types(rows)
        if types and (wish is None or wish in types):
            return _typed(rows, types, mark, encoding, wish)
    return None


def _types(rows: Sequence[Sequence[str]]) -> dict[str, list[Sequence[str]]]:
    """The rows by type; nothing where the first cell is no type."""
    found: dict[str, list[Sequence[str]]] = defaultdict(list)
    for row in rows:
        found[row[0].strip()].append(row)
        if len(found) > MOST_TYPES:
            return {}
    widths = {kind: {len(row) for row in group} for kind, group in found.items()}
    good = (len(found) > 1 and len(rows) >= 2 * len(found)
            and all(0 < len(kind) <= _LONGEST_TYPE for kind in found)
            and all(len(one) == 1 and one != {1} for one in widths.values())
            and len({min(one) for one in widths.values()}) > 1)  # fmt: skip
    return dict(found) if good else {}


def _typed(
    rows: Sequence[Sequence[str]], types: Mapping[str, Sequence[Sequence[str]]], mark: str,
    encoding: Setting, wish: str | None,
) -> Structure:  # fmt: skip
    shown = ", ".join(types)
    settings = [encoding, Setting("delimiter", "tab" if mark == "\t" else mark), Setting(
        "segment_at", "1", Text(f"types de ligne dans la première case : {shown}",
                                f"types of line in the first cell: {shown}"))]  # fmt: skip
    lines = [(row[0].strip(), row) for row in rows]
    first = lines[0][0]
    key = spans(lines, 1) if wish is None and len(types[first]) > 1 else None
    fields = {
        kind: {NUMBER if key and at == key[0] else f"S{kind}_C{at + 1:02}": (at + 1, at + 1)
               for at in range(1, len(group[0]))}
        for kind, group in types.items()
    }  # fmt: skip
    kind = wish or max(types, key=lambda one: len(types[one]))
    made = Structure("delimited", settings, [Column(name, "optional") for name in fields[kind]],
                     ("segment", kind), fields)  # fmt: skip
    if key:
        begin(made, first)
    else:
        made.notes.append(_NOT_SHOWN)
    return made


def no_number() -> Text:
    """What a person has to decide where the lines have types and no number in common."""
    return _NOT_SHOWN
