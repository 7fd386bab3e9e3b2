"""What is asked of a foreign database: plain data that a child process is given."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from azalai.errors import ConfigurationError

Engine = Literal["postgresql", "mariadb", "sqlite", "odbc"]
ENGINES: dict[str, Engine] = {
    "postgresql": "postgresql", "mariadb": "mariadb", "mysql": "mariadb", "sqlite": "sqlite",
    "odbc": "odbc",
}  # fmt: skip
SPECIAL = "[]{}(),;?*=!@"
"""What ODBC gives a meaning in a connection string; the name of a data source has none of it."""
LOCAL = ("", "localhost", "127.0.0.1", "::1")
_SOCKETS = {"postgresql": "host", "mariadb": "unix_socket"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is: `database` is the path of a SQLite file, the name of an ODBC data
    source. `ca` is a PEM file that its certificate must come from (None: the system's); `tls` off
    is for this machine's own."""

    engine: Engine
    database: str = ""
    host: str = ""
    port: int | None = None
    socket: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    ca: Path | None = None

    @property
    def local(self) -> bool:
        """Whether nothing goes over a network."""
        return self.engine == "sqlite" or bool(self.socket) or self.host in LOCAL


@dataclass(frozen=True, slots=True)
class Ask:
    """One poll. Either `table` (with its schema before a dot) or `query`. With `cursor` columns
    only what comes after `after` is read, one page of `chunk` rows at a time; the first column
    goes back by `overlap_s` seconds where it is a time. `unread` columns are never fetched."""

    place: Place
    table: str = ""
    query: str = ""
    cursor: tuple[str, ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    chunk: int = 1000
    overlap_s: int = 0
    unread: tuple[str, ...] = ()


def place(url: str, folder: Path, password: str, *, tls: bool, ca: Path | None) -> Place:
    """A database's place from its URL; a SQLite path starts at `folder`.

    ConfigurationError where it is no URL of ours, or has a password, which would show in a list
    of processes, a backup or a screen.
    """
    parts = urlsplit(url)
    engine = ENGINES.get(parts.scheme)
    if engine is None:
        known = ", ".join(ENGINES)
        raise ConfigurationError(f"the url begins with one of {known}",
                                 fr=f"l'adresse commence par {known}")  # fmt: skip
    if parts.password is not None:
        raise ConfigurationError(
            "the url holds a password: it goes into `secret:`",
            fr="l'adresse contient un mot de passe : sa place est sous « secret: »",
        )
    if engine == "sqlite":
        path = unquote(url.partition(":")[2])
        return Place(engine, str((folder / path.removeprefix("//")).resolve()), tls=False)
    if engine == "odbc":
        return _data_source(parts, password, ca)
    socket = _socket(parts, engine)
    return Place(engine, unquote(parts.path.lstrip("/")), parts.hostname or "", _port(parts),
                 socket, unquote(parts.username or ""), password, tls, ca)  # fmt: skip


def _data_source(parts: SplitResult, password: str, ca: Path | None) -> Place:
    """`odbc://user@NAME`: a data source of `odbc.ini`, where its driver and its TLS stand."""
    user, _, written = parts.netloc.rpartition("@")
    name = unquote(written)
    if (
        not name.strip()
        or set(name) & {*SPECIAL, "\\"}
        or not name.isprintable()
        or parts.path not in ("", "/")
        or parts.query
        or ca is not None
    ):
        raise ConfigurationError(
            "an ODBC address is `odbc://USER@NAME`, a data source of odbc.ini; driver, host and "
            "certificates stand there, `ca:` does not serve",
            fr="une adresse ODBC s'écrit « odbc://COMPTE@NOM », une source de odbc.ini ; pilote, "
            "hôte et certificats y sont, « ca: » ne sert pas",
        )
    return Place("odbc", name, user=unquote(user), password=password)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as err:
        raise ConfigurationError("the url's port is no number",
                                 fr="le port de l'adresse n'est pas un nombre") from err  # fmt: skip


def _socket(parts: SplitResult, engine: Engine) -> str:
    """The one thing that may follow `?`: the folder or file of a socket on this machine."""
    given, name = parse_qs(parts.query), _SOCKETS[engine]
    value = given.pop(name, [""])[0]
    if given or (value and not value.startswith("/")):
        raise ConfigurationError(f"after `?` only `{name}=/PATH` of a socket may stand",
                                 fr=f"après « ? », seul « {name}=/CHEMIN » d'une prise")  # fmt: skip
    return value
