"""A receipt by mail: what the receiver says it has, and the Maildir that it falls into."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import orjson

from azalai.errors import CmsError
from azalai.transports.mail_envelope import Part

MEDIA_TYPE = "application/json"
MAIL_MAX = 200_000
"""Bytes of a mail that may be a receipt; a receipt has about five thousand."""
_FILE = "receipt.json"
_FIELDS = {"key", "sha256", "status", "reason", "at"}
_REASON = re.compile(r"[A-Za-z0-9_.-]{0,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word on one message: `sha256` (hex) of the body it decrypted, `reason` a
    code where it refuses, `at` an RFC 3339 instant of its clock."""

    key: str
    sha256: str
    status: Literal["accepted", "refused"]
    reason: str
    at: str


def to_part(receipt: Receipt) -> Part:
    """The part to be signed and encrypted: one JSON object."""
    return Part(orjson.dumps(asdict(receipt)), MEDIA_TYPE, {}, _FILE)


def parse(body: bytes) -> Receipt:
    """CmsError `not_a_receipt` for anything but an object with these fields and no other."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as err:
        raise CmsError("not_a_receipt") from err
    if not isinstance(found, dict) or set(found) != _FIELDS or not all(
        isinstance(value, str) for value in found.values()
    ):  # fmt: skip
        raise CmsError("not_a_receipt")
    fits = _DIGEST.fullmatch(found["sha256"]) and _REASON.fullmatch(found["reason"])
    if not fits or found["status"] not in ("accepted", "refused"):
        raise CmsError("not_a_receipt")
    return Receipt(**found)


def arrived(maildir: Path, most: int) -> Iterator[Path]:
    """Up to `most` mails in `new/`, the oldest name first; none where there is no such folder."""
    try:
        mails = sorted((maildir / "new").iterdir())
    except OSError:
        return
    yield from mails[:most]


def read(path: Path) -> bytes:
    """A mail's bytes. CmsError `too_large` or `not_a_file` (a link, a folder, a pipe); OSError."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise CmsError("not_a_file")
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        data = file.read(MAIL_MAX + 1)
    if len(data) > MAIL_MAX:
        raise CmsError("too_large")
    return data


def settle(path: Path, *, refused: bool = False) -> None:
    """Move a mail to `cur/`: seen, and flagged if it was refused. OSError if that cannot be; then
    it is read again."""
    kept = path.parent.parent / "cur"
    kept.mkdir(exist_ok=True)
    path.rename(kept / f"{path.name}:2,{'FS' if refused else 'S'}")
