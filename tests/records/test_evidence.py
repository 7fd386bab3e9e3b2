"""Dates as far as known, names without a family name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from azalai.records.evidence import Name, PartialDate


@given(st.dates(), st.sampled_from([(4, "year"), (7, "month"), (10, "day")]))
def test_every_real_date_is_taken_at_every_precision(day: Any, cut: tuple[int, str]) -> None:
    """A year, a month and a day are all dates."""
    text = day.isoformat()[: cut[0]]
    date = PartialDate.model_validate({"value": text, "precision": cut[1]})

    assert PartialDate.model_validate_json(date.model_dump_json()) == date


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("1985-02-29", "day"),
        ("1985-13", "month"),
        ("1985-00-00", "day"),
        ("0000", "year"),
        ("1985", "day"),
        ("1985-01-01", "year"),
        ("19851", "year"),
        ("1985/01/01", "day"),
        ("١٩٨٥", "year"),
        ("-985", "year"),
        ("1985-1-10", "day"),
        ("", "year"),
        (1985, "year"),
    ],
)
def test_what_is_not_a_date_is_refused(value: Any, precision: str) -> None:
    """A day that does not exist, or a value that is not written to its precision."""
    with pytest.raises(ValidationError):
        PartialDate.model_validate({"value": value, "precision": precision})


@pytest.mark.parametrize(
    ("until", "accepted"),
    [("1990", True), ("1985", True), ("1984", False), ("1990-02-30", False), ("plus tard", False)],
)
def test_a_range_ends_after_it_begins(until: str, accepted: bool) -> None:
    """« entre 1985 et 1990 »."""
    values = {"value": "1985", "precision": "year", "until": until}

    if accepted:
        assert PartialDate.model_validate(values).until == until
    else:
        with pytest.raises(ValidationError):
            PartialDate.model_validate(values)


def test_a_person_may_have_no_family_name() -> None:
    """A nom de guerre or a kunya is a whole name."""
    name = Name.model_validate({"original": "ABOU FICTIF"})

    assert (name.family, name.given) == (None, ())
