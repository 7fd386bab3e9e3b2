"""An invented text of the same shape: never a letter or digit of the original in its place."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from random import Random

from .dates import DateOrder
from .name_words import plain_word

_VOWELS, _CONSONANTS = "aeiou", "bcdfgklmnprstvz"
_ACCENTED = "\u00e0\u00e2\u00e7\u00e9\u00e8\u00ea\u00eb\u00ee\u00ef\u00f4\u00f9\u00fb"
_ARABIC = (
    "\u0628\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637"
    "\u0638\u0639\u063a\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u064a"
)
_WORD = re.compile(r"[\w'\u2019.-]+")
_PAST_YEARS = 9
_LAST_SURE_DAY = 28  # every month has it


def same_shape(text: str, chance: Random, kept: Collection[str] = ()) -> str:
    """Letters for letters of the same script and case, digits for digits, all else as it is.

    `kept` are words of the language (`alias`, `ould`), folded: they say how a cell is written, not
    who it is about.
    """
    out, end = [], 0
    for word in _WORD.finditer(text):
        out.append(_letters(text[end : word.start()], chance))
        stays = plain_word(word.group()) in kept
        out.append(word.group() if stays else _letters(word.group(), chance))
        end = word.end()
    return "".join(out) + _letters(text[end:], chance)


def same_date(text: str, orders: Sequence[DateOrder], years: int, chance: Random) -> str:
    """A real date written like this one, `years` earlier, of another day and month; what was zero
    stays zero. A text that none of the orders reads keeps its words and gets other digits."""
    plain = "".join(_ascii(letter) for letter in text)
    for order in orders:
        for pattern in (order.pattern, order.without_day):
            found = pattern.fullmatch(plain)
            if found is not None:
                return _dated(text, found, years, chance)
    return _digits_only(text, years, chance)


def impossible_date(text: str, orders: Sequence[DateOrder], chance: Random) -> str | None:
    """A day that no calendar has, written like this one; None where no order fits the text."""
    plain = "".join(_ascii(letter) for letter in text)
    for order in orders:
        found = order.pattern.fullmatch(plain)
        if found is None or not (order.has_day and order.has_month):
            continue
        out = list(text)
        day = {"day": "31", "month": chance.choice(("02", "04", "06", "09", "11")),
               "year": _moved("year", found["year"], chance.randint(1, _PAST_YEARS), chance)}  # fmt: skip
        for part, value in day.items():
            begin, end = found.span(part)
            out[begin:end] = _like(value, text[begin:end])
        return "".join(out)
    return None


def earlier_by(chance: Random) -> int:
    """By how many years all dates of one row are moved, so that their order stays."""
    return chance.randint(1, _PAST_YEARS)


def _letters(text: str, chance: Random) -> str:
    return "".join(_other(letter, chance) for letter in text)


def _other(letter: str, chance: Random) -> str:
    """Another character of the same kind; what is neither letter nor digit stays."""
    if letter.isdecimal():
        zero = ord(letter) - unicodedata.decimal(letter)
        pool = range(1 if unicodedata.decimal(letter) else 0, 10)
        return chr(zero + chance.choice([n for n in pool if chr(zero + n) != letter] or [0]))
    if not letter.isalpha():
        return letter
    pool_of_letters = [one for one in _pool(letter) if one != letter]
    return chance.choice(pool_of_letters) if pool_of_letters else letter


@lru_cache(4096)
def _pool(letter: str) -> str:
    if "\u0621" <= letter <= "\u064a":
        return _ARABIC
    small = letter.lower()
    for pool in (_VOWELS, _CONSONANTS, _ACCENTED):
        if small in pool or (pool is _CONSONANTS and "a" <= small <= "z"):
            return pool.upper() if letter.isupper() else pool
    return _neighbours(letter)


def _neighbours(letter: str) -> str:
    """Letters of the same script and case, by their Unicode names, from the same block."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    start = ord(letter) & ~0x7F
    return "".join(
        one for one in map(chr, range(start, start + 0x80))
        if unicodedata.category(one) == unicodedata.category(letter)
        and unicodedata.name(one, "").partition(" ")[0] == script
    )  # fmt: skip


def _ascii(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _dated(text: str, found: re.Match[str], years: int, chance: Random) -> str:
    out = list(text)
    for part, value in found.groupdict().items():
        if value is not None:
            begin, end = found.span(part)
            out[begin:end] = _like(_moved(part, value, years, chance), text[begin:end])
    return "".join(out)


def _moved(part: str, value: str, years: int, chance: Random) -> str:
    number, width = int(value), len(value)
    if number == 0:
        return value
    if part == "year":
        return str((number - years) % 10**width).zfill(width)
    most = 12 if part == "month" else _LAST_SURE_DAY
    fits = [n for n in range(1, most + 1) if n != number and len(str(n)) <= max(width, 1)]
    if width == 1:  # `j/m/aaaa`: one digit stays one
        fits = [n for n in fits if n < 10] or fits
    return str(chance.choice(fits)).zfill(width)


def _digits_only(text: str, years: int, chance: Random) -> str:
    """Numbers in words' company: a year moves, a small number becomes another small one."""

    def one(found: re.Match[str]) -> str:
        value = "".join(map(_ascii, found.group()))
        part = "year" if len(value) == 4 else "month" if int(value) <= 12 else "day"
        return "".join(_like(_moved(part, value, years, chance), found.group()))

    return re.sub(r"\d+", one, text)


def _like(digits: str, model: str) -> list[str]:
    """ASCII digits in the digits of the model: Arabic-Indic stays Arabic-Indic."""
    return [
        chr(ord(mark) - unicodedata.decimal(mark) + int(digit)) if mark.isdecimal() else digit
        for digit, mark in zip(digits, model.ljust(len(digits), digits[-1]), strict=False)
    ]
