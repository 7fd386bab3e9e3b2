"""Plain xlsx sheets read row by row, without holding them (ECMA-376 part 1, 18.2, 18.4, 18.8)."""

import re
from collections.abc import Iterator, Sequence

from azalai.formats import workbook_xlsx
from azalai.formats.plain_cells import Unplain
from azalai.formats.plain_rows import Around
from azalai.formats.plain_xlsx_cells import kept, trimmed
from azalai.formats.plain_xlsx_rows import BLANK_ROWS, Rows
from azalai.formats.workbook_facts import MAX_CELLS
from azalai.formats.workbook_facts import number as column_number
from azalai.formats.workbook_zip import MARKUP, Parts

_BOOK, _STYLES, _SHARED = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
_SHEET = re.compile(rb"<sheetData/?>")
_BLANK_ROWS = re.compile(BLANK_ROWS.encode())
_STRINGS = re.compile(rb"<sst(?:\s[^<>]*[^<>/])?>")
_T = '<t(?: xml:space="preserve")?(?:/>|>[^<]*</t>)'
_FONT = """(?:<rPr>(?:<[A-Za-z]+(?: [A-Za-z]+="[^"<&]*")*/>)*</rPr>|<rPr/>)?"""
_SPOKEN = """<rPh(?: [A-Za-z]+="[0-9]*")*>""" + _T + "</rPh>"
_SPEAKING = """<phoneticPr(?: [A-Za-z]+="[A-Za-z0-9]*")*/>"""
_STRING = re.compile(f"<si>({_T}|(?:<r>{_FONT}{_T}</r>)+)(?:{_SPOKEN})*(?:{_SPEAKING})?")
_FONTS = re.compile("(<si><r>.*?)</si>", re.DOTALL)
_TEXTS = re.compile('<t( xml:space="preserve")?>([^<]*)</t>')
_SI, _T_END, _SI_END = "<si><t>", "</t>", "</t></si>"
_MERGED = re.compile(rb"""<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})\"""")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_WORDS = re.compile(
    r"""\[(?:\$[^\]"\\]*|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]|"[^"\\]*"|[\\_*][^A-Za-z"\\]"""
)
_DAYS = re.compile(r"[dmyhs/\-.,: ]*[dmyhs][dmyhs/\-.,: ]*(?:AM/PM)?(?:;@)?", re.IGNORECASE)
_SECTION = r"(?:General|(?:[0#?.,%@()+\-/ €$£]|E[+-])*)"
_DIGITS = re.compile(f"{_SECTION}(?:;-?{_SECTION})*")
_PLAIN_FORMATS = {*range(14), *range(37, 45), 48, 49}
_DAY_FORMATS = {*range(14, 23), 45, 47}
_FIRST_OWN = 164


