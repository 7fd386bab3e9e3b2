"""The signature of a report: a signed note on its digest, by the log's key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azalai.canonical import digest
from azalai.errors import VerificationError
from azalai.ledger import Checkpoint, LedgerStorage, Signer, Verifier
from azalai.ledger.log import root_at
from azalai.ledger.note import encode_base64, open_note, sign

SUFFIX = ".sig"
SIGNATURE_MAX = 10_000
"""Bytes: far above any signature of a report."""
_FIRST = "azalai report v1"
_FIELDS = ("file", "sha256", "bytes", "origin", "size", "root", "made")
_NO_REPORT = ("signed by this key, but not as a report",
              "signé par cette clé, mais pas comme un rapport")  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9._-]{1,120}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: the file's name, digest and length; the checkpoint that it rests on; when
    it was made (RFC 3339, UTC)."""

    file: str
    sha256: str
    size_bytes: int
    origin: str
    size: int
    root: str
    made: str


def signature(
    data: bytes, file: str, seal: Checkpoint, made: str, signers: Sequence[Signer]
) -> bytes:
    """The note for the bytes of a file. Its first line tells it from every checkpoint."""
    values = (file, digest(data), len(data), seal.origin, seal.size, encode_base64(seal.root), made)
    lines = [_FIRST, *(f"{name}: {value}" for name, value in zip(_FIELDS, values, strict=True))]
    return sign("".join(f"{line}\n" for line in lines), *signers)


def check(data: bytes, note: bytes, known: Mapping[Verifier, str | None]) -> Signed:
    """That a key of the log signed exactly these bytes as a report; what it signed. `known` are
    its keys, each with the instant of its end (None: it signs on).

    VerificationError where the note is malformed, signed by no key that we know or only by one
    that had ended, no report's, or of other bytes.
    """
    if len(note) > SIGNATURE_MAX:
        raise _refused("the signature is too long", "la signature est trop longue")
    opened = open_note(note, list(known))
    lines = opened.text.split("\n")
    if lines[0] != _FIRST or len(lines) != len(_FIELDS) + 2:
        raise _refused(*_NO_REPORT)
    found = []
    for name, line in zip(_FIELDS, lines[1:], strict=False):
        before, mark, value = line.partition(": ")
        if before != name or not mark:
            raise _refused(*_NO_REPORT)
        found.append(value)
    file, sha256, length, origin, size, root, made = found
    if not (_NAME.fullmatch(file) and length.isdecimal() and size.isdecimal()):
        raise _refused(*_NO_REPORT)
    if digest(data) != sha256 or len(data) != int(length):
        raise _refused("these are not the bytes that were signed: the file was changed",
                       "ce ne sont pas les octets qui ont été signés : le fichier a été changé")  # fmt: skip
    ends = {(one.name, one.key_id): end for one, end in known.items()}
    signed = [ends[one.name, one.key_id] for one in opened.verified]
    if not any(end is None or made < end for end in signed):
        raise _refused("signed by a key of this log after its end",
                       "signé par une clé de ce registre après sa fin")  # fmt: skip
    return Signed(file, sha256, int(length), origin, int(size), root, made)


def in_log(storage: LedgerStorage, signed: Signed) -> bool:
    """That the checkpoint is a beginning of this log. VerificationError where it is not: the log
    was cut or rewritten since, or the report is another's."""
    head = storage.head()
    if signed.size > head.size:
        raise _refused(f"its checkpoint has {signed.size} entries, the ledger here {head.size}",
                       f"son scellé compte {signed.size} inscriptions, le registre d'ici"
                       f" {head.size}")  # fmt: skip
    if encode_base64(root_at(storage, signed.size)) != signed.root:
        raise _refused("its checkpoint is not a beginning of the ledger here",
                       "son scellé n'est pas un début du registre d'ici")  # fmt: skip
    return True


def _refused(message: str, fr: str) -> VerificationError:
    return VerificationError(message, where="report", fr=fr)
