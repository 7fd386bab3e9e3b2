"""A tenth of the subjects erased: nothing of them in any file, no guess fits, no backup opens them.

AZALAI_ERASURE=10000 makes it the size of the issue (`make erasure`).
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from azalai.app import App, backing_up, erasing_act, opened
from azalai.errors import SealError
from azalai.ledger.entries import decode
from azalai.pipeline.erasing import Why
from azalai.pipeline.lifting import lift
from azalai.store import Store, integrity, open_store, record_rows
from azalai.store.seal import commit, load_kek, unseal
from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write
from outbox_rig import FixedClock

SUBJECTS = int(os.environ.get("AZALAI_ERASURE", "50"))
ERASED = SUBJECTS // 10
HEAD = 5
GUESSED = 20
"""So many of the erased are guessed with every key that is left."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def run(place: Deployment) -> None:
    """Until all is sent and confirmed, however many there are."""
    words = place.command("run", "--until-idle", "--timeout", "3000")
    subprocess.run(words, env=place.environment(), check=False, timeout=3100, capture_output=True)


def record(store: Store, number: int) -> record_rows.RecordRow:
    found = record_rows.find(store.db, store.keys, f"ESSAI-PN/personnes/FPR-{number:08d}")
    assert found is not None
    return found


def traces(store: Store, one: record_rows.RecordRow) -> list[bytes]:
    """The sealed values of a record and its wrapped key, as they stand in the file."""
    rows = [store.db.row("records", "by_id", id=one.id) or (),
            *store.db.rows("erasing", "lookup", record=one.id),
            *(r[3:] for r in store.db.rows("raw", "all", record=one.id))]  # fmt: skip
    rows += [(v.payload,) for n in (1, 2) if (v := record_rows.version(store.db, one, n))]
    for (number,) in store.db.rows("erasing", "delivery_ids", record=one.id):
        rows += store.db.rows("deliveries", "body", id=number)
        rows += [(store.db.row("integrity", "delivery", id=number) or (0, None))[1:]]
    return [bytes(v) for r in rows for v in r if isinstance(v, bytes) and len(v) > 16]


def ours(folder: Path) -> list[Path]:
    """Every file of the deployment: not the receiver's, nor the source's."""
    return [path for path in folder.rglob("*") if path.is_file()
            and not {"hub", "incoming"} & set(path.relative_to(folder).parts)]  # fmt: skip


def hits(paths: list[Path], needles: list[bytes]) -> list[str]:
    """Which files have one of the needles; a needle is looked for by its first bytes, then whole."""
    heads: dict[bytes, list[bytes]] = {}
    for needle in needles:
        heads.setdefault(needle[:HEAD], []).append(needle)
    found = []
    for path in paths:
        data = path.read_bytes()
        seen = (data[at : at + HEAD] for at in range(len(data) - HEAD + 1))
        if any(head in heads and any(n in data for n in heads[head]) for head in seen):
            found.append(path.name)
    return found


def erase(app: App, numbers: range) -> tuple[list[bytes], list[bytes], list[str]]:
    """Lift them, have it confirmed elsewhere first; erase them here. What must be nowhere then: their
    identifiers, their sealed bytes; and their pseudonyms."""
    records = [record(app.store, n) for n in numbers]
    sealed = [part for one in records for part in traces(app.store, one)]
    names = [text.encode() for n in numbers for text in (
        f"FPR-{n:08d}", f"M{n}/20", row(n).split(";")[1])]  # fmt: skip
    made, swept = erasing_act.erase(app, records, Why("by_order", "os/essai", "FICTIF", "ord 1/26"))
    assert swept
    assert len(made) == len(records)
    return names, sealed, [one.pseudonym for one in records]


