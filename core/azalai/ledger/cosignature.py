"""C2SP tlog-cosignature: a witness says when it last saw this log, and that it only grew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.errors import VerificationError
from azalai.ledger.note import (
    format_key,
    format_line,
    is_signature,
    key_id,
    must_be_name,
    parse,
    parse_key,
)

COSIGNATURE_V1 = 0x04
"""The signature type of an Ed25519 cosignature. The other type, ML-DSA-44 (0x06), is neither made
nor verified here: its lines are by keys that we do not know."""
TIME_MAX = 2**63 - 1
_TIME_SIZE, _SIGNATURE_SIZE = 8, 64


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's public key with its name; `vkey` is its written form."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name, newline, 0x04, public key)[:4]."""
        return key_id(self.name, COSIGNATURE_V1, self.public)

    @property
    def vkey(self) -> str:
        """`name+<key id>+base64(0x04, public key)`."""
        return format_key(self.name, COSIGNATURE_V1, self.public)

    def time_of(self, text: str, signature: bytes) -> int | None:
        """When it cosigned this checkpoint's text (POSIX seconds); None: it did not."""
        time = int.from_bytes(signature[:_TIME_SIZE])
        if len(signature) != _TIME_SIZE + _SIGNATURE_SIZE or not 0 < time <= TIME_MAX:
            return None
        whose = is_signature(self.public, signature[_TIME_SIZE:], message(text, time))
        return time if whose else None


@dataclass(frozen=True, slots=True)
class CosigningKey:
    """A witness's private key with its name. ValueError for a name that no note may carry."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        must_be_name(self.name)

    @property
    def cosigner(self) -> Cosigner:
        """The public half."""
        return Cosigner(self.name, self.key.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> str:
        """The signature line over a checkpoint's text at `time` (POSIX seconds, not 0). That it
        extends what was cosigned before is the caller's to know."""
        signature = time.to_bytes(_TIME_SIZE) + self.key.sign(message(text, time))
        return format_line(self.name, self.cosigner.key_id, signature)


def message(text: str, time: int) -> bytes:
    """What is signed: two lines of its own, then the whole checkpoint text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse_cosigner(vkey: str) -> Cosigner:
    """A witness from its written key; VerificationError if a part of it is wrong."""
    return Cosigner(*parse_key(vkey, COSIGNATURE_V1))


@dataclass(frozen=True, slots=True)
class Cosignature:
    """By whom, when (POSIX seconds), and its line as it stands in the note."""

    cosigner: Cosigner
    time: int
    line: str


def cosignatures(data: bytes, cosigners: Sequence[Cosigner]) -> list[Cosignature]:
    """Those in a signed checkpoint that are by witnesses we know, one each.

    VerificationError if the note is malformed, or a witness that we know did not sign this text
    (signed-note, "Verifying": such a note is rejected whole).
    """
    text, signatures = parse(data)
    known = {(one.name, one.key_id): one for one in cosigners}
    found: dict[Cosigner, Cosignature] = {}
    for signature in signatures:
        cosigner = known.get((signature.name, signature.key_id))
        if cosigner is None:
            continue
        time = cosigner.time_of(text, signature.signature)
        if time is None:
            raise VerificationError(f"{cosigner.name} did not cosign this text", where="note")
        line = format_line(signature.name, signature.key_id, signature.signature)
        found.setdefault(cosigner, Cosignature(cosigner, time, line))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Quorum:
    """The witnesses by name, of whom `least` must have cosigned one and the same checkpoint."""

    witnesses: Mapping[str, Cosigner]
    least: int

    def name_of(self, cosigner: Cosigner) -> str:
        """How a witness is called here."""
        return next(name for name, one in self.witnesses.items() if one == cosigner)

    def met_by(self, found: Sequence[Cosignature]) -> bool:
        """Whether enough of them cosigned."""
        return len({one.cosigner.public for one in found}) >= self.least
