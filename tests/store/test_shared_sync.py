"""Brief writers share a sync; nobody goes on before its own commit is on the disk."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from azalai.errors import DiskFailingError
from azalai.store.database import Database
from azalai.store.shared_sync import Writers


def wait_for(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if holds():
            return
        pause.wait(0.005)
    raise AssertionError("it does not come to that")


class Rig:
    """Writers to one file, each a thread and a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.connections = [Database(path) for _ in range(3)]  # opening one writes
        self.writers = Writers()
        self.order: list[str] = []
        self.failed: dict[str, Exception] = {}

    def write(self, name: str, gate: threading.Event, work: Callable[[], None] | None = None,
              *, brief: bool = True, row: bool = True) -> threading.Thread:  # fmt: skip
        database = self.connections.pop()

        def body() -> None:
            try:
                with self.writers.turn(database, brief=brief), database.transaction():
                    gate.wait(10)
                    if row:
                        database.do("runs", "set_meta", name=name, value=b"1")
                    if work is not None:
                        work()
                    synced = database._db.pragma("synchronous") == 2
                    self.order.append(f"{name}:{'full' if synced else 'later'}")
                self.order.append(f"{name}:on")
            except Exception as err:
                self.failed[name] = err
            finally:
                database.close()

        thread = threading.Thread(target=body)
        thread.start()
        return thread

    def behind(self) -> int:
        return len(self.writers._queue._waiting)

    def three(self, last: Callable[[], None] | None = None, *, row: bool = True) -> None:
        """One is inside, two wait behind; then all go on. The second commits without a sync."""
        closed, opened = threading.Event(), threading.Event()
        opened.set()
        threads = [self.write("a", closed)]
        wait_for(lambda: self.writers._queue._taken)
        threads.append(self.write("b", opened))
        wait_for(lambda: self.behind() == 1)
        threads.append(self.write("c", opened, last, row=row))
        wait_for(lambda: self.behind() == 2)
        closed.set()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "azalai.db")


def test_one_waits_for_the_sync_of_the_one_behind(rig: Rig) -> None:
    """Of three, the one in the middle commits without a sync and goes on only after the last's."""
    rig.three()
    assert not rig.failed
    assert {"a:full", "b:later", "c:full"} <= set(rig.order)
    assert rig.order.index("b:on") > rig.order.index("c:full")


def boom() -> None:
    raise RuntimeError("FICTIF")


@pytest.mark.parametrize(("last", "row"), [(boom, True), (None, False)])
def test_who_is_owed_a_sync_gets_one_of_its_own(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, last: Callable[[], None] | None, row: bool
) -> None:
    """Where the one behind fails or has nothing to write, there is a sync all the same."""
    syncs: list[str] = []
    plain = Database.sync

    def counted(database: Database) -> None:
        syncs.append("sync")
        plain(database)

    monkeypatch.setattr(Database, "sync", counted)
    rig.three(last, row=row)
    assert syncs == ["sync"]
    assert "b:on" in rig.order
    assert set(rig.failed) == ({"c"} if last else set())


def test_a_failed_sync_is_everybodys_whom_it_covered(rig: Rig) -> None:
    """After EIO nobody goes on: what was written before it may be lost too."""

    def failing() -> None:
        raise DiskFailingError("FICTIF")

    rig.three(failing)
    assert set(rig.failed) == {"b", "c"}
    assert "b:on" not in rig.order


def test_who_is_not_brief_is_not_waited_for(rig: Rig) -> None:
    """Before a long one, as alone, a commit has its own sync."""
    closed, opened = threading.Event(), threading.Event()
    opened.set()
    threads = [rig.write("a", closed)]
    wait_for(lambda: rig.writers._queue._taken)
    threads.append(rig.write("b", opened))
    wait_for(lambda: rig.behind() == 1)
    threads.append(rig.write("long", opened, brief=False))
    wait_for(lambda: rig.behind() == 2)
    closed.set()
    for thread in threads:
        thread.join(20)
    assert "a:full" in rig.order
    assert "b:full" in rig.order
    assert "long:full" in rig.order
