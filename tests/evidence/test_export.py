"""The exported log: every size, extended, and not one bit of it changed unseen."""

import os
import random
import shutil
from pathlib import Path

import pytest

from azalai.errors import StopError, VerificationError
from azalai.evidence import verifier
from azalai.evidence.card import card
from azalai.evidence.export import export, program_file
from azalai.evidence.verifier import Anchor, Report
from azalai.ledger import Head, append, entry, make_checkpoint, merkle
from ledger_storages import NOW, MemoryStorage, fill, signer

KEY = signer()
ANCHOR = Anchor(verifier.parse_vkey(KEY.verifier.vkey), ())
FLIPS = int(os.environ.get("AZALAI_FLIPS", "200"))
"""Single-bit changes that are tried: `make flips` tries 2,000."""


def log(size: int) -> MemoryStorage:
    storage = MemoryStorage()
    fill(storage, size, batch=5000)
    return storage


def write(storage: MemoryStorage, folder: Path) -> bytes:
    note = make_checkpoint(storage, KEY)
    export(storage, folder, note, KEY.verifier)
    return note


def check(folder: Path, anchor: Anchor | None = ANCHOR, **earlier: bytes) -> Report:
    return verifier.check_export(str(folder), anchor, earlier, {})


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes()
            for p in sorted(folder.rglob("*")) if p.is_file()}  # fmt: skip


GROWN = MemoryStorage()
"""Grows from one size to the next, so that the big logs are made once."""
SIZES = [0, 1, 255, 256, 257, *(pytest.param(n, marks=pytest.mark.slow) for n in (65_536, 70_000))]


@pytest.mark.parametrize("size", SIZES)
def test_every_size_verifies(size: int, tmp_path: Path) -> None:
    """The layout of C2SP tlog-tiles with its partial tiles; the verifier finds nothing."""
    before = GROWN.head().size
    if before <= size:
        fill(GROWN, size - before, batch=5000)
    write(GROWN if before <= size else log(size), tmp_path / "log")
    report = check(tmp_path / "log")
    names = set(files(tmp_path / "log"))

    assert (report.findings, report.notes, report.size) == ([], [], size)
    assert {"checkpoint", "vkey", "azalai-verify.py"} <= names
    if size == 70_000:
        assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
                "tile/entries/273.p/112", "tile/entries/272"} <= names  # fmt: skip


def test_an_export_is_extended(tmp_path: Path) -> None:
    """What was there is not written again; in the end it is as if made at once."""
    storage, folder = MemoryStorage(), tmp_path / "log"
    for step in (0, 1, 254, 1, 1, 300, 0):
        fill(storage, step)
        note = make_checkpoint(storage, KEY)
        made = export(storage, folder, note, KEY.verifier)
        assert (made.size, made.before) == (storage.head().size, storage.head().size - step)
        assert check(folder).findings == []

    assert made.files == 0
    write(storage, tmp_path / "new")
    once = files(tmp_path / "new")
    assert {name: files(folder)[name] for name in once} == once


def test_an_export_that_was_stopped_is_finished(tmp_path: Path) -> None:
    """Tiles before the checkpoint; whatever is missing or cut comes with the next export."""
    storage, folder = log(300), tmp_path / "log"
    note = write(storage, folder)
    (folder / "tile/0/000").unlink()
    (folder / "tile/0/001.p/44").write_bytes(b"cut")
    export(storage, folder, note, KEY.verifier)

    assert check(folder).findings == []
    shutil.rmtree(folder / "tile" / "entries")
    (folder / "checkpoint").unlink()
    export(storage, folder, note, KEY.verifier)
    assert check(folder).findings == []


def test_a_stale_checkpoint_is_named(tmp_path: Path) -> None:
    """An old checkpoint put back beside newer tiles; and what a stopped export left behind."""
    storage, folder = log(300), tmp_path / "log"
    old = write(storage, folder)
    fill(storage, 30)
    write(storage, folder)
    (folder / "checkpoint").write_bytes(old)
    found = check(folder).findings

    assert {where for where, _ in found} == {"tile/0/001.p/74", "tile/entries/001.p/74"}
    assert all("stale" in said[1] for _, said in found)
    (folder / "tile/0/001.p/80.new").write_bytes(b"half")
    write(storage, folder)
    assert check(folder).findings == []


