"""C2SP tlog-proof: one entry's evidence, checked offline with the log's key alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from azalai.errors import VerificationError
from azalai.ledger.checkpoint import SIZE_MAX, Checkpoint, open_checkpoint
from azalai.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from azalai.ledger.note import NOTE_MAX, Verifier, decode_base64, encode_base64

HEADER = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 63
"""A tree of 2**63 leaves has no longer inclusion proof."""
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's index, its inclusion proof, and the signed checkpoint it leads to.

    `extra` is not covered by any signature: nothing may be decided from it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(proof: Proof) -> bytes:
    """The `.tlog-proof` file of a proof."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {encode_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines.extend(encode_base64(node) for node in proof.hashes)
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + proof.checkpoint


def parse_proof(data: bytes) -> Proof:
    """The reverse of `format_proof`, nothing verified; VerificationError if malformed."""
    head, gap, checkpoint = data.partition(b"\n\n")
    if not gap or not checkpoint or len(data) > 2 * NOTE_MAX:
        raise _refused("no checkpoint after an empty line")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as err:
        raise _refused("the head is not ASCII") from err
    if lines.pop(0) != HEADER:
        raise _refused(f"the first line is not {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
        if extra is None:
            raise _refused("the extra line is not base64")
    found = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if found is None or int(found[1]) > SIZE_MAX:
        raise _refused("no index")
    return Proof(int(found[1]), tuple(_hashes(lines)), checkpoint, extra)


def verify_proof(
    data: bytes, entry: bytes, verifiers: Sequence[Verifier], origin: str | None = None
) -> Checkpoint:
    """Check that the log whose keys these are holds exactly `entry`; the checkpoint that says so.

    VerificationError if the file, the checkpoint, a signature or the inclusion is wrong.
    """
    proof = parse_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint, verifiers, origin)
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def _hashes(lines: Sequence[str]) -> list[bytes]:
    if len(lines) > HASHES_MAX:
        raise _refused(f"more than {HASHES_MAX} hashes")
    hashes = []
    for line in lines:
        node = decode_base64(line)
        if node is None or len(node) != HASH_SIZE:
            raise _refused("a hash is not 32 bytes in base64")
        hashes.append(node)
    return hashes


def _refused(message: str) -> VerificationError:
    return VerificationError(message, where="proof")
