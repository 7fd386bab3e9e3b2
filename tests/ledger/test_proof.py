"""Offline proofs: an entry's evidence verifies with the key alone, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import VerificationError
from azalai.ledger import make_checkpoint, make_proof, verify_proof
from azalai.ledger.proof import Proof, format_proof, parse_proof
from ledger_storages import MemoryStorage, fill, signer

SIZE = 300
STORAGE = MemoryStorage()
fill(STORAGE, SIZE)
KEY = signer()
NOTE = make_checkpoint(STORAGE, KEY)


def proof_of(index: int) -> bytes:
    return format_proof(make_proof(STORAGE, index, NOTE, SIZE))


WHOLE = proof_of(77)


@given(st.integers(0, SIZE - 1))
def test_every_entry_can_be_proved(index: int) -> None:
    """And the proof is for this entry only."""
    checkpoint = verify_proof(proof_of(index), STORAGE.rows[index], [KEY.verifier], KEY.name)

    assert checkpoint.size == SIZE
    with pytest.raises(VerificationError):
        verify_proof(proof_of(index), STORAGE.rows[(index + 1) % SIZE], [KEY.verifier])


def test_the_form_is_the_specifications() -> None:
    """Header, index, hashes, empty line, checkpoint."""
    lines = WHOLE.decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 77"]
    assert "\n".join(lines[lines.index("") + 1 :]).encode() == NOTE


def test_extra_goes_with_it() -> None:
    """Unsigned, kept as it is, empty included."""
    for extra in (b"", b"note"):
        proof = Proof(3, (), NOTE, extra)

        assert parse_proof(format_proof(proof)) == proof


@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_every_flip_is_refused(bit: int) -> None:
    """One flipped bit anywhere in the file."""
    data = bytearray(WHOLE)
    data[bit // 8] ^= 1 << bit % 8

    with pytest.raises(VerificationError):
        verify_proof(bytes(data), STORAGE.rows[77], [KEY.verifier])


HASH = "A" * 43 + "=\n"
BAD = {
    "other_version": WHOLE.replace(b"@v1", b"@v2"),
    "leading_zero": WHOLE.replace(b"index 77", b"index 077"),
    "no_index": WHOLE.replace(b"index 77\n", b""),
    "extra_after_index": WHOLE.replace(b"index 77\n", b"index 77\nextra AAAA\n"),
    "extra_not_base64": WHOLE.replace(b"index", b"extra !\nindex"),
    "short_hash": WHOLE.replace(b"index 77\n", b"index 77\nAAAA\n"),
    "one_hash_more": WHOLE.replace(b"index 77\n", b"index 77\n" + HASH.encode()),
    "too_many_hashes": WHOLE.replace(b"index 77\n", b"index 77\n" + HASH.encode() * 70),
    "no_checkpoint": WHOLE.partition(b"\n\n")[0] + b"\n\n",
    "no_empty_line": WHOLE.replace(b"\n\n", b"\n"),
    "not_ascii": WHOLE.replace(b"index", "índex".encode()),
    "empty": b"",
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_files_are_refused(name: str) -> None:
    """Each breaks one rule."""
    with pytest.raises(VerificationError):
        verify_proof(BAD[name], STORAGE.rows[77], [KEY.verifier])
