"""A folder gives whole plain files in order; links and names of others get nowhere."""

import hashlib
import io
import os
import stat
from pathlib import Path

import pytest

from azalai.errors import InputError
from azalai.plugin.source import Input, Source
from azalai.sources.folder import Folder


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def source(incoming: Path, pattern: str = "*.csv") -> Source:
    return Folder(incoming, pattern, incoming.parent / "spool")


def test_matching_plain_files_come_in_name_order(incoming: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt", ".d.csv"):
        (incoming / name).write_bytes(b"x")
    (incoming / "e.csv").mkdir()
    (incoming / "f.csv").symlink_to(incoming / "a.csv")
    os.mkfifo(incoming / "g.csv")

    assert list(source(incoming).inputs()) == [Input("a.csv", 1), Input("b.csv", 2)]


def test_a_copy_is_private_and_has_its_digest(incoming: Path) -> None:
    data = b"FICTIF" * 500_000
    (incoming / "fictif_kilo.csv").write_bytes(data)

    opened = source(incoming).open(Input("fictif_kilo.csv", 1))

    assert opened.path.read_bytes() == data
    assert (opened.digest, opened.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(opened.path.parent.stat().st_mode) == 0o700
    assert "kilo" not in opened.path.name
    assert source(incoming).open(Input("fictif_kilo.csv", 1)).path != opened.path


def test_a_link_or_pipe_put_there_meanwhile_is_not_followed(incoming: Path) -> None:
    (incoming.parent / "secret").write_bytes(b"TOP-SECRET")
    (incoming / "kilo.csv").symlink_to(incoming.parent / "secret")
    os.mkfifo(incoming / "pipe.csv")

    for name in ("kilo.csv", "pipe.csv", "gone.csv", "../secret", "..", ""):
        with pytest.raises(InputError) as caught:
            source(incoming).open(Input(name, 1))
        assert "kilo" not in str(caught.value)
    spool = incoming.parent / "spool"
    assert not spool.exists() or not list(spool.iterdir())


def test_a_missing_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        list(source(tmp_path / "nowhere").inputs())


def test_files_stay(incoming: Path) -> None:
    (incoming / "a.csv").write_bytes(b"x")
    source(incoming).done(Input("a.csv", 1), "accepted")

    assert (incoming / "a.csv").exists()


def test_a_file_that_grows_is_not_followed_to_its_end(
    incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who writes faster than we copy cannot fill our disk: the copy ends, and is gone."""
    path = incoming / "a.csv"
    path.write_bytes(b"x" * 100)
    read, reads = io.FileIO.read, 0

    class Growing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal reads
            reads += 1
            assert reads < 5
            with path.open("ab") as file:
                file.write(b"x" * 100)
            return bytes(read(self, size) or b"")

    monkeypatch.setattr("azalai.sources.folder.io.FileIO", Growing)
    with pytest.raises(InputError) as caught:
        source(incoming).open(Input("a.csv", 1))

    assert caught.value.code == "AZ-F102"
    assert list((incoming.parent / "spool").iterdir()) == []
