"""The QR code of the card: what foreign readers read, drawn the same for ever."""

import hashlib

import pytest

from azalai.evidence import qr
from azalai.evidence.card import card
from azalai.ledger import Verifier

# SHA-256 of the drawn code of so many letters A..Z repeated: each was read back by OpenCV's
# detector (QRCodeDetector, 24 November 2026), all seven sizes and levels of correction
READ_BACK: dict[int, str] = {
    14: "f4468725e18e0984cb6d1d8251892753",
    26: "80970a54821c0f7ee10ff8180c7ee768",
    42: "d640ccbc40b5bf92497695e62eb8fa4a",
    62: "ffed8b22640661d4f3b3b40244766a1d",
    84: "6b5ec766987dad3c5b2ea404fca50087",
    106: "497c90bf1122e9711208646801db1fcd",
    134: "1947d4cbaa7b80c0f5d044c43fd814c0",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 6


@pytest.mark.parametrize("length", READ_BACK)
def test_what_was_read_back_stays(length: int) -> None:
    """A change of any module is seen."""
    drawn = qr.draw(LETTERS[:length].encode())

    assert hashlib.sha256(drawn.encode()).hexdigest()[:32] == READ_BACK[length]


@pytest.mark.parametrize(("length", "size"), [(14, 21), (15, 25), (84, 37), (107, 41), (134, 41)])
def test_the_smallest_version_that_fits(length: int, size: int) -> None:
    """Square, with its three finders and the dark module where they belong."""
    made = qr.encode(b"x" * length)

    assert [len(row) for row in made] == [size] * size
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert made[row][column : column + 7] == [True] * 7
        assert made[row + 3][column : column + 7] == [True, False, True, True, True, False, True]
    assert made[size - 8][8]


def test_too_much_is_said() -> None:
    """More than the biggest code takes."""
    with pytest.raises(ValueError, match="134"):
        qr.encode(b"x" * 135)


def test_a_card_for_a_long_name() -> None:
    """Its QR code is the fingerprint then."""
    long, short = (Verifier("x" * count, bytes(32)) for count in (100, 10))

    assert "▀" in card(long)
    assert "▀" in card(short)