class PlainXlsx:
    """A workbook whose sheets may be plain; every part but the sheets is proved at once.

    Raises Unplain where calamine must read it, FormatError as `Parts.markup`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        listed = workbook_xlsx.sheets(parts.markup)
        self._part = {name: part for part, name in listed.items()}
        self.names = list(self._part)
        others = [n for n in parts.names if n.casefold().endswith("sharedstrings.xml")]
        if len(listed) != len(self._part) or others not in ([], [_SHARED]):
            raise Unplain
        for name in parts.names - {*listed, *others}:
            if name.endswith(MARKUP):
                for _ in parts.markup(name):
                    pass
        self._kinds = _kinds(parts)
        self._shared: list[str | None] = _shared(parts) if others else [None, ""]
        self._merged: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}

    def filled(self, name: str) -> bool:
        """Whether there may be a cell. Unplain where its part is not there."""
        tail = b""
        for piece in self._markup(name):
            if _ANY_CELL.search(tail + piece):
                return True
            tail = piece[-20:]
        return False

    def prove(self, name: str) -> None:
        """Look through a sheet that is not read. FormatError."""
        for _ in self._markup(name):
            pass

    def rows(self, name: str) -> Iterator[Sequence[str]]:
        """The rows of a sheet from row 1 and column A on, each at least as long as those before.

        Raises Unplain before the first row that is not plain; the rows before it are what
        calamine would give.
        """
        around = Around(_SHEET, b"</sheetData>", b"</row>", none=b"<sheetData/>",
                        blank=_BLANK_ROWS)  # fmt: skip
        reader = Rows(self._shared, self._kinds)
        for rows in around.rows(self._parts, self._part[name]):
            yield from reader.read(rows)
        if b"<mergeCells" in around.after:
            found = _MERGED.findall(around.after)
            if len(found) != around.after.count(b"<mergeCell "):
                raise Unplain
            self._merged[name] = [_range(*map(bytes.decode, one)) for one in found]

    def merged(self, name: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """The merged ranges of a sheet that was read, counted from 0: first and last cell."""
        return self._merged.get(name, [])

    def _markup(self, name: str) -> Iterator[bytes]:
        if self._part[name] not in self._parts.names:
            raise Unplain
        return self._parts.markup(self._part[name])


def _shared(parts: Parts) -> list[str | None]:
    """The shared strings, None for one that is not plain; then None, and "" at the place -1."""
    found: list[str | None] = []
    for markup in Around(_STRINGS, b"</sst>", b"</si>").rows(parts, _SHARED):
        for place, part in enumerate(_FONTS.split(markup)):
            if place % 2:
                found.append(_shared_string(part))
            elif part:
                found += _bodies(part) or map(_shared_string, part.split("</si>")[:-1])
        if len(found) > MAX_CELLS:
            raise Unplain
    return [*found, None, ""]


def _shared_string(markup: str) -> str | None:
    """A string's text, of all its fonts, without how it is spoken (18.4.4, 18.4.6)."""
    body = markup[len(_SI) : -len(_T_END)]
    if (
        markup.startswith(_SI) and markup.endswith(_T_END) and body == body.strip()
        and body.isprintable() and not ("<" in body or "&" in body or "_x" in body)
    ):  # fmt: skip
        return body
    found = _STRING.fullmatch(markup)
    if found is None:
        return None
    try:
        return "".join(
            (kept if blanks else trimmed)(shown) for blanks, shown in _TEXTS.findall(found.group(1))
        )
    except Unplain:
        return None


def _bodies(markup: str) -> list[str] | None:
    """The texts of many strings, None where one of them is more than its letters."""
    count = markup.count(_SI_END + _SI) + 1
    plain = (
        markup.count("<") == 4 * count
        and markup.startswith(_SI) and markup.endswith(_SI_END)
        and markup.isprintable() and "&" not in markup and "_x" not in markup
        and f"{_SI} " not in markup and f" {_SI_END}" not in markup
    )  # fmt: skip
    return markup[len(_SI) : -len(_SI_END)].split(_SI_END + _SI) if plain else None


def _kinds(parts: Parts) -> list[str]:
    """What a number is by each cell style: a `number`, a `day`, or `other`. Styles are few: the
    part is held; Unplain where it is not."""
    book = workbook_xlsx.small(parts.markup(_BOOK))
    if any(one.get("date1904") not in (None, "0", "false") for one in book.iter("{*}workbookPr")):
        raise Unplain
    if _STYLES not in parts.names:
        return ["number"]
    data = b"".join(parts.markup(_STYLES))
    if len(data) > workbook_xlsx.MAX_SMALL:
        raise Unplain
    styles = workbook_xlsx.small(iter((data,)))
    codes = {
        str(one.get("numFmtId")): str(one.get("formatCode")) for one in styles.iter("{*}numFmt")
    }
    cells = styles.find("{*}cellXfs")
    return [_kind(str(one.get("numFmtId", "0")), codes) for one in (() if cells is None else cells)]


def _kind(identity: str, codes: dict[str, str]) -> str:
    code = codes.get(identity)
    if code is not None and identity.isdigit() and int(identity) < _FIRST_OWN:
        return "other"
    if code is not None:
        bare = _WORDS.sub("", code)
        if _DIGITS.fullmatch(bare):
            return "number"
        return "day" if _DAYS.fullmatch(bare) else "other"
    if identity.isdigit() and int(identity) in _PLAIN_FORMATS:
        return "number"
    return "day" if identity.isdigit() and int(identity) in _DAY_FORMATS else "other"


def _range(left: str, top: str, right: str, bottom: str) -> tuple[tuple[int, int], tuple[int, int]]:
    return (int(top) - 1, column_number(left)), (int(bottom) - 1, column_number(right))
