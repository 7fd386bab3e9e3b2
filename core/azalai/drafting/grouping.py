"""Whether neighbouring rows of a sample are one record: the same number, the same other cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from azalai.documents import Text
from azalai.drafting.evidence import Observed, date_order
from azalai.drafting.structure import Setting, Structure
from azalai.plugin.format import Column

PART = "lignes"
_LEAST = 4  # rows that say anything
_SHARE = 0.1  # of the numbers stand on several rows
_ROWS = 20  # of a record, on average
Cells = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Grouping:
    """A column whose value stays the same over `many` of `records` runs of rows, with the columns
    that change inside such a run."""

    at: int
    records: int
    many: int
    changing: tuple[int, ...]


def group(made: Structure, rows: Cells) -> None:
    """Put `rows_with_same` and the part that repeats into a structure, where the rows show it.

    `rows` are the sample's, without header, as wide as its columns. Where every row has a number
    of its own besides, a person has to say what a record is: a note says so.
    """
    names = [one.name for one in made.columns]
    found = _found(rows, len(names)) if len(rows) >= _LEAST and PART not in names else None
    if found is None:
        return
    key = names[found.at]
    what = Text(f"« {key} » revient sur des lignes voisines ({found.many} fois sur "
                f"{found.records}), d'autres colonnes y restent les mêmes",
                f"`{key}` comes again on neighbouring rows ({found.many} times of "
                f"{found.records}), other columns stay the same there")  # fmt: skip
    own = next((name for at, name in enumerate(names) if _own(rows, at)), None)
    if own is not None:
        made.notes.append(Text(
            f"{what.fr}, mais « {own} » est propre à chaque ligne : à vous de dire si une fiche est "
            f"une ligne, ou un groupe (« rows_with_same: {key} » ; docs/fr/plusieurs-lignes.md)",
            f"{what.en}, but each row has its own `{own}`: you say whether a record is a row, or a "
            f"group (`rows_with_same: {key}`; docs/en/several-lines.md)",
        ))  # fmt: skip
        return
    made.settings.append(Setting("rows_with_same", key, Text(
        f"{what.fr} : une fiche ; ôtez cette ligne et la partie « {PART} » si chaque ligne en est une",
        f"{what.en}: one record; take out this line and the part `{PART}` if each row is one",
    )))  # fmt: skip
    changing = {names[at] for at in found.changing}
    made.columns = [
        *(one for one in made.columns if one.name not in changing),
        Column(PART, "repeated"),
        *(Column(f"{PART}/{name}", "optional") for name in names if name in changing),
    ]


def ungroup(made: Structure) -> None:
    """Take back what `group` did: of a table that is joined each row stands for itself."""
    made.settings = [one for one in made.settings if one.name != "rows_with_same"]
    made.columns = [Column(one.name.removeprefix(f"{PART}/"), one.rule)
                    for one in made.columns if one.name != PART]  # fmt: skip


def _found(rows: Cells, width: int) -> _Grouping | None:
    """The column with the most numbers that rows lie together by."""
    every = [one for at in range(width) if (one := _grouping(rows, at, width)) is not None]
    return max(every, key=lambda one: (one.records, -len(one.changing)), default=None)


def _grouping(rows: Cells, at: int, width: int) -> _Grouping | None:
    values = [row[at].strip() for row in rows]
    if not all(map(_numbered, values)):
        return None
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row[at].strip())]
    several = [run for run in runs if len(run) > 1]
    if (len(runs) != len(set(values)) or len(runs) < 2 or len(several) < _SHARE * len(runs)
            or len(rows) > _ROWS * len(runs)):  # fmt: skip
        return None
    observed = Observed("", repeated=False, values=[(0, value) for value in values])
    if date_order(observed) is not None:
        return None
    others = [other for other in range(width) if other != at]
    changing = tuple(other for other in others if any(_changes(run, other) for run in several))
    telling = [other for other in others
               if other not in changing and _changes(rows, other)]  # fmt: skip
    return _Grouping(at, len(runs), len(several), changing) if changing and telling else None


def _changes(rows: Cells, at: int) -> bool:
    return any(row[at].strip() != rows[0][at].strip() for row in rows)


def _own(rows: Cells, at: int) -> bool:
    """Each row has its own number there."""
    values = [row[at].strip() for row in rows]
    return len(set(values)) == len(values) and all(map(_numbered, values))


def _numbered(value: str) -> bool:
    return " " not in value and any(c.isdigit() for c in value)
