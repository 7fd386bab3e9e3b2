"""An invented machine readable zone: other letters and digits, check digits as good as before."""

import re
from random import Random

from .dates import date_order
from .inventing import same_date, same_shape
from .mrz import Layout, check_digit, layout_of

_SECOND_LINE = re.compile(r"[0-9A-Z<]{9}[0-9<][A-Z<]{3}[0-9<]{6}[0-9][A-Z<][0-9<]{6}.*")
_FIRST_LINES = ("P<", "V<")  # a passport's has a last check digit, a visa's has none
_DATE = tuple(order for order in (date_order("aammjj", 1930),) if order)
_KEPT = frozenset({"type", "state", "nationality", "sex"})  # codes, not about one person
_DATES = frozenset({"birth_date", "expires_on"})


def same_zone(text: str, years: int, chance: Random) -> str:
    """A zone like this one, or like its first or second line alone, of nobody.

    States, type and sex stay: they are codes. A check digit that was wrong stays wrong. What is
    no zone gets other letters and digits.
    """
    bare = re.sub(r"\s", "", text)
    before = ""
    if len(bare) in (36, 44):
        if not _SECOND_LINE.fullmatch(bare):
            return _again(text, bare[:5] + same_shape(bare[5:], chance))
        before = chance.choice(_FIRST_LINES).ljust(len(bare), "<")
    layout = layout_of(before + bare)
    if layout is None:
        return same_shape(text, chance)
    made = _invented(before + bare, layout, years, chance)
    return _again(text, made[len(before) :])


def _invented(zone: str, layout: Layout, years: int, chance: Random) -> str:
    out = list(same_shape(zone, chance))
    for name, (first, last) in layout.spans.items():
        part = zone[first:last]
        if name in _KEPT:
            out[first:last] = part
        elif name in _DATES and part.isdigit():
            out[first:last] = same_date(part, _DATE, years, chance)
    checks = [(at, (layout.spans[name],)) for name, at in layout.checked.items()]
    for at, spans in [*checks, *([(layout.last, layout.whole)] if layout.whole else [])]:
        was, now = (check_digit("".join("".join(one[a:b]) for a, b in spans))
                    for one in (zone, out))  # fmt: skip
        out[at] = zone[at]
        if zone[at].isdigit():
            out[at] = str((int(now) + int(zone[at]) - int(was)) % 10)
    return "".join(out)


def _again(text: str, made: str) -> str:
    """With the blanks and line ends that the text has."""
    letters = iter(made)
    return "".join(one if one.isspace() else next(letters) for one in text)
