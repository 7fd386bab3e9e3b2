"""ODBC: drivers of Debian for SQLite and PostgreSQL, read as any other database."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

import debian
import mariadb_server
import postgres_server
from azalai.errors import ConfigurationError, InputError
from azalai.sources import sql_reading, sql_rights, sql_values
from azalai.sources.sql_ask import Ask, place
from azalai.sources.sql_engines import _braced
from database_feed import Feed

pytest.importorskip(
    "pyodbc", reason="no pyodbc here: pip install 'azalai[odbc]'", exc_type=ImportError
)


def installed(driver: str, package: str) -> None:
    """The driver's section in Debian's odbcinst.ini; skips where it cannot be had."""
    debian.needed("odbcinst", "odbcinst")
    known = Path("/etc/odbcinst.ini")
    if not known.is_file() or f"[{driver}]" not in known.read_text():
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package],
                       check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
    if not known.is_file() or f"[{driver}]" not in known.read_text():
        pytest.skip(f"no ODBC driver here: apt-get install {package}")


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    """Seven invented vehicles in SQLite, and a data source that names them."""
    installed("SQLite3", "libsqliteodbc")
    link = sqlite3.connect(tmp_path / "registre.db", isolation_level=None)
    link.execute('CREATE TABLE vehicules (id INTEGER PRIMARY KEY, plaque TEXT, code REAL, '
                 'maj TIMESTAMP, photo BLOB, "Nom Complet" TEXT)')  # fmt: skip
    for number in range(1, 8):
        link.execute("INSERT INTO vehicules VALUES (?, ?, 101.0, ?, x'00ff', 'É ع')",
                     (number, f"FICTIF {number}", f"2026-11-24 10:00:{number:02d}"))  # fmt: skip
    sources = tmp_path / "odbc.ini"
    sources.write_text(f"[Registre des armes]\nDriver=SQLite3\nDatabase={tmp_path}/registre.db\n")
    monkeypatch.setenv("ODBCINI", str(sources))
    return link


def asked(url: str = "odbc://Registre%20des%20armes", **more: Any) -> Ask:
    return Ask(place(url, Path("/"), "", tls=True, ca=None), "vehicules", **more)


def read(ask: Ask) -> tuple[list[str], list[Sequence[str | None]]]:
    with sql_reading.connected(ask) as link:
        reading = sql_reading.begin(ask, link)
        return reading.read, [[sql_values.text(one) for one in row] for row in reading.rows()]


@pytest.mark.usefixtures("register")
def test_a_table_and_a_query_are_read_with_all_their_texts() -> None:
    """Accents, Arabic, a name between quotes, a NUL byte as hex; `;` at a query's end is dropped."""
    names, rows = read(asked(chunk=3))
    assert names == ["id", "plaque", "code", "maj", "photo", "Nom Complet"]
    assert rows[2] == ["3", "FICTIF 3", "101", "2026-11-24T10:00:03", "00ff", "É ع"]
    assert len(rows) == 7
    names, rows = read(replace(asked(), table="", query="SELECT id FROM vehicules WHERE id > 5;"))
    assert (names, rows) == (["id"], [["6"], ["7"]])


def test_a_cursor_goes_on_after_its_last_place(register: sqlite3.Connection) -> None:
    """In the order of its columns; two at one place, or one without a place, are refused."""
    ask = asked(cursor=("maj", "id"), chunk=3, unread=("photo",))
    with sql_reading.connected(ask) as link:
        reading = sql_reading.begin(ask, link)
        at = [reading.place(row) for row in reading.rows()]
    names, rows = read(replace(ask, after=at[3]))
    assert "photo" not in names
    assert [row[0] for row in rows] == ["5", "6", "7"]
    register.execute("UPDATE vehicules SET maj = NULL WHERE id = 4")
    with pytest.raises(InputError) as told:
        read(ask)
    assert told.value.code == "AZ-F132"
    with pytest.raises(InputError) as told:
        read(replace(ask, cursor=("plaque", "absente")))
    assert told.value.code == "AZ-F132"


def test_a_driver_is_asked_to_read_only_and_not_trusted(register: sqlite3.Connection) -> None:
    """What leaves is a SELECT, whatever the query says; the account is what keeps from writing."""
    with sql_reading.connected(asked()) as link:
        assert sql_rights.may_write(asked(), link)
    with pytest.raises(Exception, match="syntax"):
        read(replace(asked(), table="", query="DELETE FROM vehicules"))
    with pytest.raises(InputError) as told:
        read(replace(asked(), table="", query="SELECT 1); DELETE FROM vehicules; --"))
    assert told.value.code == "AZ-F136"
    assert register.execute("SELECT count(*) FROM vehicules").fetchone() == (7,)


