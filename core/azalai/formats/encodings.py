"""Declared encodings, verified byte by byte: nothing is guessed, nothing replaced."""

import codecs
import re
from typing import NoReturn

from azalai.errors import ConfigurationError, FormatError

# Spellings → the one name. Everything else (UTF-7, UTF-32, EBCDIC …) is refused.
ALLOWED = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "cp1252": "cp1252", "windows-1252": "cp1252",
    "iso-8859-1": "iso-8859-1", "iso8859-1": "iso-8859-1", "latin-1": "iso-8859-1",
    "latin1": "iso-8859-1", "cp850": "cp850", "ibm850": "cp850",
    "cp1256": "cp1256", "windows-1256": "cp1256",
    "iso-8859-6": "iso-8859-6", "iso8859-6": "iso-8859-6",
}  # fmt: skip
# Two bytes a character: delimited text, fixed width (characters) and JSON only. `utf-16` needs
# its byte order mark; the other two name the order and may have it.
WIDE = {"utf-16": "utf-16", "utf16": "utf-16", "utf-16-le": "utf-16-le", "utf-16le": "utf-16-le",
        "utf-16-be": "utf-16-be", "utf-16be": "utf-16-be"}  # fmt: skip
NAMES = "utf-8, cp1252, iso-8859-1, cp850, cp1256, iso-8859-6"

_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# How files begin that are no text.
_OTHER = (
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "RAR"), (b"PK\x03\x04", "zip, xlsx, ods, docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls, doc"), (b"%PDF-", "PDF"),
)  # fmt: skip
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WIDE = (*_UTF32, *_MARKS)
# UTF-8's pairs for Latin-1 letters and its typographic marks; read as cp1252: Ã©, Â°, â€™; and
# two Arabic letters in a row: Ù…Ø­.
_PAIRS = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xc5[\x92\x93\xb8]"
                    rb"|(?:[\xd8-\xdb][\x80-\xbf]){2}")  # fmt: skip
# Under an Arabic code page 0xC2 and 0xC3 are letters (آ أ) and what follows may be a comma: only
# UTF-8's common French letters count there.
_PAIRS_ARABIC = re.compile(rb"\xc3[\x80\x88\x89\xa7-\xaa\xae\xb4\xb9]"
                           rb"|(?:[\xd8-\xdb][\x80-\xbf]){2}")  # fmt: skip
_WINDOWS = ("Windows-1252", "cp1252")
_ARABIC = ("cp1256", "iso-8859-6")
_ARABIC_WORD = re.compile(rb"[\xc1-\xd6\xd8-\xdf\xe1\xe3-\xe6\xec\xed]{3}")
_C1 = bytes(range(0x80, 0xA0))  # controls in ISO 8859-1, letters and marks in cp1252
_LEADS = b"\xc2\xc3\xc5\xe2\xd8\xd9\xda\xdb"  # a pair of either sort begins with one of these
_FOLLOWS = bytes(range(0x80, 0xC0))  # and has one of these after it


def named(encoding: str | None, *, wide: bool = False) -> str:
    """The encoding's one name; UTF-16 only where the format can be `wide`. Raises
    ConfigurationError if it is missing or not allowed."""
    names = f"{NAMES}, utf-16" if wide else NAMES
    if encoding is None:
        raise ConfigurationError(
            f"`file: encoding` is missing: one of {names}",
            fr=f"« file: encoding » manque : {names}",
        )
    plain = encoding.strip().lower().replace("_", "-")
    name = ALLOWED.get(plain) or (WIDE.get(plain) if wide else None)
    if name is None:
        raise ConfigurationError(
            f"`file: encoding` {encoding!r} is not read: one of {names}",
            fr=f"« file: encoding » ne lit pas « {encoding} » : {names}",
        )
    return name


def opened(data: bytes, encoding: str) -> tuple[str, int]:
    """The codec of an input that begins with `data`, and the length of its byte order mark.

    Only UTF-16 differs from the declared name: its order is settled here. Raises FormatError
    where the beginning shows another encoding than the declared one.
    """
    if encoding not in WIDE:
        return encoding, start(data, encoding)
    if not data:
        return encoding, 0
    refuse_other(data)
    if data.startswith(_UTF32):
        raise _no_mark(encoding, "utf-32")
    mark = _MARKS.get(data[:2])
    codec = mark or encoding
    if codec == "utf-16" or encoding not in ("utf-16", codec):
        raise _no_mark(encoding, codec)
    head = data[2:4096] if mark else data[:4096]
    first, second = head[0::2].count(0), head[1::2].count(0)  # of ASCII, one byte of two is zero
    own, other = (second, first) if codec == "utf-16-le" else (first, second)
    if other > own or (not own and len(head) > 1):
        raise _no_mark(encoding, "utf-8")
    return codec, 2 if mark else 0


def _no_mark(encoding: str, seen: str) -> FormatError:
    if seen == "utf-16":
        what = ("déclaré utf-16, le fichier n'a pas de marque d'ordre (BOM)",
                "declared utf-16, the file has no byte order mark")  # fmt: skip
    else:
        what = (f"déclaré {encoding}, le début du fichier montre autre chose",
                f"declared {encoding}, the file's beginning shows something else")  # fmt: skip
    todo = ("essayez « encoding: utf-8 », utf-16-le ou utf-16-be.",
            "try `encoding: utf-8`, utf-16-le or utf-16-be.")  # fmt: skip
    return FormatError("AZ-F010", what, todo, line=1, offset=0)


