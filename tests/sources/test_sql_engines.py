"""PostgreSQL and MariaDB themselves: what their types become, and that we only read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

import mariadb_server
import postgres_server
from azalai.errors import InputError
from azalai.sources.sql_ask import Ask, place
from azalai.sources.table import Table, look
from sql_memory import InMemory

POSTGRES = """
CREATE TABLE avis (id bigint PRIMARY KEY, maj timestamptz NOT NULL, code float8, montant numeric(20,4),
  naissance date, vu timestamp, actif boolean, photo bytea, autres int[], fiche jsonb, "Nom Complet" text);
INSERT INTO avis VALUES
 (9007199254740993, '2026-11-24 11:00:00.25+01', 101, 12.5000, '1985-01-31', '2026-11-24 10:00',
  true, '\\x0aff', NULL, '{"a": 1.10}', 'É'),
 (2, '2026-11-24 10:00:01+00', 0.1, NULL, 'infinity', 'infinity', false, NULL, NULL, NULL, ''),
 (3, '2026-11-24 10:00:02+00', 1, 1, '0044-03-15 BC', NULL, NULL, NULL, ARRAY[1,2], NULL, NULL);
CREATE VIEW sans_liste AS SELECT id, maj, code, montant, naissance, vu, actif, photo, fiche,
  "Nom Complet" FROM avis;
"""
MARIADB = """
CREATE TABLE avis (id bigint PRIMARY KEY, maj datetime NOT NULL, code double, montant decimal(20,4),
  naissance date, heure time, photo blob, nom varchar(50)) CHARACTER SET utf8mb4;
SET SESSION sql_mode = '';
INSERT INTO avis VALUES
 (9007199254740993, '2026-11-24 10:00:00', 101, 12.5, '1985-01-31', '10:05:00', x'0aff', 'É 🙂'),
 (2, '2026-11-24 10:00:01', 0.1, NULL, '0000-00-00', NULL, NULL, ''),
 (3, '2026-11-24 10:00:02', 1, 1, '1985-00-00', '-1:00:00', NULL, NULL)
