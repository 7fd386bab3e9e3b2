"""Cells of plain xlsx sheets: their markup, and what it says (ECMA-376 part 1, 18.3.1, 18.18.11)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from azalai.formats import workbook_cells
from azalai.formats.plain_cells import Kept, Unplain, as_they_stand, number, text

NONE = "\x0b-1"
"""What no part may hold: it stands for the value of a cell that is empty. int() takes it for the
last place."""
NEXT = '(?:<c r="([A-Z]{1,3}))?'
BLANK = '(?: s="[0-9]+")?/>'
COMPUTED = "<f>"
"""Stands after what is before the value of a cell that has a formula."""
_ANY = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_SAID = f"(?:/>|>{_ANY}(?:&(?:amp|lt|gt|quot|apos);{_ANY})*</f>)"
_F = rf'<f(?: (?:aca|ca|si|ref)="[A-Za-z0-9]*"| t="(?:shared|array)")*{_SAID}'
_SHARED_F = rf'<f(?= t="shared")(?: (?:aca|ca|si|ref)="[A-Za-z0-9:]*"| t="shared")*{_SAID}'
_VALUES = {
    "s": "<v>([0-9]+)</v>", "str": r"<v>([^<\x0b]*)</v>", "b": "<v>([01])</v>",
    "e": "<v>(#[A-Z0-9/_?!]+)</v>", "inlineStr": r"<is><t>([^<\x0b]*)</t></is>",
}  # fmt: skip
_NUMERIC = r"<v>([^<\x0b]+)</v>"
_EMPTY = re.compile(
    rf'(?: s="[0-9]{{1,6}}")?(?: t="(?!e")[A-Za-z]+")?(?:/>|>(?:<v></v>|<v/>)?</c>){NEXT}'
)
_CELL = re.compile(
    rf'([^<>]*)>({_F}|{_SHARED_F})?(?:<v( xml:space="preserve")?>([^<]*)</v>|<v/>|(<is>)(?:<t( xml:space="preserve")?>([^<]*)</t>)</is>|)</c>'
    + NEXT
)
_ERROR = re.compile("#[A-Z0-9/_?!]+")
_OPENING = re.compile(
    '(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str|inlineStr)")?(?: cm="[0-9]+")?(?: vm="[0-9]+")?'
)
_NO_LEAP_DAY = 60  # the serial day that 1900 has not
_MAX_DAY = 2_958_466  # 1 January 10000
_EPOCH = datetime.fromisoformat("1899-12-30")  # of no zone
_SERIAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,17})?(?:[eE]-[0-9]{1,2})?")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_KEPT_BLANKS = "<t>"
_WHITE = " \t\n\r"
Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `key` is what stands before its value, None where no pattern is made of it; `next`
    the column of the next one."""

    key: str | None
    text: str
    next: str | None
    error: bool = False
    formula: bool = False
    unsaved: bool = False


