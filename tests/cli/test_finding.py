"""Reference numbers are compared as people write them."""

import pytest

from azalai.pipeline.finding import normal


@pytest.mark.parametrize("number", ["RP 123/2026", "rp123-26", "RP-123/26", " rp 123 / 2026 "])
def test_one_number_many_spellings(number: str) -> None:
    """Spaces, slashes, case and the century do not matter."""
    assert normal(number) == "rp12326"


def test_other_numbers_stay_apart() -> None:
    """A number is not another one that looks like it."""
    assert normal("RP 123/2025") != normal("RP 123/2026")
