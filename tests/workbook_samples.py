"""Makes small workbooks, whole or broken on purpose; all data are fictitious."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import xlsxwriter

Cell = str | float | bool | None


def xlsx(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """A workbook as Excel would save it."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    write(book)
    book.close()
    return data.getvalue()


def plain(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """An xlsx of texts, numbers and booleans; None leaves a cell out."""

    def write(book: xlsxwriter.Workbook) -> None:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write(row, column, cell)

    return xlsx(write)


def parts(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def changed(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """The zip with one member's bytes replaced."""
    members = parts(data)
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    return packed(members)


def lying(data: bytes, member: str, size: int) -> bytes:
    """The zip whose directory states another unpacked size, with a checksum that fits it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(member)
        checksum = zlib.crc32(archive.read(member)[:size])
        directory = archive.start_dir
    at = directory
    while data[at + 46 : at + 46 + len(member)] != member.encode():
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        at += 46 + name + extra + comment
    forged = bytearray(data)
    struct.pack_into("<I", forged, at + 16, checksum)
    struct.pack_into("<I", forged, at + 24, size)
    struct.pack_into("<I", forged, info.header_offset + 14, checksum)
    struct.pack_into("<I", forged, info.header_offset + 22, size)
    return bytes(forged)


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
# The rest of a sheet, as LibreOffice writes it.
ODS_REST = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
    ' table:number-columns-repeated="16384"/></table:table-row>'
)


def ods(sheets: Mapping[str, str], manifest: str = _MANIFEST) -> bytes:
    """An OpenDocument workbook; each sheet is its rows, already written as XML."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">{rows}</table:table>'
        for name, rows in sheets.items()
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": _ODS.format(body).encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def ods_row(*cells: str) -> str:
    """One row; a cell that begins with `<` is XML already."""
    made = [
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        "</table:table-cell>"
        for cell in cells
    ]
    return f"<table:table-row>{''.join(made)}</table:table-row>"


def ods_texts(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows as cells with their blanks kept, since ODF folds blanks (part 3, 6.1.2)."""

    def cell(text: str) -> str:
        kept = escape(text).replace(" ", "<text:s/>")
        return (
            f'<table:table-cell office:value-type="string"><text:p>{kept}</text:p>'
            "</table:table-cell>"
        )

    return [[cell(text) for text in row] for row in rows]


def ods_cell(kind: str, value: str, more: str = "", shown: str = "x") -> str:
    """A typed cell: `float` with `office:value`, `date` with `office:date-value`."""
    name = {"float": "value", "string": "string-value"}.get(kind, f"{kind}-value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}" {more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    at = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str) and cell.startswith("#"):
        return _record(0x0205, at + b"\x07\x01")  # an error
    if isinstance(cell, str) and cell.startswith("@"):
        return _record(0x00FD, at + struct.pack("<I", int(cell[1:])))  # a shared string
    if isinstance(cell, str) and cell.startswith("="):
        result = b"\x02\0\x07\0\0\0\xff\xff" if cell == "=!" else struct.pack("<d", 4.0)
        return _record(0x0006, at + result + b"\0" * 6 + b"\x03\0\x1e\x04\0")
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, at + struct.pack("<HB", len(text) // 2, 1) + text)
    return _record(0x0203, at + struct.pack("<d", cell))


def xls(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    password: bool = False,
    macros: bool = False,
    strings: Sequence[str] = (),
) -> bytes:
    """A workbook of Excel 97: BIFF8 in a compound file. `#…` is an error, `=` a formula whose
    saved result is 4, `=!` one whose result is an error; `@2` is the third of `strings`."""
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0x06))
    if password:
        head += _record(0x002F, b"\0" * 6)
    lists = [struct.pack("<BBBB", 0, 0, len(name), 1) + name.encode("utf-16-le") for name in sheets]
    shared = _shared(strings) if strings else b""
    start = len(head) + len(shared) + sum(4 + 4 + len(one) for one in lists) + 4
    bodies = []
    for rows in sheets.values():
        body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0x06))
        body += b"".join(
            _xls_cell(row, column, cell)
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
            if cell is not None
        )
        bodies.append(body + _record(0x000A, b""))
    for one, body in zip(lists, bodies, strict=True):
        head += _record(0x0085, struct.pack("<I", start) + one)
        start += len(body)
    stream = head + shared + _record(0x000A, b"") + b"".join(bodies)
    return compound({"Workbook": stream} | ({"_VBA_PROJECT_CUR": b"x"} if macros else {}))


def _shared(strings: Sequence[str]) -> bytes:
    """The shared strings; records of at most 100 bytes, so that strings go on in the next."""
    made, part = [], struct.pack("<II", len(strings), len(strings))
    for text in strings:
        if len(part) > 90:
            made.append(part)
            part = b""
        part += struct.pack("<HB", len(text), 1)
        for letter in text:
            if len(part) > 98:
                made.append(part)
                part = b"\x01"
            part += letter.encode("utf-16-le")
    first, *more = [*made, part]
    return _record(0x00FC, first) + b"".join(_record(0x003C, one) for one in more)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file: sector 0 the table, 1 the directory, then the streams."""
    table, content = [0xFFFFFFFD, 0xFFFFFFFE], b""
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1)
    for number, (name, data) in enumerate(streams.items()):
        whole = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        first, count = len(table), len(whole) // 512
        table.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        content += whole
        after = 0xFFFFFFFF if number == len(streams) - 1 else number + 2
        entries += _entry(name, 2, first, len(whole), 0xFFFFFFFF, after)
    assert len(table) <= 128, "one sector of table only"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
                          0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table.extend([0xFFFFFFFF] * (128 - len(table)))
    return header + struct.pack("<128I", *table) + entries.ljust(512, b"\0") + content


def _entry(
    name: str, kind: int, first: int, size: int, child: int, after: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text) + 2, kind, 1)
        + struct.pack("<III", 0xFFFFFFFF, after, child)
        + b"\0" * 36
        + struct.pack("<IQ", first, size)
    )
