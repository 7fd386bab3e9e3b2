"""Delimited lines taken many at once, where each of them is one row."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from azalai.errors import FormatError
from azalai.formats import encodings, lines
from azalai.plugin.format import Rows


def cells_of(block: bytes, encoding: str, dialect: dict[str, Any]) -> list[list[str]] | None:
    """The cells of each line of `Lines.block`; None where it must be read line by line: a quoted
    line end, a NUL byte, a byte or quote out of place, no line end at the end."""
    if not block.endswith(b"\n") or b"\0" in block or len(block) > lines.MAX_LINE:
        return None
    try:
        text = encodings.decode_lines(block, encoding)
        cells = list(csv.reader(io.StringIO(text, newline="\n"), **dialect))
    except (FormatError, UnicodeDecodeError, csv.Error):
        return None
    return cells if len(cells) == block.count(b"\n") else None


def runs(
    block: bytes, cells: Sequence[list[str]], names: tuple[str, ...], digest: str, number: int,
    line: int, offset: int,
) -> Iterator[Rows | tuple[int, int, list[str]]]:  # fmt: skip
    """The rows of one block, where `line` and `offset` begin: those of the right width together;
    each other one, blank lines too, as its line, its byte and its cells.

    `number` is that of the first row; blank lines have none.
    """
    places = list(accumulate(map(len, io.BytesIO(block)), initial=offset))
    numbers, width, begin = range(line, line + len(cells)), len(names), 0
    others = [at for at, row in enumerate(cells) if len(row) != width]
    for at in (*others, len(cells)):
        if begin < at:
            yield Rows(digest, names, number, cells[begin:at], numbers[begin:at], places[begin:at])
            number += at - begin
        if at < len(cells):
            yield numbers[at], places[at], cells[at]
            number += bool(cells[at])
        begin = at + 1
