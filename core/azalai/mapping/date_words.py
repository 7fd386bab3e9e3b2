"""Dates in words: months by name, `vers 1972`, ranges; what is not exact stays so."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from azalai.errors import StepError
from azalai.records.identity import folded

from .dates import DateOrder, bounded, iso, read_any
from .digits import ascii_digits

# French and English names with their usual short forms (Unicode CLDR, locales fr and en); Arabic
# names of the Gregorian months as in Mauritania (CLDR ar-MR), Morocco, Algeria and Tunisia.
_MONTHS = (
    "janvier janv jan january يناير جانفي",
    "février févr fév february feb فبراير فيفري",
    "mars march مارس",
    "avril avr april apr أبريل إبريل أفريل",
    "mai may مايو ماي",
    "juin june jun يونيو يونيه جوان",
    "juillet juil juill july jul يوليو يوليه يوليوز جويلية",
    "août august aug أغسطس أغشت غشت أوت",
    "septembre sept sep september سبتمبر شتمبر شتنبر",
    "octobre oct october أكتوبر",
    "novembre nov november نوفمبر نونبر",
    "décembre déc december dec ديسمبر دجمبر دجنبر",
)
_NAMED = re.compile(
    r"(?:([0-9]{1,2})(?:er|ère|st|nd|rd|th)?[\s.-]+)?([^\W\d]+)\.?[\s,.-]+([0-9]{4})"
)
CIRCA = re.compile(
    r"(?i)(?:vers(?: le| l'an)?|environ|env\.?|circa|ca?\.|about|~|≈|حوالي|نحو)\s*(?=[\d\w])"
)
_RANGES = (
    re.compile(r"(?i)entre(?: le)? (.+?) et(?: le)? (.+)"),
    re.compile(r"(?i)(?:du|de|d') ?(.+?) (?:au|à|a) (.+)"),
    re.compile(r"(?i)between (.+?) and (.+)"),
    re.compile(r"(?i)from (.+?) to (.+)"),
    re.compile(r"(?i)بين (.+?) و ?(.+)"),
    re.compile(r"(.+?) (?:-|–|—|à|au|to) (.+)"),
    re.compile(r"([0-9]{4})\s*[-–—/]\s*([0-9]{4})"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """Which words a mapping declares for its column, beside the order of the numbers."""

    months: bool = False
    circa: bool = False
    ranges: bool = False


def plain_month(name: str) -> str:
    """A month's name without accents, points, apostrophes, hyphens, case and Arabic variants."""
    low = unicodedata.normalize("NFD", folded(name).lower())
    return " ".join(re.sub("[\u0300-\u036f.'’ʼ`]", "", low).replace("-", " ").split())


_NUMBERS = MappingProxyType(
    {plain_month(name): at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
)


def reader_in_words(
    orders: Sequence[DateOrder], words: Words, rule: str, *, partial: bool
) -> Callable[[str], dict[str, object]]:
    """A function from a text to the values of a `PartialDate`, its original and rule kept.

    After `vers`, and in a range, a year or a month alone is enough; elsewhere only with `partial`.
    Raises StepError: AZ-R103 for another writing, AZ-R102 for a day that does not exist and for a
    range that ends before it begins.
    """

    def one(text: str, *, loose: bool) -> tuple[str, str]:
        if words.months and (named := _named(text, loose=loose)) is not None:
            text = named
            return iso(*read_any(text, (_ISO, *orders), partial=loose))
        return iso(*read_any(text, orders, partial=loose))

    def read(text: str) -> dict[str, object]:
        rest = ascii_digits(bounded(text, orders[0].written)).strip()
        about = CIRCA.match(rest) if words.circa else None
        if about is not None:
            rest = rest[about.end() :]
        ends = _range(rest) if words.ranges else None
        found: dict[str, object] = {"circa": True} if about is not None else {}
        if ends is None:
            value, precision = one(rest, loose=partial or about is not None)
        else:
            (value, precision), (until, _) = (one(end.strip(), loose=True) for end in ends)
            _in_order(value, until)
            found["until"] = until
        found |= {"value": value, "precision": precision, "original": text, "rule": rule}
        return found

    return read


_ISO = DateOrder(
    "iso",
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})"),
    has_month=True,
    has_day=True,
)


def _named(text: str, *, loose: bool) -> str | None:
    """`12 janvier 1985` as `1985-01-12`, `janv. 1985` as `1985-01`; None where no month is named."""
    found = _NAMED.fullmatch(text)
    number = _NUMBERS.get(plain_month(found[2])) if found else None
    if found is None or number is None:
        return None
    if found[1] is None:
        return f"{found[3]}-{number:02}" if loose else f"{found[3]}-{number:02}-00"
    return f"{found[3]}-{number:02}-{int(found[1]):02}"


def _range(text: str) -> tuple[str, str] | None:
    for pattern in _RANGES:
        found = pattern.fullmatch(text)
        if found is not None:
            return found[1], found[2]
    return None


def _in_order(start: str, end: str) -> None:
    """A range ends after it begins, as far as both are known."""
    size = min(len(start), len(end))
    if end[:size] < start[:size] or end < start:
        raise StepError(
            "AZ-R102",
            ("la fin de l'intervalle précède son début", "the range ends before it begins"),
            ("corrigez la date à la source", "correct the date at its source"),
        )
