"""Hijri dates (Umm al-Qura, 1343-1500 AH) as Gregorian days or honest ranges."""

import re

from hijridate import Hijri

from azalai.errors import StepError

from .date_words import plain_month
from .dates import DateOrder, bounded, iso, read_date
from .digits import ascii_digits

FIRST_YEAR, LAST_YEAR = 1343, 1500
RULE = "hijri umm_al_qura"
_HIJRI_MARK = re.compile(r"\s*(?:هـ|ه|A\.?H\.?|H)\.?$")
_GREGORIAN_MARK = re.compile(r"\s*(?:م|A\.?D\.?|G)\.?$")
# Arabic names and the spellings of French and English pages about the calendar, folded: without
# accents, apostrophes and hyphens, `el` written `al`, alef and hamza variants by their letter.
_MONTHS = (
    "محرم; المحرم; mouharram; moharram; muharram",
    "صفر; safar",
    "ربيع الأول; rabia al awal; rabia al awwal; rabi al awal; rabi al awwal",
    (
        "ربيع الثاني; ربيع الآخر; rabia ath thani; rabia al thani; rabi ath thani; rabi al thani; "
        "rabi at tani; rabia al akhir; rabi al akhir"
    ),
    (
        "جمادى الأولى; جمادى الأول; joumada al oula; joumada al awal; djoumada al oula; jumada al ula; "
        "jumada al awwal"
    ),
    (
        "جمادى الآخرة; جمادى الثانية; جمادى الثاني; joumada ath thania; joumada al thania; "
        "joumada ath thani; djoumada at tania; jumada al akhira; jumada al thani; jumada al thaniya"
    ),
    "رجب; rajab; radjab",
    "شعبان; chaabane; chaaban; shaban; shaaban",
    "رمضان; ramadan; ramadhan",
    "شوال; chawwal; chawal; shawwal; shawal",
    "ذو القعدة; ذي القعدة; dhou al qida; dhou al qada; dou al qada; dhu al qada; dhu al qadah",
    "ذو الحجة; ذي الحجة; dhou al hijja; dhou al hidja; dou al hidjia; dhu al hijja; dhu al hijjah",
)
_NUMBERS = {
    plain_month(name): at for at, names in enumerate(_MONTHS, 1) for name in names.split("; ")
}
_NAMED = re.compile(r"(?:([0-9]{1,2})\s+)?(\D+?)\s+([0-9]{4})")


def hijri_date(text: str, order: DateOrder, *, partial: bool) -> dict[str, str]:
    """A Hijri text as `PartialDate` values; a year or month alone is a Gregorian range.

    Raises StepError for another writing (AZ-R103), a year outside 1343-1500 and a day that the
    month does not have (AZ-R102). Conversion: Umm al-Qura, by hijridate.
    """
    plain = _HIJRI_MARK.sub("", ascii_digits(bounded(text, order.written)))
    year, month, day = read_hijri(plain, order, partial=partial)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong(
            f"l'année hégirienne n'est pas entre {FIRST_YEAR} et {LAST_YEAR}",
            f"the Hijri year is not between {FIRST_YEAR} and {LAST_YEAR}",
        )
    if day > Hijri(year, month or 1, 1).month_length():
        raise _wrong(
            f"ce mois hégirien n'a que {Hijri(year, month, 1).month_length()} jours",
            f"this Hijri month has only {Hijri(year, month, 1).month_length()} days",
        )
    first, last = _ends(year, month, day)
    size = 10 if day else 7 if month else 4
    found = {
        "value": first[:size],
        "precision": "day" if day else "month" if month else "year",
        "calendar": "hijri",
        "original": text,
        "rule": RULE,
    }
    if first[:size] != last[:size]:
        found["until"] = last[:size]
    return found


def read_hijri(plain: str, order: DateOrder, *, partial: bool) -> tuple[int, int, int]:
    """Year, month, day of a Hijri text; the month may be written by its name."""
    named = _NAMED.fullmatch(plain)
    number = _NUMBERS.get(_month(named[2])) if named else None
    if named and number:
        if not named[1] and not partial:
            raise _wrong("le jour manque", "the day is missing")
        return int(named[3]), number, int(named[1] or 0)
    return read_date(plain, order, partial=partial, longest=30)


def _month(name: str) -> str:
    return " ".join("al" if word == "el" else word for word in plain_month(name).split())


def marked_date(text: str, order: DateOrder, *, partial: bool) -> dict[str, str]:
    """A date whose ending says its calendar (`هـ`, `H`, `AH`; `م`, `G`, `AD`); none: rejected."""
    if _HIJRI_MARK.search(bounded(text, order.written)):
        return hijri_date(text, order, partial=partial)
    plain = _GREGORIAN_MARK.sub("", text)
    if plain == text:
        raise _wrong(
            "aucune marque ne dit le calendrier (هـ ou م, H ou G)",
            "no mark says the calendar (هـ or م, H or G)",
        )
    return gregorian_date(plain, order, partial=partial) | {"original": text}


def gregorian_date(text: str, order: DateOrder, *, partial: bool) -> dict[str, str]:
    """A declared Gregorian date in ASCII or Arabic-Indic digits; the original is kept."""
    value, precision = iso(*read_date(ascii_digits(text), order, partial=partial))
    rule = f"gregorian {order.written}"
    return {"value": value, "precision": precision, "original": text, "rule": rule}


def either_date(
    cells: list[str | None], hijri: DateOrder, gregorian: DateOrder, *, partial: bool
) -> dict[str, str] | None:
    """The date of a Hijri and a Gregorian column, of which one at most is filled."""
    first, second = cells
    if first is not None and second is not None:
        raise _wrong("les deux calendriers sont remplis", "both calendars are filled")
    if first is not None:
        return hijri_date(first, hijri, partial=partial)
    return None if second is None else gregorian_date(second, gregorian, partial=partial)


def _ends(year: int, month: int, day: int) -> tuple[str, str]:
    """The first and last Gregorian day of what is known."""
    start = Hijri(year, month or 1, day or 1)
    final = Hijri(year, month or 12, 1)
    end = start if day else Hijri(year, month or 12, final.month_length())
    return start.to_gregorian().isoformat(), end.to_gregorian().isoformat()


def _wrong(fr: str, en: str) -> StepError:
    return StepError(
        "AZ-R102", (fr, en), ("corrigez la date à la source", "correct the date at its source")
    )
