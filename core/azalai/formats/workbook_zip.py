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
MARKUP = (".xml", ".rels", ".vml")


def check(data: bytes) -> Mapping[str, SheetFacts]:
    """Unpack every member once, without keeping it; the facts of each sheet by name.

    Raises FormatError where anything is over a bound or not what a workbook of records holds.
    """
    parts = Parts(data)
    parts.prove_others()
    if "xl/workbook.xml" in parts.names:
        return workbook_xlsx.facts(parts.markup, parts.names)
    if "content.xml" in parts.names:
        parts.refuse_encrypted()
        return workbook_ods.facts(parts.markup, parts.names)
    raise no_workbook("archive d'un autre type", "an archive of another kind")


def _names(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise too_large("de parties", "parts")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        plain = _NAME.fullmatch(name) and name == member.orig_filename  # else it holds a NUL
        if len(name) > MAX_NAME or not plain or ".." in name.split("/"):
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


class Parts:
    """Members, unpacked piece by piece. The sizes that the directory states are proved: a
    reader that trusted them could be made to unpack without end.

    Raises FormatError where the directory alone shows that this is no workbook of records.
    """

    def __init__(self, data: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as err:
            fr, en = "archive abîmée ou incomplète", "damaged or incomplete archive"
            raise no_workbook(fr, en) from err
        _names(members)
        left = MAX_TEXTS
        for member in members:
            left -= member.file_size
            if left < 0:
                raise too_large("de données une fois décompressé", "bytes once unpacked")
        self._data = data
        self._members = {member.filename: member for member in members}
        self.names = frozenset(self._members)

    def prove_others(self) -> None:
        """Unpack what is no markup. Raises FormatError."""
        for name in self.names:
            if not name.endswith(MARKUP):
                for _ in self.chunks(name):
                    pass

    def refuse_encrypted(self) -> None:
        """FormatError for an ods workbook with a password."""
        if b"encryption-data" in b"".join(self.markup("META-INF/manifest.xml")):
            raise encrypted()

    def markup(self, name: str) -> Iterator[bytes]:
        """The pieces of an XML member, in UTF-8, without DOCTYPE and entities of its own.

        Raises FormatError where it is not well formed: calamine never ends on some that are not.
        """
        proof = Proof()
        for piece in self.chunks(name):
            proof.feed(piece)
            yield piece
        proof.end()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The pieces of a member, no larger than CHUNK; its checksum is proved after the last."""
        member = self._members.get(name)
        if member is None:
            raise no_workbook("une partie manque", "a part is missing")
        checksum = 0
        for piece in self._pieces(member):
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if checksum != member.CRC:
            raise no_workbook("partie abîmée", "a damaged part")

    def _pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
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


class Proof:
    """Reads XML in UTF-8 that declares nothing of its own. FormatError where it is anything else."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8")
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Read on."""
        if not self._tail:
            _utf8(piece)
        window = self._tail + piece
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            raise hostile("DOCTYPE", "DOCTYPE")
        self._tail = window[-9:]
        self._parse(piece)

    def end(self) -> None:
        """Nothing follows."""
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
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
