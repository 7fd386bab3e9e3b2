"""A signed manifest: the digests of a day's messages between two systems, nothing of what they say.

azalai manifest v1
<who made it: the origin of its log>
<the destination's name>
sent | received
<day> <time zone>
<first number> <last number>
<count>
<SHA-256 of the lines, hex>

— <signature, as C2SP signed-note>
----
<number> <operation> <HMAC-SHA-256 (idempotency key, bytes), hex>
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from azalai.errors import VerificationError
from azalai.ledger.note import Signer, Verifier, open_note, parse, sign

HEADER = "azalai manifest v1"
PARTED = b"\n----\n"
HEAD_MAX = 65_536
LINE_MAX = 128
LINES_MAX = 5_000_000
"""More messages a day than any of our users' links carries."""
_LINE = re.compile(rb"(0|[1-9][0-9]{0,15}) (create|update|cancel) ([0-9a-f]{64})\n")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The head: who made it, for which destination, `sent` or `received`, of which day; the numbers
    that it covers (0, 0: none), how many lines, the SHA-256 (hex) of these."""

    origin: str
    destination: str
    direction: str
    day: str
    zone: str
    first: int
    last: int
    count: int
    sha256: str

    @property
    def text(self) -> str:
        """What is signed."""
        lines = [HEADER, self.origin, self.destination, self.direction, f"{self.day} {self.zone}",
                 f"{self.first} {self.last}", str(self.count), self.sha256]  # fmt: skip
        return "".join(f"{line}\n" for line in lines)


def write(
    out: BinaryIO, signer: Signer, named: tuple[str, str, str, str],
    lines: Sequence[tuple[int, str, bytes]],
) -> Manifest:  # fmt: skip
    """Write a manifest. `named`: destination, direction, day (ISO 8601), time zone."""
    hasher = hashlib.sha256()
    for line in lines:
        hasher.update(_written(line))
    numbers = [number for number, _, _ in lines]
    made = Manifest(signer.name, *named, numbers[0] if numbers else 0, numbers[-1] if numbers else 0,
                    len(lines), hasher.hexdigest())  # fmt: skip
    out.write(sign(made.text, signer) + PARTED[1:])
    for line in lines:
        out.write(_written(line))
    return made


def read(path: Path, verifiers: Sequence[Verifier]) -> tuple[Manifest, set[bytes]]:
    """The head and the digests of a manifest, its signature checked by the keys that we have; none:
    only its form. VerificationError for every way in which it is not one. OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_MAX)
        note, parted, _ = head.partition(PARTED)
        if not parted:
            raise _refused(
                "its head does not end", "son en-tête ne finit pas : ce n'est pas un manifeste"
            )
        file.seek(len(note) + len(parted))
        text = open_note(note + b"\n", verifiers).text if verifiers else parse(note + b"\n")[0]
        found = _head(text)
        digests, hasher = set(), hashlib.sha256()
        expected = found.first
        for line in _lines(file, found.count):
            match = _LINE.fullmatch(line)
            if match is None or int(match[1]) != expected:
                raise _refused(
                    f"line {expected} is missing or is none of ours",
                    f"la ligne {expected} manque, ou n'en est pas une",
                )
            expected += 1
            hasher.update(line)
            digests.add(bytes.fromhex(match[3].decode()))
    if hasher.hexdigest() != found.sha256 or len(digests) != found.count:
        raise _refused(
            "its lines are not those that were signed",
            "ses lignes ne sont pas celles qui furent signées",
        )
    return found, digests


def _lines(file: BinaryIO, count: int) -> Iterable[bytes]:
    for _ in range(count):
        yield file.readline(LINE_MAX)
    if file.read(1):
        raise _refused("more lines than it says", "plus de lignes qu'il n'en dit")


def _head(text: str) -> Manifest:
    lines = text.splitlines()
    if len(lines) != 8 or lines[0] != HEADER or lines[3] not in ("sent", "received"):
        raise _refused("no manifest of ours", "ce n'est pas un manifeste")
    day, _, zone = lines[4].partition(" ")
    first, _, last = lines[5].partition(" ")
    if not all(_NUMBER.fullmatch(one) for one in (first, last, lines[6])) or not _is_day(day):
        raise _refused("a number or a day is none", "un nombre ou un jour n'en est pas un")
    found = Manifest(lines[1], lines[2], lines[3], day, zone, int(first), int(last), int(lines[6]),
                     lines[7])  # fmt: skip
    if found.count > LINES_MAX or found.count != (
        found.last - found.first + 1 if found.last else 0
    ):
        raise _refused("its numbers have a gap", "ses numéros ont un trou")
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _written(line: tuple[int, str, bytes]) -> bytes:
    number, operation, digest = line
    return f"{number} {operation} {digest.hex()}\n".encode()


def _refused(message: str, fr: str) -> VerificationError:
    return VerificationError(message, where="manifest", fr=fr)
