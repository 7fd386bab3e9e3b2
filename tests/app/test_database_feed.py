"""A database as a feed, typed as a person would: checked, read, held, gone on with."""

import sqlite3
from pathlib import Path

import pytest

from database_feed import Feed


@pytest.fixture
def register(tmp_path: Path) -> sqlite3.Connection:
    link = sqlite3.connect(tmp_path / "registre.db", isolation_level=None)
    link.execute("CREATE TABLE vehicules "
                 "(id INTEGER PRIMARY KEY, plaque TEXT, code REAL, maj TEXT, photo BLOB)")  # fmt: skip
    for number in range(1, 8):
        add(link, number, number)
    return link


def add(link: sqlite3.Connection, number: int, second: int) -> None:
    link.execute("INSERT OR REPLACE INTO vehicules VALUES (?, ?, 101.0, ?, x'00ff')",
                 (number, f"FICTIF {number}", f"2026-11-24 10:00:{second:02d}"))  # fmt: skip


def test_a_whole_table_withdraws_what_is_gone(tmp_path: Path, register: sqlite3.Connection) -> None:
    feed = Feed(tmp_path, "sqlite:../registre.db")

    assert "0 faute(s), 0 avertissement(s)" in feed.run("check").text
    assert "nouvelles 7" in feed.run("run").text
    register.execute("DELETE FROM vehicules WHERE id = 3")
    assert "inchangées 6, disparues 1" in feed.run("run").text
    assert feed.run("ledger", "verify").code == 0
    assert list((feed.folder / "state" / "polls" / "vehicules").iterdir()) == []


def test_a_cursor_reads_what_is_new_and_a_poll_without_news_is_no_run(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    feed = Feed(tmp_path, "sqlite:../registre.db", whole=False, more="      overlap_s: 0")
    feed.run("run")

    assert "passe" not in feed.run("run").text
    add(register, 8, 30)
    assert "passe 2 acceptée (lues 1" in feed.run("run").text
    kept = [path.read_bytes() for path in (feed.folder / "state").rglob("*") if path.is_file()]
    assert not any(b"2026-11-24 10:00:30" in data for data in kept)  # the place is sealed


def test_a_held_poll_waits_and_a_discarded_one_is_asked_again(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    feed = Feed(tmp_path, "sqlite:../registre.db", whole=False, more="      overlap_s: 0")
    text = feed.mapping.read_text("utf-8")
    feed.mapping.write_text(text + "  records_min: 8\n", "utf-8")

    assert feed.run("run").code == 1  # held
    add(register, 8, 30)
    assert "lues" not in feed.run("run").text  # nothing later is read before it is decided
    feed.run("feed", "discard", "vehicules", "--reason", "essai")
    assert "acceptée (lues 8" in feed.run("run").text


def test_a_file_is_joined_to_a_table_and_a_table_of_the_base_is_not(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    """A list beside the mapping; what the base has itself, its query joins."""
    feed = Feed(tmp_path, "sqlite:../registre.db")
    text = feed.mapping.read_text("utf-8")
    joined = text.replace(
        "columns:\n",
        """  joined:
    motifs:
      file: motifs.csv
      format: delimited
      encoding: utf-8
      delimiter: ;
      header: first line
      on: code
columns:
  motifs/code: required
  motifs/texte: required
""",
    ).replace("reason:               code", "reason:               motifs/texte")
    feed.mapping.write_text(joined, "utf-8")
    feed.mapping.with_name("motifs.csv").write_text("code;texte\n101;Vol fictif\n", "utf-8")

    assert "0 faute(s), 0 avertissement(s)" in feed.run("check").text
    assert "nouvelles 7" in feed.run("run").text
    feed.mapping.write_text(joined.replace("file: motifs.csv", "table: motifs"), "utf-8")
    told = feed.run("check")
    assert told.code == 2
    assert "une base joint elle-même ses tables" in told.text


def test_a_new_and_a_missing_column_are_told_and_hold_the_run(
    tmp_path: Path, register: sqlite3.Connection
) -> None:
    feed = Feed(tmp_path, "sqlite:../registre.db")
    feed.run("run")
    register.execute("ALTER TABLE vehicules RENAME COLUMN plaque TO immatriculation")

    told = feed.run("check").text
    assert "la base n'a pas de colonne « plaque »" in told
    assert "colonne non déclarée « immatriculation »" in told
    assert feed.run("run").code == 1
    assert "AZ-F001" in feed.run("feed", "show", "vehicules").text


def test_settings_that_do_not_fit_are_refused(tmp_path: Path, register: sqlite3.Connection) -> None:
    feed = Feed(tmp_path, "sqlite:../registre.db", whole=False)
    feed.write("  table: vehicules\n  cursor: maj", "everything", "withdraw")
    assert "file_holds: changes" in feed.run("check").text
    feed.write("  table: vehicules\n  query: SELECT 1", "changes", "keep")
    assert "« table » ou une « query »" in feed.run("check").text


def test_a_database_that_is_not_there_is_told_by_check(tmp_path: Path) -> None:
    feed = Feed(tmp_path, "sqlite:../absente.db")

    told = feed.run("check")

    assert told.code == 2
    assert "la base ne répond pas" in told.text


@pytest.mark.parametrize(
    ("url", "more", "said"),
    [
        ("postgresql://u:motdepassefaux@localhost/d", "", "mot de passe"),
        ("postgresql://u@192.0.2.1/d", "      tls: no", "machine"),
        ("postgresql://u@localhost/d", "      secret:\n        file: keys/absent", "keys/absent"),
        ("postgresql://u@localhost/d", "      secret:\n        env: A\n        file: b", "une ligne"),
        ("postgresql://u@localhost/d", "    folder: incoming", "l'un des deux"),
    ],
)  # fmt: skip
def test_wrong_settings_are_told(tmp_path: Path, url: str, more: str, said: str) -> None:
    told = Feed(tmp_path, url, more=more).run("check")

    assert told.code == 2
    assert said in told.text
    assert "motdepassefaux@" not in told.text
