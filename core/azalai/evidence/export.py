"""The ledger as files (C2SP tlog-tiles): on a stick or any web server, anyone may hold it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.errors import StopError, VerificationError
from azalai.evidence import verifier as program
from azalai.ledger import Checkpoint, LedgerStorage, Verifier, open_checkpoint
from azalai.ledger.log import root_at
from azalai.ledger.merkle import HASH_SIZE
from azalai.ledger.tiles import Tile, count_at, encode_bundle, tiles_of, width_at

CHECKPOINT, VKEY = "checkpoint", "vkey"
_HALF = ".new"
"""What a file is called until it is whole; one that a stopped export left is removed."""
_OURS = {CHECKPOINT, VKEY, "tile", program.PROGRAM, program.OPENINGS, program.COSIGNED}


@dataclass(frozen=True, slots=True)
class Exported:
    """An export of `size` entries; `before` of them were there already; `files` were written."""

    size: int
    before: int
    files: int


def export(
    storage: LedgerStorage, folder: Path, note: bytes, key: Verifier, *,
    earlier: Sequence[Verifier] = (), cosigned: bytes | None = None, pruned: int = 0,
) -> Exported:  # fmt: skip
    """Write the log of a signed checkpoint to a folder, or extend what an earlier one wrote.

    One bundle of 256 entries is in memory at a time; the ledger may grow meanwhile. `checkpoint`
    is replaced last: a reader never sees one whose tiles are not there, and an export that was
    stopped is finished by the next. Partial tiles go when the full one is there. `earlier` are
    keys that `key` replaced; `cosigned` the checkpoint that witnesses cosigned; entries below
    `pruned` are gone: their hashes are written, what an earlier export has of them stays.

    StopError for a folder with other things in it. VerificationError where the folder's
    checkpoint is not an ancestor of this log (behind, beside, another's), or the store's own
    entries or tiles are missing.
    """
    keys = [key, *earlier]
    seal = open_checkpoint(note, keys, key.name)
    before = _before(storage, folder, seal, keys)
    for left in (folder / "tile").rglob(f"*{_HALF}"):
        left.unlink()
    files = sum(_put(storage, folder, tile, before) for tile in _tiles(seal.size, pruned))
    _replace(folder / VKEY, vkeys(keys))
    _replace(folder / program.PROGRAM, program_file())
    if cosigned is not None and open_checkpoint(cosigned, keys).size <= seal.size:
        _replace(folder / program.COSIGNED, cosigned)
    _replace(folder / CHECKPOINT, note)
    for tile in _tiles(seal.size):
        _drop_partial(folder, tile)
    return Exported(seal.size, before, files)


def vkeys(keys: Sequence[Verifier]) -> bytes:
    """The log's keys as they are put beside an export or into a pack, the newest first."""
    return "".join(f"{key.vkey}\n" for key in keys).encode()


def program_file() -> bytes:
    """`azalai-verify.py` as it is put beside an export."""
    return program.with_digest(program.PROGRAM, Path(program.__file__).read_bytes())


def _before(
    storage: LedgerStorage, folder: Path, seal: Checkpoint, keys: Sequence[Verifier]
) -> int:
    """How many entries the folder holds already, of this very log."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CHECKPOINT
    if not path.exists():
        if strange := sorted({p.name for p in folder.iterdir()} - _OURS):
            raise StopError(
                f"{folder} holds other things ({strange[0]}): an export needs a folder of its own",
                fr=f"{folder} contient autre chose ({strange[0]}) : l'export veut un dossier à lui",
            )
        return 0
    seen = open_checkpoint(path.read_bytes(), keys, keys[0].name)
    if seen.size > seal.size or root_at(storage, seen.size) != seen.root:
        raise VerificationError(
            f"the folder holds {seen.size} entries that are not the beginning of these {seal.size}",
            where=str(path),
        )
    return seen.size


def _tiles(size: int, pruned: int = 0) -> Iterator[Tile]:
    """Every tile of a log: the entries' bundles that are still there, then the hashes, level by
    level."""
    for tile in tiles_of(size, 0):
        if tile.number * program.WIDTH >= pruned:
            yield Tile(None, tile.number, tile.width)
    level = 0
    while count_at(size, level):
        yield from tiles_of(size, level)
        level += 1


def _put(storage: LedgerStorage, folder: Path, tile: Tile, before: int) -> int:
    """Write a tile unless an earlier export has; how many files that made."""
    path = folder / tile.path
    settled = width_at(before, tile.level or 0, tile.number) == tile.width
    data = None if tile.level is None else _hashes(storage, tile)
    if settled and path.is_file() and (data is None or path.stat().st_size == len(data)):
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _bundle(storage, tile) if data is None else data)
    return 1


def _hashes(storage: LedgerStorage, tile: Tile) -> bytes:
    data = storage.tile(tile.level or 0, tile.number) or b""
    if len(data) < tile.width * HASH_SIZE:
        raise VerificationError("missing or too short", where=f"tile {tile.level}/{tile.number}")
    return data[: tile.width * HASH_SIZE]


def _bundle(storage: LedgerStorage, tile: Tile) -> bytes:
    first = tile.number * program.WIDTH
    entries = [data for _, data in storage.entries(first, first + tile.width)]
    if len(entries) != tile.width:
        raise VerificationError("an entry is missing", where=f"entries {first}-")
    return encode_bundle(entries)


def _replace(path: Path, data: bytes) -> None:
    """The old bytes or the new ones, never a part."""
    made = path.with_name(path.name + _HALF)
    made.write_bytes(data)
    made.replace(path)


def _drop_partial(folder: Path, tile: Tile) -> None:
    """The narrower tiles of a tile that is full now; C2SP tlog-tiles, "Partial tiles"."""
    partial = folder / f"{tile.path}.p"
    if tile.width == program.WIDTH and partial.is_dir():
        for old in partial.iterdir():
            old.unlink()
        partial.rmdir()
