"""dBase tables, made by another library: types exact, deleted rows told, encodings verified."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import dbf
import pytest

from azalai.plugin.format import Column, Shape
from format_reading import read, refusal

COLUMNS = ("NOM", "NUM", "NE_LE", "VOLE")


def shape(columns: tuple[str, ...] = COLUMNS, **settings: str) -> Shape:
    made = tuple(Column(name, "optional") for name in columns)
    return Shape("dbase", {"encoding": "cp850", **settings}, made)


def table(folder: Path, kind: str = "db3", fields: str = "", page: str = "cp850") -> bytes:
    """Three invented rows, the second one marked as deleted."""
    path = folder / "essai.dbf"
    made = dbf.Table(str(path), fields or "NOM C(20); NUM N(12,2); NE_LE D; VOLE L",
                     dbf_type=kind, codepage=page, on_disk=True)  # fmt: skip
    made.open(dbf.READ_WRITE)
    for name, number in (("FICTIF É", "1.50"), ("FICTIF", "2"), ("FICTIF È", "-12345678.25")):
        made.append((name, Decimal(number), dt.date(1985, 1, 31), True))
    dbf.delete(made[1])
    made.close()
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["db3", "vfp", "clp"])
def test_values_are_exact_and_in_place(tmp_path: Path, kind: str) -> None:
    data = table(tmp_path, kind)
    seen = read(shape(), data)

    assert seen.error is None
    assert [list(values.values()) for values in seen.values] == [
        ["FICTIF É", "1.50", "1985-01-31", "true"],
        ["FICTIF È", "-12345678.25", "1985-01-31", "true"],
    ]
    assert [line for line, _ in seen.places] == [1, 3]
    offset = seen.places[1][1]
    assert data[offset or 0 :].startswith(b" FICTIF \xd4")
    assert seen.ending is not None
    assert (seen.ending.stated, seen.ending.marked) == (2, True)


def test_deleted_rows_hold_the_run_unless_they_are_declared(tmp_path: Path) -> None:
    data = table(tmp_path)

    assert [one.code for one in read(shape(), data).findings] == ["AZ-F073"]
    assert read(shape(deleted_rows="skipped"), data).findings == []


def test_another_code_page_than_declared_holds_the_run(tmp_path: Path) -> None:
    data = table(tmp_path, page="cp1252")

    assert "AZ-F071" in [one.code for one in read(shape(), data).findings]
    assert [one.code for one in read(shape(encoding="cp1252"), data).findings] == ["AZ-F073"]
    waived = shape(code_page="not checked")
    assert [one.code for one in read(waived, data).findings] == ["AZ-F073"]


def test_fields_filled_with_nul_or_stars_are_empty(tmp_path: Path) -> None:
    data = bytearray(table(tmp_path))
    start = int.from_bytes(data[8:10], "little")
    for at, size in ((21, 12), (33, 8)):
        data[start + at : start + at + size] = b"\0" * size
    other = bytearray(data)
    other[start + 21 : start + 33] = b"*" * 12
    other[start + 33 : start + 41] = b"00000000"

    for one in (data, other):
        first = read(shape(), bytes(one)).values[0]
        assert (first["NUM"], first["NE_LE"]) == ("", "")


@pytest.mark.parametrize(
    ("at", "value"), [(21, b"12A4567890.1"), (33, b"1985013A"), (41, b"X"), (3, b"\0")]
)
def test_a_value_of_another_type_is_one_unreadable_row(
    tmp_path: Path, at: int, value: bytes
) -> None:
    data = bytearray(table(tmp_path))
    start = int.from_bytes(data[8:10], "little") + at
    data[start : start + len(value)] = value

    seen = read(shape(), bytes(data))

    assert [one.code for one in seen.unreadable] == ["AZ-F075"]
    assert len(seen.records) == 1


def test_a_cut_file_is_refused_at_every_length(tmp_path: Path) -> None:
    data = table(tmp_path)
    whole = int.from_bytes(data[8:10], "little") + 3 * int.from_bytes(data[10:12], "little")

    codes = {refusal(shape(), data[:size]).code for size in range(whole)}

    assert codes == {"AZ-F013", "AZ-F014", "AZ-F070"}


def test_rows_after_the_stated_number_hold_the_run(tmp_path: Path) -> None:
    data = bytearray(table(tmp_path))
    data[4:8] = (2).to_bytes(4, "little")

    assert "AZ-F072" in [one.code for one in read(shape(), bytes(data)).findings]


def test_a_memo_is_ignored_or_the_file_refused(tmp_path: Path) -> None:
    path = tmp_path / "memo.dbf"
    made = dbf.Table(str(path), "NOM C(10); NOTES M", dbf_type="db3", codepage="cp850")
    made.open(dbf.READ_WRITE)
    made.append(("FICTIF", "texte"))
    made.close()
    data = path.read_bytes()

    assert refusal(shape(("NOM", "NOTES")), data).code == "AZ-F074"
    columns = (Column("NOM", "required"), Column("NOTES", "ignored"))
    assert read(Shape("dbase", {"encoding": "cp850"}, columns), data).values == [{"NOM": "FICTIF"}]


def test_a_new_or_missing_column_is_told(tmp_path: Path) -> None:
    err = refusal(shape(("NOM", "NUM", "NE_LE", "AUTRE")), table(tmp_path))

    assert (err.code, err.missing, err.new) == ("AZ-F001", ("AUTRE",), ("VOLE",))


@pytest.mark.parametrize("byte", [*range(32), 43, 48, 64])
def test_no_damaged_header_byte_is_a_crash(tmp_path: Path, byte: int) -> None:
    data = bytearray(table(tmp_path))
    for value in (0, 0x7F, 0xFF):
        data[byte] = value
        read(shape(), bytes(data))  # a refusal, findings or rows; nothing else is raised


def test_foxpro_types(tmp_path: Path) -> None:
    path = tmp_path / "vfp.dbf"
    made = dbf.Table(str(path), "NUM I; PRIX Y; CODE B; VU T", dbf_type="vfp", codepage="cp1252")
    made.open(dbf.READ_WRITE)
    seen_at = dt.datetime(2026, 11, 24, 23, 59, 58)  # noqa: DTZ001 - the file has no zone
    made.append((-7, Decimal("-0.5"), 101.0, seen_at))
    made.append((2**31 - 2, Decimal("922337203685477.5807"), 0.1, None))
    made.close()

    seen = read(shape(("NUM", "PRIX", "CODE", "VU"), encoding="cp1252"), path.read_bytes())

    assert [list(values.values()) for values in seen.values] == [
        ["-7", "-0.5000", "101", "2026-11-24T23:59:58"],
        ["2147483646", "922337203685477.5807", "0.1", ""],
    ]
