"""The steps for Chad and Mauritania: calendars, scripts, measures, numbers and shapes."""

from datetime import date
from typing import Any

import pytest

from azalai.documents import Place
from azalai.errors import StepError
from azalai.mapping import functions
from azalai.mapping.checked_steps import vin_check_digit
from azalai.mapping.expression import Argument, Call
from azalai.mapping.functions import Example
from azalai.mapping.steps import STEPS, Setting
from azalai.records.evidence import PartialDate
from step_running import run_step, shown


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
    with pytest.raises(StepError) as caught:
        run("date", *both, value=["1405", "1985"])
    assert "both calendars" in caught.value.what[1]
    assert run("date", "marked aaaa/mm/jj", value="2026/01/15 م") == "2026-01-15"
    with pytest.raises(StepError) as caught:
        run("date", "marked aaaa/mm/jj", value="2026/01/15")
    assert "no mark" in caught.value.what[1]


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


@pytest.mark.parametrize(("text", "cm"), [("1.78", 178), ("1,8", 180), ("2", 200), ("178 cm", 178)])
def test_a_measure_without_a_unit_has_the_declared_one(text: str, cm: int) -> None:
    assert run("measure", "cm", "in m", value=text) == cm


@pytest.mark.parametrize("text", ["178.0", "178,00", "178.0 cm"])
def test_a_whole_measure_may_carry_an_empty_decimal(text: str) -> None:
    """As other tools export whole numbers; `1.000` is not taken: it may be a thousand."""
    assert run("measure", "cm", value=text) == 178
    with pytest.raises(StepError):
        run("measure", "cm", value="1.000")


def test_a_measure_that_may_be_in_metres_says_how_to_declare_it() -> None:
    """`1.78` is refused with the step that would take it; `178 kg` is only wrong."""
    with pytest.raises(StepError) as alone:
        run("measure", "cm", value="1.78")
    with pytest.raises(StepError) as other:
        run("measure", "cm", value="178 kg")
    assert all("measure(cm, in m)" in text for text in alone.value.todo)
    assert not any("in m" in text for text in other.value.todo)


@pytest.mark.parametrize(
    ("step", "arguments", "text"),
    [
        ("measure", ("cm",), "1,78"),
        ("measure", ("cm", "in m"), "1.785"),
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


EXAMPLES = [
    (one.name, example)
    for one in functions()
    for example in (
        Example(one.example, tuple(one.example_in.split(" + ")), one.example_out),
        *one.more,
    )
    if one.name != "code"  # needs its list: tests/mapping/test_code_file.py
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=str)
def test_the_listed_example_is_true(name: str, example: Example) -> None:
    """What `mapping functions` shows is what the step does."""
    assert example.step.startswith(name)
    assert shown(run_step(example.step, *example.cells)) == example.gives


def test_every_option_of_names_and_dates_has_an_example() -> None:
    """An author finds each word of the language at work."""
    steps = " ".join(example.step for _, example in EXAMPLES)

    for word in ("particles", "one word", "titles", "honorifics", "births", "arabic, latin", "by script",
                 "partial", "months", "circa", "ranges", "base 1930", "ages", "hijri", "marked",
                 "else keep", "icao"):  # fmt: skip
        assert word in steps


@pytest.mark.parametrize("text", ["1M8GDM9AXKP042788", "1FTFXC7AVKP000077", "5FTFXC7AXKP000071"])
def test_a_north_american_vin_needs_its_check_digit(text: str) -> None:
    """49 CFR 565.15(c): the ninth character; every other one is wrong."""
    plain = text[:8] + vin_check_digit(text) + text[9:]

    assert run("vin", value=plain) == plain
    for wrong in set("0123456789X") - {plain[8]}:
        with pytest.raises(StepError) as caught:
            run("vin", value=plain[:8] + wrong + plain[9:])
        assert "check digit" in caught.value.what[1]


def test_the_published_vin_example_has_its_digit() -> None:
    """1M8GDM9AXKP042788 is the example that the rule's explanations use: X is ten."""
    assert vin_check_digit("1M8GDM9A0KP042788") == "X"


def test_elsewhere_the_ninth_character_is_free() -> None:
    """ISO 3779 asks for no check digit: a European VIN is taken as it is."""
    assert run("vin", value="VF1FXCTXF00000001") == "VF1FXCTXF00000001"


def test_a_foreign_plate_stays_where_that_is_declared() -> None:
    assert run("plate", "TCD", "else keep", value="AB-123-CD") == "AB-123-CD"
    assert run("plate", "TCD", "else keep", value="fx 4821-kb") == "FX4821KB"
    with pytest.raises(StepError):
        run("plate", "TCD", value="AB-123-CD")
