"""Rows of one order of columns to records' bytes, many at once, in one loop of generated code."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count

import orjson

from azalai import clock
from azalai.plugin.format import Rows

from .code_periods import starts
from .inbound_fragments import Writer
from .inbound_model import InboundMapping
from .inbound_pieces import Unfit
from .results import Declared

LAYOUTS = 16
"""Orders of columns that are compiled for; an input has one, or a few that become more complete."""
SAMPLE, FEW = 500, 20
"""Rows that are looked at for texts that come again, and how many filled cells that takes."""
_PLACE = '(b\'%b%d,"line":%d,"offset":%d}\' % (head, number, line, where))'
_PART = '(b\'%b%d,"line":%d,"part":"%b[%d]"}\' % (head, number, line, path, where))'
_Make = Callable[..., None]


def row_maker(
    mappings: Sequence[InboundMapping], declared: Declared, *, on: date | None = None
) -> "RowMaker | None":
    """What makes records of `Rows`; None where only the plain path, `compile_feed`, does: several
    mappings or one that `takes:`, code lists read by the record's own day, repeated columns."""
    mapping, day = mappings[0], on or clock.now().date()
    dated = mapping.as_of is not None and starts(mapping.tables.values())
    if len(mappings) > 1 or mapping.takes is not None or dated:
        return None
    try:
        Writer(mapping, declared, day, with_meaning=False).write()
    except Unfit:
        return None
    return RowMaker(mapping, declared, day)


class RowMaker:
    """Makes records, without their meaning, of `Rows`."""

    def __init__(self, mapping: InboundMapping, declared: Declared, day: date) -> None:
        self._writing = (mapping, declared, day)
        self._layouts: dict[tuple[tuple[str, ...], bool, bool], tuple[Writer, _Make]] = {}

    def __call__(self, rows: Rows) -> list[bytes | None]:
        """The bytes of each row's record as the plain path makes them, or None: ask it."""
        made: list[bytes | None] = []
        layout = (rows.names, len(rows.cells) < FEW, rows.offsets is None)
        if layout not in self._layouts:
            if len(self._layouts) == LAYOUTS:
                return [None] * len(rows.cells)
            self._layouts[layout] = self._compiled(rows)
        writer, make = self._layouts[layout]
        where = rows.offsets if rows.offsets is not None else count(rows.nth)
        try:
            head = writer.placer.head(rows.digest)
            if rows.offsets is None:  # of all addresses the last is the longest
                writer.placer.place(rows.record(len(rows.cells) - 1).address)
        except ValueError:  # pydantic's: not a digest, or too long a path
            return [None] * len(rows.cells)
        if min(rows.number, rows.lines[0], rows.offsets[0] if rows.offsets else 0) < 0:
            return [None] * len(rows.cells)
        path = orjson.dumps(rows.path)[1:-1]
        make(zip(rows.cells, count(rows.number), rows.lines, where), head, path, made)
        return made

    def _compiled(self, rows: Rows) -> tuple[Writer, _Make]:
        mapping, declared, day = self._writing
        writer = Writer(mapping, declared, day, with_meaning=False, again=_again(rows),
                        place=_PART if rows.offsets is None else _PLACE)  # fmt: skip
        _, body, _ = writer.write()
        names = ", ".join(writer.cells.get(name, "_") for name in rows.names)
        absent = [f"{cell} = ''" for name, cell in writer.cells.items() if name not in rows.names]
        lines = [
            "def make(rows, head, path, made):",
            " add = made.append",
            *(f" {one}" for one in absent),
            f" for ({names},), number, line, where in rows:",
            "  try:",
            *(f"   {one}" for one in writer.out),
            f"   add({body})",
            "  except MemoryError:",
            "   raise",
            "  except Exception:",
            "   add(None)",
            "",
        ]
        return writer, writer.made("\n".join(lines))


def _again(rows: Rows) -> frozenset[str]:
    """The columns in which half of the filled cells, or more, come again."""
    found = set()
    for name, column in zip(rows.names, zip(*rows.cells[:SAMPLE], strict=True), strict=True):
        filled = [one for one in column if one]
        if len(filled) >= FEW and 2 * len(set(filled)) <= len(filled):
            found.add(name)
    return frozenset(found)