def test_another_log_is_not_written_over(tmp_path: Path) -> None:
    """A folder whose checkpoint is not an ancestor is left as it is."""
    write(log(300), tmp_path / "log")
    before = files(tmp_path / "log")
    other = MemoryStorage()
    append(other, [entry("act", actor="fake-account", act="noted")], NOW)
    fill(other, 400)
    for storage in (other, log(299)):
        with pytest.raises(VerificationError):
            write(storage, tmp_path / "log")
    foreign = signer(seed=2)
    with pytest.raises(VerificationError):
        export(other, tmp_path / "log", make_checkpoint(other, foreign), foreign.verifier)

    assert files(tmp_path / "log") == before


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    """An export does not mix with what else lies on a stick."""
    (tmp_path / "letter.txt").write_text("FICTIF")
    with pytest.raises(StopError):
        write(log(3), tmp_path)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt"]


def test_a_damaged_store_is_not_exported(tmp_path: Path) -> None:
    """A missing entry or tile is said, not left out."""
    gap, short = log(300), log(300)
    del gap.rows[7]
    short.tiles[0, 1] = b""
    for storage in (gap, short):
        with pytest.raises(VerificationError):
            write(storage, tmp_path / "log")
    assert not (tmp_path / "log" / "checkpoint").exists()


def test_a_growing_ledger_is_exported_at_its_checkpoint(tmp_path: Path) -> None:
    """Entries of after the checkpoint stay out, wider tiles are cut."""
    storage = log(300)
    note = make_checkpoint(storage, KEY)
    fill(storage, 300)
    export(storage, tmp_path / "log", note, KEY.verifier)

    assert (check(tmp_path / "log").findings, check(tmp_path / "log").size) == ([], 300)


