"""The steps that read dates: order, calendar, words, ages; and `add`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from azalai.documents import Text
from azalai.errors import StepArgumentError, StepError

from .ages import birth_from_age, is_age
from .date_words import Words, reader_in_words
from .dates import (
    DateOrder,
    adder,
    date_order,
    duration,
    iso,
    not_written,
    read_any,
    serial_day,
)
from .expression import Call
from .hijri import either_date, gregorian_date, hijri_date, marked_date
from .step_model import Made, Run, Setting, Step

CalendarReader = Callable[..., dict[str, str]]
_CALENDARS: Mapping[str, CalendarReader] = MappingProxyType(
    {"hijri": hijri_date, "marked": marked_date, "gregorian": gregorian_date}
)
DAYS_KEPT = 32_768
"""The days of more than a century: dates repeat, and a reader gives a text the same value."""
READERS_KEPT = 64
_WORDS = frozenset({"months", "circa", "ranges"})
_SERIAL = "excel"


def _make_date(call: Call, setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    if not words:
        raise _how_to_write()
    if words[0].partition(" ")[0] in _CALENDARS:
        return _calendar(words, setting)
    if _SERIAL in words:
        return _with_serials(call, setting)
    rest = [word for word in words if word not in _WORDS and word != "partial"]
    base, rest = _base(rest)
    ages, rest = _ages(rest, base)
    orders = tuple(_order(word, base) for word in rest)
    if not orders:
        raise _how_to_write()
    _told_apart(orders)
    partial = "partial" in words
    if not partial and not all(order.has_day for order in orders):
        raise StepArgumentError(
            Text("sans jour, il faut « , partial »", "without a day, `, partial` is needed")
        )
    said = Words(**{word: True for word in words if word in _WORDS})
    if said != Words():
        read: Run = reader_in_words(orders, said, call.text, partial=partial)
    elif partial or setting.evidence or ages:
        read = _partial_reader(orders, call.text, partial=partial)
    else:
        return Made("date", _day_reader(orders))
    if ages is not None:
        return _with_ages(read, ages, call.text)
    if setting.evidence or partial or said.circa or said.ranges:
        return Made("partial_date", read)
    return Made("date", lambda text: read(text)["value"])


@lru_cache(READERS_KEPT)
def _known(orders: tuple[DateOrder, ...], *, partial: bool) -> Callable[[str], tuple[str, str]]:
    """One reader for all columns of the same orders: what one has read the others know."""

    @lru_cache(DAYS_KEPT)
    def known(text: str) -> tuple[str, str]:
        return iso(*read_any(text, orders, partial=partial))

    return known


def _day_reader(orders: tuple[DateOrder, ...]) -> Run:
    known = _known(orders, partial=False)
    return lambda text: known(text)[0]


def _partial_reader(orders: tuple[DateOrder, ...], rule: str, *, partial: bool) -> Run:
    known = _known(orders, partial=partial)

    def read(text: str) -> dict[str, str]:
        value, precision = known(text)
        return {"value": value, "precision": precision, "original": text, "rule": rule}

    return read


def _order(written: str, base: int | None) -> DateOrder:
    found = date_order(written, base)
    if found is None and date_order(written, 1900) is not None:
        raise StepArgumentError(
            Text(
                "une année à deux chiffres ne dit pas son siècle : ajoutez la première année "
                "possible, base 1930",
                "a year of two digits does not say its century: add the first year that it can "
                "be, base 1930",
            )
        )
    if found is None:
        raise _how_to_write()
    return found


def _told_apart(orders: Sequence[DateOrder]) -> None:
    """Two orders of one shape (`jj/mm/aaaa`, `mm/jj/aaaa`) would be a guess."""
    for at, one in enumerate(orders):
        for other in orders[:at]:
            if one.shape == other.shape and (
                list(one.pattern.groupindex) != list(other.pattern.groupindex)
            ):
                raise StepArgumentError(
                    Text(
                        f"{other.written} et {one.written} ne se distinguent pas : déclarez un "
                        "seul ordre",
                        f"{other.written} and {one.written} cannot be told apart: declare one "
                        "order",
                    )
                )


def _base(words: Sequence[str]) -> tuple[int | None, list[str]]:
    """The year after `base`, and the other words."""
    bases = [word for word in words if word.startswith("base ")]
    if not bases:
        return None, list(words)
    year = bases[0].removeprefix("base ").strip()
    if len(bases) > 1 or not (len(year) == 4 and year.isascii() and year.isdigit()):
        raise StepArgumentError(Text("s'écrit base 1930", "is written base 1930"))
    return int(year), [word for word in words if word not in bases]


def _ages(words: Sequence[str], base: int | None) -> tuple[DateOrder | None, list[str]]:
    """The order of the reference date after `ages`, and the other words."""
    ages = [word for word in words if word.startswith("ages ")]
    if not ages:
        return None, list(words)
    found = _order(ages[0].removeprefix("ages ").strip(), base)
    return found, [word for word in words if word not in ages]


def _with_ages(read: Run, order: DateOrder, rule: str) -> Made:
    """Two columns: a date or an age, and the day on which the age was true."""

    def either(cells: Sequence[str | None]) -> Any:
        text, day = cells
        if text is None:
            return None
        return birth_from_age(text, _reference(day, order), rule) if is_age(text) else read(text)

    return Made("partial_date", either, whole=True, columns=2)


def _with_serials(call: Call, setting: Setting) -> Made:
    """Beside the other orders, the day numbers of a spreadsheet; no order has five digits."""
    others = tuple(argument for argument in call.arguments if argument.text != _SERIAL)
    inner = _make_date(replace(call, arguments=others), setting) if others else None
    if inner is not None and inner.whole:
        raise _how_to_write()
    keeps = setting.evidence if inner is None else inner.gives == "partial_date"
    written = ", ".join(argument.text for argument in call.arguments)

    def read(text: str) -> Any:
        day = serial_day(text)
        if day is None:
            if inner is None:
                raise not_written(written)
            try:
                return inner.run(text)
            except StepError as err:
                raise not_written(written) if err.code == "AZ-R103" else err from None
        if not keeps:
            return day
        return {"value": day, "precision": "day", "original": text, "rule": call.text}

    return Made("partial_date" if keeps else "date", read)


def _make_age(call: Call, _setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    if len(words) == 1 and words[0].startswith("on "):
        return _age_on(words[0].removeprefix("on ").strip(), call.text)
    order = date_order(words[0]) if len(words) == 1 else None
    if order is None or not order.has_day:
        raise StepArgumentError(
            Text(
                "attend l'ordre de la date de référence, all(age, date) | age(jj/mm/aaaa), ou un "
                "jour fixe : age(on 2026-01-31)",
                "takes the order of the reference date, all(age, date) | age(dd/mm/yyyy), or a "
                "fixed day: age(on 2026-01-31)",
            )
        )

    def read(cells: Sequence[str | None]) -> Any:
        text, day = cells
        return None if text is None else birth_from_age(text, _reference(day, order), call.text)

    return Made("partial_date", read, whole=True, columns=2)


def _age_on(written: str, rule: str) -> Made:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise StepArgumentError(
            Text("attend un jour : age(on 2026-01-31)", "takes a day: age(on 2026-01-31)")
        ) from None
    return Made("partial_date", lambda text: birth_from_age(text, day, rule))


def _reference(text: str | None, order: DateOrder) -> date:
    if text is None:
        raise StepError(
            "AZ-R102",
            ("un âge sans date de référence", "an age without a reference date"),
            ("complétez la date à la source", "complete the date at its source"),
        )
    return date(*read_any(text, (order,), partial=False))


def _calendar(words: list[str], setting: Setting) -> Made:
    """One calendar (`hijri aaaa/mm/jj`), or two columns of which the first is Hijri."""
    if len(words) > 1 and words[0].startswith("hijri ") and words[1].startswith("gregorian "):
        return _two_calendars(words, setting)
    calendar, _, letters = words[0].partition(" ")
    order = date_order(letters.strip())
    partial = words[1:] == ["partial"]
    if order is None or (words[1:] and not partial) or not (order.has_day or partial):
        raise _how_to_write()
    read = _CALENDARS[calendar]
    if partial or setting.evidence:
        return Made("partial_date", lambda text: read(text, order, partial=partial))
    return Made("date", lambda text: read(text, order, partial=False)["value"])


def _two_calendars(words: list[str], setting: Setting) -> Made:
    hijri, gregorian = (date_order(word.partition(" ")[2].strip()) for word in words[:2])
    if hijri is None or gregorian is None or words[2:] not in ([], ["partial"]):
        raise StepArgumentError(
            Text(
                "s'écrit date(hijri aaaa/mm/jj, gregorian iso, partial)",
                "is written date(hijri yyyy/mm/dd, gregorian iso, partial)",
            )
        )
    partial = len(words) == 3
    keep = partial or setting.evidence

    def read(cells: list[str | None]) -> Any:
        found = either_date(cells, hijri, gregorian, partial=partial)
        return found if keep or found is None else found["value"]

    return Made("partial_date" if keep else "date", read, whole=True, columns=2)


def _make_add(call: Call, _setting: Setting) -> Made:
    found = duration(call.arguments[0].text) if len(call.arguments) == 1 else None
    if found is None:
        raise StepArgumentError(
            Text(
                "s'écrit add(5 years), add(6 months) ou add(30 days)",
                "is written add(5 years), add(6 months) or add(30 days)",
            )
        )
    return Made("date", adder(*found))


def _how_to_write() -> StepArgumentError:
    return StepArgumentError(
        Text(
            "attend l'ordre de la date : date(jj/mm/aaaa), date(aaaammjj), date(iso) ; "
            "« , partial » si le jour ou le mois peut manquer",
            "takes the date's order: date(dd/mm/yyyy), date(yyyymmdd), date(iso); "
            "`, partial` if the day or month may be missing",
        )
    )


DATES = (
    Step(
        "date",
        "date(jj/mm/aaaa, partial, months, circa, ranges, excel)",
        "text",
        "date",
        Text(
            "une date dans l'ordre déclaré ; partial : 00/00/1985 est l'année 1985 ; months : "
            "12 janvier 1985 ; circa : vers 1972 ; ranges : 1970-1975 ; excel : 46037, le numéro de "
            "jour d'un tableur ; base 1930 : l'année a deux chiffres ; hijri, marked ou gregorian devant l'ordre : le calendrier",
            "a date in the declared order; partial: 00/00/1985 is the year 1985; months: "
            "12 janvier 1985; circa: vers 1972; ranges: 1970-1975; excel: 46037, a spreadsheet's "
            "day number; base 1930: the year has two digits; hijri, marked or gregorian before the order: the calendar",
        ),
        _make_date,
    ),
    Step(
        "age",
        "age(jj/mm/aaaa)",
        "text",
        "partial_date",
        Text(
            "les années de naissance d'un âge à une date de référence : all(age, date) | "
            "age(jj/mm/aaaa), ou age(on 2026-01-31)",
            "the birth years of an age on a reference date: all(age, date) | age(dd/mm/yyyy), "
            "or age(on 2026-01-31)",
        ),
        _make_age,
    ),
    Step(
        "add", "add(5 years)", "date", "date", Text("une date plus tard", "a later date"), _make_add
    ),
)
