"""Cosignatures to the letter of C2SP tlog-cosignature, and everything that is not one."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.errors import VerificationError
from azalai.ledger import Checkpoint, Verifier, parse_vkey
from azalai.ledger.checkpoint import sign_checkpoint
from azalai.ledger.cosignature import (
    Cosigner,
    CosigningKey,
    Quorum,
    cosignatures,
    message,
    parse_cosigner,
)
from azalai.ledger.note import only_by, parse, parse_line
from ledger_storages import signer

LOG = signer()
SEED = bytes(range(32))
WITNESS = CosigningKey("witness.example/w1", Ed25519PrivateKey.from_private_bytes(SEED))
CHECKPOINT = Checkpoint(LOG.name, 7, bytes(32))
NOTE = sign_checkpoint(CHECKPOINT, LOG)
TIME = 1679315147
# The example of the specification (its cosigner's public key is not published)
PUBLIC_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b"
    "2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def cosigned(line: str = "") -> bytes:
    return NOTE + (line or WITNESS.cosign(CHECKPOINT.text, TIME)).encode()


def test_the_line_is_what_the_specification_says() -> None:
    """Key id over type 0x04, big-endian time, Ed25519 over two lines and the whole checkpoint:
    written here from the text, with nothing of ours."""
    public = WITNESS.key.public_key().public_bytes_raw()
    ident = hashlib.sha256(b"witness.example/w1\n\x04" + public).digest()[:4]
    signed = f"cosignature/v1\ntime {TIME}\n{CHECKPOINT.text}".encode()
    blob = ident + TIME.to_bytes(8, "big") + WITNESS.key.sign(signed)
    material = base64.b64encode(b"\x04" + public).decode()
    expected = f"\u2014 witness.example/w1 {base64.b64encode(blob).decode()}\n"

    assert WITNESS.cosign(CHECKPOINT.text, TIME) == expected
    assert WITNESS.cosigner.vkey == f"witness.example/w1+{ident.hex()}+{material}"
    assert parse_cosigner(WITNESS.cosigner.vkey) == WITNESS.cosigner
    [found] = cosignatures(cosigned(), [WITNESS.cosigner])
    assert (found.time, found.line) == (TIME, expected)


def test_the_published_example() -> None:
    """Its line parses, its time is the one the text of the specification signs, and for us, who do
    not know its key, it is ignored."""
    text, lines = parse(PUBLIC_NOTE.encode())
    line = lines[1]

    assert (line.name, line.key_id.hex()) == ("witness.example.com/w1", "8d66cf3f")
    assert int.from_bytes(line.signature[:8]) == TIME
    assert len(line.signature) == 8 + 64
    assert message(text, TIME).startswith(b"cosignature/v1\ntime 1679315147\nexample.com/")
    assert cosignatures(PUBLIC_NOTE.encode(), [WITNESS.cosigner]) == []


def test_a_wrong_cosignature_rejects_the_note() -> None:
    """Signed-note: a known key whose signature fails. Each byte of the line, another time, another
    text, another length, time 0 and beyond 2**63-1."""
    good = WITNESS.cosign(CHECKPOINT.text, TIME)
    blob = bytearray(base64.b64decode(good.rpartition(" ")[2]))
    bad = [WITNESS.cosign(CHECKPOINT.text.replace("\n7\n", "\n8\n"), TIME)]
    for place in range(4, len(blob)):
        changed = blob.copy()
        changed[place] ^= 1
        bad.append(f"\u2014 {WITNESS.name} {base64.b64encode(changed).decode()}\n")
    bad += [f"\u2014 {WITNESS.name} {base64.b64encode(one).decode()}\n"
            for one in (blob[:-1], blob[:12], blob[:5], blob + b"\0")]  # fmt: skip
    for time in (0, 2**63):
        signed = WITNESS.key.sign(message(CHECKPOINT.text, time))
        both = WITNESS.cosigner.key_id + time.to_bytes(8, "big") + signed
        bad.append(f"\u2014 {WITNESS.name} {base64.b64encode(both).decode()}\n")

    for line in bad:
        with pytest.raises(VerificationError):
            cosignatures(cosigned(line), [WITNESS.cosigner])
        assert cosignatures(cosigned(line), []) == []


def test_the_same_key_under_another_name_or_type_is_another_key() -> None:
    """The name and the type are in the key id: such lines are by somebody whom we do not know."""
    other = Cosigner("witness.example/w2", WITNESS.cosigner.public)
    as_log = Verifier(WITNESS.name, WITNESS.cosigner.public)

    assert cosignatures(cosigned(), [other]) == []
    assert as_log.key_id != WITNESS.cosigner.key_id
    with pytest.raises(VerificationError):
        parse_vkey(WITNESS.cosigner.vkey)
    with pytest.raises(VerificationError):
        parse_cosigner(as_log.vkey)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b+c", "a b+12345678+BAAA", WITNESS.cosigner.vkey + "A", "w+" + "0" * 8 + "+BA=="],
)
def test_malformed_keys(vkey: str) -> None:
    with pytest.raises(VerificationError):
        parse_cosigner(vkey)


def test_a_quorum_counts_witnesses_not_lines() -> None:
    """One that signs twice is one; a cosigner outside of the quorum is none."""
    second = CosigningKey("w2", Ed25519PrivateKey.generate())
    quorum = Quorum({"a": WITNESS.cosigner, "b": second.cosigner}, 2)
    twice = NOTE + "".join(WITNESS.cosign(CHECKPOINT.text, TIME + n) for n in range(3)).encode()
    both = twice + second.cosign(CHECKPOINT.text, TIME).encode()
    every = list(quorum.witnesses.values())

    assert not quorum.met_by(cosignatures(twice, every))
    assert quorum.met_by(cosignatures(both, every))
    assert quorum.name_of(second.cosigner) == "b"


def test_only_the_logs_lines_are_kept() -> None:
    """What anybody may add to a note is left out, and what is left still is the log's note."""
    stranger = CosigningKey("x", Ed25519PrivateKey.generate()).cosign(CHECKPOINT.text, TIME)

    assert only_by(cosigned() + stranger.encode(), [LOG.verifier]) == NOTE
    assert parse_line(stranger[:-1]).name == "x"


def test_a_name_that_no_note_may_carry() -> None:
    for name in ("", "a b", "a+b"):
        with pytest.raises(ValueError, match="key name"):
            CosigningKey(name, WITNESS.key)