def test_every_single_bit_is_watched(tmp_path: Path) -> None:
    """Random one-bit changes over all files and bits of an export with three levels of tiles'
    worth of places: each is detected (the log's key is on the card)."""
    folder, chance = tmp_path / "log", random.Random(11)
    write(log(600), folder)
    held = files(folder)
    names = list(held)
    missed = []
    for _ in range(FLIPS):
        name = chance.choice(names)
        place = chance.randrange(8 * len(held[name]))
        data = bytearray(held[name])
        data[place // 8] ^= 1 << place % 8
        (folder / name).write_bytes(data)
        if not check(folder).findings:
            missed.append((name, place))
        (folder / name).write_bytes(held[name])

    assert missed == []
    assert check(folder).findings == []


def test_a_rewrite_signed_again_shows_in_an_earlier_checkpoint(tmp_path: Path) -> None:
    """Whoever holds the log's key can make a new history: not the one that was kept."""
    note = write(log(300), tmp_path / "log")
    other = MemoryStorage()
    append(other, [entry("act", actor="fake-account", act="noted")], NOW)
    fill(other, 400)
    write(other, tmp_path / "fake")

    assert check(tmp_path / "fake").findings == []
    [(where, said)] = check(tmp_path / "fake", kept=note).findings
    assert (where, "réécrit" in said[0]) == ("kept", True)


def test_what_only_azalai_promises_is_checked(tmp_path: Path) -> None:
    """Times that go back and entries that are not canonical, in a log that is signed well."""
    storage = log(3)
    late, early = b'"time":"2027-03-05T08:00:00', b'"time":"2027-03-05T07:00:00'
    bad = MemoryStorage()
    rows = [storage.rows[0], storage.rows[1].replace(late, early), b" " + storage.rows[2]]
    bad.rows = dict(enumerate(rows))
    hashes = [verifier.leaf_hash(row) for row in rows]
    bad.tiles[0, 0] = b"".join(hashes)
    bad.end = type(storage.end)(3, (verifier.fold(hashes[:2]), hashes[2]))
    write(bad, tmp_path / "log")

    assert [where for where, _ in check(tmp_path / "log").findings] == ["entry 1", "entry 2"]


def test_the_card_is_the_anchor(tmp_path: Path) -> None:
    """The whole card, its words alone or its digits alone; a wrong one is refused."""
    write(log(3), tmp_path / "log")
    text = card(KEY.verifier)
    words = next(line for line in text.splitlines() if line.startswith("mots")).split(": ")[1]
    digits = next(line for line in text.splitlines() if line.startswith("empr")).split(": ")[1]
    for good in (text, words, words.upper(), digits, digits.replace(" ", ""),
                 KEY.verifier.vkey.join(("key: ", "\n"))):  # fmt: skip
        assert check(tmp_path / "log", verifier.read_card(good)).findings == []

    wrong = verifier.read_card(card(signer(seed=2).verifier))
    assert check(tmp_path / "log", wrong).findings
    words_only = verifier.read_card(" ".join(verifier.words_of(signer(seed=2).verifier.vkey)))
    [(where, said)] = check(tmp_path / "log", words_only).findings
    assert (where, "card" in said[1]) == ("vkey", True)
    for bad in ("", words + " badi", digits[:-1], text.replace(words, words[::-1]),
                text.replace(digits, "0000" + digits[4:])):  # fmt: skip
        with pytest.raises(verifier.Refused):
            verifier.read_card(bad)


def test_256_words() -> None:
    """One a byte, none twice, none begins another, none longer than eight letters."""
    words = verifier.WORDS

    assert len(set(words)) == 256
    assert all(w.isalpha() and w.isascii() and len(w) <= 8 for w in words)
    assert not [(a, b) for a in words for b in words if a != b and b.startswith(a)]


def test_the_program_beside_says_what_it_is() -> None:
    """Its last line is the digest of the rest; it is the same program."""
    data = program_file()
    report = Report()
    verifier.check_program("azalai-verify.py", data, report)

    assert report.findings == []
    assert data.startswith(Path(verifier.__file__).read_bytes())


def insider(rows: list[bytes], chance: random.Random) -> str:
    """One edit by somebody who can write the files and make all hashes anew, but not sign."""
    place = chance.randrange(len(rows) - 1)
    act = chance.choice(["change", "delete", "insert", "swap", "truncate", "append"])
    if act == "change":
        rows[place] = rows[place].replace(b"test-account", b"fake-account")
    elif act == "delete":
        del rows[place]
    elif act == "insert":
        rows.insert(place, rows[place + 1].replace(b'"number":', b'"number":9'))
    elif act == "swap":
        rows[place], rows[place + 1] = rows[place + 1], rows[place]
    elif act == "truncate":
        del rows[place:]
    else:
        rows.append(rows[place])
    return act


def test_an_insider_without_the_key(tmp_path: Path) -> None:
    """Change, delete, insert, swap, truncate, append: with tiles that fit, under the checkpoint
    that was signed. All found; with the key, only a checkpoint that was kept shows it."""
    chance, storage = random.Random(17), log(600)
    note = make_checkpoint(storage, KEY)
    for number in range(30):
        rows = [storage.rows[index] for index in range(600)]
        act = insider(rows, chance)
        forged = MemoryStorage()
        levels: dict[int, list[bytes]] = {}
        frontier: list[bytes] = []
        for index, data in enumerate(rows):
            for level, node in enumerate(merkle.grow(frontier, index, merkle.leaf_hash(data))[::8]):
                levels.setdefault(level, []).append(node)
        forged.rows = dict(enumerate(rows))
        for level, hashes in levels.items():
            for at in range(0, len(hashes), 256):
                forged.tiles[level, at // 256] = b"".join(hashes[at : at + 256])
        forged.end = Head(len(rows), tuple(frontier))
        folder = tmp_path / str(number)
        write(forged, folder)
        signed_again = check(folder, kept=note)
        (folder / "checkpoint").write_bytes(note)

        assert check(folder).findings, act
        assert signed_again.findings or act == "append"
