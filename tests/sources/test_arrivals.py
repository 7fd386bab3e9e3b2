"""When a file in a folder is whole, and what becomes of it once it was taken."""

import os
import time
from pathlib import Path

import pytest

from azalai.arrival import Afterwards, Arrives
from azalai.plugin.source import Input
from azalai.sources.folder import Folder

DAY = 86_400


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def source(
    incoming: Path, arrives: Arrives | None = None, afterwards: Afterwards | None = None
) -> Folder:
    return Folder(incoming, "*", incoming.parent / "spool", arrives, afterwards)


def names(folder: Folder) -> list[str]:
    return [one.handle for one in folder.inputs()]


def take(folder: Folder, name: str) -> None:
    folder.open(Input(name, 1)).path.unlink()
    folder.done(Input(name, 1), "accepted")


def test_a_companion_says_that_it_is_whole(incoming: Path) -> None:
    """No companion, no input; the companion is none itself and goes with its file."""
    (incoming / "a.csv").write_bytes(b"FICTIF")
    folder = source(incoming, Arrives("with", ".ok"), Afterwards("done"))
    assert names(folder) == []
    (incoming / "a.csv.ok").touch()
    assert names(folder) == ["a.csv"]
    take(folder, "a.csv")

    assert sorted(p.name for p in incoming.rglob("*")) == ["a.csv", "done"]
    assert (incoming / "done" / "a.csv").read_bytes() == b"FICTIF"


def test_quiet_files_only(incoming: Path) -> None:
    """A file is left alone until it did not change for that long."""
    file = incoming / "a.csv"
    file.write_bytes(b"x")
    folder = source(incoming, Arrives("quiet", quiet_s=60))
    assert names(folder) == []
    os.utime(file, (time.time() - 61,) * 2)

    assert names(folder) == ["a.csv"]


def test_names_of_copies_under_way_are_none(incoming: Path) -> None:
    for name in ("a.csv.part", "b.tmp", "c.filepart", "d.csv~", "e.csv"):
        (incoming / name).write_bytes(b"x")

    assert names(source(incoming)) == ["e.csv"]


def test_moving_overwrites_nothing(incoming: Path) -> None:
    """Every day the same name: each is kept."""
    folder = source(incoming, None, Afterwards("done"))
    for data in (b"1", b"2", b"3"):
        (incoming / "export.csv").write_bytes(data)
        take(folder, "export.csv")
    found = {p.name: p.read_bytes() for p in (incoming / "done").iterdir()}

    assert found == {"export.csv": b"1", "export.2.csv": b"2", "export.3.csv": b"3"}


def test_a_file_replaced_meanwhile_stays(incoming: Path) -> None:
    """What was opened is not what lies there now: that one was never read."""
    folder = source(incoming, None, Afterwards("done"))
    (incoming / "a.csv").write_bytes(b"read")
    folder.open(Input("a.csv", 1)).path.unlink()
    (incoming / "new").write_bytes(b"not read")
    (incoming / "new").rename(incoming / "a.csv")
    folder.done(Input("a.csv", 1), "accepted")

    assert (incoming / "a.csv").read_bytes() == b"not read"
    assert names(folder) == ["a.csv"]


def test_a_held_file_stays_and_a_settled_one_is_not_copied_again(incoming: Path) -> None:
    folder = source(incoming)
    (incoming / "a.csv").write_bytes(b"x")
    folder.open(Input("a.csv", 1)).path.unlink()
    folder.done(Input("a.csv", 1), "held")
    assert names(folder) == ["a.csv"]
    take(folder, "a.csv")
    assert names(folder) == []
    (incoming / "a.csv").write_bytes(b"changed")

    assert names(folder) == ["a.csv"]
    folder.done(Input("a.csv", 1), "accepted")


def test_deleted_after_its_days(incoming: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left or moved, it goes when its days are over, counted from when it came to lie there."""
    left = source(incoming, None, Afterwards(None, 30))
    (incoming / "a.csv").write_bytes(b"x")
    take(left, "a.csv")
    assert (incoming / "a.csv").exists()
    moved = source(incoming, None, Afterwards("done", 30))
    (incoming / "b.csv").write_bytes(b"y")
    take(moved, "b.csv")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29 * DAY)
    assert names(left) == []
    assert names(moved) == ["a.csv"]
    assert (incoming / "done" / "b.csv").exists()
    monkeypatch.setattr(time, "time", lambda: now + 30 * DAY + 1)
    assert names(left) == ["a.csv"]
    take(left, "a.csv")
    assert names(moved) == []

    assert [p.name for p in incoming.rglob("*")] == ["done"]


def test_a_folder_that_cannot_be_cleared_is_no_failure(incoming: Path) -> None:
    """`done` is in the way: logged, and the file is not read again."""
    (incoming / "done").write_bytes(b"")
    folder = Folder(incoming, "*.csv", incoming.parent / "spool", None, Afterwards("done"))
    (incoming / "a.csv").write_bytes(b"x")
    take(folder, "a.csv")

    assert (incoming / "a.csv").exists()
    assert names(folder) == []


def test_who_drops_files_does_not_choose_where_they_go(incoming: Path) -> None:
    """A link in the place of the folder: nothing goes through it, nothing there is deleted."""
    keys = incoming.parent / "keys"
    keys.mkdir()
    (keys / "kek").write_bytes(b"FICTIF")
    (incoming / "done").symlink_to(keys)
    folder = Folder(incoming, "*.csv", incoming.parent / "spool", None, Afterwards("done", 0))
    (incoming / "a.csv").write_bytes(b"x")
    assert names(folder) == ["a.csv"]
    take(folder, "a.csv")
    assert names(folder) == []

    assert [p.name for p in keys.iterdir()] == ["kek"]
    assert (incoming / "a.csv").exists()
