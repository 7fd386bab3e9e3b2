"""What a report says, before it is a PDF or a CSV: facts, tables, charts."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from azalai.records.labels import Labels

LANGUAGES = ("fr", "en", "ar")
LRI, PDI = "\u2066", "\u2069"
"""Unicode UAX #9: what stands between them keeps its own direction, left to right."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one a line."""

    rows: Sequence[tuple[str, str]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their heads. `widths` are shares of the page's width; columns in `numbers` are
    set at the far end; the last row is a sum where `total`. `empty` is what stands where there is
    no row: never "never sent"."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numbers: frozenset[int] = frozenset()
    total: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences; `strong` for the one that answers the question."""

    text: str
    title: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: `columns` stand (a day each), `bars` lie (a reason each). `series` names the parts
    that are stacked; each row is a label and one number a part."""

    title: str
    kind: Literal["columns", "bars"]
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


Block = Facts | Table | Prose | Chart


@dataclass(slots=True)
class Page:
    """One report in one language. `name` makes its files' names, without personal data; `band` is
    what each sheet bears at its top where the data are not real."""

    name: str
    language: str
    title: str
    subtitle: str
    blocks: list[Block] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    wide: bool = False
    band: str = ""
    basis: tuple[tuple[str, str], ...] = ()
    footer: str = ""

    @property
    def rtl(self) -> bool:
        """Whether it is read from right to left."""
        return self.language == "ar"

    def say(self, labels: Labels, /, **values: object) -> str:
        """A label in the page's language, its places filled."""
        return fill(labels, self.language, **values)


def fill(labels: Labels, language: str, /, **values: object) -> str:
    """A label in one language; in Arabic each value is set apart, so that no number, date or code
    in it is turned round by the words beside it."""
    return filled(getattr(labels, language), language, **values)


def filled(text: str, language: str, /, **values: object) -> str:
    """The same of a text that is in that language."""
    apart = (LRI, PDI) if language == "ar" else ("", "")
    return text.format(**{name: f"{apart[0]}{clean(str(value))}{apart[1]}"
                          for name, value in values.items()})  # fmt: skip


def clean(text: str) -> str:
    """A value as it may stand on a page: on one line, without marks that cannot be seen or that
    turn the text round; each of them is shown as U+FFFD."""
    plain = _SPACES.sub(" ", text).strip()
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join("\ufffd" if _hidden(mark) else mark for mark in plain)


def shortened(text: str, most: int) -> str:
    """At most so many characters, and how many more there are."""
    return text if len(text) <= most else f"{text[:most]}… (+{len(text) - most})"


def span(first: str, last: str) -> str:
    """Two days as a part of a file's name; one where they are the same."""
    return first if first == last else f"{first}-{last}"


def number(n: int, language: str) -> str:
    """Digits in groups of three: a narrow no-break space, in English a comma; none in Arabic."""
    if language == "ar":  # right to left, a space inside would turn 1 357 into 357 1
        return str(n)
    return f"{n:,}" if language == "en" else f"{n:,}".replace(",", "\u202f")


def plain(text: str) -> str:
    """Without the marks that `fill` sets, for what is not drawn."""
    return text.replace(LRI, "").replace(PDI, "")


def _hidden(mark: str) -> bool:
    return mark in _BIDI or unicodedata.category(mark) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (
        unicodedata.category(mark) == "Cf" and mark not in "\u200c\u200d"
    )  # fmt: skip
