"""C2SP tlog-checkpoint: the signed head of a log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from azalai.errors import VerificationError
from azalai.ledger.merkle import HASH_SIZE
from azalai.ledger.note import Signer, Verifier, decode_base64, encode_base64, open_note, sign

SIZE_MAX = 2**63 - 1
_INSTANCE = re.compile(r"azalai instance ([0-9a-f]{16}) epoch ([1-9][0-9]{0,8})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, `size` counts its entries, `root` is its RFC 6962 root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed: `origin`, size, base64 root, extensions, one a line."""
        lines = [self.origin, str(self.size), encode_base64(self.root), *self.extensions]
        return "".join(f"{line}\n" for line in lines)

    @property
    def instance(self) -> tuple[str, int] | None:
        """Which copy of the log's store signed it, and that copy's epoch; None where none is said."""
        for line in self.extensions:
            if (found := _INSTANCE.fullmatch(line)) is not None:
                return found[1], int(found[2])
        return None


def instance_line(number: str, epoch: int) -> str:
    """The extension line that says which copy of a store signs: a number that never changes, an
    epoch that grows each time a copy is put to work."""
    return f"azalai instance {number} epoch {epoch}"


def parse_checkpoint(text: str) -> Checkpoint:
    """The reverse of `Checkpoint.text`; VerificationError for any other spelling."""
    if not text.endswith("\n"):
        raise _refused("the text does not end with a newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise _refused("fewer than three lines")
    origin, size, root, *extensions = lines
    if not origin:
        raise _refused("no origin")
    if not _SIZE.fullmatch(size) or int(size) > SIZE_MAX:
        raise _refused("the size is not a plain decimal number")
    decoded = decode_base64(root)
    if decoded is None or len(decoded) != HASH_SIZE:
        raise _refused("the root is not 32 bytes in base64")
    if not all(extensions):
        raise _refused("an extension line is empty")
    return Checkpoint(origin, int(size), decoded, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The signed note of a checkpoint. That it extends the last one is the caller's to know."""
    return sign(checkpoint.text, *signers)


def open_checkpoint(
    data: bytes, verifiers: Sequence[Verifier], origin: str | None = None
) -> Checkpoint:
    """The checkpoint in a signed note, its signature and, if given, its origin checked.

    VerificationError if the note, a signature, the text or the origin is wrong.
    """
    checkpoint = parse_checkpoint(open_note(data, verifiers).text)
    if origin is not None and checkpoint.origin != origin:
        raise _refused("another log's origin")
    return checkpoint


def _refused(message: str) -> VerificationError:
    return VerificationError(message, where="checkpoint")
