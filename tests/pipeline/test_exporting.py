"""Cells of an export that a spreadsheet would run are texts."""

import pytest

from azalai.pipeline.exporting import guarded


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\uff1d1"])
def test_what_begins_like_a_formula_is_guarded(text: str) -> None:
    """Full-width forms too: some programs fold them before they look."""
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "31/02/2020", "a=b", "n° 1"])
def test_other_cells_stay(text: str) -> None:
    """Nothing else is changed."""
    assert guarded(text) == text
