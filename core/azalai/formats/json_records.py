"""JSON: the objects of one declared array or more are the records; streamed."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError, FormatError
from azalai.formats import counting, encodings, header, lines
from azalai.formats.json_paths import MAX_STRANGE, Reader
from azalai.formats.json_text import JsonText
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

Item = RawRecord | Unreadable | Finding
Flaw = tuple[str, str, str]


class JsonRecords:
    """Reads one JSON document. Settings (`file:`):

    `encoding`; `records` (paths of the arrays that hold the records, `donnees/incidents`; without
    it the document is the array); `count_at` (path of the number of records that the document
    states); `outside` (members outside the records that are known and not read). The tag is the
    last name of the array's path.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"), wide=True)
        self.arrays = settings.texts("records") or ("",)
        self.count_at = settings.text("count_at")
        self.outside = frozenset(settings.texts("outside"))
        settings.done()
        self.tags = {path: path.rpartition("/")[2] for path in self.arrays}
        if len(set(self.tags.values())) != len(self.arrays):
            raise ConfigurationError(
                "`file: records` names two arrays of one name",
                fr="« file: records » nomme deux listes du même nom",
            )
        if any(one != two and (two + "/").startswith(one + "/")
               for one in self.arrays for two in self.arrays):  # fmt: skip
            raise ConfigurationError(
                "`file: records` names an array inside another",
                fr="« file: records » nomme une liste dans une autre",
            )
        self.readers = readers(shapes, tuple(self.tags.values()))

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's part is the record's path, `incidents[12]`, counted
        from 0 as jq and JSONPath count."""
        yield from _Pass(self, stream, digest).run()


def readers(shapes: Sequence[Shape], tags: Sequence[str]) -> dict[str, Reader]:
    """A reader for each tag, with the columns of the shapes that may take it.

    Raises ConfigurationError where `takes:` names what the file does not have.
    """
    for shape in shapes:
        if shape.tag is not None and shape.tag not in tags:
            raise ConfigurationError(
                f"`takes: element: {shape.tag}` is none of `file: records`",
                fr=f"« takes: element: {shape.tag} » n'est pas une liste de « file: records »",
            )
    return {
        tag: Reader(tuple(header.declared([s for s in shapes if s.tag in (None, tag)]).values()))
        for tag in tags
    }


class _Pass:
    """One reading of one document."""

    def __init__(self, shape: JsonRecords, stream: BinaryIO, digest: str) -> None:
        self._shape = shape
        self._digest = digest
        self._text = JsonText(stream, shape.encoding)
        self._number = 0
        self._count: int | None = None
        self._seen: set[str] = set()
        self._reported: set[str] = set()

    def run(self) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        if not self._text.peek():
            raise lines.empty()
        yield from self._at("")
        if self._text.peek():
            raise lines.after_end(self._text.place()[0])
        for path in self._shape.arrays:
            if path not in self._seen:
                raise _wrong(None, path, "manque", "is missing")
        if self._shape.count_at and (finding := counting.compare(self._count, self._number, None)):
            yield finding
        if doubt := self._text.doubt():
            yield doubt
        yield Ending(self._count, marked=True)

    def _at(self, path: str) -> Iterator[Item]:
        """What stands at a path: an array of records, something above one, or neither."""
        found = self._text.peek()
        above = path + "/" if path else ""
        if path in self._shape.arrays:
            if found != "[":
                raise _wrong(self._text.place()[0], path, "n'est pas une liste", "is not an array")
            self._seen.add(path)
            yield from self._array(path)
        elif any(array.startswith(above) for array in self._shape.arrays):
            if found != "{":
                why = "n'est pas un objet", "is not an object"
                raise _wrong(self._text.place()[0], path, *why)
            yield from self._members(above)
        else:
            yield from self._outside(path)

    def _members(self, above: str) -> Iterator[Item]:
        names: set[str] = set()
        self._text.take("{")
        if self._text.peek() == "}":
            self._text.take("}")
            return
        while True:
            line, offset = self._text.place()
            if self._text.peek() != '"':
                self._text.take('"')
            name, flaw = self._text.value()
            if name in names:
                flaw = ("AZ-F040", "un membre y est deux fois", "a member stands in it twice")
            if flaw:
                raise _refused(line, offset, flaw)
            names.add(name)
            self._text.take(":")
            yield from self._at(above + name)
            if self._text.take(",}") == "}":
                return

    def _array(self, path: str) -> Iterator[Item]:
        self._text.take("[")
        if self._text.peek() == "]":
            self._text.take("]")
            return
        index = 0
        while True:
            self._text.peek()
            line, offset = self._text.place()
            value, flaw = self._text.value()
            self._number += 1
            address = Address(self._digest, self._number, line, offset, f"{path}[{index}]")
            yield from self._record(address, path, value, flaw)
            index += 1
            if self._text.take(",]") == "]":
                return

    def _record(self, address: Address, path: str, value: Any, flaw: Flaw | None) -> Iterator[Item]:
        if flaw or not isinstance(value, dict):
            yield unreadable(address, flaw)
            return
        tag = self._shape.tags[path]
        reader = self._shape.readers[tag]
        yield RawRecord(address, reader.values(value), tag)
        yield from strange(reader, self._reported, address)

    def _outside(self, path: str) -> Iterator[Finding]:
        """A member outside records: what it says must be known."""
        self._text.peek()
        line, offset = self._text.place()
        value, flaw = self._text.value()
        if flaw:
            raise _refused(line, offset, flaw)
        for unknown in self._unknown(path, value):
            if unknown not in self._reported and len(self._reported) < MAX_STRANGE:
                self._reported.add(unknown)
                place = Address(self._digest, self._number, line, offset, unknown[:200])
                yield undeclared(unknown, place, _OUTSIDE)

    def _unknown(self, path: str, value: Any) -> Iterator[str]:
        """The paths that nobody names, in a value outside records; takes the stated count."""
        if path == self._shape.count_at:
            self._count = counting.stated(value) if isinstance(value, str) else None
            return
        if value in (None, "", [], {}):
            return
        named = (*self._shape.outside, *filter(None, [self._shape.count_at]))
        if any(path == name or path.startswith(name + "/") for name in self._shape.outside):
            return
        if isinstance(value, dict) and any(name.startswith(path + "/") for name in named):
            for name, inner in value.items():
                yield from self._unknown(f"{path}/{name}", inner)
        else:
            yield path


def strange(reader: Reader, reported: set[str], address: Address) -> Iterator[Finding]:
    """A finding for each undeclared path of this record that was not reported yet."""
    if not reader.strange:
        return
    for path in sorted(reader.strange - reported):
        if len(reported) < MAX_STRANGE:
            reported.add(path)
            yield undeclared(path, address)
    reader.strange.clear()  # the next record, and the next input, speak for themselves


_IN_COLUMNS = Text("déclarez-le sous « columns: » : optional, ou ignored, <pourquoi>.",
                   "declare it under `columns:`: optional, or ignored, <why>.")  # fmt: skip
_OUTSIDE = Text("nommez-le sous « file: outside » s'il n'a pas à être lu.",
                "name it under `file: outside` if it need not be read.")  # fmt: skip


def undeclared(path: str, address: Address, todo: Text = _IN_COLUMNS) -> Finding:
    """The finding for a member that nobody declared."""
    name = header.shown(path[:200])
    what = Text(f"« {name} » n'est pas déclaré", f"`{name}` is not declared")
    column = path if todo is _IN_COLUMNS else ""
    return Finding("AZ-F022", what, todo, address, column)


def unreadable(address: Address, flaw: Flaw | None) -> Unreadable:
    """A record whose end is known and whose inside cannot be used."""
    code, fr, en = flaw or ("AZ-F046", "la fiche n'est pas un objet", "the record is not an object")
    at = (
        f"{address.part}, ligne {address.line} : " if address.part else f"ligne {address.line} : ",
        f"{address.part}, line {address.line}: " if address.part else f"line {address.line}: ",
    )
    todo = Text("corrigez la fiche à la source.", "correct the record at its source.")
    return Unreadable(address, code, Text(at[0] + fr, at[1] + en), todo)


def _refused(line: int, offset: int, flaw: Flaw) -> FormatError:
    code, fr, en = flaw
    what = f"ligne {line}, octet {offset} : {fr}", f"line {line}, byte {offset}: {en}"
    todo = ("corrigez l'export à la source.", "correct the export at its source.")
    return FormatError(code, what, todo, line=line, offset=offset)


def _wrong(line: int | None, path: str, fr: str, en: str) -> FormatError:
    place = (f"ligne {line} : ", f"line {line}: ") if line else ("", "")
    name = (f"« {path} »", f"`{path}`") if path else ("le document", "the document")
    todo = ("comparez « file: records: » et le fichier.",
            "compare `file: records:` with the file.")  # fmt: skip
    what = f"{place[0]}{name[0]} {fr}", f"{place[1]}{name[1]} {en}"
    return FormatError("AZ-F004", what, todo, line=line)