def start(data: bytes, encoding: str) -> int:
    """The length of the byte order mark at the input's start. Raises FormatError if it shows
    another encoding than the declared one, or no text at all."""
    refuse_other(data)
    if data.startswith(_UTF32) or _nulls(data) == 3:
        raise _wrong(encoding, 1, 0, "UTF-32", "UTF-8")
    if data.startswith(_WIDE) or _nulls(data) == 2:
        raise _wrong(encoding, 1, 0, "UTF-16", "UTF-8")
    if data.startswith(codecs.BOM_UTF8):
        if encoding != "utf-8":
            raise _wrong(encoding, 1, 0, "UTF-8", "UTF-8")
        return len(codecs.BOM_UTF8)
    return 0


def _nulls(data: bytes) -> int:
    """Of the first four bytes, how many of those are zero that are beside ASCII in a wide text."""
    places = [at for at, byte in enumerate(data[:4]) if byte == 0]
    return len(places) if places in ([1, 3], [0, 2], [1, 2, 3], [0, 1, 2]) else 0


def refuse_other(data: bytes) -> None:
    """FormatError where bytes begin as a compressed file or another that is no text."""
    for begin, name in _OTHER:
        if data.startswith(begin):
            what = (f"ce n'est pas du texte : le fichier commence comme {name}",
                    f"this is no text: the file begins as {name}")  # fmt: skip
            todo = ("décompressez-le, ou déclarez son vrai format ; demandez un export en texte.",
                    "unpack it, or declare its true format; ask for an export as text.")  # fmt: skip
            raise FormatError("AZ-F009", what, todo, line=1, offset=0)


def decode(data: bytes, encoding: str, line: int, offset: int) -> str:
    """Decode strictly. Raises FormatError with line and byte offset where the bytes are not in
    the declared encoding, or show that they were written in another one."""
    if encoding != "utf-8" and encoding not in WIDE and not data.isascii():
        check_single_byte(data, encoding, line, offset)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        refuse(data, encoding, line, offset, err)


def decode_lines(data: bytes, encoding: str) -> str:
    """Decode whole lines at once, each of which `decode` takes; not for UTF-16.

    Raises FormatError or UnicodeDecodeError, without a true place, where it takes one of them not.
    """
    if encoding != "utf-8" and not data.isascii():
        suspect = _has(data, _FOLLOWS) and (_has(data, _LEADS) or encoding == "iso-8859-1")
        for line in data.split(b"\n") if suspect else ():
            if not line.isascii():
                check_single_byte(line, encoding, 0, 0)
    return data.decode(encoding)


def _has(data: bytes, some: bytes) -> bool:
    return len(data.translate(None, some)) != len(data)


def check_single_byte(data: bytes, encoding: str, line: int, offset: int) -> None:
    """Raises FormatError where bytes declared as a one-byte code page are something else."""
    pairs = _PAIRS_ARABIC if encoding in _ARABIC else _PAIRS
    if _is_utf8(data) and (pair := pairs.search(data)):  # the cheap half first
        raise _wrong(encoding, line, offset + pair.start(), "UTF-8", "utf-8")
    if encoding == "iso-8859-1" and len(data.translate(None, _C1)) != len(data):
        first = min(data.index(byte) for byte in set(data).intersection(_C1))
        raise _wrong(encoding, line, offset + first, "Windows-1252", "cp1252")
    try:
        data.decode(encoding)
    except UnicodeDecodeError as err:
        refuse(data, encoding, line, offset, err)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def refuse(data: bytes, encoding: str, line: int, offset: int, err: UnicodeDecodeError) -> NoReturn:
    """Raises FormatError for bytes that begin at `offset` and do not decode."""
    at = offset + err.start
    if encoding == "utf-8":
        seen = ("Windows-1256", "cp1256") if _ARABIC_WORD.search(data) else _WINDOWS
        raise _wrong(encoding, line, at, *seen) from err
    byte = f"0x{data[err.start]:02X}"
    what = (f"ligne {line}, octet {at} : l'octet {byte} n'existe pas en {encoding}",
            f"line {line}, byte {at}: {byte} does not exist in {encoding}")  # fmt: skip
    todo = ("demandez au service l'encodage de son export (souvent cp850 ou utf-8).",
            "ask the service how it encodes its export (often cp850 or utf-8).")  # fmt: skip
    raise FormatError("AZ-F011", what, todo, line=line, offset=at) from err


def _wrong(encoding: str, line: int, offset: int, seen: str, write: str) -> FormatError:
    what = (f"ligne {line}, octet {offset} : déclaré {encoding}, le fichier semble être en {seen}",
            f"line {line}, byte {offset}: declared {encoding}, it looks like {seen}")  # fmt: skip
    todo = (f"écrivez « encoding: {write} » dans la correspondance, ou exportez en {encoding}.",
            f"write `encoding: {write}` in the mapping, or export in {encoding}.")  # fmt: skip
    if seen in ("UTF-16", "UTF-32"):
        todo = ("exportez le fichier en UTF-8.", "export the file in UTF-8.")
    return FormatError("AZ-F010", what, todo, line=line, offset=offset)
