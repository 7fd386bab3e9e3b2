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
from azalai.formats.xml_paths import Reader
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

MAX_DEPTH = 64
MAX_ATTRIBUTES = 256
MAX_RECORD = 4_000_000  # bytes; libxml2 itself stops at 10 MB of one text
CHUNK = 65_536
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
        yield from _Pass(self, digest).run(stream)


class _Pass:
    """One reading of one stream."""

    def __init__(self, shape: XmlRecords, digest: str) -> None:
        self._shape = shape
        self._digest = digest
        self._reader = Reader(shape.columns, shape.namespace)
        self._parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True, attribute_defaults=False,
            dtd_validation=False,
        )  # fmt: skip
        self._line = 1  # of what is being fed
        self._fed = 0  # bytes fed since the record began, or since the last record
        self._offset = 0
        self._depth = 0
        self._record_depth = 0  # 0: outside records
        self._begun: tuple[int, str] = (0, "")  # the open record's line and path
        self._path: list[str] = []
        self._seen: list[dict[str, int]] = [{}]
        self._number = 0
        self._count: int | None = None
        self._reported: set[str] = set()

    def run(self, stream: BinaryIO) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        while chunk := stream.readline(CHUNK):
            self._check(chunk)
            yield from self._events(chunk)
            self._line += chunk.endswith(b"\n")
            self._offset += len(chunk)
        if self._offset == 0:
            raise lines.empty()
        yield from self._events(b"")
        if self._shape.count_at and (finding := counting.compare(self._count, self._number, None)):
            yield finding
        yield Ending(self._count, marked=True)

    def _check(self, chunk: bytes) -> None:
        """The declared encoding, and no DOCTYPE, before the parser sees the bytes."""
        encoding = self._shape.encoding
        if self._offset == 0:
            mark = encodings.start(chunk, encoding)
            written = _DECLARED.match(chunk[mark:])
            name = written.group(1).decode("ascii") if written else "utf-8"
            if encodings.ALLOWED.get(name.lower()) != encoding:
                raise _encoding(encoding, name)
        if encoding != "utf-8" and not chunk.isascii():
            encodings.check_single_byte(chunk, encoding, self._line, self._offset)
        if not self._path and b"<!DOCTYPE" in chunk:
            raise _refused(self._line, "DOCTYPE", "DOCTYPE")
        self._fed += len(chunk)
        if self._fed > MAX_RECORD:
            raise lines.too_long(self._begun[0] or self._line, self._offset, MAX_RECORD)

    def _events(self, chunk: bytes) -> Iterator[RawRecord | Finding]:
        try:
            if chunk:
                self._parser.feed(chunk)
            else:
                self._parser.close()
            for event, element in self._parser.read_events():
                if not etree.iselement(element):
                    continue
                if event == "start":
                    self._start(element)
                elif self._record_depth == self._depth and self._record_depth:
                    yield from self._record(element)
                elif self._record_depth:
                    self._depth -= 1  # kept until its record ends
                else:
                    yield from self._outside(element)
        except etree.XMLSyntaxError as err:
            raise self._malformed(err, at_end=not chunk) from err

    def _start(self, element: etree._Element) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            what = f"plus de {MAX_DEPTH} niveaux", f"more than {MAX_DEPTH} levels"
            raise _refused(self._line, *what)
        if len(element.attrib) > MAX_ATTRIBUTES:
            what = f"plus de {MAX_ATTRIBUTES} attributs", f"more than {MAX_ATTRIBUTES} attributes"
            raise _refused(self._line, *what)
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
            self._begun = self._line, "/" + "/".join(self._path)
            self._fed = 0

    def _root(self, element: etree._Element) -> None:
        if element.getroottree().docinfo.internalDTD is not None:
            raise _refused(self._line, "DOCTYPE", "DOCTYPE")
        namespace = etree.QName(element).namespace or ""
        if namespace != self._shape.namespace:
            what = ("la racine n'est pas dans l'espace de noms déclaré",
                    "the root is not in the declared namespace")  # fmt: skip
            todo = ("comparez « namespace: » et le début du fichier.",
                    "compare `namespace:` with the beginning of the file.")  # fmt: skip
            raise FormatError("AZ-F004", what, todo, line=self._line)
        if self._shape.count_at:
            self._count = counting.stated(str(element.get(self._shape.count_at[1:]) or ""))

    def _record(self, element: etree._Element) -> Iterator[RawRecord | Finding]:
        line, path = self._begun
        self._number += 1
        address = Address(self._digest, self._number, line, None, path)
        values = self._reader.values(element)
        yield RawRecord(address, values, self._reader.local(element.tag))
        yield from self._strange(address)
        self._record_depth, self._fed = 0, 0
        self._leave(element)

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
            place = Address(self._digest, self._number, self._line, None, f"/{path}"[:200])
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

    def _malformed(self, err: etree.XMLSyntaxError, *, at_end: bool) -> FormatError:
        line = err.lineno or self._line
        if at_end:
            why = ("l'élément racine n'est pas fermé", "the root element is not closed")
            return lines.cut(self._line, why)
        what = (f"ligne {line} : XML mal formé",
                f"line {line}: malformed XML")  # fmt: skip
        todo = ("le fichier est abîmé ; refaites l'export.", "the file is damaged; export again.")
        return FormatError("AZ-F016", what, todo, line=line)


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
    what = Text(f"« {path} » n'est pas déclaré", f"`{path}` is not declared")
    todo = Text("déclarez-le sous « columns: » : optional, ou ignored, <pourquoi>.",
                "declare it under `columns:`: optional, or ignored, <why>.")  # fmt: skip
    return Finding("AZ-F022", what, todo, address, path)
