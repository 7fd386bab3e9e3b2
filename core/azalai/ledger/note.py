"""C2SP signed-note: keys, signing, and opening with every rule checked."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from azalai.errors import VerificationError

ED25519 = 0x01
"""The signature type of signed-note for Ed25519; the only one made and verified here."""
KEY_ID_SIZE = 4
SIGNATURES_MAX = 100
"""A note with more signatures is refused, as in Go: at least 16 must be taken."""
NOTE_MAX = 1_000_000
"""Bytes: far above any checkpoint, low enough to be read whole."""

_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its id, and the bytes after the id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """An opened note: `verified` by keys that we know, `unknown` by keys that we do not."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name; `vkey` is its written form."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name, newline, type, public key)."""
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """`name+<key id, 8 hex digits>+base64(type, public key)`."""
        return format_key(self.name, ED25519, self.public)

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's over the note's text."""
        return is_signature(self.public, signature, text.encode())


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. ValueError for a name that no note may carry."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        must_be_name(self.name)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name, 0x0A, type, public key)[:4] (signed-note, "Signature types")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_SIZE]


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no Unicode space, no `+`, no control."""
    return bool(name) and not any(mark.isspace() or mark == "+" or mark < " " for mark in name)


def must_be_name(name: str) -> None:
    """ValueError for a name that no key may have."""
    if not is_name(name):
        raise ValueError("a key name has no spaces, no '+', and is not empty")


def is_signature(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is over `data` by the key with this Ed25519 public half (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def parse_vkey(text: str) -> Verifier:
    """A verifier from its written form; VerificationError if a part of it is wrong."""
    return Verifier(*parse_key(text, ED25519))


def parse_key(text: str, kind: int) -> tuple[str, bytes]:
    """Name and 32-byte public key of a written key of one signature type (signed-note, "Verifier
    keys"). VerificationError if a part of it is wrong, or it is of another type."""
    name, _, rest = text.partition("+")
    written_id, _, encoded = rest.partition("+")
    material = decode_base64(encoded)
    if not is_name(name) or len(written_id) != 8 or material is None or len(material) < 2:
        raise VerificationError("not a verifier key", where="vkey")
    if material[0] != kind or len(material) != 33:
        raise VerificationError(f"key type {material[0]} is not supported", where="vkey")
    if key_id(name, kind, material[1:]).hex() != written_id.lower():
        raise VerificationError("the key id is another key's", where="vkey")
    return name, material[1:]


def format_key(name: str, kind: int, public: bytes) -> str:
    """The reverse of `parse_key`: `name+<key id, 8 hex digits>+base64(type, public key)`."""
    return f"{name}+{key_id(name, kind, public).hex()}+{encode_base64(bytes([kind]) + public)}"


def sign(text: str, *signers: Signer) -> bytes:
    """The signed note of a text. ValueError for a text that no note can hold, or no signer."""
    if (problem := _text_problem(text)) is not None or not signers:
        raise ValueError(problem or "a note needs a signature")
    return (text + "\n" + "".join(_line(text, signer) for signer in signers)).encode()


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Check a note's form and its signatures by the keys we know.

    VerificationError if the note is malformed, if a key that we know signed something else, if two
    of our keys have one name and id, or if no signature is by a key that we know.
    """
    text, signatures = parse(data)
    known = _by_id(verifiers)
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown = []
    for signature in signatures:
        place = (signature.name, signature.key_id)
        verifier = known.get(place)
        if verifier is None:
            unknown.append(signature)
        elif not verifier.verifies(text, signature.signature):
            raise _refused(f"the signature by {signature.name} is not over this text")
        else:
            verified.setdefault(place, signature)
    if not verified:
        raise _refused("no signature by a key that we know")
    return Note(text, tuple(verified.values()), tuple(unknown))


def parse(data: bytes) -> tuple[str, list[Signature]]:
    """A note's text and signature lines, nothing verified; VerificationError if malformed.

    Text and signatures part at the LAST empty line.
    """
    if len(data) > NOTE_MAX:
        raise _refused("the note is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError as err:
        raise _refused("the note is not UTF-8") from err
    text, gap, block = whole.rpartition("\n\n")
    text += "\n"
    if not gap or (problem := _text_problem(text)) is not None:
        raise _refused(problem if gap else "no empty line before the signatures")
    if not block.endswith("\n"):
        raise _refused("the signatures do not end with a newline")
    lines = block[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise _refused(f"more than {SIGNATURES_MAX} signatures")
    return text, [parse_line(line) for line in lines]


def only_by(data: bytes, verifiers: Sequence[Verifier]) -> bytes:
    """A note with the signature lines of these keys alone, nothing verified: anybody may add
    others. VerificationError if malformed."""
    text, signatures = parse(data)
    kept = {(one.name, one.key_id) for one in verifiers}
    lines = [format_line(one.name, one.key_id, one.signature) for one in signatures
             if (one.name, one.key_id) in kept]  # fmt: skip
    return f"{text}\n{''.join(dict.fromkeys(lines))}".encode()


def encode_base64(data: bytes) -> str:
    """RFC 4648 section 4, padded."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes | None:
    """The bytes of the one right spelling; None for any other (white space, loose end bits)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode_base64(data) == text else None


def format_line(name: str, ident: bytes, signature: bytes) -> str:
    """A signature line, its newline included."""
    return f"{_DASH}{name} {encode_base64(ident + signature)}\n"


def _line(text: str, signer: Signer) -> str:
    return format_line(signer.name, signer.verifier.key_id, signer.key.sign(text.encode()))


def parse_line(line: str) -> Signature:
    """A signature line without its newline; VerificationError if it is malformed."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    material = decode_base64(encoded)
    if not line.startswith(_DASH) or not is_name(name) or material is None:
        raise _refused("a signature line is malformed")
    if len(material) <= KEY_ID_SIZE:
        raise _refused("a signature is too short")
    return Signature(name, material[:KEY_ID_SIZE], material[KEY_ID_SIZE:])


def _by_id(verifiers: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise _refused(f"two keys named {verifier.name} with one id")
    return known


def _text_problem(text: str) -> str | None:
    if not text.endswith("\n") or text == "\n":
        return "the text does not end with a newline" if text != "\n" else "the text is empty"
    if any(mark < " " and mark != "\n" for mark in text):
        return "the text holds a control character"
    return None


def _refused(message: str | None) -> VerificationError:
    return VerificationError(message or "malformed", where="note")
