"""Which engine the rigs put a store on: a file of their folder, or a database for each folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import psycopg

from azalai.store import Store
from azalai.store.copying import tables
from azalai.store.database import Database
from azalai.store.engine import ServerAddress
from azalai.store.postgres import PostgresDatabase
from postgres_server import Server

ENGINES = ("sqlite", "postgres")
_server: list[Server] = []
_databases: dict[Path, str] = {}


@contextmanager
def chosen(server: Server | None) -> Iterator[None]:
    """Until the end, stores of the rigs are databases of `server`; None: files."""
    before = list(_server)
    _server[:] = [] if server is None else [server]
    try:
        yield
    finally:
        _server[:] = before


def place(file: Path) -> Path | ServerAddress:
    """Where the store is that would be this file: the same each time it is asked."""
    if not _server:
        return file
    if file not in _databases:
        _databases[file] = _server[0].new_database()
    return ServerAddress(_databases[file])


def sqlite(store: Store) -> Database:
    """The file's engine, for a test that looks inside it."""
    assert isinstance(store.db, Database)
    return store.db


def change(store: Store, sql: str) -> None:
    """Change rows behind the store's back, as somebody with the database's password may."""
    if isinstance(store.db, PostgresDatabase):
        with psycopg.connect(store.db.address.conninfo, autocommit=True) as link:
            link.execute(sql.encode())
    elif isinstance(store.db, Database):
        other = apsw.Connection(str(store.db.path))
        other.execute(sql)
        other.close()


def contents(store: Store, folder: Path) -> Iterator[bytes]:
    """All that an engine has written: the files of a folder, or every row of every table."""
    if not isinstance(store.db, PostgresDatabase):
        yield from (path.read_bytes() for path in folder.iterdir())
        return
    with psycopg.connect(store.db.address.conninfo) as link:
        for table in tables():
            for row in link.execute(f"SELECT * FROM {table}".encode()):
                yield from (v if isinstance(v, bytes) else str(v).encode() for v in row)
