"""Access databases (.mdb, .accdb): one table, by Debian's mdbtools in a process of its own."""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats import counting, encodings, header, lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

_MAGIC = (b"\x00\x01\x00\x00Standard Jet DB\x00", b"\x00\x01\x00\x00Standard ACE DB\x00")
_PATH = "/usr/bin:/bin"
_DAY, _TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"  # its own default writes years in two digits
_ZERO = re.compile(r"1900-01-00(T00:00:00)?")
"""What mdbtools prints for a date that is zero: a day that does not exist."""
_MAX_CELL = 1_000_000


class Access:
    """Reads one table of an Access database. Settings (`file:`): `tables: main` (its name);
    `encoding` (only databases of Access 97 and before need it; later ones hold Unicode);
    `zero_dates` (`empty`: they do not hold the run).

    Dates are ISO 8601 with four digits; a time is told where the column has one. Bytes are hex.
    A zero date is empty, and told. Deleted rows are not there. The number of rows that the table
    states is compared.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        given = settings.text("encoding")
        self._encoding = encodings.named(given) if given else "cp1252"
        self._waived = settings.text("zero_dates", among=("empty",)) == "empty"
        tables = settings.part("tables")
        main = None if tables is None else tables.text("main")
        if tables is None or main is None:
            raise settings.required("tables: main")
        tables.done()
        settings.done()
        self._table = main
        self._columns = header.declared(shapes)

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's part is the table, its line the row, from 1."""
        handle = _handle(stream)
        stated = self._stated(handle)
        number = zeros = 0
        with self._exported(handle) as rows:
            names: list[str] = []
            for cells in rows:
                if not names:
                    names = header.match(cells, self._columns, 1)
                    continue
                number += 1
                place = Address(digest, number, number, None, self._table)
                if len(cells) != len(names):
                    yield _uneven(place, len(cells), len(names))
                    continue
                values = dict(zip(names, cells, strict=True))
                for name, value in values.items():
                    if value[:7] == "1900-01" and _ZERO.fullmatch(value):
                        values[name] = ""
                        zeros += 1
                yield RawRecord(place, values)
            if not names:
                raise damaged("la table ne se lit pas", "the table cannot be read")
        if zeros and not self._waived:
            yield _zero_dates(zeros)
        if finding := counting.compare(stated, number, None):
            yield finding
        yield Ending(stated, marked=True)

    def _stated(self, handle: int) -> int | None:
        """How many rows the table says it has. FormatError where it is not there."""
        names = _asked(["mdb-tables", "-1", "-t", "table"], handle, self._encoding).splitlines()
        if self._table not in names:
            shown = ", ".join(f"« {header.shown(name[:60])} »" for name in names[:20])
            here = ", ".join(f"`{header.shown(name[:60])}`" for name in names[:20])
            raise FormatError("AZ-F081", (
                f"la table « {self._table} » manque ; il y a : {shown}",
                f"the table `{self._table}` is missing; there are: {here}"), (
                "corrigez « file: tables: main ».", "correct `file: tables: main`."))  # fmt: skip
        return counting.stated(
            _asked(["mdb-count"], handle, self._encoding, self._table)
        )  # fmt: skip

    @contextmanager
    def _exported(self, handle: int) -> Iterator[Iterator[list[str]]]:
        """The table's rows, the names of its columns first."""
        options = ["-b", "hex", "-D", _DAY, "-T", _TIME]
        running = _started(["mdb-export", *options], handle, self._encoding, self._table)
        if running.stdout is None:
            raise RuntimeError
        csv.field_size_limit(_MAX_CELL)
        try:
            text = io.TextIOWrapper(running.stdout, "utf-8", newline="")
            yield _rows(text)
            if running.wait() != 0:
                raise damaged("mdb-export s'est arrêté", "mdb-export stopped")
        finally:
            running.stdout.close()
            running.kill()
            running.wait()


def tables_of(stream: BinaryIO, encoding: str = "cp1252") -> dict[str, int | None]:
    """The tables of a database with the number of rows each states. FormatError as `read`."""
    handle = _handle(stream)
    names = _asked(["mdb-tables", "-1", "-t", "table"], handle, encoding).splitlines()
    return {n: counting.stated(_asked(["mdb-count"], handle, encoding, n)) for n in names if n}