"""


@pytest.fixture(scope="module")
def mariadb() -> Iterator[mariadb_server.MariaServer]:
    with mariadb_server.running() as server:
        yield server


def polled(ask: Ask, folder: Path, memory: InMemory | None = None) -> list[Any]:
    """The rows of one poll, taken; none where nothing is new."""
    mine = memory or InMemory()
    source = Table(ask, folder / "polls", mine)
    for item in source.inputs():
        opened = source.open(item)
        rows = [json.loads(line) for line in opened.path.read_bytes().splitlines()]
        opened.path.unlink()
        mine.states[item.handle] = "accepted"
        source.done(item, "accepted")
        return [row for row in rows if isinstance(row, list) or "flaw" in row]
    return []


def postgres_ask(server: postgres_server.Server, table: str) -> tuple[Ask, str]:
    database = urlsplit(server.new_database()).path.lstrip("/")
    url = server.url(database, tcp=True)
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(POSTGRES.encode())
    return Ask(place(url, Path("/"), "", tls=True, ca=None), table, chunk=2), url


def test_types_of_postgresql(postgres: postgres_server.Server, tmp_path: Path) -> None:
    ask, _ = postgres_ask(postgres, "public.sans_liste")

    rows = polled(ask, tmp_path)

    assert rows == [
        ["9007199254740993", "2026-11-24T10:00:00.25+00:00", "101", "12.5000", "1985-01-31",
         "2026-11-24T10:00:00", "true", "0aff", '{"a": 1.10}', "É"],
        ["2", "2026-11-24T10:00:01+00:00", "0.1", None, "infinity", "infinity", "false", None, None,
         ""],
        ["3", "2026-11-24T10:00:02+00:00", "1", "1.0000", "0044-03-15 BC", None, None, None, None,
         None],
    ]  # fmt: skip


def test_an_array_makes_one_row_unreadable_not_the_poll(
    postgres: postgres_server.Server, tmp_path: Path
) -> None:
    ask, _ = postgres_ask(postgres, "avis")

    rows = polled(ask, tmp_path)

    assert rows[2] == {"flaw": "value", "column": "autres"}
    assert len(rows) == 3
    assert len(polled(replace(ask, unread=("autres",)), tmp_path / "b")[2]) == 10


def test_a_cursor_in_postgresql(postgres: postgres_server.Server, tmp_path: Path) -> None:
    made, url = postgres_ask(postgres, "sans_liste")
    ask = replace(made, cursor=("maj", "id"), overlap_s=1)
    memory = InMemory()

    assert [row[0] for row in polled(ask, tmp_path, memory)] == ["9007199254740993", "2", "3"]
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("UPDATE avis SET maj = '2026-11-25 00:00+00' WHERE id = 2")
    assert [row[0] for row in polled(ask, tmp_path, memory)] == ["3", "2"]
    assert [row[0] for row in polled(ask, tmp_path, memory)] == ["2"]
    assert polled(ask, tmp_path, memory) == []


def test_postgresql_is_only_read_and_an_account_that_may_write_is_told(
    postgres: postgres_server.Server, tmp_path: Path
) -> None:
    made, url = postgres_ask(postgres, "avis")
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("DROP ROLE IF EXISTS lecteur_fictif")
        link.execute("CREATE ROLE lecteur_fictif LOGIN")
        link.execute("GRANT SELECT ON avis TO lecteur_fictif")
        link.execute("CREATE FUNCTION perdre() RETURNS int LANGUAGE sql AS "
                     "'DELETE FROM avis RETURNING 1'")  # fmt: skip
    reader = replace(made, place=replace(made.place, user="lecteur_fictif"))

    assert (look(made)["may_write"], look(reader)["may_write"]) == (True, False)
    with pytest.raises(InputError, match="25006"):  # read_only_sql_transaction
        polled(replace(made, table="", query="SELECT perdre() AS id"), tmp_path)
    assert len(polled(reader, tmp_path)) == 3


def test_types_of_mariadb(mariadb: mariadb_server.MariaServer, tmp_path: Path) -> None:
    ask = mariadb_ask(mariadb)

    rows = polled(ask, tmp_path)

    assert rows == [
        ["2", "2026-11-24T10:00:01", "0.1", None, "0000-00-00", None, None, ""],
        ["3", "2026-11-24T10:00:02", "1", "1.0000", "1985-00-00", "-01:00:00", None, None],
        ["9007199254740993", "2026-11-24T10:00:00", "101", "12.5000", "1985-01-31", "10:05:00",
         "0aff", "É 🙂"],
    ]  # fmt: skip


def mariadb_ask(server: mariadb_server.MariaServer, user: str = "root") -> Ask:
    name = server.new_database()
    with server.link(name) as link:
        for statement in MARIADB.split(";"):
            link.cursor().execute(statement)
        link.cursor().execute(
            f"GRANT SELECT ON {name}.* TO lecteur@localhost IDENTIFIED BY 'essai'"
        )
        link.cursor().execute("GRANT SELECT ON *.* TO lecteur@'%' IDENTIFIED BY 'essai'")
    password = "essai" if user != "root" else ""
    return Ask(
        place(server.url(name, user), Path("/"), password, tls=True, ca=None), "avis", chunk=2
    )


def test_a_cursor_in_mariadb(mariadb: mariadb_server.MariaServer, tmp_path: Path) -> None:
    ask = replace(mariadb_ask(mariadb), cursor=("maj", "id"))
    memory = InMemory()

    assert [row[0] for row in polled(ask, tmp_path, memory)] == ["9007199254740993", "2", "3"]
    with mariadb.link(ask.place.database) as link:
        link.cursor().execute("UPDATE avis SET maj = '2026-11-25' WHERE id = 2")
    assert [row[0] for row in polled(ask, tmp_path, memory)] == ["2"]
    assert polled(ask, tmp_path, memory) == []


def test_mariadb_is_only_read_and_rights_are_told(mariadb: mariadb_server.MariaServer) -> None:
    assert look(mariadb_ask(mariadb))["may_write"]
    assert not look(mariadb_ask(mariadb, "lecteur"))["may_write"]


def test_a_wrong_password_is_told_without_it(mariadb: mariadb_server.MariaServer) -> None:
    ask = mariadb_ask(mariadb, "lecteur")
    wrong = replace(ask, place=replace(ask.place, password="motdepassefaux"))

    with pytest.raises(InputError) as told:
        look(wrong)

    assert told.value.code == "AZ-F133"
    assert "motdepassefaux" not in str(told.value)
    assert "motdepassefaux" not in repr(wrong)


def test_another_machine_without_tls_is_refused(mariadb: mariadb_server.MariaServer) -> None:
    """Its server has no TLS: what another machine says must not come in clear."""
    ask = mariadb_ask(mariadb, "lecteur")
    url = f"mariadb://lecteur@{mariadb_server.ADDRESS}:{mariadb.port}/{ask.place.database}"
    far = place(url, Path("/"), "essai", tls=True, ca=None)

    with pytest.raises(InputError) as told:
        look(replace(ask, place=far))

    assert told.value.code == "AZ-F133"
    assert look(replace(ask, place=replace(far, tls=False)))["columns"]  # the server itself answers
