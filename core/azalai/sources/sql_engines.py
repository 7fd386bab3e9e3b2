"""Connections to foreign databases: read-only, in UTC, over TLS that is checked."""

import sqlite3
import ssl
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import quote

from azalai.errors import InputError
from azalai.sources import sql_ask, sql_values
from azalai.sources.sql_ask import Place

CONNECT_S, ANSWER_S = 15, 600
_EXTRAS = {"sqlalchemy": "sql", "psycopg": "postgres", "pymysql": "mariadb", "pyodbc": "odbc"}
_AS_TEXT = ("date", "time", "timetz", "interval", "json", "jsonb")
_INSTANTS = ("timestamp", "timestamptz")


def needed(name: str) -> Any:
    """A library of an extra. InputError names the extra where it is not installed."""
    try:
        return import_module(name)
    except ImportError as err:
        extra = _EXTRAS[name]
        what = (f"la bibliothèque {name} n'est pas installée",
                f"the library {name} is not installed")  # fmt: skip
        todo = (f"installez-la : pip install 'azalai[{extra}]'",
                f"install it: pip install 'azalai[{extra}]'")  # fmt: skip
        raise InputError(what, todo, code="AZ-F130") from err


def engine(place: Place) -> Any:
    """A SQLAlchemy engine whose every connection can only read, under one snapshot; by ODBC it
    asks to, and the driver may not care."""
    alchemy = needed("sqlalchemy")
    if place.engine == "odbc":
        alchemy.dialects.registry.register("odbc", "azalai.sources.sql_odbc", "OdbcDialect")
        return alchemy.create_engine("odbc://", creator=_odbc(place), module=needed("pyodbc"),
                                     poolclass=alchemy.pool.NullPool)  # fmt: skip
    dialects = {
        "postgresql": ("postgresql+psycopg", _postgresql),
        "mariadb": ("mariadb+pymysql", _mariadb),
        "sqlite": ("sqlite", _sqlite),
    }
    dialect, connect = dialects[place.engine]
    connector = connect(place)
    level = {} if place.engine == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    return alchemy.create_engine(
        f"{dialect}://", creator=connector, poolclass=alchemy.pool.NullPool, **level
    )


def _postgresql(place: Place) -> Callable[[], Any]:
    driver = needed("psycopg")
    text_loader = import_module("psycopg.types.string").TextLoader

    class InstantLoader(driver.adapt.Loader):  # type: ignore[misc, name-defined]
        """PostgreSQL's own text: it knows more days than Python, `infinity` among them."""

        def load(self, data: Any) -> str:
            return sql_values.instant(bytes(data).decode())

    given: dict[str, Any] = {"host": place.socket or place.host or None, "port": place.port,
             "user": place.user or None, "password": place.password or None,
             "dbname": place.database or None}  # fmt: skip
    tls = {"sslmode": "verify-full", "sslrootcert": str(place.ca or "system")}
    options = ("-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO"
               " -c idle_in_transaction_session_timeout=600000")  # fmt: skip

    def connect() -> Any:
        made = driver.connect(
            **{name: value for name, value in given.items() if value is not None},
            **(tls if place.tls and not place.local else {"sslmode": "prefer"}),
            connect_timeout=CONNECT_S, options=options, client_encoding="utf8",
            application_name="azalai", passfile="/dev/null",
        )  # fmt: skip
        for name in _AS_TEXT:
            made.adapters.register_loader(name, text_loader)
        for name in _INSTANTS:
            made.adapters.register_loader(name, InstantLoader)
        return made

    return connect


def _mariadb(place: Place) -> Callable[[], Any]:
    driver = needed("pymysql")
    secure: dict[str, Any] = {}
    if place.tls and not place.local:
        secure["ssl"] = ssl.create_default_context(
            cafile=None if place.ca is None else str(place.ca)
        )
    where: dict[str, Any] = (
        {"unix_socket": place.socket} if place.socket
        else {"host": place.host or "127.0.0.1", "port": place.port or 3306}
    )  # fmt: skip

    def connect() -> Any:
        made = driver.connect(
            **where, **secure, user=place.user or None, password=place.password,
            database=place.database, charset="utf8mb4", connect_timeout=CONNECT_S,
            read_timeout=ANSWER_S, local_infile=False,
        )  # fmt: skip
        with made.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET time_zone = '+00:00'")
        return made

    return connect


def _odbc(place: Place) -> Callable[[], Any]:
    driver = needed("pyodbc")
    driver.pooling = False
    given = {"UID": place.user, "PWD": place.password}
    text = f"DSN={place.database}" + "".join(
        f";{name}={_braced(value)}" for name, value in given.items() if value
    )

    def connect() -> Any:
        made = driver.connect(text, readonly=True, timeout=CONNECT_S, autocommit=False)
        with suppress(driver.Error):  # some drivers have no such limit
            made.timeout = ANSWER_S
        return made

    return connect


def _braced(value: str) -> str:
    """A value of a connection string: what holds a special character stands between braces, where
    none means anything (ODBC 3.8, SQLDriverConnect, comments)."""
    if value.strip() != value or set(value) & set(sql_ask.SPECIAL):
        return "{" + value.replace("}", "}}") + "}"
    return value


def _sqlite(place: Place) -> Callable[[], Any]:
    def connect() -> Any:
        made = sqlite3.connect(f"file:{quote(place.database)}?mode=ro", uri=True, timeout=CONNECT_S)
        made.execute("PRAGMA query_only = ON")
        made.execute("PRAGMA trusted_schema = OFF")
        made.execute("PRAGMA cell_size_check = ON")
        return made

    return connect
