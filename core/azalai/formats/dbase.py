"""dBase tables (.dbf): rows of a fixed length, with the place of each one's first byte."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats import dbase_memo, encodings, header, lines
from azalai.formats.dbase_fields import (
    CODE_PAGES,
    END_OF_FIELDS,
    FIELD,
    MEMO,
    Field,
    damaged,
    fields_of,
    known,
    text,
)
from azalai.formats.dbase_memo import Memo
from azalai.formats.plausible import Doubt
from azalai.formats.settings import Settings
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

_HEAD = 32
_FOXPRO = (0x30, 0x31, 0x32)
_VERSIONS = frozenset(
    {0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8E, 0xCB, 0xF5, 0xFB}
)
_MAX_ROW, _MAX_FIELDS = 65_535, 1024
_DELETED, _KEPT, _EOF = 0x2A, 0x20, 0x1A
_NOT_CHECKED, _SKIPPED = "not checked", "skipped"


@dataclass(frozen=True, slots=True)
class Table:
    """What the header says. `page` is its mark of the code page, 0 for none."""

    fields: list[Field]
    rows: int
    start: int
    length: int
    page: int
    version: int


class Dbase:
    """Reads dBase III, IV and FoxPro tables. Settings (`file:`): `encoding`; `code_page`
    (`not checked`: the file's own mark of its code page is known to be wrong); `deleted_rows`
    (`skipped`: those marked as deleted do not hold the run).

    `memo` (the name of the memo file beside it: `fiches.dbt`, `fiches.fpt`).

    Rows that are marked as deleted are counted, not read. Without `memo`, columns whose text lies
    in the memo file are `ignored`, or the file is refused. With it the address's part is that
    file's name and digest.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self._encoding = encodings.named(settings.text("encoding"))
        self._checked = settings.text("code_page", among=(_NOT_CHECKED,)) is None
        self._skips = settings.text("deleted_rows", among=(_SKIPPED,)) == _SKIPPED
        self._memo_file = settings.file("memo")
        settings.done()
        self._columns = header.declared(shapes)
        self._streams: Mapping[str, BinaryIO] = {}
        self._memo: Memo | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """See `HasFilesBeside`."""
        return (self._memo_file,) if self._memo_file else ()

    def beside(self, streams: Mapping[str, BinaryIO]) -> None:
        """See `HasFilesBeside`."""
        self._streams = streams

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's line is the row, deleted ones counted, from 1."""
        table = self.table(stream)
        yield from self._page(table.page)
        columns = self._wanted(table.fields)
        self._memo = self._opened(table.version)
        part = self._memo.mark if self._memo else None
        doubt, number, deleted = Doubt(self._encoding), 0, 0
        for row in range(1, table.rows + 1):
            raw = stream.read(table.length)
            offset = table.start + (row - 1) * table.length
            if len(raw) != table.length:
                raise lines.cut(row, (f"{table.rows} fiches sont annoncées",
                                      f"{table.rows} records are stated"))  # fmt: skip
            if raw[0] == _DELETED:
                deleted += 1
                continue
            number += 1
            place = Address(digest, number, row, offset, part)
            if raw[0] != _KEPT:
                yield _unreadable(place, "", "marque de ligne inconnue", "an unknown row mark")
                continue
            if doubt.watches and not raw.isascii():
                doubt.look(raw, row)
            yield self._record(place, raw, columns, doubt)
        yield from _rest(stream)
        if finding := doubt.finding():
            yield finding
        if deleted and not self._skips:
            yield _deleted(deleted)
        yield Ending(table.rows - deleted, marked=True)

    def table(self, stream: BinaryIO) -> Table:
        """The header. FormatError where it is none of ours or does not agree with itself."""
        head = stream.read(_HEAD)
        if not head:
            raise lines.empty()
        if len(head) < _HEAD or head[0] not in _VERSIONS:
            raise damaged("version inconnue", "an unknown version")
        if head[15] & 1:
            raise damaged("la table est chiffrée", "the table is encrypted")
        rows, start, length = (int.from_bytes(head[a:b], "little")
                               for a, b in ((4, 8), (8, 10), (10, 12)))  # fmt: skip
        if not _HEAD + FIELD < start <= _HEAD + FIELD * _MAX_FIELDS or not 1 < length <= _MAX_ROW:
            raise damaged("longueurs impossibles", "impossible lengths")
        rest = stream.read(start - _HEAD)
        if len(rest) != start - _HEAD or END_OF_FIELDS not in rest:
            raise damaged("en-tête coupé", "its header is cut")
        fields = fields_of(rest, self._encoding, foxpro=head[0] in _FOXPRO)
        if 1 + sum(one.length for one in fields) != length:
            raise damaged("les champs ne font pas une ligne", "the fields do not make a row")
        return Table(fields, rows, start, length, head[29], head[0])

    def _page(self, mark: int) -> Iterator[Finding]:
        """The file's own word on its code page against what is declared."""
        own = CODE_PAGES.get(mark)
        if not self._checked or mark == 0 or own == self._encoding:
            return
        shown = own or f"0x{mark:02X}"
        yield Finding("AZ-F071", Text(
            f"le fichier se dit en {shown}, la correspondance déclare {self._encoding}",
            f"the file says it is {shown}, the mapping declares {self._encoding}"), Text(
            "comparez des noms accentués ; si la marque est fausse : « file: code_page: not checked ».",
            "compare names with accents; if its mark is wrong: `file: code_page: not checked`."))  # fmt: skip

    def _wanted(self, fields: list[Field]) -> list[tuple[Field, Column]]:
        """Each field with its declared column. FormatError as `header.match`, or for a memo."""
        shown = [field for field in fields if not field.hidden and field.kind != "0"]
        names = header.match([field.name for field in shown], self._columns, 1)
        found = [(f, self._columns[n]) for f, n in zip(shown, names, strict=True)]
        for field, column in found:
            memo = field.kind == "M" and self._memo_file is not None
            if column.rule != "ignored" and not known(field) and not memo:
                raise _no_text(field)
        return [(f, c) for f, c in found if c.rule != "ignored"]

    def _opened(self, version: int) -> Memo | None:
        """The memo file, where one is declared. FormatError where it is not there or none."""
        if self._memo_file is None:
            return None
        stream = self._streams.get(self._memo_file)
        if stream is None:
            raise lines.not_beside(self._memo_file)
        return dbase_memo.opened(stream, self._memo_file, version)

    def _record(
        self, place: Address, raw: bytes, columns: list[tuple[Field, Column]], doubt: Doubt
    ) -> RawRecord | Unreadable:
        values: dict[str, str] = {}
        for field, column in columns:
            cut = raw[field.start : field.start + field.length]
            cell = self._memo_text(cut) if field.kind == "M" else cut
            value: str | None = None
            if isinstance(cell, Text):
                return _unreadable(place, field.name, cell.fr, cell.en)
            if field.kind == "M" and doubt.watches and not cell.isascii():
                doubt.look(cell, place.line or 0)
            if field.kind in "CM":
                plain = cell.rstrip(b" \0")
                if b"\0" in plain:
                    return _unreadable(place, field.name, "octet nul", "a NUL byte")
                value = encodings.decode(
                    plain, self._encoding, place.line or 0, (place.offset or 0) + field.start
                )
            else:
                value = text(field, cell)
            if value is None:
                return _unreadable(place, field.name, f"pas une valeur de type {field.kind[0]}",
                                   f"no value of type {field.kind[0]}")  # fmt: skip
            values[column.name] = value
        return RawRecord(place, values)

    def _memo_text(self, cell: bytes) -> bytes | Text:
        """The text that a row's cell points at; empty where it points nowhere."""
        number = dbase_memo.block_of(cell)
        if number is None or self._memo is None:
            return Text("pas un numéro de bloc de mémo", "no number of a memo block")
        return self._memo.text(number) if number else b""


def look(data: bytes) -> tuple[str | None, list[str]]:
    """The encoding that a table says it is in, where it is one of ours, and its columns.

    FormatError where it is no table.
    """
    reader = Dbase([Shape("dbase", {"encoding": "cp850"}, ())])
    table = reader.table(io.BytesIO(data))
    shown = [field for field in table.fields if not field.hidden and field.kind != "0"]
    return CODE_PAGES.get(table.page), [field.name for field in shown]


def is_table(data: bytes) -> bool:
    """Whether these bytes begin as a dBase table does: its lengths agree with each other."""
    try:
        look(data)
    except FormatError:
        return False
    return True


def _rest(stream: BinaryIO) -> Iterator[Finding]:
    """What follows the stated number of rows: an end mark, or rows that nobody counted."""
    rest = stream.read(lines.CHUNK).lstrip(b"\0")
    if rest[:1] not in (b"", bytes([_EOF])):
        yield Finding("AZ-F072", Text(
            "des octets suivent la dernière fiche annoncée",
            "bytes follow the last stated record"), Text(
            "l'export a été interrompu, ou le fichier était encore ouvert ; refaites-le.",
            "the export was interrupted, or the file was still open; export it again."))  # fmt: skip


def _deleted(count: int) -> Finding:
    return Finding("AZ-F073", Text(
        f"{count} ligne(s) marquée(s) comme supprimée(s), non lue(s)",
        f"{count} row(s) marked as deleted, not read"), Text(
        "demandez une table compactée (PACK) ; si c'est l'habitude : « deleted_rows: skipped ».",
        "ask for a packed table (PACK); if it is always so: `file: deleted_rows: skipped`."))  # fmt: skip


def _no_text(field: Field) -> FormatError:
    if field.kind in MEMO:
        what = (f"« {field.name} » est un mémo : son texte est dans un second fichier (.dbt, .fpt)",
                f"`{field.name}` is a memo: its text lies in a second file (.dbt, .fpt)")  # fmt: skip
        todo = ("« file: memo: » nomme ce fichier (type M : un texte) ; sinon : « ignored ».",
                "`file: memo:` names that file (type M: a text); else: `ignored`.")  # fmt: skip
        return FormatError("AZ-F074", what, todo)
    return damaged(f"type {field.kind} inconnu, champ {field.name}",
                   f"unknown type {field.kind}, field {field.name}")  # fmt: skip


def _unreadable(place: Address, name: str, fr: str, en: str) -> Unreadable:
    at = (f", champ {name}", f", field {name}") if name else ("", "")
    what = Text(f"ligne {place.line}{at[0]} : {fr}", f"row {place.line}{at[1]}: {en}")
    return Unreadable(place, "AZ-F075", what)