def test_postgresql_by_its_driver(
    postgres: postgres_server.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another driver, the same statements: schema and name, decimals, days, a cursor."""
    installed("PostgreSQL Unicode", "odbc-postgresql")
    parts = urlsplit(postgres.url(urlsplit(postgres.new_database()).path.lstrip("/"), tcp=True))
    with psycopg.connect(parts.geturl(), autocommit=True) as link:
        link.execute("CREATE TABLE avis (id bigint PRIMARY KEY, montant numeric(20,4), ne date, "
                     "nom text, maj timestamp)")  # fmt: skip
        link.execute("INSERT INTO avis SELECT n, 12.5, '1985-01-31', 'É ' || n, "
                     "timestamp '2026-11-24 10:00' + (n - 9007199254740992) * interval '1 s' "
                     "FROM generate_series(9007199254740993, 9007199254741002) n")  # fmt: skip
    sources = tmp_path / "odbc.ini"
    sources.write_text(f"[pg]\nDriver=PostgreSQL Unicode\nServername=127.0.0.1\nPort={parts.port}\n"
                       f"Database={parts.path.lstrip('/')}\nUseDeclareFetch=1\nFetch=3\n")  # fmt: skip
    monkeypatch.setenv("ODBCINI", str(sources))
    ask = replace(asked(f"odbc://{parts.username}@pg"), table="public.avis", cursor=("maj", "id"))
    _, rows = read(ask)

    assert len(rows) == 10
    assert rows[0][:4] == ["9007199254740993", "12.5000", "1985-01-31", "É 9007199254740993"]


def test_mariadb_by_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It puts other marks around names; an account with a password of special characters."""
    installed("MariaDB Unicode", "odbc-mariadb")
    with mariadb_server.running() as server:
        name = server.new_database()
        with server.link(name) as link:
            link.cursor().execute("CREATE TABLE `Avis` (id int PRIMARY KEY, `Nom Complet` text)")
            link.cursor().execute("INSERT INTO `Avis` VALUES (1, 'É 🙂'), (2, NULL)")
            link.cursor().execute(f"GRANT SELECT ON {name}.* TO lecteur@localhost "
                                  "IDENTIFIED BY 'es}s;a{i'")  # fmt: skip
        sources = tmp_path / "odbc.ini"
        sources.write_text(f"[maria]\nDriver=MariaDB Unicode\nSocket={server.socket}\n"
                           f"Database={name}\n")  # fmt: skip
        monkeypatch.setenv("ODBCINI", str(sources))
        at = place("odbc://lecteur@maria", Path("/"), "es}s;a{i", tls=True, ca=None)
        names, rows = read(Ask(at, "Avis", cursor=("id",)))

    assert names == ["id", "Nom Complet"]
    assert rows == [["1", "É 🙂"], ["2", None]]


@pytest.mark.parametrize("url", [
    "odbc://", "odbc://u@", "odbc://u:p@registre", "odbc://u@registre/base", "odbc://u@r?DRIVER=x", "odbc://u@r;DRIVER=x",
    "odbc://u@%7Br%7D",
])  # fmt: skip
def test_another_address_is_refused(url: str) -> None:
    """A driver, a file or a password in the address: they stand elsewhere."""
    with pytest.raises(ConfigurationError):
        place(url, Path("/"), "", tls=True, ca=None)
    with pytest.raises(ConfigurationError, match="ca:"):
        place("odbc://registre", Path("/"), "", tls=True, ca=Path("/ca.pem"))


def test_nothing_in_a_name_becomes_an_attribute() -> None:
    """Braces, semicolons: ODBC's own quoting."""
    assert _braced("a};DRIVER=x;{") == "{a}};DRIVER=x;{}"
    assert _braced("azalai_lecture") == "azalai_lecture"


@pytest.mark.usefixtures("register")
def test_it_is_a_feed_as_any_other(tmp_path: Path) -> None:
    """Checked, with the warning about the account; read, in the child, with the system's own driver."""
    feed = Feed(tmp_path, "odbc://Registre%20des%20armes", whole=False)
    text = feed.mapping.read_text("utf-8")
    feed.mapping.write_text(text.replace("  photo:", "  Nom Complet: ignored, fictif\n  photo:"))

    def azalai(*words: str) -> str:
        command = [sys.executable, "-m", "azalai", *words, "--config",
                   str(feed.folder / "azalai.yaml")]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    checked = azalai("check")
    assert "ODBC ne dit pas si ce compte peut écrire" in checked
    assert "0 faute(s), 1 avertissement(s)" in checked
    assert "nouvelles 7" in azalai("run")
    (tmp_path / "odbc.ini").write_text("")
    assert "AZ-F133" in azalai("check")
