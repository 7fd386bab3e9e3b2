"""Bars as rectangles, lines and words: drawn by ourselves, as vectors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from azalai.reports.page import Chart

TEXT = 6.5
"""Points."""
COLUMNS_HIGH, BAR_HIGH, LEGEND = 42.0, 5.2, 5.0
"""Millimetres."""
_AXIS, _LABELS, _ENDS = 12.0, 62.0, 14.0
COLOURS = ((31, 78, 95), (214, 137, 62), (122, 140, 150), (176, 38, 32), (226, 202, 130))


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle (`fill`), a line (neither), or words; millimetres from the chart's top left."""

    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    fill: tuple[int, int, int] | None = None
    text: str | None = None
    align: Literal["L", "R", "C"] = "L"


def height(chart: Chart) -> float:
    """How much of the page it takes."""
    body = COLUMNS_HIGH + 5 if chart.kind == "columns" else BAR_HIGH * len(chart.rows)
    return body + (LEGEND if len(chart.series) > 1 else 0)


def shapes(chart: Chart, width: float, *, rtl: bool) -> Iterator[Shape]:
    """All of it, mirrored for a page that is read from right to left."""
    top = LEGEND if len(chart.series) > 1 else 0.0
    made = [*_legend(chart)] if top else []
    made += _columns(chart, width, top) if chart.kind == "columns" else _bars(chart, width, top)
    return (_mirrored(shape, width) if rtl else shape for shape in made)


def ticks(most: int) -> list[int]:
    """Up to five round numbers from 0 to at least `most`."""
    step = 1
    while step * 4 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return [step * at for at in range(5) if at == 0 or step * (at - 1) < max(most, 1)]


def _legend(chart: Chart) -> Iterator[Shape]:
    for at, name in enumerate(chart.series):
        x = _AXIS + at * 42.0
        yield Shape(x, 0.6, 2.6, 2.6, COLOURS[at % len(COLOURS)])
        yield Shape(x + 3.6, 0.2, 38.0, text=name)


def _columns(chart: Chart, width: float, top: float) -> Iterator[Shape]:
    marks = ticks(max((sum(values) for _, values in chart.rows), default=0))
    high, wide = COLUMNS_HIGH - 2, width - _AXIS
    for mark in marks:
        y = top + 2 + high * (1 - mark / marks[-1])
        yield Shape(_AXIS, y, wide)
        yield Shape(_AXIS - 1.5, y - 1.6, 10, text=str(mark), align="R")
    step = wide / max(len(chart.rows), 1)
    every = max(1, -(-len(chart.rows) // 16))
    for at, (label, values) in enumerate(chart.rows):
        x, y = _AXIS + at * step, top + 2 + high
        for part, n in enumerate(values):
            tall = high * n / marks[-1]
            y -= tall
            if n:
                yield Shape(x + step * 0.14, y, step * 0.72, tall, COLOURS[part % len(COLOURS)])
        if at % every == 0:
            yield Shape(x + step / 2, top + 2 + high + 0.8, step * every, text=label, align="C")


def _bars(chart: Chart, width: float, top: float) -> Iterator[Shape]:
    most = max((sum(values) for _, values in chart.rows), default=0) or 1
    wide = width - _LABELS - _ENDS
    for at, (label, values) in enumerate(chart.rows):
        x, y = _LABELS, top + at * BAR_HIGH
        yield Shape(_LABELS - 2, y + 0.7, _LABELS - 2, text=_cut(label), align="R")
        for part, n in enumerate(values):
            long = wide * n / most
            if n:
                yield Shape(x, y + 0.8, long, BAR_HIGH - 1.6, COLOURS[part % len(COLOURS)])
            x += long
        yield Shape(x + 1.2, y + 0.7, _ENDS, text=str(sum(values)))


def _cut(text: str) -> str:
    """What stands beside a bar, short enough for its place."""
    return text if len(text) <= 46 else f"{text[:45]}…"


def _mirrored(shape: Shape, width: float) -> Shape:
    if shape.text is None:
        return Shape(width - shape.x - shape.width, shape.y, shape.width, shape.height, shape.fill)
    other: Literal["L", "R", "C"] = {"L": "R", "R": "L", "C": "C"}[shape.align]  # type: ignore[assignment]
    return Shape(width - shape.x, shape.y, shape.width, shape.height, None, shape.text, other)
