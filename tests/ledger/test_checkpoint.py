"""Checkpoints: one spelling only, and only for the origin that was asked for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import VerificationError
from azalai.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from ledger_storages import signer

ROOT = base64.b64encode(bytes(range(32))).decode()


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_both_ways(size: int, root: bytes) -> None:
    """What is written is read."""
    made = Checkpoint("ledger.example/test", size, root, ("epoch 2",))

    assert parse_checkpoint(made.text) == made


BAD = {
    "leading_zero": f"o\n05\n{ROOT}\n",
    "plus_sign": f"o\n+5\n{ROOT}\n",
    "negative": f"o\n-5\n{ROOT}\n",
    "space": f"o\n 5\n{ROOT}\n",
    "arabic_digits": f"o\n٥\n{ROOT}\n",
    "underscore": f"o\n1_0\n{ROOT}\n",
    "too_big": f"o\n9223372036854775808\n{ROOT}\n",
    "no_size": f"o\n\n{ROOT}\n",
    "no_origin": f"\n5\n{ROOT}\n",
    "missing_newline": f"o\n5\n{ROOT}",
    "two_lines": "o\n5\n",
    "short_root": f"o\n5\n{ROOT[:-4]}\n",
    "long_root": f"o\n5\nAAAA{ROOT}\n",
    "hex_root": f"o\n5\n{bytes(32).hex()}\n",
    "root_without_padding": f"o\n5\n{ROOT.rstrip('=')}\n",
    "root_with_loose_bits": f"o\n5\n{ROOT[:-2]}9=\n",
    "empty_extension": f"o\n5\n{ROOT}\n\n",
    "carriage_return": f"o\r\n5\r\n{ROOT}\r\n",
    "empty": "",
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_texts_are_refused(name: str) -> None:
    """Each breaks one rule."""
    with pytest.raises(VerificationError):
        parse_checkpoint(BAD[name])


def test_the_origin_is_compared() -> None:
    """A checkpoint of another log by the same key is refused when the origin is known."""
    key = signer()
    note = sign_checkpoint(Checkpoint("ledger.example/other", 5, bytes(32)), key)

    assert open_checkpoint(note, [key.verifier]).size == 5
    with pytest.raises(VerificationError, match="origin"):
        open_checkpoint(note, [key.verifier], "ledger.example/test")
