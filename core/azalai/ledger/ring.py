"""The log's keys over time: the one that signs, those beside it for an overlap, those that ended.

`<key>.ring` beside the first key says which files they are, the newest last; without it there is
one key. It is replaced whole, so a power cut leaves the old list or the new one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.errors import ConfigurationError
from azalai.ledger import keeper, keys
from azalai.ledger.note import Signer, Verifier

RING_MAX = 100


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A key of the log: its file, and until when (RFC 3339, UTC) it signs; None: it goes on."""

    path: Path
    verifier: Verifier
    until: str | None


def ring_path(path: Path) -> Path:
    """Where the list of the keys lies, beside the first."""
    return path.with_suffix(".ring")


def dated(path: Path) -> list[DatedKey]:
    """All keys, the newest first. ConfigurationError where a file is missing or malformed."""
    found = ring_path(path)
    if not found.is_file():
        return [DatedKey(path, keys.load_vkey(keys.vkey_path(path)), None)]
    try:
        rows = json.loads(found.read_text(encoding="utf-8"))["keys"]
        named = [(path.with_name(row["file"]), row["until"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ConfigurationError("not a list of keys", source=str(found)) from err
    made = [DatedKey(one, keys.load_vkey(keys.vkey_path(one)), until) for one, until in named]
    if not made or made[-1].until is not None or len({one.verifier.name for one in made}) > 1:
        raise ConfigurationError("not a list of keys of one log", source=str(found))
    return made[::-1]


def verifiers(path: Path) -> list[Verifier]:
    """The public keys, the newest first: all of them may have signed what is kept."""
    return [one.verifier for one in dated(path)]


def signers(path: Path, now: str) -> list[Signer]:
    """Who signs at `now` (RFC 3339): the newest key, then those whose overlap has not ended."""
    current, *earlier = dated(path)
    going = [one for one in earlier if one.until is not None and now < one.until]
    return [keys.load(one.path) for one in (current, *going)]


def successor(path: Path) -> Path:
    """The next key's file, made where it is not there yet. What a stopped rotation left is used."""
    known = dated(path)
    made = path.with_name(f"{path.stem}-{len(known) + 1}{path.suffix}")
    if len(known) >= RING_MAX:
        raise ConfigurationError(f"more than {RING_MAX} keys", source=str(ring_path(path)))
    if not made.exists():
        keys.create(made, known[0].verifier.name)
    return made


def put(path: Path, known: Sequence[DatedKey], added: Path, until: str) -> None:
    """From now on `added` signs, the key before it until `until`. Durable on return. OSError."""
    rows = [{"file": one.path.name, "until": one.until or until} for one in reversed(known)]
    text = json.dumps({"keys": [*rows, {"file": added.name, "until": None}]}, indent=1)
    keeper.write(ring_path(path), f"{text}\n".encode())


def current(path: Path) -> Signer:
    """The key that signs from now on. ConfigurationError as `keys.load`."""
    return keys.load(dated(path)[0].path)


def private_files(path: Path) -> list[Path]:
    """The files of private keys beside the first one's, whatever the list says; for who guards
    them."""
    return sorted(path.parent.glob(f"{path.stem}-[0-9]*{path.suffix}"))
