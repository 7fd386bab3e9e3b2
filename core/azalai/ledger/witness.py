"""C2SP tlog-witness: what is asked of a witness, and every rule by which it refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from azalai.errors import VerificationError, WitnessRefusalError
from azalai.ledger import merkle
from azalai.ledger.checkpoint import SIZE_MAX, Checkpoint, open_checkpoint, parse_checkpoint
from azalai.ledger.note import Verifier, decode_base64, encode_base64, parse

REQUEST_MAX = 65_536
"""Bytes: 63 hashes and a checkpoint with 100 signatures take 20,000."""
PROOF_MAX = 63
SIZE_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Request:
    """The size that the witness is thought to hold, the proof from there, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


def format_request(request: Request) -> bytes:
    """The body of `POST <prefix>/add-checkpoint`, and a request file's content."""
    lines = [f"old {request.old}", *(encode_base64(node) for node in request.proof)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + request.note


def parse_request(data: bytes) -> Request:
    """The reverse of `format_request`, nothing verified. WitnessRefusalError 400."""
    head, gap, note = data.partition(b"\n\n")
    if len(data) > REQUEST_MAX or not gap:
        raise _malformed("the request is too long, or has no empty line",
                         "la demande est trop longue, ou n'a pas de ligne vide")  # fmt: skip
    try:
        old, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as err:
        raise _malformed("the proof is not ASCII", "la preuve n'est pas de l'ASCII") from err
    found = _OLD.fullmatch(old)
    if found is None or int(found[1]) > SIZE_MAX:
        raise _malformed("the first line is not `old N`", "la première ligne n'est pas « old N »")
    if len(lines) > PROOF_MAX:
        raise _malformed(f"more than {PROOF_MAX} hashes", f"plus de {PROOF_MAX} empreintes")
    proof = [decode_base64(line) for line in lines]
    hashes = tuple(node for node in proof if node is not None and len(node) == merkle.HASH_SIZE)
    if len(hashes) < len(proof):
        raise _malformed("a hash is not 32 bytes in base64",
                         "une empreinte n'est pas de 32 octets en base64")  # fmt: skip
    return Request(int(found[1]), hashes, note)


class Memory(Protocol):
    """What a witness remembers of each log."""

    def latest(self, origin: str) -> Checkpoint | None:
        """The latest checkpoint that it cosigned, or None."""
        ...

    def root_of(self, origin: str, size: int) -> bytes | None:
        """The root that it cosigned for this size, or None where it does not know."""
        ...


def open_request(request: Request, logs: Mapping[str, Sequence[Verifier]]) -> Checkpoint:
    """The checkpoint, signed by its log. `logs` are the keys that are trusted for each origin.
    WitnessRefusalError 400, 404 (unknown origin) or 403 (no signature of a trusted key, or one
    that does not verify)."""
    origin = request.note.partition(b"\n")[0].decode("utf-8", "replace")
    try:
        text, _ = parse(request.note)
    except VerificationError as err:
        if origin in logs:  # a signature line that cannot be read is no signature of a trusted key
            raise _unsigned() from err
        raise _malformed(f"no checkpoint: {err}", "ce n'est pas un scellé") from err
    try:
        origin = parse_checkpoint(text).origin
    except VerificationError as err:
        raise _malformed(f"no checkpoint: {err}", "ce n'est pas un scellé") from err
    if origin not in logs:
        raise WitnessRefusalError(404, "an unknown log", "un registre inconnu")
    try:
        return open_checkpoint(request.note, logs[origin], origin)
    except VerificationError as err:
        raise _unsigned() from err


def check_growth(request: Request, submitted: Checkpoint, memory: Memory) -> None:
    """That the log has only grown since the latest checkpoint that this witness cosigned. To be
    called where nobody else changes what `memory` tells, until `submitted` is kept in it.

    WitnessRefusalError, as the specification says for each rule: 400, 409 with the size that is
    held, 422; its kind is `split_view` where the log signed another root for a cosigned size.
    """
    if request.old > submitted.size:
        raise _malformed("the old size is above the checkpoint's",
                         "l'ancienne taille dépasse celle du scellé")  # fmt: skip
    held = memory.latest(submitted.origin)
    size, before = (0, merkle.EMPTY_ROOT) if held is None else (held.size, held.root)
    split = memory.root_of(submitted.origin, submitted.size) not in (None, submitted.root)
    kind = "split_view" if split else ""
    if submitted.size == 0 and submitted.root != merkle.EMPTY_ROOT:
        raise _inconsistent("the empty log has another root", "le registre vide a une autre racine")
    if request.old != size:
        raise WitnessRefusalError(
            409, f"this witness holds {size} entries",
            f"ce cosignataire en est à {size} inscriptions", size=size, kind=kind,
        )  # fmt: skip
    if submitted.size == size and submitted.root != before:
        raise _inconsistent(f"two logs of {size} entries",
                            f"deux registres de {size} inscriptions", kind)  # fmt: skip
    try:
        merkle.verify_consistency(size, submitted.size, request.proof, before, submitted.root)
    except VerificationError as err:
        raise _inconsistent(f"no extension of what was cosigned: {err}",
                            "ne prolonge pas ce qui a été cosigné", kind) from err  # fmt: skip


def _unsigned() -> WitnessRefusalError:
    return WitnessRefusalError(403, "not signed by a key of this log",
                               "pas signé par une clé de ce registre")  # fmt: skip


def _malformed(message: str, fr: str) -> WitnessRefusalError:
    return WitnessRefusalError(400, message, fr)


def _inconsistent(message: str, fr: str, kind: str = "") -> WitnessRefusalError:
    return WitnessRefusalError(422, message, fr, kind=kind)
