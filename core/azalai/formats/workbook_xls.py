"""An old xls workbook's sheets, looked through before it is opened ([MS-CFB], [MS-XLS])."""

import struct
from collections.abc import Iterator, Mapping

from azalai.errors import FormatError
from azalai.formats import workbook_sst
from azalai.formats.workbook_facts import (
    SheetFacts,
    encrypted,
    hostile,
    letter,
    no_workbook,
    too_large,
)

MAX_SHEETS = 250
_END = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free …
_BIFF8 = 0x0600
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FORMULA, _BOOLERR, _MULRK, _MULBLANK = 0x0006, 0x0205, 0x00BD, 0x00BE
_LABELSST = 0x00FD
_CELLS = frozenset((0x0201, 0x0203, 0x0204, _LABELSST, 0x00D6, 0x027E, _FORMULA, _BOOLERR))
_RUNS = (_MULRK, _MULBLANK)
_ERROR_RESULT = 2  # FormulaValue byte1, [MS-XLS] 2.5.133


def check(data: bytes) -> Mapping[str, SheetFacts]:
    """The facts of each sheet by name. Raises FormatError for what is not a plain workbook of
    Excel 97 to 2003."""
    try:
        stream = _workbook(data)
        strings = workbook_sst.lengths(stream, _records(stream, 0))
        return {name: _sheet(stream, at, strings) for name, at in _sheets(stream)}
    except (struct.error, IndexError, UnicodeDecodeError) as err:
        raise _damaged() from err


def _damaged() -> FormatError:
    return no_workbook("xls abîmé ou incomplet", "a damaged or incomplete xls")


def _workbook(data: bytes) -> bytes:
    """The bytes of the stream `Workbook`, by the file's sector table."""
    (shift,) = struct.unpack_from("<H", data, 30)
    (directory,) = struct.unpack_from("<I", data, 48)
    if shift not in (9, 12):
        raise _damaged()
    size = 1 << shift
    table = _table(data, size)
    streams = {}
    entries = _chain(data, table, directory, size)
    for at in range(0, len(entries), 128):
        (length,) = struct.unpack_from("<H", entries, at + 64)
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
        streams[name] = struct.unpack_from("<II", entries, at + 116)
    if "EncryptedPackage" in streams:
        raise encrypted()
    if any(name.startswith(("_VBA", "VBA")) for name in streams):
        raise hostile("il contient des macros", "it contains macros")
    if "Workbook" not in streams:
        raise no_workbook("ni xls récent, ni xlsx", "neither a recent xls nor xlsx")
    start, length = streams["Workbook"]
    if length < struct.unpack_from("<I", data, 56)[0]:
        raise _damaged()  # in the small-stream area: no program writes a workbook there
    stream = _chain(data, table, start, size)
    if len(stream) < length:
        raise _damaged()
    return stream[:length]


def _table(data: bytes, size: int) -> list[int]:
    """The sector table: for each sector the next one of its chain."""
    (count,) = struct.unpack_from("<I", data, 44)
    places = list(struct.unpack_from("<109I", data, 76))
    more, seen = struct.unpack_from("<I", data, 68)[0], 0
    while more < _END and seen <= len(data) // size:
        block = _sector(data, more, size)
        *numbers, more = struct.unpack(f"<{size // 4}I", block)
        places.extend(numbers)
        seen += 1
    used = [place for place in places if place < _END]
    if len(used) != count:
        raise _damaged()
    table: list[int] = []
    for place in used:
        table.extend(struct.unpack(f"<{size // 4}I", _sector(data, place, size)))
    return table


def _sector(data: bytes, number: int, size: int) -> bytes:
    at = (number + 1) * size
    return data[at : at + size].ljust(size, b"\0") if at < len(data) else b""


def _chain(data: bytes, table: list[int], first: int, size: int) -> bytes:
    parts: list[bytes] = []
    at = first
    while at < _END:
        if len(parts) > len(data) // size:
            raise _damaged()  # a circle
        parts.append(_sector(data, at, size))
        at = table[at]
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Type, place and length of each record."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise _damaged()
        yield kind, at + 4, length
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and place of each worksheet, [MS-XLS] 2.4.28."""
    records = _records(stream, 0)
    kind, at, _ = next(records, (0, 0, 0))
    if kind != _BOF or struct.unpack_from("<H", stream, at)[0] != _BIFF8:
        raise no_workbook("xls d'avant Excel 97", "an xls from before Excel 97")
    seen: set[str] = set()
    for kind, at, length in records:
        if kind == _FILEPASS:
            raise encrypted()
        if kind == _EOF:
            return
        if kind != _BOUNDSHEET:
            continue
        place, _, type_, count, wide = struct.unpack_from("<IBBBB", stream, at)
        text = stream[at + 8 : at + length]
        name = text[: count * 2].decode("utf-16-le") if wide & 1 else text[:count].decode("latin-1")
        if name in seen:
            raise hostile("deux feuilles du même nom", "two sheets of one name")
        if len(seen) >= MAX_SHEETS:
            raise too_large("de feuilles", "sheets")
        seen.add(name)
        if type_ == 0:
            yield name, place
    raise _damaged()


def _sheet(stream: bytes, at: int, strings: list[int]) -> SheetFacts:
    found, depth = SheetFacts(), 0
    for kind, place, length in _records(stream, at):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth == 0:
                return found
        elif depth == 1 and kind in _CELLS:
            row, column = struct.unpack_from("<HH", stream, place)
            found.reaches(row + 1, column + 1)
            if kind in (_FORMULA, _BOOLERR):
                _judge(stream, kind, place, found)
            elif kind == _LABELSST:
                found.holds(strings[struct.unpack_from("<I", stream, place + 6)[0]])
        elif depth == 1 and kind in _RUNS:
            (row,) = struct.unpack_from("<H", stream, place)
            (last,) = struct.unpack_from("<H", stream, place + length - 2)
            found.reaches(row + 1, last + 1)
    raise _damaged()


def _judge(stream: bytes, kind: int, at: int, found: SheetFacts) -> None:
    row, column = struct.unpack_from("<HH", stream, at)
    if kind == _BOOLERR:
        if stream[at + 7]:
            found.mark(found.errors, row + 1, letter(column))
        return
    found.mark(found.formulas, row + 1, letter(column))
    if stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == _ERROR_RESULT:
        found.mark(found.errors, row + 1, letter(column))
