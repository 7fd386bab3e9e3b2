"""One line more in a code list: nothing else of the file changes."""

import pytest

from azalai.errors import StopError
from azalai.mapping.code_file import with_line

HEADER = "dans le fichier;valeur commune;depuis;jusqu'à;source"
CELLS = {"value": "Syldave", "code": "UTO"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_mark_and_line_ends_stay(mark: bytes, end: str) -> None:
    """Excel's file stays Excel's, a Unix file a Unix file."""
    before = mark + f"{HEADER}{end}Italienne;ITA;;;note{end}".encode()

    assert with_line(before, CELLS) == before + f"Syldave;UTO;;;{end}".encode()


def test_a_last_line_without_its_end_gets_one() -> None:
    """Otherwise two entries would be one."""
    before = f"{HEADER}\nItalienne;ITA;;;note".encode()

    assert with_line(before, CELLS) == before + b"\nSyldave;UTO;;;\n"


def test_columns_in_their_order_and_quotes_where_needed() -> None:
    """A category and a label find their columns; a semicolon is quoted."""
    before = "dans le fichier;valeur commune;catégorie art. 3;décidée par;source\n".encode()
    cells = {"value": "a;b", "code": "theft", "category": "none", "label": "note 1"}

    assert with_line(before, cells).endswith(b'"a;b";theft;none;;note 1\n')


@pytest.mark.parametrize(
    ("header", "cells"),
    [("nom;valeur", CELLS), ("dans le fichier;valeur commune", CELLS | {"since": "01/01/2026"}),
     ("dans le fichier;valeur commune", CELLS | {"label": "note"})],
)  # fmt: skip
def test_what_has_no_place_is_refused(header: str, cells: dict[str, str]) -> None:
    """No code list, no column for a date, none for a label: nothing is lost in silence."""
    with pytest.raises(StopError):
        with_line(f"{header}\n".encode(), cells)
