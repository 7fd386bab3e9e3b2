"""A report as PDF pages: A4, our own font inside, Arabic from right to left."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from azalai.reports import charts
from azalai.reports.page import LRI, PDI, Block, Chart, Facts, Page, Prose, Table

FONTS = Path(__file__).with_name("fonts")
FONT = "DejaVu"
MARGIN, FOOT = 15.0, 17.0
BODY, SMALL, HEAD = 9.0, 7.5, 14.0
"""Points."""
LINES_MAX = 14
"""Lines of one cell; what is longer ends in dots, the CSV has all of it."""
INK, PALE, RULE, BAND = (20, 24, 28), (95, 103, 110), (190, 196, 202), (176, 38, 32)


def to_pdf(page: Page, made: datetime) -> bytes:
    """The report's bytes: the same page and time give the same bytes."""
    sheet = _Sheet(page, made)
    sheet.add_page()
    _opening(sheet)
    for block in page.blocks:
        draw(sheet, block)
    _closing(sheet)
    data = bytes(sheet.output())
    sheet.close_fonts()
    return data


class _Sheet(FPDF):
    """The pages being drawn, and where text stands on them."""

    def __init__(self, page: Page, made: datetime) -> None:
        super().__init__(orientation="L" if page.wide else "P", format="A4")
        self.report = page
        self.known: dict[tuple[str, str, float, float], list[str]] = {}
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FONT, style, FONTS / file)
        self.glyphs = frozenset({*self._files()[0].cmap, ord(LRI), ord(PDI)})
        self.set_creation_date(made)
        self.set_title(page.title)
        self.set_lang(page.language)
        self.set_creator("azalai")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=False)
        self.c_margin = 0
        self.set_text_shaping(True, direction="rtl" if page.rtl else "ltr")
        self.shaping = self.text_shaping

    def _files(self) -> list[TTFFont]:
        return [font for font in self.fonts.values() if isinstance(font, TTFFont)]

    def close_fonts(self) -> None:
        """Let go of the fonts' files, which the library leaves open."""
        for font in self._files():
            font.close()

    @property
    def bottom(self) -> float:
        """Where a page's text ends."""
        return float(self.h) - FOOT

    def header(self) -> None:
        """Of each page: whose it is, and that the data are invented where they are."""
        top = self.report
        self.set_y(8)
        if top.band:
            self.set_fill_color(*BAND)
            self.rect(0, 0, self.w, 5.5, style="F")
            self.set_y(0.6)
            self.text_line(top.band, size=SMALL, style="B", colour=(255, 255, 255), align="C")
        if self.page_no() > 1:
            self.set_y(8)
            self.text_line(f"{top.title} — {top.subtitle}", size=SMALL, colour=PALE)
        self.set_y(MARGIN)

    def footer(self) -> None:
        """Of each page: the checkpoint that it rests on, and its number."""
        self.set_y(-12)
        self.set_draw_color(*RULE)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.set_y(-10.5)
        self.text_line(self.report.footer, size=6.5, colour=PALE)
        self.set_y(-10.5)
        self.text_line(f"{self.page_no()} / {{nb}}", size=6.5, colour=PALE, far=True)

    def room(self, height: float) -> None:
        """A new page where less than this is left."""
        if self.get_y() + height > self.bottom:
            self.add_page()

    def pen(self, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        """The font and colour of what is written next."""
        self.set_font(FONT, style, size)
        self.set_text_color(*colour)

    def text_line(
        self, text: str, *, size: float = BODY, style: str = "",
        colour: tuple[int, int, int] = INK, x: float | None = None, width: float | None = None,
        far: bool = False, align: str | None = None,
    ) -> None:  # fmt: skip
        """One line at the present height, from where the language begins (`far`: at its end)."""
        self.pen(size, style, colour)
        self.set_x(MARGIN if x is None else x)
        side = align or ("L" if far == self.report.rtl else "R")
        self.cell(self.epw if width is None else width, _height(size), self.shown(text), align=side,
                  new_x=XPos.LEFT, new_y=YPos.NEXT)  # fmt: skip

    def shown(self, text: str) -> str:
        """What the font can show of it. Only what needs it is shaped, which takes long: letters
        that join, marks that combine, what is read from right to left."""
        made = "".join(mark if ord(mark) in self.glyphs else "\u25a1" for mark in text)
        simple = all(mark < "\u0300" or "\u2010" <= mark <= "\u2027" or mark == "\u202f"
                     for mark in made)  # fmt: skip
        self.text_shaping = None if simple else self.shaping
        return made

    def lines(self, text: str, width: float, size: float, style: str = "") -> list[str]:
        """A text broken to a width."""
        key = (text, style, size, round(width, 2))
        if key not in self.known:
            self.pen(size, style)
            shown = self.shown(text)
            whole = self.get_string_width(shown) <= width
            found: Any = [shown] if whole else self.multi_cell(
                width, 5, shown, dry_run=True, output="LINES", padding=0)  # fmt: skip
            self.known[key] = [line for line in found if line.strip()] or [""]
        return self.known[key]

    def paragraph(
        self, text: str, *, size: float = BODY, style: str = "",
        colour: tuple[int, int, int] = INK, x: float | None = None, width: float | None = None,
    ) -> None:  # fmt: skip
        """A text over as many lines as it needs; never one line alone on a page."""
        found = self.lines(text, self.epw if width is None else width, size, style)
        self.room(_height(size) * min(len(found), 3))
        for line in found:
            self.room(_height(size))
            self.text_line(line, size=size, style=style, colour=colour, x=x, width=width)


def _height(size: float) -> float:
    """A line's height in millimetres."""
    return size * 0.5


def _opening(sheet: _Sheet) -> None:
    page = sheet.report
    sheet.paragraph(page.title, size=HEAD, style="B")
    sheet.paragraph(page.subtitle, size=BODY, colour=PALE)
    sheet.ln(1.5)
    sheet.set_draw_color(*INK)
    sheet.line(MARGIN, sheet.get_y(), sheet.w - MARGIN, sheet.get_y())
    sheet.ln(3)


def _closing(sheet: _Sheet) -> None:
    """What it rests on and what it does not say, together on one page where they fit."""
    page = sheet.report
    limits = sum(len(sheet.lines(f"• {text}", sheet.epw, SMALL)) for text in page.limits)
    height = limits * _height(SMALL) + len(page.basis) * (_height(SMALL) + 0.4) + 4
    sheet.room(min(height, sheet.bottom - MARGIN))
    draw(sheet, Facts(page.basis), small=True)
    for limit in page.limits:
        sheet.paragraph(f"• {limit}", size=SMALL, colour=PALE)


def draw(sheet: _Sheet, block: Block, *, small: bool = False) -> None:
    """One block, and the space after it."""
    if isinstance(block, Facts):
        _facts(sheet, block, SMALL if small else BODY)
    elif isinstance(block, Table):
        _table(sheet, block)
    elif isinstance(block, Chart):
        _chart(sheet, block)
    else:
        _prose(sheet, block)
    sheet.ln(3.5)


def _title(sheet: _Sheet, text: str, follows: float) -> None:
    if text:
        sheet.room(_height(BODY) + 1 + follows)
        sheet.paragraph(text, style="B", size=BODY + 0.5)
        sheet.ln(1)


def _prose(sheet: _Sheet, block: Prose) -> None:
    _title(sheet, block.title, 2 * _height(BODY))
    sheet.paragraph(block.text, style="B" if block.strong else "", size=BODY)


def _facts(sheet: _Sheet, block: Facts, size: float) -> None:
    _title(sheet, block.title, _height(size))
    name = sheet.epw * (0.2 if sheet.report.wide else 0.26)
    value = sheet.epw - name - 2
    starts = (MARGIN + value + 2, MARGIN) if sheet.report.rtl else (MARGIN, MARGIN + name + 2)
    for label, text in block.rows:
        left, right = sheet.lines(label, name, size), sheet.lines(text, value, size)[:LINES_MAX]
        sheet.room(max(len(left), len(right)) * _height(size))
        top = sheet.get_y()
        for x, width, found, colour in ((starts[0], name, left, PALE),
                                        (starts[1], value, right, INK)):  # fmt: skip
            sheet.set_y(top)
            for line in found:
                sheet.text_line(line, size=size, colour=colour, x=x, width=width)
        sheet.set_y(top + max(len(left), len(right)) * _height(size) + 0.4)


def _chart(sheet: _Sheet, block: Chart) -> None:
    height = charts.height(block)
    _title(sheet, block.title, height)
    top = sheet.get_y()
    for shape in charts.shapes(block, sheet.epw, rtl=sheet.report.rtl):
        x, y = MARGIN + shape.x, top + shape.y
        if shape.text is not None:
            sheet.set_y(y)
            width = shape.width or 40.0
            left = {"L": x, "R": x - width, "C": x - width / 2}[shape.align]
            [line, *_] = sheet.lines(shape.text, 400, charts.TEXT)
            sheet.text_line(line, size=charts.TEXT, colour=PALE, x=left, width=width,
                            align=shape.align)  # fmt: skip
        elif shape.fill is None:
            sheet.set_draw_color(*RULE)
            sheet.set_line_width(0.15)
            sheet.line(x, y, x + shape.width, y + shape.height)
            sheet.set_line_width(0.2)
        else:
            sheet.set_fill_color(*shape.fill)
            sheet.rect(x, y, shape.width, shape.height, style="F")
    sheet.set_y(top + height)


def _table(sheet: _Sheet, block: Table) -> None:
    widths = _widths(sheet, block)
    _title(sheet, block.title, 8 * _height(SMALL))
    if not block.rows:
        sheet.paragraph(block.empty, size=BODY)
        return
    _row(sheet, block, block.head, widths, style="B", fill=True)
    for at, row in enumerate(block.rows):
        last = block.total and at == len(block.rows) - 1
        height = _row_height(sheet, row, widths, "B" if last else "")
        follows = height if at < len(block.rows) - 2 else 2 * height  # no last row alone on a page
        if sheet.get_y() + follows > sheet.bottom:
            sheet.add_page()
            _row(sheet, block, block.head, widths, style="B", fill=True)
        _row(sheet, block, row, widths, style="B" if last else "")


def _widths(sheet: _Sheet, block: Table) -> list[float]:
    """The columns' shares of the page; none is narrower than the longest word of its head."""
    sheet.pen(SMALL, "B")
    least = [max(sheet.get_string_width(sheet.shown(word)) for word in head.split() or ["-"]) + 2.6
             for head in block.head]  # fmt: skip
    whole = sum(block.widths)
    widths = [sheet.epw * share / whole for share in block.widths]
    short = sum(max(0.0, need - width) for need, width in zip(least, widths, strict=True))
    spare = sum(max(0.0, width - need) for need, width in zip(least, widths, strict=True))
    give = min(1.0, short / spare) if spare else 0.0
    return [width - give * (width - need) if width > need else need
            for need, width in zip(least, widths, strict=True)]  # fmt: skip


def _cells(sheet: _Sheet, row: Any, widths: list[float], style: str) -> list[list[str]]:
    found = [sheet.lines(text, width - 2, SMALL, style)
             for text, width in zip(row, widths, strict=True)]  # fmt: skip
    return [lines if len(lines) <= LINES_MAX else [*lines[: LINES_MAX - 1], "…"] for lines in found]


def _row_height(sheet: _Sheet, row: Any, widths: list[float], style: str) -> float:
    return max(map(len, _cells(sheet, row, widths, style))) * _height(SMALL) + 1.4


def _row(
    sheet: _Sheet, block: Table, row: Any, widths: list[float], *, style: str, fill: bool = False
) -> None:
    cells = _cells(sheet, row, widths, style)
    height = max(map(len, cells)) * _height(SMALL) + 1.4
    sheet.room(height)
    top = sheet.get_y()
    if fill:
        sheet.set_fill_color(236, 239, 241)
        sheet.rect(MARGIN, top, sheet.epw, height, style="F")
    x = sheet.w - MARGIN if sheet.report.rtl else MARGIN
    for at, (lines, width) in enumerate(zip(cells, widths, strict=True)):
        left = x - width if sheet.report.rtl else x
        sheet.set_y(top + 0.7)
        for line in lines:
            sheet.text_line(line, size=SMALL, style=style, x=left + 1, width=width - 2,
                            far=at in block.numbers)  # fmt: skip
        x += -width if sheet.report.rtl else width
    sheet.set_draw_color(*RULE)
    sheet.line(MARGIN, top + height, sheet.w - MARGIN, top + height)
    sheet.set_y(top + height)