def columns_of(stream: BinaryIO, table: str, encoding: str = "cp1252") -> list[str]:
    """The columns of one table, in order. FormatError as `read`."""
    running = _started(["mdb-export", "-b", "hex"], _handle(stream), encoding, table)
    if running.stdout is None:
        raise RuntimeError
    try:
        return next(_rows(io.TextIOWrapper(running.stdout, "utf-8", newline="")), [])
    finally:
        running.stdout.close()
        running.kill()
        running.wait()


def _handle(stream: BinaryIO) -> int:
    """The open file's descriptor. FormatError where it is empty or no Access database."""
    stream.seek(0)
    head = stream.read(20)
    if not head:
        raise lines.empty()
    if not is_access(head):
        raise damaged("ni .mdb, ni .accdb", "neither .mdb nor .accdb")
    return stream.fileno()


def is_access(data: bytes) -> bool:
    """Whether bytes begin as an Access database does."""
    return data.startswith(_MAGIC)


def in_memory(data: bytes) -> BinaryIO:
    """A sample's bytes as an open file without a name: mdbtools reads files only."""
    file = os.fdopen(os.memfd_create("sample", os.MFD_CLOEXEC), "w+b")
    file.write(data)
    file.flush()
    return file


def _rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text, strict=True)
    except (csv.Error, UnicodeDecodeError) as err:
        raise damaged("texte illisible ou cellule trop longue",
                      "unreadable text, or a cell that is too long") from err  # fmt: skip


def _asked(command: list[str], handle: int, encoding: str, *table: str) -> str:
    running = _started(command, handle, encoding, *table)
    said, _ = running.communicate()
    if running.returncode != 0:
        raise damaged(f"{command[0]} s'est arrêté", f"{command[0]} stopped")
    return str(said.decode("utf-8", "replace"))


def _started(
    command: list[str], handle: int, encoding: str, *table: str
) -> "subprocess.Popen[bytes]":  # fmt: skip
    """Start a tool of mdbtools on the open file: it gets no path, no shell and no environment."""
    program = shutil.which(command[0], path=_PATH)
    if program is None:
        what = ("mdbtools n'est pas installé", "mdbtools is not installed")
        todo = ("installez le paquet Debian : apt install mdbtools",
                "install the Debian package: apt install mdbtools")  # fmt: skip
        raise FormatError("AZ-F080", what, todo)
    place = f"/proc/self/fd/{handle}"
    return subprocess.Popen(  # noqa: S603 - no shell; the names stand after `--`
        [program, *command[1:], "--", place, *table], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, pass_fds=(handle,), close_fds=True, cwd=os.sep,
        env={"PATH": _PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC", "MDB_JET3_CHARSET": encoding},
    )  # fmt: skip


def damaged(fr: str, en: str) -> FormatError:
    """The error for a file that is no Access database, or is damaged."""
    what = (f"ce n'est pas une base Access lisible : {fr}",
            f"not a readable Access database: {en}")  # fmt: skip
    todo = ("ouvrez-la, « compacter et réparer », copiez-la fermée ; ou exportez en CSV.",
            "open it, “compact and repair”, copy it closed; or export as CSV.")  # fmt: skip
    return FormatError("AZ-F082", what, todo)


def _uneven(place: Address, found: int, wanted: int) -> Unreadable:
    what = Text(f"ligne {place.line} : {found} cases au lieu de {wanted}",
                f"row {place.line}: {found} cells instead of {wanted}")  # fmt: skip
    return Unreadable(place, "AZ-F083", what)


def _zero_dates(count: int) -> Finding:
    return Finding("AZ-F084", Text(
        f"{count} date(s) à zéro, lue(s) comme vide(s)", f"{count} zero date(s), read as empty"),
        Text("faites vider ces cases à la source ; si elles n'ont pas de sens : « zero_dates: empty ».",
             "have these cells emptied at the source; if they mean nothing: `zero_dates: empty`."))  # fmt: skip
