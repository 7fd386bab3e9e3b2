"""A poll of a database is a file of ours: nothing missed, nothing twice, the same after a crash."""

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from azalai.errors import ConfigurationError, InputError
from azalai.plugin.source import Input, Source
from azalai.sources.sql_ask import Ask, place
from azalai.sources.table import Table, look
from sql_memory import InMemory


class Register:
    """A small invented register in SQLite, and the feed that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.link = sqlite3.connect(folder / "registre.db")
        self.link.execute("CREATE TABLE avis (id INTEGER PRIMARY KEY, maj TEXT, nom TEXT)")
        self.memory = InMemory()

    def add(self, number: int, second: int, name: str | None = "FICTIF") -> None:
        self.link.execute("INSERT OR REPLACE INTO avis VALUES (?, ?, ?)",
                          (number, f"2026-11-24 10:00:{second:02d}", name))  # fmt: skip
        self.link.commit()

    def source(self, *cursor: str, chunk: int = 2, overlap_s: int = 0) -> Table:
        where = place("sqlite:registre.db", self.folder, "", tls=False, ca=None)
        ask = Ask(where, "avis", cursor=cursor, chunk=chunk, overlap_s=overlap_s)
        return Table(ask, self.folder / "polls", self.memory)

    def poll(self, source: Source, state: str = "accepted") -> list[list[str | None]] | None:
        """One pass: the rows of its input, None where there is none."""
        inputs = list(source.inputs())
        if not inputs:
            return None
        rows = self.rows(source, inputs[0])
        self.memory.states[inputs[0].handle] = state
        source.done(inputs[0], "accepted" if state == "accepted" else "held")
        return rows

    def rows(self, source: Source, item: Input) -> list[list[str | None]]:
        opened = source.open(item)
        try:
            lines = [json.loads(line) for line in opened.path.read_bytes().splitlines()]
            return [line for line in lines if isinstance(line, list)]
        finally:
            opened.path.unlink()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    made = Register(tmp_path)
    for number in range(1, 6):
        made.add(number, number)
    return made


def ids(rows: list[list[str | None]] | None) -> list[int]:
    return [int(row[0] or 0) for row in rows or []]


def test_without_a_cursor_each_poll_is_the_whole_table(register: Register) -> None:
    source = register.source()

    assert ids(register.poll(source)) == [1, 2, 3, 4, 5]
    register.link.execute("DELETE FROM avis WHERE id = 3")
    register.link.commit()
    assert ids(register.poll(source)) == [1, 2, 4, 5]
    register.add(3, 3)
    assert ids(register.poll(source)) == [1, 2, 3, 4, 5]  # what it was before is an input again


def test_a_cursor_gives_what_is_new_and_no_input_where_nothing_is(register: Register) -> None:
    source = register.source("maj", "id")

    assert ids(register.poll(source)) == [1, 2, 3, 4, 5]
    assert register.poll(source) is None
    register.add(2, 30)
    register.add(9, 30)
    assert ids(register.poll(source)) == [2, 9]
    assert register.poll(source) is None


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_pages_lose_and_repeat_nothing_where_many_have_one_time(
    register: Register, chunk: int
) -> None:
    for number in range(10, 20):
        register.add(number, 7)

    found = ids(register.poll(register.source("maj", "id", chunk=chunk)))

    assert found == [1, 2, 3, 4, 5, *range(10, 20)]


def test_what_was_committed_late_is_read_all_the_same(register: Register) -> None:
    """A transaction takes its time when it begins: it can be committed after a later one."""
    source = register.source("maj", "id", overlap_s=3)
    register.poll(source)
    register.add(40, 4)  # before the place that was reached

    assert 40 in ids(register.poll(source))
    register.poll(source)
    assert register.poll(source) is None


def test_the_cursor_moves_only_when_the_run_is_in_force(register: Register) -> None:
    source = register.source("maj", "id")
    held = register.poll(source, "held")
    digest = next(iter(register.memory.states))
    register.add(9, 30)

    assert [one.handle for one in source.inputs()] == [digest]  # no other before it is decided
    del register.memory.states[digest]  # discarded
    assert register.poll(source) == [*(held or []), ["9", "2026-11-24 10:00:30", "FICTIF"]]


def test_an_interrupted_reading_finds_the_same_bytes(register: Register) -> None:
    first = register.source("maj", "id")
    [item] = first.inputs()
    before = register.rows(first, item)
    register.memory.states[item.handle] = "reading"
    register.add(1, 50)

    again = register.source("maj", "id")  # another process
    assert list(again.inputs()) == [item]
    assert register.rows(again, item) == before
    register.memory.states[item.handle] = "accepted"
    again.done(item, "accepted")
    assert ids(register.poll(again)) == [1]


def test_a_crash_between_the_commit_and_done_moves_the_cursor_later(register: Register) -> None:
    source = register.source("maj", "id")
    [item] = source.inputs()
    register.memory.states[item.handle] = "accepted"  # and then the power went

    assert register.poll(register.source("maj", "id")) is None


def test_a_restored_store_asks_again_from_where_it_stood(register: Register) -> None:
    source = register.source("maj", "id")
    register.poll(source)
    old = register.memory.kept
    register.add(9, 30)
    register.poll(source)

    register.memory.kept, register.memory.states = old, {}

    assert ids(register.poll(register.source("maj", "id"))) == [9]


def test_a_row_without_a_place_in_the_order_is_never_skipped(register: Register) -> None:
    register.link.execute("INSERT INTO avis VALUES (7, NULL, 'FICTIF')")
    register.link.commit()

    with pytest.raises(InputError) as told:
        list(register.source("maj", "id").inputs())

    assert told.value.code == "AZ-F132"


def test_a_cursor_that_is_not_unique_is_refused(register: Register) -> None:
    register.add(6, 5)

    with pytest.raises(InputError, match="AZ-F132"):
        list(register.source("maj").inputs())


def test_null_is_not_the_empty_text(register: Register) -> None:
    register.add(1, 1, None)
    register.add(2, 2, "")

    rows = register.poll(register.source()) or []

    assert [row[2] for row in rows[:2]] == [None, ""]


def test_a_poll_is_ours_alone_and_gone_when_settled(register: Register) -> None:
    source = register.source()
    [item] = source.inputs()
    opened = source.open(item)

    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(opened.path.parent.stat().st_mode) == 0o700
    opened.path.unlink()
    register.memory.states[item.handle] = "accepted"
    source.done(item, "accepted")
    assert list((register.folder / "polls").iterdir()) == []


def test_a_damaged_poll_is_not_read(register: Register) -> None:
    source = register.source()
    [item] = source.inputs()
    with (register.folder / "polls" / "poll").open("ab") as poll:
        poll.write(b"[]\n")

    with pytest.raises(InputError, match="damaged"):
        source.open(item)


Spoil = Callable[[Register], None]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda one: (one.folder / "registre.db").unlink(), "AZ-F133"),
        (lambda one: (one.folder / "registre.db").write_bytes(b"no database" * 500), "AZ-F133"),
        (lambda one: one.link.execute("ALTER TABLE avis RENAME TO autre"), "AZ-F133"),
    ],
)
def test_a_database_that_does_not_answer_is_told(
    register: Register, spoil: Spoil, code: str
) -> None:
    spoil(register)

    with pytest.raises(InputError) as told:
        list(register.source().inputs())

    assert told.value.code == code
    assert list((register.folder / "polls").iterdir()) == []


def test_a_damaged_page_is_a_refused_poll_not_a_short_one(register: Register) -> None:
    register.link.executemany("INSERT INTO avis VALUES (?, 'x', ?)",
                              [(n, "F" * 500) for n in range(10, 400)])  # fmt: skip
    register.link.commit()
    register.link.close()
    path = register.folder / "registre.db"
    data = bytearray(path.read_bytes())
    data[4096 * 20 : 4096 * 21] = b"\xff" * 4096
    path.write_bytes(data)

    with pytest.raises(InputError) as told:
        list(register.source().inputs())

    assert told.value.code == "AZ-F134"
    assert "FFF" not in str(told.value)


def test_nothing_can_be_written(register: Register) -> None:
    """A query comes from the configuration; even so it must not be able to write."""
    where = place("sqlite:registre.db", register.folder, "", tls=False, ca=None)
    ask = Ask(where, query="SELECT 1 AS id); DELETE FROM avis; --")

    with pytest.raises(InputError):
        look(ask)
    assert register.link.execute("SELECT count(*) FROM avis").fetchone() == (5,)


def test_a_query_with_a_cursor_and_marks_that_libraries_read(register: Register) -> None:
    where = place("sqlite:registre.db", register.folder, "", tls=False, ca=None)
    query = "SELECT id, maj, nom || ':nom 100% \\:' AS nom FROM avis WHERE maj LIKE '%10:00:%' ;"
    source = Table(Ask(where, query=query, cursor=("maj", "id"), chunk=2),
                   register.folder / "polls", register.memory)  # fmt: skip

    rows = register.poll(source) or []

    assert ids(rows) == [1, 2, 3, 4, 5]
    assert {row[2] for row in rows} == {"FICTIF:nom 100% \\:"}


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:secret@h/d", "oracle://h/d", "postgresql://h/d?options=-c%20x", "h/d",
     "mariadb://h:x/d", "postgresql://h/d?host=relative"],
)  # fmt: skip
def test_an_address_of_another_form_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        place(url, tmp_path, "", tls=True, ca=None)

    assert "secret@" not in str(told.value)
