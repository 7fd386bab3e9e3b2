"""What cells of plain sheets are: the markup that they may have, and the text it stands for."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from azalai.formats import workbook_cells

T = TypeVar("T")
_TEXT = re.compile(r"[^<\x00-\x08\x0b-\x1f\ufffe\uffff]*")
_KEPT, _KEPT_LENGTH = 50_000, 200
_REFERENCE = re.compile("&(#[0-9]{1,6}|#x[0-9A-Fa-f]{1,5}|[a-z]+);")
_NUMBER = re.compile("-?[0-9]{1,30}(?:[.][0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Unplain(Exception):  # noqa: N818 - caught where a sheet is read
    """Something that plain sheets do not hold: calamine is asked for the sheet."""


class Kept(dict[str, T]):
    """What was made of a markup, for the many cells that have the same one."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, markup: str) -> T:
        made = self._make(markup)
        if len(self) < _KEPT and len(markup) < _KEPT_LENGTH:
            self[markup] = made
        return made


def as_they_stand(markups: Iterable[str], without: str) -> bool:
    """Whether many texts are what stands between their tags: letters, no references, no blanks at
    the ends, none with `without` in it. False says that each needs a look."""
    whole = "|".join(("", *markups, ""))
    return (
        whole.isprintable() and "&" not in whole and "<" not in whole and without not in whole
        and "| " not in whole and " |" not in whole
    )  # fmt: skip


def text(markup: str) -> str:
    """The text of what stands between two tags, without its references.

    Raises Unplain where XML knows none such: another reference, a tag, a control character; and
    for a carriage return, which readers take in several ways.
    """
    if markup.isprintable() and "<" not in markup and "&" not in markup:
        return markup
    if not _TEXT.fullmatch(markup):
        raise Unplain
    return _REFERENCE.sub(_named, _only_references(markup)) if "&" in markup else markup


NUMBER = r"(?:0|-?[1-9][0-9]{0,8})(?:\.[0-9]{0,5}[1-9])?"
"""Numbers that are written as `number` gives them."""


def number(digits: str) -> str:
    """A number as the person who typed it would say it (`workbook_cells.text`).

    Raises Unplain for what is none, and for one that has lost digits.
    """
    found = workbook_cells.text(float(digits)) if _NUMBER.fullmatch(digits) else None
    if found is None:
        raise Unplain
    return found


def _only_references(markup: str) -> str:
    if markup.count("&") != len(_REFERENCE.findall(markup)):
        raise Unplain
    return markup


def _named(found: re.Match[str]) -> str:
    name = found.group(1)
    if not name.startswith("#"):
        if name not in _NAMED:
            raise Unplain
        return _NAMED[name]
    code = int("0" + name[1:], 16) if name.startswith("#x") else int(name[1:])
    if not (0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code in (9, 10)):
        raise Unplain
    return chr(code)