class Cells:
    """Reads the cells of one sheet. `shared` holds the strings, None for one that is not plain,
    and "" at the place -1; `kinds` what a number is in each style."""

    def __init__(self, shared: Sequence[str | None], kinds: list[str]) -> None:
        self._shared, self._kinds = shared, kinds
        self._strings = len(shared) - 2
        self._odd = None in shared[: self._strings]
        self._tables: dict[str, Table] = {
            "number": _table(number), "day": _table(_day), "str": _table(kept),
            "b": _table(_truth), "e": _table(_error),
        }  # fmt: skip
        self._openings = Kept(self._opening)

    def read(self, markup: str) -> Cell:
        """A cell after its reference, up to the next one's. Unplain."""
        if found := _EMPTY.fullmatch(markup):
            return Cell(None, "", found.group(1))
        found = _CELL.fullmatch(markup)
        if found is None:
            raise Unplain
        opening, formula, spaced, value, inline, blanks, shown, column = found.groups()
        kind, computed = self._openings[opening], formula is not None
        if not value and inline is None:
            unsaved = computed and kind not in ("str", "e")
            return Cell(None, "", column, kind == "e", computed, unsaved)
        if (kind == "inlineStr") != (inline is not None) or (spaced and kind != "str"):
            raise Unplain
        if inline is not None and computed:  # read as a formula without a saved result
            raise Unplain
        key = opening + COMPUTED * computed + _KEPT_BLANKS * bool(blanks)
        if inline is not None:
            said = (kept if blanks else trimmed)(shown or "")
        else:
            said = self._string(value) if kind == "s" else self._tables[kind][value]
        return Cell(None if spaced else key, said, column, kind == "e", computed)

    def pattern(self, key: str) -> tuple[str, str]:
        """What a cell with this before its value may be after its reference, with the value as a
        group; and the kind of the value."""
        blanks = key.endswith(_KEPT_BLANKS)
        head = key.removesuffix(_KEPT_BLANKS)
        opening = head.removesuffix(COMPUTED)
        kind = self._openings[opening]
        value = _VALUES.get(kind, _NUMERIC)
        if blanks:
            value, kind = value.replace("<t>", '<t xml:space="preserve">'), "str"
        return f"{opening}>{_F if head != opening else ''}{value}</c>", kind

    def texts(self, kind: str, values: Sequence[str]) -> Sequence[str]:
        """The texts of many values of one kind. A LookupError or Unplain where one of them must be
        read by itself."""
        if kind == "s":
            places = [*map(int, values)]
            found = [*map(self._shared.__getitem__, places)]
            if max(places) >= self._strings or (self._odd and None in found):
                raise Unplain
            return found  # type: ignore[return-value]  # none of them is None
        if kind in ("str", "inlineStr"):
            return _texts(values, trimmed if kind == "inlineStr" else kept)
        return [*map(self._tables[kind].__getitem__, values)]

    def _string(self, index: str) -> str:
        """A shared string by its number."""
        if not index.isascii() or not index.isdigit() or int(index) >= self._strings:
            raise Unplain
        shared = self._shared[int(index)]
        if shared is None:
            raise Unplain
        return shared

    def _opening(self, markup: str) -> str:
        """What a cell with these attributes holds: a type, or a number's kind."""
        found = _OPENING.fullmatch(markup)
        if found is None or int(found.group(1) or 0) >= len(self._kinds):
            raise Unplain
        kind = found.group(2) or "n"
        kind = self._kinds[int(found.group(1) or 0)] if kind == "n" else str(kind)
        if kind == "other":
            raise Unplain
        return kind


def _table(make: Callable[[str], str]) -> Table:
    """What is made of a cell's value; an absent cell is empty."""
    made = Kept(make)
    made[NONE] = ""
    return made


def _truth(value: str) -> str:
    if value not in ("0", "1"):
        raise Unplain
    return "true" if value == "1" else "false"


def _error(value: str) -> str:
    """An error has no text."""
    if not _ERROR.fullmatch(value):
        raise Unplain
    return ""


def _day(value: str) -> str:
    """The day of a serial number, with its time if it has one; below 1, a time."""
    if not _SERIAL.fullmatch(value) or not 0 <= (days := float(value)) < _MAX_DAY:
        raise Unplain
    at = _EPOCH + timedelta(days=1 <= days < _NO_LEAP_DAY, milliseconds=round(days * 86_400_000))
    found = workbook_cells.text(at.time() if days < 1 else at)
    if found is None:
        raise Unplain
    return found


def _texts(values: Sequence[str], make: Callable[[str], str]) -> list[str]:
    """The texts of many cells that hold their own."""
    found = ["" if one == NONE else one for one in values]
    return found if as_they_stand(found, "_x") else [*map(make, found)]


def trimmed(markup: str) -> str:
    """A text without the blanks at its ends."""
    return kept(markup).strip(_WHITE)


def kept(markup: str) -> str:
    """A text with the blanks at its ends. Unplain where it holds an escape (18.4.12, ST_Xstring)."""
    if "_x" in markup and _ESCAPE.search(markup):
        raise Unplain
    return text(markup)
