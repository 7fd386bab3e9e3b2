"""A delimited sample: its delimiter, whether its first line is a header, its columns."""

import csv
from collections import Counter
from contextlib import suppress
from itertools import islice

from azalai.documents import NOTHING, Text
from azalai.drafting.grouping import group
from azalai.drafting.structure import Setting, Structure
from azalai.plugin.format import Column

DELIMITERS = (";", "\t", ",", "|")
_LOOKED_AT = 500
_TITLES = 20
_ENOUGH = 0.9
_SAMPLE_WORDS = ("tab", "\t")


def look(
    text: str, encoding: Setting, wish: str | None = None
) -> tuple[Structure | None, bool]:  # fmt: skip
    """The structure, or None where no delimiter gives rows of one width; and whether it is sure:
    wished for, or the same cells in every line, and more than two (no comma in a name does that) or
    under a header.
    """
    wanted = "\t" if wish in _SAMPLE_WORDS else wish
    found = [(share, width, mark, rows) for mark in ([wanted] if wanted else DELIMITERS)
             for share, width, rows in [_rows(text, mark)]
             if wanted or (width > 1 and share >= _ENOUGH)]  # fmt: skip
    if not found:
        return None, False
    share, width, mark, rows = max(found, key=lambda one: (round(one[0], 2), one[1]))
    above = _above(text, mark, width)
    rows = [row for row in rows if len(row) == width]
    others = [m for _, w, m, _ in found if m != mark and 2 * w >= width]
    why = NOTHING if wanted else _evidence(share, width, others)
    named = "tab" if mark == "\t" else mark
    names, header = _header(rows, width)
    settings = [encoding, Setting("delimiter", named, why), header]
    if above:
        settings.append(Setting("header_lines", str(above + 1), Text(
            f"{above} ligne(s) de titre au-dessus", f"{above} line(s) of title above")))  # fmt: skip
    made = Structure("delimited", settings, [Column(name, "optional") for name in names])
    group(made, rows[1:] if header.value == "first line" else rows)
    titled = header.value == "first line" and mark != ","  # a comma stands in names
    return made, bool(wanted) or (share == 1.0 and (width > 2 or titled))


def _above(text: str, mark: str, width: int) -> int:
    """How many lines stand above the first that has the common width."""
    for number, line in enumerate(text.splitlines()[:_TITLES]):
        if len(next(csv.reader([line], delimiter=mark), [])) == width:
            return number
    return 0


def _rows(text: str, mark: str) -> tuple[float, int, list[list[str]]]:
    """The share of rows that have the commonest width, that width, the rows."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # a cell too long: the reading of the sample says where
        rows += (row for row in islice(csv.reader(text.splitlines(), delimiter=mark), _LOOKED_AT)
                 if row)  # fmt: skip
    if not rows:
        return 0.0, 0, []
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return count / len(rows), width, rows


def _evidence(share: float, width: int, others: list[str]) -> Text:
    also = f" ({' '.join(others)} ?)" if others else ""
    percent = round(100 * share)
    return Text(f"{percent} % des lignes ont {width} cases{also}",
                f"{percent} % of the lines have {width} cells{also}")  # fmt: skip


def _header(rows: list[list[str]], width: int) -> tuple[list[str], Setting]:
    """A header has no empty cell, no double, no number, and none of its words below it."""
    cells = [cell.strip() for cell in rows[0]] if rows else []
    words = bool(cells) and all(cells) and len(set(cells)) == len(cells)
    words = words and not any(cell[:1].isdigit() for cell in cells)
    again = any(row[at].strip() == cell for row in rows[1:] for at, cell in enumerate(cells))
    if words and not again:
        why = Text("la première ligne n'a ni case vide, ni double, ni nombre",
                   "the first line has no empty cell, no double, no number")  # fmt: skip
        return cells, Setting("header", "first line", why)
    why = Text("la première ligne ressemble à une fiche : nommez les colonnes",
               "the first line looks like a record: name the columns")  # fmt: skip
    return [f"colonne_{n}" for n in range(1, width + 1)], Setting("header", "none", why)
