"""Dates as evidence: nothing more exact than the text, the original and the rule kept."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import StepArgumentError, StepError
from azalai.records.evidence import PartialDate
from step_running import run_step, shown


def read(written: str, *cells: str | None) -> str:
    """A date as people see it; the values always make a `PartialDate` with its original."""
    found = run_step(written, *cells)
    date = PartialDate.model_validate(found)

    assert date.original == cells[0]
    assert date.rule

    return shown(found)


WORDS = "date(jj/mm/aaaa, partial, months, circa, ranges)"


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("12 janvier 1985", "1985-01-12"),
        ("1er février 1985", "1985-02-01"),
        ("3 MARS 1985", "1985-03-03"),
        ("4 avr. 1985", "1985-04-04"),
        ("5 mai 1985", "1985-05-05"),
        ("6 juin 1985", "1985-06-06"),
        ("7 juil. 1985", "1985-07-07"),
        ("8 aout 1985", "1985-08-08"),
        ("9 sept. 1985", "1985-09-09"),
        ("10-oct-1985", "1985-10-10"),
        ("11 novembre 1985", "1985-11-11"),
        ("12 déc 1985", "1985-12-12"),
        ("fevr. 1985", "1985-02"),
        ("٢٦ يناير ٢٠٢٦", "2026-01-26"),
        ("26 أغسطس 2026", "2026-08-26"),
        ("vers 1972", "1972~"),
        ("env. 1972", "1972~"),
        ("environ 1972", "1972~"),
        ("circa 1972", "1972~"),
        ("ca. 1972", "1972~"),
        ("~1972", "1972~"),
        ("حوالي ١٩٧٢", "1972~"),
        ("vers le 12/03/1972", "1972-03-12~"),
        ("vers mars 1972", "1972-03~"),
        ("1970-1975", "1970/1975"),
        ("1970/1975", "1970/1975"),
        ("1970 à 1975", "1970/1975"),
        ("entre 1970 et 1975", "1970/1975"),
        ("de mars 1970 à mai 1970", "1970-03/1970-05"),
        ("du 01/02/2020 au 05/02/2020", "2020-02-01/2020-02-05"),
        ("01/02/2020 - 05/02/2020", "2020-02-01/2020-02-05"),
        ("vers 1970-1975", "1970/1975~"),
        ("00/00/1985", "1985"),
        ("15/02/1985", "1985-02-15"),
    ],
)
def test_words_are_dates_as_exact_as_they_say(text: str, gives: str) -> None:
    """French, English and Arabic months, circa and ranges, in ASCII or Arabic-Indic digits."""
    assert read(WORDS, text) == gives


@pytest.mark.parametrize(
    ("written", "text", "code"),
    [
        (WORDS, "30 février 1985", "AZ-R102"),
        (WORDS, "12 brumaire 1985", "AZ-R103"),
        (WORDS, "1975-1970", "AZ-R102"),
        (WORDS, "avant 1972", "AZ-R103"),
        (WORDS, "entre 1970 et hier", "AZ-R103"),
        (WORDS, "vers", "AZ-R103"),
        ("date(jj/mm/aaaa)", "12 janvier 1985", "AZ-R103"),
        ("date(jj/mm/aaaa, partial)", "vers 1972", "AZ-R103"),
        ("date(jj/mm/aaaa, months)", "janvier 1985", "AZ-R102"),
        ("date(jj/mm/aaaa, circa)", "1972", "AZ-R103"),
        ("date(jj/mm/aaaa, partial)", "1970-1975", "AZ-R103"),
    ],
)
def test_what_is_not_declared_or_no_date_is_rejected(written: str, text: str, code: str) -> None:
    with pytest.raises(StepError) as caught:
        run_step(written, text)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "gives"),
    [("15/01/30", "1930-01-15"), ("15/01/99", "1999-01-15"), ("15/01/00", "2000-01-15"),
     ("15/01/29", "2029-01-15"), ("29/02/00", "2000-02-29")],
)  # fmt: skip
def test_two_digits_of_a_year_need_their_base(text: str, gives: str) -> None:
    """The hundred years that begin with the base, and no other."""
    assert read("date(jj/mm/aa, base 1930)", text) == gives


@pytest.mark.parametrize(
    ("text", "gives"),
    [("05-01-2026", "2026-01-05"), ("5/01/26", "2026-01-05"), ("15/01/26", "2026-01-15")],
)
def test_three_shapes_in_one_column(text: str, gives: str) -> None:
    """Each declared; a text is read by the one that it is written in."""
    assert read("date(dd-mm-yyyy, d/mm/yy, base 1930)", text) == gives


@pytest.mark.parametrize(
    "written",
    [
        "date",
        "date(partial)",
        "date(jj/mm/aa)",
        "date(jj/mm/aaaa, mm/jj/aaaa)",
        "date(jjmmaaaa, aaaammjj)",
        "date(jj/mm/aa, aa/mm/jj, base 1930)",
        "date(jmaaaa)",
        "date(jj/mm/aaaa, base 30)",
        "date(mm/aaaa)",
        "date(jj/mm/aaaa, centuries)",
        "date(hijri)",
        "date(hijri aaaa/mm/jj, circa)",
        "age",
        "age(on yesterday)",
        "age(mm/aaaa)",
    ],
)
def test_an_order_that_would_be_a_guess_is_a_mistake_of_the_mapping(written: str) -> None:
    """No order, two that look alike, a year without its century."""
    with pytest.raises(StepArgumentError):
        run_step(written, "x")


@pytest.mark.parametrize(
    ("text", "day", "gives"),
    [
        ("35 ans", "10/03/2026", "1990/1991"),
        ("35", "10/03/2026", "1990/1991"),
        ("35 ans", "31/12/2026", "1991"),
        ("environ 35 ans", "10/03/2026", "1990/1991~"),
        ("30-35 ans", "10/03/2026", "1990/1996"),
        ("entre 30 et 35 ans", "10/03/2026", "1990/1996"),
        ("âgé de 35 ans", "10/03/2026", "1990/1991"),
        ("٣٥ سنة", "10/03/2026", "1990/1991"),
        ("0 an", "10/03/2026", "2025/2026"),
    ],
)
def test_an_age_is_the_years_it_can_be(text: str, day: str, gives: str) -> None:
    """On 10 March 2026 a person of 35 was born between 11 March 1990 and 10 March 1991."""
    assert read("age(jj/mm/aaaa)", text, day) == gives


def test_an_age_needs_its_day_and_a_possible_number() -> None:
    for text, day in (("35 ans", None), ("135 ans", "10/03/2026"), ("35-30 ans", "10/03/2026"),
                      ("vieux", "10/03/2026")):  # fmt: skip
        with pytest.raises(StepError):
            run_step("age(jj/mm/aaaa)", text, day)
    assert run_step("age(jj/mm/aaaa)", None, "10/03/2026") is None


def test_dates_and_ages_in_one_column() -> None:
    """The unit tells an age from a year."""
    written = "date(jj/mm/aaaa, partial, circa, ages iso)"

    assert read(written, "vers 1972", "2026-03-10") == "1972~"
    assert read(written, "35 ans", "2026-03-10") == "1990/1991"
    assert read(written, "1985", None) == "1985"


MONTHS = [
    ("محرم", "mouharram", "Muharram"),
    ("صفر", "safar", "Safar"),
    ("ربيع الأول", "rabia al awal", "Rabi' al-awwal"),
    ("ربيع الآخر", "rabia ath-thani", "Rabi' al-thani"),
    ("جمادى الأولى", "joumada al oula", "Jumada al-ula"),
    ("جمادي الثاني", "joumada ath-thania", "Jumada al-akhira"),
    ("رجب", "rajab", "Radjab"),
    ("شعبان", "chaabane", "Sha'ban"),
    ("رمضان", "ramadan", "Ramadhan"),
    ("شوّال", "chawwal", "Shawwal"),
    ("ذو القعدة", "dhou el qi'da", "Dhu al-qa'dah"),
    ("ذي الحجة", "dhou al hijja", "Dhu al-hijjah"),
]


@pytest.mark.parametrize(("number", "names"), list(enumerate(MONTHS, 1)))
def test_every_hijri_month_by_its_names(number: int, names: tuple[str, ...]) -> None:
    """Arabic, French and English spellings are the month of their number."""
    wanted = run_step("date(hijri aaaa/mm/jj)", f"1447/{number:02}/15")["value"]

    for name in names:
        assert run_step("date(hijri aaaa/mm/jj)", f"15 {name} 1447")["value"] == wanted


@pytest.mark.parametrize(
    ("text", "value", "calendar"),
    [
        ("1447/07/26 هـ", "2026-01-15", "hijri"),
        ("1447/07/26 H", "2026-01-15", "hijri"),
        ("1447/07/26 AH", "2026-01-15", "hijri"),
        ("2026/01/15 م", "2026-01-15", "gregorian"),
        ("2026/01/15 G", "2026-01-15", "gregorian"),
        ("٢٠٢٦/٠١/١٥ م", "2026-01-15", "gregorian"),
    ],
)
def test_the_mark_says_the_calendar(text: str, value: str, calendar: str) -> None:
    found = PartialDate.model_validate(run_step("date(marked aaaa/mm/jj)", text))

    assert (found.value, found.calendar, found.original) == (value, calendar, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1447/02/30", "ce mois hégirien n'a que 29 jours"),
        ("1447/07/31", "ce jour n'existe pas au calendrier"),
        ("1342/01/01", "entre 1343 et 1500"),
    ],
)
def test_an_impossible_hijri_day_says_why(text: str, why: str) -> None:
    with pytest.raises(StepError) as caught:
        run_step("date(hijri aaaa/mm/jj)", text)

    assert caught.value.code == "AZ-R102"
    assert why in caught.value.what[0]
    assert text not in str(caught.value)


def test_plain_fields_get_the_day_alone() -> None:
    """Where no evidence is wanted, words too give an ISO day."""
    found: Any = run_step("date(jj/mm/aaaa, months)", "12 janvier 1985", evidence=False)

    assert found == "1985-01-12"


PIECES = st.sampled_from(
    ["vers ", "entre ", " et ", " - ", "-", "/", "du ", " au ", "1985", "00", "02", "31", "janvier",
     " ", "~", "1er ", "déc.", "99", "٣", "ans", "35", "1970-1975"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=7).map("".join).filter(str.strip))
def test_any_text_is_a_date_with_its_original_or_a_reject(text: str) -> None:
    """Nothing else comes out of a date step, whatever stands in the cell."""
    for written, cells in (
        (WORDS, (text,)),
        ("date(jj/mm/aaaa, partial, circa, ages iso)", (text, "2026-03-10")),
        ("date(hijri aaaa/mm/jj, partial)", (text,)),
        ("date(jj/mm/aa, ranges, base 1930)", (text,)),
    ):
        try:
            found = run_step(written, *cells)
        except StepError:
            continue
        assert found is None or PartialDate.model_validate(found).original == text


@pytest.mark.parametrize(
    "written",
    [WORDS, "date(hijri aaaa/mm/jj, partial)", "date(marked aaaa/mm/jj)", "age(on 2026-01-31)"],
)
def test_a_cell_that_is_far_too_long_is_rejected_at_once(written: str) -> None:
    """No pattern is tried on it: spaces without end would cost minutes."""
    started = time.process_time()
    for text in ("1" + " " * 200_000 + "x", "vers " + " " * 200_000 + "x", "1 " * 100_000):
        with pytest.raises(StepError) as caught:
            run_step(written, text)
        assert caught.value.code == "AZ-R103"

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "gives"),
    [("46037", "2026-01-15"), ("15/01/2026", "2026-01-15"), ("2026-01-15", "2026-01-15"),
     ("15 janvier 2026", "2026-01-15"), ("10000", "1927-05-18"), ("99999", "2173-10-13")],
)  # fmt: skip
def test_a_column_of_several_declared_shapes_reads_each(text: str, gives: str) -> None:
    """Also the day number that a spreadsheet leaves in a cell that it took for a date."""
    assert read("date(jj/mm/aaaa, iso, months, excel)", text) == gives


@pytest.mark.parametrize("text", ["46037.5", "0", "4603", "460370", "01234", "٤٦٠٣٧"])
def test_only_five_digits_are_a_day_number(text: str) -> None:
    with pytest.raises(StepError) as caught:
        run_step("date(excel)", text)
    assert caught.value.code == "AZ-R103"


def test_a_day_number_is_a_date_only_where_it_is_declared() -> None:
    """And the reject names every order that is declared, not the first alone."""
    with pytest.raises(StepError) as caught:
        run_step("date(jj/mm/aaaa, iso)", "46037")
    assert caught.value.what[0] == "n'est pas écrit jj/mm/aaaa, iso"
    with pytest.raises(StepArgumentError):
        run_step("date(excel, partial)", "46037")
    assert run_step("date(iso, excel)", "46037", evidence=False) == "2026-01-15"
