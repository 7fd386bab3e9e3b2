"""dBase fields: the header's descriptors, and each type's bytes as text (dBase III to FoxPro)."""

import struct
from dataclasses import dataclass

from azalai.errors import FormatError

FIELD = 32  # bytes of a descriptor; the list ends with 0x0D
END_OF_FIELDS = 0x0D
MEMO = frozenset("MGPBW")
"""Types whose value lies in a second file (`.dbt`, `.fpt`); `B` is a number in Visual FoxPro."""

# The language driver at byte 29 and the encoding it stands for: those that `file: encoding` has.
CODE_PAGES = {
    0x02: "cp850", 0x03: "cp1252", 0x0A: "cp850", 0x0E: "cp850", 0x10: "cp850", 0x12: "cp850",
    0x14: "cp850", 0x16: "cp850", 0x18: "cp850", 0x1A: "cp1252", 0x1D: "cp850", 0x25: "cp850",
    0x37: "cp850", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x7E: "cp1256",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type is a letter, `start` counts bytes from the row's first one."""

    name: str
    kind: str
    start: int
    length: int
    decimals: int = 0
    hidden: bool = False


def fields_of(data: bytes, encoding: str, *, foxpro: bool) -> list[Field]:
    """The descriptors, in order. FormatError where they are none."""
    found, start = [], 1
    for at in range(0, len(data) - FIELD + 1, FIELD):
        if data[at] == END_OF_FIELDS:
            break
        raw = data[at : at + FIELD]
        kind = chr(raw[11])
        if not (kind.isascii() and kind.isprintable()):
            raise damaged("champ sans type", "a field without a type")
        length = raw[16] + (256 * raw[17] if kind == "C" else 0)
        name = raw[:11].split(b"\0")[0].decode(encoding, "replace").strip()
        hidden = foxpro and bool(raw[18] & 1)
        found.append(Field(name, "D8" if foxpro and kind == "B" else kind, start, length,
                           raw[17] if kind != "C" else 0, hidden))  # fmt: skip
        start += length
    if not found:
        raise damaged("aucun champ", "no field")
    return found


def text(field: Field, raw: bytes) -> str | None:
    """A value that is no character data, as text: ISO days and times, exact digits; "" where it
    is empty (blanks, NUL bytes, stars). None where the bytes are no such value."""
    kind = field.kind
    if kind in "NF":
        return _number(raw)
    if kind == "D":
        day = raw.strip(b" \0").decode("ascii", "replace")
        if not day or day == "00000000":
            return ""
        return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else None
    if kind == "L":
        mark = raw[:1].decode("ascii", "replace").upper()
        return {"T": "true", "Y": "true", "F": "false", "N": "false"}.get(
            mark, "" if mark in "? \0" else None
        )  # fmt: skip
    if kind in ("I", "+") and field.length == 4:
        return str(struct.unpack("<i", raw)[0])
    if kind == "Y" and field.length == 8:
        value = struct.unpack("<q", raw)[0]
        whole, rest = divmod(abs(value), 10_000)
        return f"{'-' if value < 0 else ''}{whole}.{rest:04d}"
    if kind == "D8" and field.length == 8:
        number = struct.unpack("<d", raw)[0]
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    if kind == "T" and field.length == 8:
        return _instant(*struct.unpack("<ii", raw))
    return None


def known(field: Field) -> bool:
    """Whether this type's values can be read from the row alone."""
    return field.kind in ("C", "N", "F", "D", "L", "I", "+", "Y", "D8", "T")


def _number(raw: bytes) -> str | None:
    digits = raw.strip(b" \0").decode("ascii", "replace").replace(",", ".")
    if not digits.strip("*"):
        return ""
    sign = digits[0] in "+-"
    return digits if digits[sign:].replace(".", "", 1).isdigit() else None


def _instant(day: int, milliseconds: int) -> str | None:
    """A FoxPro time without a zone: a Julian day and the milliseconds of the day."""
    if not day:
        return ""
    # Fliegel and Van Flandern (1968): the calendar's day of a Julian day number
    rest = day + 68_569
    cycle = 4 * rest // 146_097
    rest -= (146_097 * cycle + 3) // 4
    year = 4_000 * (rest + 1) // 1_461_001
    rest += 31 - 1_461 * year // 4
    month = 80 * rest // 2_447
    dom = rest - 2_447 * month // 80
    month, year = month + 2 - 12 * (month // 11), 100 * (cycle - 49) + year + month // 11
    seconds = (milliseconds + 500) // 1000
    if not (0 <= seconds < 86_400 and 1 <= year <= 9999):
        return None
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{year:04d}-{month:02d}-{dom:02d}T{clock}"


def damaged(fr: str, en: str) -> FormatError:
    """The error for bytes that are no dBase table."""
    what = (f"ce n'est pas une table dBase lisible : {fr}", f"not a readable dBase table: {en}")
    todo = ("refaites l'export en dBase III, ou en CSV.", "export again as dBase III, or as CSV.")
    return FormatError("AZ-F070", what, todo)
