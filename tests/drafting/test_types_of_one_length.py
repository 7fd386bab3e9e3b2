"""Lines of several types that all have one length: seen as types where they repeat a number."""

from azalai.drafting import draft
from azalai.drafting.structure import Wishes


def _reports(letters: str) -> bytes:
    head, offence, person = list(letters)
    rows = []
    for number in range(1, 9):
        key = f"UTO26{number:07d}"
        rows.append(f"{head}{key}2026010{number}VILLE FICTIVE")
        rows += [f"{offence}{key}0{n}13A" for n in range(1, 2 + number % 2)]
        rows += [f"{person}{key}01FICTIF    BRAVO" for _ in range(number % 3)]
    return "".join(f"{row:<80}\r\n" for row in rows).encode()


def test_padded_crime_reports_are_grouped_by_the_number_that_their_lines_repeat() -> None:
    """All lines 80 characters long, several headers: one record a header, not one a line."""
    made = draft(_reports("ABC"), "crimes", Wishes())
    assert made.records == 8
    assert "segment_at: 1-1" in made.text
    assert "record_starts: A" in made.text
    assert "rows_with_same: NUMERO" in made.text


def test_lines_of_one_length_that_repeat_no_number_stay_of_one_type() -> None:
    """A first column of few values (a sex, a status) makes no segment types."""
    rows = [f"{'AB'[n % 2]}{n:07d}VILLE FICTIVE{n * 37 % 91:02d}" for n in range(20)]
    made = draft("".join(f"{row}\n" for row in rows).encode(), "plates", Wishes())
    assert made.records == 20
    assert "segment_at" not in made.text
