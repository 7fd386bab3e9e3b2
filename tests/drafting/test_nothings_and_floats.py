"""A draft names what means "nothing was entered", and takes codes written as decimals whole."""

from azalai.drafting import draft
from azalai.drafting.structure import Wishes

_ROWS = "".join(f"F{n:05};{('1.0', '2.0', 'NULL')[n % 3]};{('Kilo', 'N/A')[n % 2]};{n % 4 + 1}\n"
                for n in range(60))  # fmt: skip
_MADE = draft(("fiche;sexe_code;alias;rang\n" + _ROWS).encode(), "essai", Wishes())


def test_null_and_not_available_are_empty_and_no_code() -> None:
    """A cell `NULL` is neither a value of a list nor a filled required column."""
    assert '\n  empty: [ "N/A", "NULL" ]  # à vérifier' in _MADE.text
    assert "\n  sexe_code: optional\n" in _MADE.text
    assert all(b"NULL" not in stub and b"N/A" not in stub for stub in _MADE.stubs.values())


def test_codes_written_with_a_decimal_are_taken_whole() -> None:
    """`1.0` and `2.0` are the codes 1 and 2; whole numbers stay as they are."""
    assert "sexe_code | whole_number | code(sexe_code)" in _MADE.text
    assert "rang | code(rang)" in _MADE.text
    assert _MADE.stubs["sexe_code.csv"].decode().splitlines()[1:] in (
        ["1;;;;", "2;;;;"], ["2;;;;", "1;;;;"])  # fmt: skip


def test_without_such_a_text_the_line_stays_a_question() -> None:
    """Nothing is declared empty that the sample does not show."""
    made = draft(b"fiche;alias\nF00001;Kilo\nF00002;Lima\n", "essai", Wishes())
    assert '\n#  empty: [ "-" ]' in made.text
