"""The child that asks a foreign database, and writes what it says into a file of ours."""

import hashlib
import os
import resource
import signal
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any, BinaryIO

import orjson

from azalai import system_words
from azalai.errors import InputError
from azalai.sources import sql_reading, sql_rights, sql_values
from azalai.sources.sql_ask import Ask
from azalai.sources.sql_reading import Reading

MEMORY = 1536 * 1024 * 1024
MAX_ROW = 1_000_000  # bytes of a row as text; a longer one is told, not written
_SHOWN = 200  # characters of the database's own words, before any row was read


def serve(connection: Connection, ask: Ask, act: str) -> None:
    """Read one poll into the descriptor that comes over the connection (`poll`), or only look
    (`look`). Messages are JSON: `{"rows": n}` from time to time, at the end what was read, or
    why not. Never prints."""
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if act == "look":
            _tell(connection, _looked(ask))
            return
        with os.fdopen(recv_handle(connection), "wb", 1 << 20) as file:
            _tell(connection, _polled(connection, ask, file))
    except InputError as err:
        _tell(connection, {"code": err.code, "what": err.what, "todo": err.todo})
    except (BrokenPipeError, EOFError):
        return
    except OSError as err:
        _tell(connection, _failed(err))


def _tell(connection: Connection, said: dict[str, Any]) -> None:
    connection.send_bytes(orjson.dumps(said))


def _looked(ask: Ask) -> dict[str, Any]:
    try:
        with closing(sql_reading.connected(ask)) as link:
            reading = sql_reading.begin(ask, link)
            return {"columns": reading.columns, "may_write": sql_rights.may_write(ask, link)}
    except InputError:
        raise
    except Exception as err:
        raise _refused(err, ask) from err


def _polled(connection: Connection, ask: Ask, file: BinaryIO) -> dict[str, Any]:
    reading = None
    try:
        with closing(sql_reading.connected(ask)) as link:
            reading = sql_reading.begin(ask, link)
            return _Spool(reading, file, connection).filled()
    except (InputError, OSError):
        raise
    except Exception as err:
        if reading is None:
            raise _refused(err, ask) from err
        raise _broken(err) from err


class _Spool:
    """Writes the rows: a line for the columns, one for each row, one that says how many."""

    def __init__(self, reading: Reading, file: BinaryIO, connection: Connection) -> None:
        self._reading = reading
        self._file = file
        self._connection = connection
        self._content = hashlib.sha256()

    def filled(self) -> dict[str, Any]:
        """Write all rows; what must be known of them afterwards."""
        reading, count, last = self._reading, 0, None
        head = orjson.dumps({"columns": reading.columns, "read": reading.read}) + b"\n"
        self._file.write(head)
        for row in reading.rows():
            line = _line(row, reading.read)
            self._content.update(line)
            self._file.write(line)
            count, last = count + 1, row
            if count % 10_000 == 0:
                _tell(self._connection, {"rows": count})
        self._file.write(orjson.dumps({"rows": count}) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        place = reading.place(last) if last is not None and reading.ask.cursor else None
        return {"done": count, "content": self._content.hexdigest(), "at": place}


def _line(row: Sequence[Any], names: Sequence[str]) -> bytes:
    """One row as a JSON list; one that cannot be written is told by what is wrong with it."""
    texts: list[str | None] = []
    try:
        for value in row:
            texts.append(sql_values.text(value))  # noqa: PERF401 - its length names the column
        line = orjson.dumps(texts) + b"\n"
    except (TypeError, ValueError, OverflowError):
        name = names[len(texts)] if len(texts) < len(names) else ""
        return orjson.dumps({"flaw": "value", "column": name}) + b"\n"
    if len(line) > MAX_ROW:
        return orjson.dumps({"flaw": "long", "column": ""}) + b"\n"
    return line


def _refused(err: Exception, ask: Ask) -> InputError:
    """Before any row: the database's own first line says what is wrong with our settings."""
    said = str(getattr(err, "orig", None) or err).strip().splitlines() or [type(err).__name__]
    words = said[0]
    if ask.place.password:
        words = words.replace(ask.place.password, "***")
    return InputError((f"la base ne répond pas comme il faut : {words[:_SHOWN]}",
                       f"the database does not answer as it should: {words[:_SHOWN]}"),
                      ("« azalai check » essaie la source.", "`azalai check` tries the source."),
                      code="AZ-F133")  # fmt: skip


def _broken(err: Exception) -> InputError:
    """Amid rows: a database's words may show values, so only the kind of error is told."""
    origin = getattr(err, "orig", None) or err
    state = getattr(origin, "sqlstate", None) or type(origin).__name__
    return InputError((f"la lecture s'est arrêtée ({state})", f"the reading stopped ({state})"),
                      ("rien n'en est pris ; la prochaine passe recommence.",
                       "nothing of it is taken; the next pass begins again."),
                      code="AZ-F134")  # fmt: skip


def _failed(err: OSError) -> dict[str, Any]:
    fr, en = system_words.said(err)
    what = (f"la copie ne s'écrit pas ({fr})", f"the copy cannot be written ({en})")
    return {"code": "AZ-F101", "what": what, "todo": ("", "")}
