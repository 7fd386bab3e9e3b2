"""A database's values as texts: every digit, no guess, and cursor places that come back."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.sources.sql_values import again, earlier, instant, kept, text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None), ("", ""), (" É ", " É "), (0, "0"), (2**70, str(2**70)),
        (101.0, "101"), (-0.0, "0"), (0.1, "0.1"), (1e15, "1000000000000000"), (1e300, "1e+300"),
        (float("nan"), "nan"), (True, "true"), (Decimal("1E+3"), "1000"), (Decimal("1.50"), "1.50"),
        (date(1985, 1, 31), "1985-01-31"), (time(10, 5), "10:05:00"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),  # noqa: DTZ001
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))), "2026-01-02T02:00:00+00:00"),
        (timedelta(hours=-25, minutes=-1), "-25:01:00"), (b"\x00\xff", "00ff"),
    ],
)  # fmt: skip
def test_texts(value: Any, written: str | None) -> None:
    assert text(value) == written


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), (1,)])
def test_what_has_no_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        text(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_from_its_text(value: float) -> None:
    assert float(text(value) or "") == value


@given(
    st.integers() | st.text() | st.dates() | st.datetimes()
    | st.decimals(allow_nan=False, allow_infinity=False)
)  # fmt: skip
def test_a_place_comes_back_as_it_was(value: Any) -> None:
    found = again(kept(value))

    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("value", [None, 1.5, True, b"x"])
def test_what_has_no_sure_order_is_no_place(value: Any) -> None:
    with pytest.raises(TypeError):
        kept(value)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-11-24 10:00:00.5+00", "2026-11-24T10:00:00.5+00:00"),
        ("2026-11-24 10:00:00", "2026-11-24T10:00:00"), ("infinity", "infinity"),
        ("0044-03-15 10:00:00 BC", "0044-03-15 10:00:00 BC"),
    ],
)  # fmt: skip
def test_instants_of_postgresql(written: str, iso: str) -> None:
    assert instant(written) == iso


@pytest.mark.parametrize(
    ("place", "before"),
    [
        (("text", "2026-11-24 00:00:05.25"), "2026-11-23 23:59:55"),
        (("text", "2026-11-24T00:00:05+00:00"), "2026-11-23T23:59:55+00"),
        (("text", "2026-11-24"), "2026-11-24"), (("text", "B-12"), None), (("int", "7"), None),
        (kept(datetime(2026, 1, 1, tzinfo=UTC)), datetime(2025, 12, 31, 23, 59, 50, tzinfo=UTC)),
        (kept(date(2026, 1, 1)), date(2026, 1, 1)),
    ],
)  # fmt: skip
def test_going_back_ten_seconds(place: tuple[str, str], before: Any) -> None:
    assert earlier(place, 10) == before
