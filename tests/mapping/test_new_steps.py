"""The steps for Chad and Mauritania: calendars, scripts, measures, numbers and shapes."""

from datetime import date
from typing import Any

import pytest

from azalai.documents import Place
from azalai.errors import StepError
from azalai.mapping import Function, functions
from azalai.mapping.expression import Argument, Call
from azalai.mapping.steps import STEPS, Setting
from azalai.records.evidence import PartialDate


def run(name: str, *arguments: str, value: Any, evidence: bool = False) -> Any:
    """Run one step as a mapping would."""
    call = Call(
        name,
        tuple(Argument(a.strip('"'), a.startswith('"')) for a in arguments),
        name,
        Place(1, 1, 1),
    )
    made = STEPS[name].make(call, Setting({}, date(2026, 1, 1), evidence=evidence))
    return made.run(value)


HIJRI = "hijri aaaa/mm/jj"


@pytest.mark.parametrize(
    ("text", "value", "until"),
    [
        ("١٤٤٧/٠٧/٢٦", "2026-01-15", None),
        ("١٤٠٥", "1984", "1985"),
        ("١٤٤٧/٠٧/٠٠", "2025-12", "2026-01"),
        ("26 رجب 1447 هـ", "2026-01-15", None),
    ],
)
def test_a_hijri_date_is_never_more_exact_than_its_text(
    text: str, value: str, until: str | None
) -> None:
    """Year and month alone become ranges; the original is kept as it was."""
    found = PartialDate(**run("date", HIJRI, "partial", value=text))
    assert (found.value, found.until, found.calendar, found.original) == (
        value,
        until,
        "hijri",
        text,
    )


@pytest.mark.parametrize(
    "text", ["١٤٤٧/٠٢/٣١", "1447/07/31", "1342/01/01", "1501/01/01", "1447/13/01", "15/02/1447"]
)
def test_an_impossible_hijri_day_is_rejected(text: str) -> None:
    """No day outside the month, no year outside the table."""
    with pytest.raises(StepError):
        run("date", HIJRI, "partial", value=text)


def test_two_columns_or_a_mark_tell_the_calendar() -> None:
    """Nothing is guessed: both filled, or no mark, is rejected."""
    both = (HIJRI, "gregorian iso", "partial")
    assert run("date", *both, value=["١٤٠٥", None])["calendar"] == "hijri"
    assert run("date", *both, value=[None, "1985-02"])["value"] == "1985-02"
    assert run("date", *both, value=[None, None]) is None
    with pytest.raises(StepError):
        run("date", *both, value=["1405", "1985"])
    assert run("date", "marked aaaa/mm/jj", value="2026/01/15 م") is not None
    with pytest.raises(StepError):
        run("date", "marked aaaa/mm/jj", value="2026/01/15")


def test_an_arabic_name_stays_and_no_latin_is_invented() -> None:
    """The Latin form is the source's or absent."""
    assert run("name", "arabic", "latin", value=["وهمي ولد لاسال", None]) == {
        "original": "وهمي ولد لاسال",
        "script": "arabic",
    }
    assert run("name", "arabic", "latin", value=["وهمي", "Wahmi"])["latin_scheme"] == "as_given"


@pytest.mark.parametrize(
    ("text", "cm"), [("1,78 m", 178), ("178", 178), ("178 cm", 178), ("١٧٨ سم", 178)]
)
def test_a_measure_comes_in_the_fields_unit(text: str, cm: int) -> None:
    """Declared unit, written unit or none."""
    assert run("measure", "cm", value=text) == cm


@pytest.mark.parametrize(
    ("step", "arguments", "text"),
    [
        ("measure", ("cm",), "1,78"),
        ("measure", ("cm",), "178 kg"),
        ("whole_number", (), "3.5"),
        ("vin", (), "1M8GDM9AXKPO42788"),
        ("vin", (), "1M8GDM9AXKP04278"),
        ("plate", ("TCD",), "4821"),
    ],
)
def test_what_is_ambiguous_or_out_of_shape_is_rejected(
    step: str, arguments: tuple[str, ...], text: str
) -> None:
    """Never silently changed."""
    with pytest.raises(StepError):
        run(step, *arguments, value=text)


def test_a_number_that_cannot_be_valid_stays() -> None:
    """A phone is never dropped."""
    assert run("phone", "MRT", value="+222 00 00 00 00") == "+222 00 00 00 00"


TEXTS = [one for one in functions() if one.name not in ("code", "name", "split", "join")]


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.name)
def test_the_listed_example_is_true(one: Function) -> None:
    """What `mapping functions` shows is what the step does."""
    inside = one.example.partition("(")[2].rstrip(")")
    arguments = [part.strip() for part in inside.split(",")] if inside else []
    assert str(run(one.name, *arguments, value=one.example_in)) == one.example_out
