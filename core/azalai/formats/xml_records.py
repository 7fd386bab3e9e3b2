"""XML: one declared element is one record; streamed, hardened, cleared as it goes."""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from lxml import etree

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError, FormatError
from azalai.formats import counting, encodings, header, lines
from azalai.formats.settings import Settings
from azalai.formats.xml_bytes import CHUNK, Held
from azalai.formats.xml_layout import MAX_ATTRIBUTES
from azalai.formats.xml_paths import Reader
from azalai.formats.xml_rows import RowReader
from azalai.plugin.format import Ending, Finding, RawRecord, Rows, Shape, Unreadable

MAX_DEPTH = 64
MAX_RECORD = 4_000_000  # bytes; libxml2 itself stops at 10 MB of one text
_DECLARED = re.compile(rb"""^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

_INDEX = re.compile(r"\[[0-9]+\]")


class XmlRecords:
    """Reads XML. Settings (`file:`):

    `encoding` (must be the XML declaration's); `record` (the element that is one record);
    `namespace` (of root and records); `count_at` (`@name`: the root's attribute that states how
    many records there are); `outside` (elements outside records that are known and not read).
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"))
        record = settings.text("record")
        if record is None:
            raise settings.required("record")
        self.namespace = settings.text("namespace", "") or ""
        self.local = record
        self.record = f"{{{self.namespace}}}{record}" if self.namespace else record
        self.count_at = settings.text("count_at")
        if self.count_at and not self.count_at.startswith("@"):
            raise ConfigurationError(
                "`file: count_at` takes an attribute of the root, @name",
                fr="« file: count_at » attend un attribut de la racine, @nom",
            )
        self.outside = frozenset(settings.texts("outside"))
        settings.done()
        self.columns = tuple(header.declared(shapes).values())

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's part is the record's path, `/dossiers/dossier[4]`."""
        for item in self.read_rows(stream, digest):
            if isinstance(item, Rows):
                yield from map(item.record, range(len(item.cells)))
            else:
                yield item

    def read_rows(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Rows | Unreadable | Finding | Ending]:
        """As `read`, where `Rows` may stand for the records in them."""
        yield from _Pass(self, stream, digest).run()


class _Pass:
    """One reading of one stream.

    libxml2 is given all that it has not read records of the same layout of; those are taken from
    the bytes that follow the end of a record, and it never sees them (see `RowReader`).
    """

    def __init__(self, shape: XmlRecords, stream: BinaryIO, digest: str) -> None:
        self._shape = shape
        self._digest = digest
        self._reader = Reader(shape.columns, shape.namespace)
        self._parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True, attribute_defaults=False,
            dtd_validation=False,
        )  # fmt: skip
        self._held = Held(stream)
        self._rows = RowReader(self._held, self._reader, shape.local, shape.encoding, digest)
        self._checked = 0  # the byte up to which chunks are checked
        self._passed = 0  # lines that the parser has not seen
        self._fed = 0  # bytes fed since the record began, or since the last record
        self._depth = 0
        self._record_depth = 0  # 0: outside records
        self._begun: tuple[int, str] = (0, "")  # the open record's line and path
        self._ended = False  # whether a record's end is the last thing that the parser said
        self._path: list[str] = []
        self._seen: list[dict[str, int]] = [{}]
        self._number = 0
        self._count: int | None = None
        self._reported: set[str] = set()

    def run(self) -> Iterator[RawRecord | Rows | Unreadable | Finding | Ending]:
        while True:
            if self._ended and (rows := self._taken()):
                yield rows
                continue
            piece, closed = self._next()
            if not piece:
                break
            self._ended = False
            wrong = self._feed(piece)
            if b">" in piece or wrong is not None:  # else no tag has ended
                yield from self._events(wrong)
            # What ends in the record's end tag, and was not in a comment or the like, is read: the
            # parser stands between two records.
            if self._ended:
                self._ended = closed and b"<!" not in piece and b"<?" not in piece
            self._held.take(len(piece))
        if self._held.offset == 0:
            raise lines.empty()
        yield from self._events(self._feed(b""), at_end=True)
        if self._shape.count_at and (finding := counting.compare(self._count, self._number, None)):
            yield finding
        yield Ending(self._count, marked=True)

    def _taken(self) -> Rows | None:
        """The records that follow and are written like those before them."""
        line, path = self._held.line, "/" + "/".join(self._path)
        rows = self._rows.take(path, self._seen[-1], self._number)
        if rows is not None:
            self._number += len(rows.cells)
            self._fed = 0
            self._passed += self._held.line - line
        return rows

    def _next(self) -> tuple[bytes, bool]:
        """What the parser is given next, and whether it ends with a record's end tag."""
        held, close = self._held, self._rows.close
        if held.offset >= self._checked:
            far = self._record_depth > 0 and self._fed < MAX_RECORD - CHUNK
            chunk = held.chunk(more=far and self._shape.encoding == "utf-8")
            self._check(chunk)
            self._checked = held.offset + len(chunk)
            if close not in chunk:
                return chunk, False
        return held.piece(close, self._checked)

    def _check(self, chunk: bytes) -> None:
        """The declared encoding, and no DOCTYPE, before the parser sees the bytes."""
        encoding, held = self._shape.encoding, self._held
        if held.offset == 0 and chunk:
            mark = encodings.start(chunk, encoding)
            written = _DECLARED.match(chunk[mark:])
            name = written.group(1).decode("ascii") if written else "utf-8"
            if encodings.ALLOWED.get(name.lower()) != encoding:
                raise _encoding(encoding, name)
        if encoding != "utf-8" and not chunk.isascii():
            encodings.check_single_byte(chunk, encoding, held.line, held.offset)
        if not self._path and b"<!DOCTYPE" in chunk:
            raise _refused(held.line, "DOCTYPE", "DOCTYPE")
        if not held.inside:  # else a record has ended in this chunk
            self._fed += len(chunk)
            if self._fed > MAX_RECORD:
                raise lines.too_long(self._begun[0] or held.line, held.offset, MAX_RECORD)

    def _feed(self, piece: bytes) -> int | None:
        """Give the parser a piece, or the end; the line of what is wrong, 0 if it does not say."""
        try:
            if piece:
                self._parser.feed(piece)
            else:
                self._parser.close()
        except etree.XMLSyntaxError as err:
            return err.lineno or 0
        if b"&" in piece or b"xmlns" in piece:  # of a name it says nothing before the next piece
            log = self._parser.feed_error_log
            for wrong in log if no_uri(log) else log.filter_from_fatals():
                return int(wrong.line)
        return None

    def _events(self, wrong: int | None, *, at_end: bool = False) -> Iterator[RawRecord | Finding]:
        """What the parser says of what it was given, at last what is wrong."""
        for event, element in self._parser.read_events():
            if not etree.iselement(element):
                continue
            self._ended = False
            if event == "start":
                self._start(element)
            elif self._record_depth == self._depth and self._record_depth:
                yield from self._record(element)
            elif self._record_depth:
                self._depth -= 1  # kept until its record ends
            else:
                yield from self._outside(element)
        if wrong is not None:
            raise self._malformed(wrong, at_end=at_end)

    def _start(self, element: etree._Element) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            what = f"plus de {MAX_DEPTH} niveaux", f"more than {MAX_DEPTH} levels"
            raise _refused(self._held.line, *what)
        if len(element.attrib) > MAX_ATTRIBUTES:
            what = f"plus de {MAX_ATTRIBUTES} attributs", f"more than {MAX_ATTRIBUTES} attributes"
            raise _refused(self._held.line, *what)
        if self._record_depth:
            return
        if self._depth == 1:
            self._root(element)
        name = self._reader.local(element.tag)
        nth = self._seen[-1][name] = self._seen[-1].get(name, 0) + 1
        is_record = element.tag == self._shape.record
        self._path.append(f"{name}[{nth}]" if is_record or nth > 1 else name)
        self._seen.append({})
        if is_record:
            self._record_depth = self._depth
            self._begun = self._held.line, "/" + "/".join(self._path)
            self._fed = 0
            self._rows.begins(element)

    def _root(self, element: etree._Element) -> None:
        if element.getroottree().docinfo.internalDTD is not None:
            raise _refused(self._held.line, "DOCTYPE", "DOCTYPE")
        namespace = etree.QName(element).namespace or ""
        if namespace != self._shape.namespace:
            what = ("la racine n'est pas dans l'espace de noms déclaré",
                    "the root is not in the declared namespace")  # fmt: skip
            todo = ("comparez « namespace: » et le début du fichier.",
                    "compare `namespace:` with the beginning of the file.")  # fmt: skip
            raise FormatError("AZ-F004", what, todo, line=self._held.line)
        if self._shape.count_at:
            self._count = counting.stated(str(element.get(self._shape.count_at[1:]) or ""))

    def _record(self, element: etree._Element) -> Iterator[RawRecord | Finding]:
        line, path = self._begun
        self._number += 1
        address = Address(self._digest, self._number, line, None, path)
        values = self._reader.values(element)
        yield RawRecord(address, values, self._reader.local(element.tag))
        yield from self._strange(address)
        self._rows.learn(element, MAX_DEPTH - self._record_depth)
        self._record_depth, self._fed = 0, 0
        self._leave(element)
        self._ended = True

    def _strange(self, address: Address) -> Iterator[Finding]:
        for path in self._reader.strange:
            if path not in self._reported:
                self._reported.add(path)
                yield _undeclared(path, address)

    def _outside(self, element: etree._Element) -> Iterator[Finding]:
        """An element that ends outside records: what it says must be known."""
        path = _INDEX.sub("", "/".join(self._path[1:]))
        known = any(path == name or path.startswith(name + "/") for name in self._shape.outside)
        says = (element.text or "").strip() or element.attrib
        if self._depth > 1 and says and not known and path not in self._reported:
            self._reported.add(path)
            place = Address(self._digest, self._number, self._held.line, None, f"/{path}"[:200])
            yield _undeclared(f"/{path}"[:200], place)
        self._leave(element)

    def _leave(self, element: etree._Element) -> None:
        """Forget an element outside records, and what stood before it."""
        self._depth -= 1
        self._seen.pop()
        self._path.pop()
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _malformed(self, wrong: int, *, at_end: bool) -> FormatError:
        line = wrong + self._passed if wrong else self._held.line
        if at_end:
            why = ("l'élément racine n'est pas fermé", "the root element is not closed")
            return lines.cut(self._held.line, why)
        if no_uri(self._parser.feed_error_log):
            return FormatError("AZ-F016", (f"ligne {line} : {NO_URI.fr}", f"line {line}: {NO_URI.en}"),
                               (NO_URI_TODO.fr, NO_URI_TODO.en), line=line)  # fmt: skip
        what = (f"ligne {line} : XML mal formé",
                f"line {line}: malformed XML")  # fmt: skip
        todo = ("le fichier est abîmé ; refaites l'export.", "the file is damaged; export again.")
        return FormatError("AZ-F016", what, todo, line=line)


NO_URI = Text("le nom d'un espace de noms (xmlns) n'est pas une URI : lettres hors ASCII",
              "the name of a namespace (xmlns) is no URI: letters beyond ASCII")  # fmt: skip
NO_URI_TODO = Text("demandez un nom en ASCII, lettres arabes ou accentuées en %XX (RFC 3986).",
                   "ask for a name in ASCII, Arabic or accented letters as %XX (RFC 3986).")  # fmt: skip


def no_uri(errors: "etree._ListErrorLog") -> bool:
    """Whether what the parser stopped at is a namespace's name (Namespaces in XML 1.0, section 2)."""
    return any(one.type == etree.ErrorTypes.WAR_NS_URI for one in errors)


def _encoding(declared: str, written: str) -> FormatError:
    what = (f"le fichier se dit en {written[:40]}, la correspondance en {declared}",
            f"the file says {written[:40]}, the mapping {declared}")  # fmt: skip
    todo = ("écrivez dans « encoding: » ce que dit le fichier : utf-8, cp1252 ou iso-8859-1.",
            "write under `encoding:` what the file says: utf-8, cp1252 or iso-8859-1.")  # fmt: skip
    return FormatError("AZ-F017", what, todo, line=1, offset=0)


def _refused(line: int, fr: str, en: str) -> FormatError:
    what = (f"ligne {line} : XML refusé : {fr}", f"line {line}: XML refused: {en}")
    todo = ("un fichier de fiches n'en a pas besoin ; demandez un export simple.",
            "a file of records does not need it; ask for a plain export.")  # fmt: skip
    return FormatError("AZ-F018", what, todo, line=line)


def _undeclared(path: str, address: Address) -> Finding:
    name = header.shown(path[:200])
    what = Text(f"« {name} » n'est pas déclaré", f"`{name}` is not declared")
    todo = Text("déclarez-le sous « columns: » : optional, ou ignored, <pourquoi>.",
                "declare it under `columns:`: optional, or ignored, <why>.")  # fmt: skip
    return Finding("AZ-F022", what, todo, address, path)
