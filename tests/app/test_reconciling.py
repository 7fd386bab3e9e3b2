"""Two sides compare a day by digests: each missing message is named on its side, no content is."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    write(made.folder, "a.csv", [row(n) for n in range(5)])
    assert made.azalai("run", "--until-idle", "--timeout", "30").returncode == 0
    yield made
    made.stop_hub()


def theirs(place: Deployment, out: Path) -> Path:
    done = place.azalai("simulate", "manifest", "regional", "--dir", str(place.folder / "hub"),
                        "-o", str(out))  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


def compared(place: Deployment, *words: str) -> subprocess.CompletedProcess[str]:
    trust = ("--trust", str(place.folder / "hub" / "manifest.vkey"))
    return place.azalai("reconcile", *words, *trust, "--json")


def hub(place: Deployment, sql: str) -> None:
    db = apsw.Connection(str(place.folder / "hub" / "received.db"))
    db.execute(sql)
    db.close()


def test_both_sides_agree(place: Deployment, tmp_path: Path) -> None:
    """Five sent, five received: exit 0; nothing of a message or a key stands in either file; ours
    covers numbers 1 to 5 and says the same when it is written again."""
    found = compared(place, str(theirs(place, tmp_path / "their.manifest")))
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["both"] == 5
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    assert place.azalai("ledger", "manifest", "regional", "--day", day).returncode == 0
    ours = place.folder / "state" / "manifests" / "regional" / f"{day}.manifest"
    before = ours.read_bytes()
    assert b"\n1 5\n5\n" in before
    place.azalai("ledger", "manifest", "regional", "--day", day)
    assert ours.read_bytes() == before
    db = apsw.Connection(str(place.folder / "hub" / "received.db"))
    for (key,) in db.execute("SELECT key FROM received"):
        assert key.encode() not in before + (tmp_path / "their.manifest").read_bytes()
    db.close()


def test_what_differs_is_named(place: Deployment, tmp_path: Path) -> None:
    """They lost one, and have one that we never sent: exit 1, each on its side; the ledger says that
    it was compared."""
    hub(place, "DELETE FROM received WHERE rowid = 2")
    hub(place, "INSERT INTO received VALUES ('k-fictif', 'create', 'x', x'00', "
               f"'{datetime.now(UTC).isoformat()}', 1)")  # fmt: skip
    done = compared(place, str(theirs(place, tmp_path / "their.manifest")))
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["both"] == 4
    lost = found["missing"] + found["late"]
    assert [(one["sequence"], one["state"]) for one in lost] == [(2, "delivered")]
    assert len(found["unknown"]) == 1
    assert place.azalai("ledger", "search", "--type", "act", "--reason", "FICTIF").stdout.count(
        "reconciled") == 1  # fmt: skip
    assert place.azalai("ledger", "verify").returncode == 0


def test_a_manifest_that_was_changed_is_refused(place: Deployment, tmp_path: Path) -> None:
    """A changed byte anywhere, another key, our own file, a file of something else: no comparison."""
    path = theirs(place, tmp_path / "their.manifest")
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 12)):
        changed = tmp_path / "changed"
        changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert compared(place, str(changed)).returncode == 3, at
    for broken in (data[:-1], data + b"x", b"", b"\n" * 100, data[:200]):
        changed.write_bytes(broken)
        assert compared(place, str(changed)).returncode == 3
    ours = str(place.folder / "keys" / "ledger.vkey")
    assert place.azalai("reconcile", str(path), "--trust", ours).returncode == 3
    assert place.azalai("reconcile", str(path)).returncode == 2
    assert place.azalai("reconcile", str(tmp_path / "none"), "--unanchored").returncode == 2