def guesses(app: App, pseudonyms: list[str], contents: dict[str, bytes]) -> int:
    """Commitments of the erased that one of the keys still here makes of their very content."""
    store = app.store
    keys = [record_rows.row_of(store.keys, r).key for r in store.db.rows("records", "all")]
    keys += [store.keys.kek, store.keys._index]
    matched = 0
    wanted = {name: set[str]() for name in pseudonyms[:GUESSED]}
    for index in range(store.ledger.head().size):
        entry = decode(store.ledger.entry(index) or b"{}")
        if entry.get("pseudonym") in wanted and entry.get("commitment"):
            wanted[entry["pseudonym"]].add(entry["commitment"])
    assert all(wanted.values())
    for name, commitments in wanted.items():
        matched += sum(commit(key, contents[name]) in commitments for key in keys)
    return matched


def test_a_tenth_is_erased(place: Deployment, tmp_path: Path) -> None:
    """Delivered, lifted, confirmed, erased: a byte search of every file finds nothing, no guess
    fits, the ledger verifies; a backup of the day before brings none back, and once the key is
    rotated it does not open them."""
    write(place.folder, "a.csv", [row(n) for n in range(SUBJECTS)])
    run(place)
    numbers, contents = range(0, SUBJECTS, SUBJECTS // ERASED), dict[str, bytes]()
    with opened(place.folder / "azalai.yaml") as app:
        for n in numbers:
            one = record(app.store, n)
            version = record_rows.version(app.store.db, one, 1)
            assert version is not None
            contents[one.pseudonym] = unseal(one.key, version.payload, "versions", one.pseudonym, 1)
            lift(app.store, one, "lifted", "os/essai", app.routes())
    run(place)
    yesterday = json.loads(place.azalai("store", "backup", str(tmp_path), "--json").stdout)["path"]
    shutil.rmtree(place.folder / "incoming")  # the source's own files: `afterwards: delete`
    (place.folder / "incoming").mkdir()
    with opened(place.folder / "azalai.yaml") as app:
        pseudonyms = [record(app.store, n).pseudonym for n in numbers]
        before = hits(ours(place.folder), traces(app.store, record(app.store, 0)))
        assert before == ["azalai.db"]
        assert guesses_before(app, pseudonyms, contents)
        names, sealed, _ = erase(app, numbers)
        assert guesses(app, pseudonyms, contents) == 0
    exported = place.azalai("ledger", "export", str(place.folder / "export"))
    assert exported.returncode == 0, exported.stderr

    assert hits(ours(place.folder), names + sealed) == []
    assert hits([Path(yesterday)], names) == []
    assert place.azalai("ledger", "verify").returncode == 0
    assert place.azalai("store", "check").returncode == 0

    restored = place.azalai("store", "restore", yesterday, "--replace", "--reason", "FICTIF")
    assert restored.returncode == 0, restored.stderr
    with opened(place.folder / "azalai.yaml") as app:
        back = [name for name in pseudonyms
                if app.store.db.row("records", "by_pseudonym", pseudonym=name)]  # fmt: skip
        assert back == []
        assert list(integrity.broken(app.store)) == []

    assert place.azalai("key", "rotate").returncode == 0
    _refuses_yesterday(place, Path(yesterday), tmp_path / "y")
    assert place.azalai("ledger", "verify").returncode == 0
    assert place.azalai("store", "check").returncode == 0
    told = json.loads(place.azalai("record", "erased", "--json").stdout)
    assert [one["unrecoverable_at"] is not None for one in told] == [True] * ERASED


def guesses_before(app: App, pseudonyms: list[str], contents: dict[str, bytes]) -> bool:
    """The guess is a real one: with the record's key it fits."""
    return guesses(app, pseudonyms[:1], contents) == 1


def _refuses_yesterday(place: Deployment, backup: Path, folder: Path) -> None:
    folder.mkdir()
    with tarfile.open(backup) as archive:
        archive.extract(backing_up.DATABASE, folder, filter="data")
    with pytest.raises(SealError):
        open_store(folder / backing_up.DATABASE, load_kek(place.folder / "keys" / "kek"), FixedClock())  # fmt: skip
    again = place.azalai("store", "restore", str(backup), "--replace", "--reason", "FICTIF")
    assert again.returncode != 0
