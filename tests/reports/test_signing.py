"""A report is the one that the log's key signed, or it is refused."""

import pytest

from azalai.errors import VerificationError
from azalai.ledger.checkpoint import Checkpoint, sign_checkpoint
from azalai.ledger.note import sign
from azalai.reports import signing
from ledger_storages import signer

KEY = signer()
DATA = b"%PDF FICTIF"
SEAL = Checkpoint(KEY.name, 3, bytes(32))
NOTE = signing.signature(DATA, "day-2026-11-24.fr.pdf", SEAL, "2026-11-24T09:00:00.000000Z", [KEY])


def test_what_was_signed_is_told() -> None:
    """The name, the checkpoint and the time come back as they were signed."""
    found = signing.check(DATA, NOTE, {KEY.verifier: None})

    assert (found.file, found.size, found.origin) == ("day-2026-11-24.fr.pdf", 3, KEY.name)
    assert found.made == "2026-11-24T09:00:00.000000Z"


def test_every_changed_byte_is_refused() -> None:
    """One byte of the file, or of the signed text, or of the signature, and it is no report."""
    for at in range(len(DATA)):
        with pytest.raises(VerificationError):
            signing.check(
                DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :], NOTE, {KEY.verifier: None}
            )
    for at in range(len(NOTE)):
        with pytest.raises(VerificationError):
            signing.check(
                DATA, NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :], {KEY.verifier: None}
            )


@pytest.mark.parametrize("note", [
    sign_checkpoint(SEAL, KEY),
    sign("azalai report v1\nfile: x\n", KEY),
    sign(NOTE.decode().rpartition("\n\n")[0].replace("size: 3", "size: x") + "\n", KEY),
    sign(NOTE.decode().rpartition("\n\n")[0].replace("day-", "../") + "\n", KEY),
    sign(NOTE.decode().rpartition("\n\n")[0].replace("v1", "v2") + "\n", KEY),
    NOTE + b"x" * 20_000, b"", b"\xff\xfe",
])  # fmt: skip
def test_another_text_of_the_same_key_is_no_report(note: bytes) -> None:
    """A checkpoint, a cut or altered text, even signed by the log's key, signs no report."""
    with pytest.raises(VerificationError):
        signing.check(DATA, note, {KEY.verifier: None})


def test_another_key_is_refused() -> None:
    """A signature by a key that we do not know is none."""
    with pytest.raises(VerificationError):
        signing.check(DATA, NOTE, {signer(seed=2).verifier: None})


def test_checkpoint_is_not_a_report_nor_the_reverse() -> None:
    """No checkpoint's text can begin as a report's."""
    from azalai.ledger import open_checkpoint

    with pytest.raises(VerificationError):
        open_checkpoint(NOTE, [KEY.verifier])


def test_a_key_signs_until_its_end() -> None:
    """What an old key signed in its time holds; what it signed after its end does not, unless the
    new one signed too."""
    new = signer(seed=2)
    both = signing.signature(DATA, "a.pdf", SEAL, "2026-11-24T09:00:00.000000Z", [new, KEY])
    later, sooner = "2026-12-01T00:00:00.000000Z", "2026-11-01T00:00:00.000000Z"

    assert signing.check(DATA, NOTE, {KEY.verifier: later, new.verifier: None}).size == 3
    assert signing.check(DATA, both, {KEY.verifier: sooner, new.verifier: None}).size == 3
    with pytest.raises(VerificationError, match="after its end"):
        signing.check(DATA, NOTE, {KEY.verifier: sooner, new.verifier: None})
