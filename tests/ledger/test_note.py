"""Signed notes: every rule of C2SP signed-note, broken once."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import VerificationError
from azalai.ledger.note import SIGNATURES_MAX, Signer, Verifier, open_note, parse_vkey, sign
from ledger_storages import signer

TEXT = "a log\n\nof invented things\n"
SIGNER = signer()
VERIFIER = SIGNER.verifier
NOTE = sign(TEXT, SIGNER)
LINE = NOTE.removeprefix(TEXT.encode() + b"\n")


def test_the_form_is_the_specifications() -> None:
    """Text, empty line, em dash, name, base64 of key id and signature; made here by hand."""
    public = SIGNER.key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(SIGNER.name.encode() + b"\n\x01" + public).digest()[:4]
    signature = SIGNER.key.sign(TEXT.encode())
    line = f"\u2014 {SIGNER.name} {base64.b64encode(key_id + signature).decode()}\n"

    whole = (TEXT + "\n" + line).encode()
    assert whole == NOTE
    vkey = f"{SIGNER.name}+{key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"
    assert VERIFIER.vkey == vkey
    assert parse_vkey(vkey) == VERIFIER


def test_open() -> None:
    """Known keys verify, unknown ones are kept apart, repeated ones count once."""
    other = signer("ledger.example/other", 2)
    note = open_note(sign(TEXT, SIGNER, other) + LINE, [VERIFIER])

    assert note.text == TEXT
    assert [one.name for one in note.verified] == [SIGNER.name]
    assert [one.name for one in note.unknown] == [other.name]


BAD = {
    "not_utf8": NOTE.replace(b"invented", b"inv\xffnted"),
    "control_character": NOTE.replace(b"invented", b"inv\tnted"),
    "no_empty_line": (TEXT.replace("\n\n", "\n") + LINE.decode()).encode(),
    "no_signature": TEXT.encode() + b"\n",
    "no_last_newline": NOTE[:-1],
    "signature_line_empty": NOTE + b"\n",
    "hyphen_for_dash": NOTE.replace("\u2014".encode(), b"-"),
    "no_space_after_dash": NOTE.replace("\u2014 ".encode(), "\u2014".encode()),
    "name_missing": NOTE.replace(SIGNER.name.encode(), b""),
    "name_with_plus": NOTE.replace(SIGNER.name.encode(), b"a+b"),
    "name_with_space": NOTE.replace(SIGNER.name.encode(), "a\u00a0b".encode()),
    "base64_broken": NOTE[:-2] + b"!\n",
    "base64_with_space": NOTE[:-5] + b" " + NOTE[-5:],
    "signature_too_short": TEXT.encode() + f"\n\u2014 {SIGNER.name} AAAAAA==\n".encode(),
    "text_changed": NOTE.replace(b"invented", b"imvented"),
    "text_line_added": b"one more\n" + NOTE,
    "unknown_key_only": sign(TEXT, signer(seed=2)),
    "unknown_name_only": sign(TEXT, signer("ledger.example/other")),
    "too_many_signatures": NOTE + LINE * SIGNATURES_MAX,
    "empty_text": b"\n\n" + LINE,
    "known_key_fails_beside_a_good_one": NOTE
    + LINE[:-12]
    + (b"A" if LINE[-12:-11] != b"A" else b"B")
    + LINE[-11:],
    "empty": b"",
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_notes_are_refused(name: str) -> None:
    """Each breaks one rule."""
    with pytest.raises(VerificationError):
        open_note(BAD[name], [VERIFIER])


def test_sixteen_signatures_are_taken() -> None:
    """A reader accepts at least 16."""
    note = sign(TEXT, SIGNER, *[signer(f"w{number}", number + 2) for number in range(15)])

    assert len(open_note(note, [VERIFIER]).unknown) == 15


@given(st.integers(0, len(NOTE) * 8 - 1))
def test_every_flip_is_refused(bit: int) -> None:
    """One flipped bit anywhere: the note does not open with the same text."""
    data = bytearray(NOTE)
    data[bit // 8] ^= 1 << bit % 8

    with pytest.raises(VerificationError):
        open_note(bytes(data), [VERIFIER])


@given(st.binary(max_size=300))
def test_garbage_is_refused(data: bytes) -> None:
    """No other exception comes out."""
    for tried in (data, NOTE + data if data else b"", data + b"\n\n" + LINE):
        with pytest.raises(VerificationError):
            open_note(tried, [VERIFIER])


def test_two_keys_with_one_name_and_id_are_refused() -> None:
    """An ambiguous set of keys verifies nothing; the same key twice is no ambiguity."""

    class Twin(Verifier):
        key_id = VERIFIER.key_id

    with pytest.raises(VerificationError, match="two keys"):
        open_note(NOTE, [VERIFIER, Twin(VERIFIER.name, bytes(32))])
    assert open_note(NOTE, [VERIFIER, VERIFIER]).text == TEXT


VKEY = VERIFIER.vkey
NAME, ID, KEY = VKEY.split("+", 2)


@pytest.mark.parametrize(
    "vkey",
    [
        "", NAME, f"{NAME}+{ID}", f"+{ID}+{KEY}", f"a b+{ID}+{KEY}", f"{NAME}x+{ID}+{KEY}",
        f"{NAME}+{ID[:-1]}+{KEY}", f"{NAME}+00000000+{KEY}", f"{NAME}+{ID}+{KEY[:-4]}",
        f"{NAME}+{ID}+{KEY}=", f"{NAME}+{ID}+", f"{NAME}+{ID}+AQ==", f"{NAME}+{ID}+B{KEY[1:]}",
        f"{VKEY}\n",
    ],
)  # fmt: skip
def test_malformed_vkeys_are_refused(vkey: str) -> None:
    """Each breaks one part."""
    with pytest.raises(VerificationError):
        parse_vkey(vkey)


def test_what_cannot_be_signed() -> None:
    """A text without its newline, with a control, or without a signer, and bad names."""
    for text in ("a", "", "a\tb\n", "\n"):
        with pytest.raises(ValueError, match="text"):
            sign(text, SIGNER)
    with pytest.raises(ValueError, match="signature"):
        sign(TEXT)
    for name in ("", "a b", "a+b", "a\u2003b", "a\nb"):
        with pytest.raises(ValueError, match="name"):
            Signer(name, SIGNER.key)


def test_a_signer_does_not_show_its_key() -> None:
    """Its repr can stand in a traceback."""
    assert "Ed25519" not in repr(SIGNER)
