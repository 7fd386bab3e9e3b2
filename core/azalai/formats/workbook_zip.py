"""An xlsx or ods workbook's zip, proved harmless before calamine opens it."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from azalai.errors import FormatError
from azalai.formats import workbook_ods, workbook_xlsx
from azalai.formats.workbook_facts import (
    MAX_TEXTS,
    SheetFacts,
    encrypted,
    hostile,
    no_workbook,
    too_large,
)

MAX_MEMBERS = 1000  # a workbook of 100 sheets has some 250
MAX_NAME = 200  # characters of a member's name
MAX_RATIO = 200  # unpacked to packed; a real sheet of 400,000 rows has 40
SMALL = 1_000_000  # bytes unpacked below which a ratio says nothing
CHUNK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_ \[\].()+-]+(/[A-Za-z0-9_ \[\].()+-]+)*/?")
_BINARY = (".bin", ".zip", ".xlsx", ".ods", ".xls", ".exe", ".dll", ".jar")
_PRINTER = "xl/printerSettings/"


def check(data: bytes) -> Mapping[str, SheetFacts]:
    """Unpack every member once, without keeping it; the facts of each sheet by name.

    Raises FormatError where anything is over a bound or not what a workbook of records holds.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as err:
        fr, en = "archive abîmée ou incomplète", "damaged or incomplete archive"
        raise no_workbook(fr, en) from err
    _names(members)
    names = {member.filename for member in members}
    left = MAX_TEXTS
    for member in members:
        left -= member.file_size
        if left < 0:
            raise too_large("de données une fois décompressé", "bytes once unpacked")
    parts = _Parts(data, {member.filename: member for member in members})
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            continue
        for _ in parts.chunks(name):
            pass
    if "xl/workbook.xml" in names:
        return workbook_xlsx.facts(parts.markup, names)
    if "content.xml" in names:
        if b"encryption-data" in b"".join(parts.markup("META-INF/manifest.xml")):
            raise encrypted()
        return workbook_ods.facts(parts.markup, names)
    raise no_workbook("archive d'un autre type", "an archive of another kind")


def _names(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise too_large("de parties", "parts")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if len(name) > MAX_NAME or not _NAME.fullmatch(name) or ".." in name.split("/"):
            raise hostile("nom de partie interdit", "a forbidden part name")
        if name.casefold() in seen:
            raise hostile("deux parties du même nom", "two parts of one name")
        seen.add(name.casefold())
        if member.flag_bits & 0x1:
            raise encrypted()
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise hostile("compression inconnue", "an unknown compression")
        if name.casefold().endswith("vbaproject.bin") or name.startswith("Basic/"):
            raise hostile("il contient des macros", "it contains macros")
        if name.casefold().endswith(_BINARY) and not name.startswith(_PRINTER):
            raise hostile("il contient une partie binaire", "it contains a binary part")
        if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
            raise hostile("compression démesurée", "an outsized compression")


class _Parts:
    """Members, unpacked piece by piece. The sizes that the directory states are proved: a
    reader that trusted them could be made to unpack without end."""

    def __init__(self, data: bytes, members: Mapping[str, zipfile.ZipInfo]) -> None:
        self._data = data
        self._members = members

    def markup(self, name: str) -> Iterator[bytes]:
        """The pieces of an XML member, in UTF-8, without DOCTYPE and entities of its own.

        Raises FormatError where it is not well formed: calamine never ends on some that are not.
        """
        tail, proof = b"", expat.ParserCreate("utf-8")
        for piece in self.chunks(name):
            if not tail:
                _utf8(piece)
            window = tail + piece
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise hostile("DOCTYPE", "DOCTYPE")
            tail = window[-9:]
            _prove(proof, piece)
            yield piece
        _prove(proof, b"", last=True)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The pieces of a member, no larger than CHUNK."""
        member = self._members.get(name)
        if member is None:
            raise no_workbook("une partie manque", "a part is missing")
        packed, size = memoryview(self._packed(member)), 0
        if member.compress_type == zipfile.ZIP_STORED:
            if len(packed) != member.file_size:
                raise _lies()
            for at in range(0, len(packed), CHUNK):
                yield bytes(packed[at : at + CHUNK])
            return
        unpack = zlib.decompressobj(-15)
        feed: bytes | memoryview = packed
        while not unpack.eof:
            try:
                piece = unpack.decompress(feed, CHUNK)
            except zlib.error as err:
                raise no_workbook("partie abîmée", "a damaged part") from err
            size += len(piece)
            if size > member.file_size or (not piece and not unpack.eof):
                raise _lies()
            yield piece
            feed = unpack.unconsumed_tail
        if size != member.file_size or unpack.unused_data:
            raise _lies()

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        """A member's packed bytes (APPNOTE 4.3.7: local header of 30 bytes, name, extra)."""
        at = member.header_offset
        head = self._data[at : at + 30]
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise _lies()
        begin = at + 30 + int.from_bytes(head[26:28], "little")
        begin += int.from_bytes(head[28:30], "little")
        return self._data[begin : begin + member.compress_size]


def _prove(proof: expat.XMLParserType, piece: bytes, *, last: bool = False) -> None:
    try:
        proof.Parse(piece, last)
    except expat.ExpatError as err:
        raise no_workbook("XML mal formé", "malformed XML") from err


def _utf8(piece: bytes) -> None:
    head = piece.removeprefix(b"\xef\xbb\xbf")[:200].lstrip()
    declared = re.search(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)""", head.split(b"?>")[0])
    if head[:1] not in (b"<", b"") or b"\0" in head:
        raise hostile("une partie n'est pas en UTF-8", "a part is not in UTF-8")
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise hostile("une partie n'est pas en UTF-8", "a part is not in UTF-8")


def _lies() -> FormatError:
    return hostile("ses tailles annoncées sont fausses", "the sizes that it states are wrong")
