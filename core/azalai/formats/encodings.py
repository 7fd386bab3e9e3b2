"""Declared encodings, verified byte by byte: nothing is guessed, nothing replaced."""

import codecs
import re
from typing import NoReturn

from azalai.errors import ConfigurationError, FormatError

# Spellings → the one name. Everything else (UTF-7, UTF-16, EBCDIC …) is refused.
ALLOWED = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "cp1252": "cp1252", "windows-1252": "cp1252",
    "iso-8859-1": "iso-8859-1", "iso8859-1": "iso-8859-1", "latin-1": "iso-8859-1",
    "latin1": "iso-8859-1", "cp850": "cp850", "ibm850": "cp850",
}  # fmt: skip

_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# UTF-8's pairs for Latin-1 letters and its typographic marks; read as cp1252: Ã©, Â°, â€™.
_PAIRS = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xc5[\x92\x93\xb8]")
_CONTROLS = re.compile(rb"[\x80-\x9f]")  # C1 controls in ISO 8859-1, letters and marks in cp1252


def named(encoding: str | None) -> str:
    """The encoding's one name. Raises ConfigurationError if it is missing or not allowed."""
    if encoding is None:
        raise ConfigurationError("`file: encoding` is missing: utf-8, cp1252, iso-8859-1 or cp850")
    name = ALLOWED.get(encoding.strip().lower().replace("_", "-"))
    if name is None:
        raise ConfigurationError(
            f"`file: encoding` {encoding!r} is not read: utf-8, cp1252, iso-8859-1 or cp850"
        )
    return name


def start(data: bytes, encoding: str) -> int:
    """The length of the byte order mark at the input's start. Raises FormatError if it shows
    another encoding than the declared one."""
    if data.startswith(_WIDE):
        raise _wrong(encoding, 1, 0, "UTF-16", "UTF-8")
    if data.startswith(codecs.BOM_UTF8):
        if encoding != "utf-8":
            raise _wrong(encoding, 1, 0, "UTF-8", "UTF-8")
        return len(codecs.BOM_UTF8)
    return 0


def decode(data: bytes, encoding: str, line: int, offset: int) -> str:
    """Decode strictly. Raises FormatError with line and byte offset where the bytes are not in
    the declared encoding, or show that they were written in another one."""
    if encoding != "utf-8" and not data.isascii():
        check_single_byte(data, encoding, line, offset)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        _refuse(data, encoding, line, offset, err)


def check_single_byte(data: bytes, encoding: str, line: int, offset: int) -> None:
    """Raises FormatError where bytes declared as a one-byte code page are something else."""
    if (pair := _PAIRS.search(data)) and _is_utf8(data):
        raise _wrong(encoding, line, offset + pair.start(), "UTF-8", "utf-8")
    if encoding == "iso-8859-1" and (control := _CONTROLS.search(data)):
        raise _wrong(encoding, line, offset + control.start(), "Windows-1252", "cp1252")
    try:
        data.decode(encoding)
    except UnicodeDecodeError as err:
        _refuse(data, encoding, line, offset, err)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse(
    data: bytes, encoding: str, line: int, offset: int, err: UnicodeDecodeError
) -> NoReturn:
    at, byte = offset + err.start, f"0x{data[err.start]:02X}"
    if encoding == "utf-8":
        raise _wrong(encoding, line, at, "Windows-1252", "cp1252") from err
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
    if seen == "UTF-16":
        todo = ("exportez le fichier en UTF-8.", "export the file in UTF-8.")
    return FormatError("AZ-F010", what, todo, line=line, offset=offset)
