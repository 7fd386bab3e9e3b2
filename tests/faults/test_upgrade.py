"""A12: killed while the schema is brought up to date: each step is done or not, the data stays."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from azalai.clock import now
from azalai.errors import StoreVersionError
from azalai.store import open_store, statements
from azalai.store.database import Database
from azalai.store.seal import create_kek, load_kek
from faults.seeds import chunks, replayable

DYING = Path(__file__).with_name("dying.py")
LAST = statements.migrations()[-1][0]


def old_store(path: Path, version: int) -> None:
    """A store as an earlier release left it: the schema of `version`, and some rows."""
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode=WAL").fetchall()
    for number, sql in statements.migrations():
        if number <= version:
            db.execute(sql)
            db.execute(f"PRAGMA user_version={number}")
    for n in range(300):
        db.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (f"fictif/{n}", f"valeur {n}"))
    db.close()


def look(path: Path) -> tuple[int, str, int]:
    """The version, the schema's text, how many of our rows are there and as they were."""
    db = apsw.Connection(str(path))
    (version,) = db.execute("PRAGMA user_version").fetchone() or (0,)
    schema = "\n".join(sql for (sql,) in db.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"))  # fmt: skip
    rows = sum(value == f"valeur {name.removeprefix('fictif/')}" for name, value in db.execute(
        "SELECT name, value FROM meta WHERE name LIKE 'fictif/%'"))  # fmt: skip
    assert [word for (word,) in db.execute("PRAGMA integrity_check")] == ["ok"]
    db.close()
    return int(version), schema, rows


def schemas(folder: Path) -> dict[int, str]:
    """The schema's text of each version there is."""
    found = {}
    for number, _ in statements.migrations():
        old_store(folder / f"{number}.db", number)
        found[number] = look(folder / f"{number}.db")[1]
    return found


@pytest.mark.parametrize("some", chunks(200, 12, 20), ids=lambda some: f"from_{some[0]}")
def test_killed_while_the_schema_changes(tmp_path: Path, some: list[int]) -> None:
    """Killed anywhere: a version that exists, with exactly its schema; opened again, the newest."""
    known = schemas(tmp_path)
    killed = 0
    for seed in some:
        with replayable(seed, "test_killed_while_the_schema_changes"):
            chance = random.Random(seed)
            path = tmp_path / f"old-{seed}.db"
            old_store(path, chance.choice(sorted(known)[:-1]))
            words = [sys.executable, str(DYING), str(path), str(chance.randrange(1, 120))]
            killed += subprocess.run(words, check=False).returncode == -9
            version, schema, rows = look(path)
            assert schema == known[version]
            assert rows == 300
            Database(path).close()
            assert look(path)[:1] == (LAST,)
            assert look(path)[1:] == (known[LAST], 300)
    assert killed >= len(some) // 3


def test_a_store_of_a_newer_release_is_not_opened(tmp_path: Path) -> None:
    """Or it would be written by who does not know what its rows mean."""
    create_kek(tmp_path / "kek")
    open_store(tmp_path / "a.db", load_kek(tmp_path / "kek"), now).close()
    shutil.copy(tmp_path / "a.db", tmp_path / "b.db")
    db = apsw.Connection(str(tmp_path / "b.db"))
    db.execute(f"PRAGMA user_version={LAST + 1}")
    db.close()
    with pytest.raises(StoreVersionError):
        open_store(tmp_path / "b.db", load_kek(tmp_path / "kek"), now)
