"""dBase memos: texts of `.dbt` and `.fpt` files, and what a hostile one cannot do."""

import io
import random
from pathlib import Path

import dbf
import pytest

from azalai.errors import ConfigurationError, FormatError
from azalai.formats import files_beside, give_beside, make
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

TEXTS = ["premier mémo FICTIF", "", "deux\r\nlignes " + "é" * 600, "dernier"]
FILES = {"db3": "dbt", "clp": "dbt", "fp": "fpt", "vfp": "fpt"}
Pair = tuple[bytes, bytes]


def pair(folder: Path, kind: str = "db3") -> Pair:
    """A table of four invented rows, and its memo file, made by another library."""
    made = dbf.Table(str(folder / "essai.dbf"), "NOM C(20); NOTE M", dbf_type=kind,
                     codepage="cp1252", on_disk=True)  # fmt: skip
    made.open(dbf.READ_WRITE)
    for number, text in enumerate(TEXTS):
        made.append((f"FICTIF {number}", text))
    made.close()
    memo = next(p for p in folder.iterdir() if p.suffix.lower() == f".{FILES[kind]}")
    return (folder / "essai.dbf").read_bytes(), memo.read_bytes()


def db4(text: bytes, length: int | None = None, mark: bytes = b"\xff\xff\x08\x00") -> Pair:
    """A dBase IV table of one row, by hand: no library at hand writes one."""
    head = bytes([0x8B, 124, 1, 1]) + (1).to_bytes(4, "little") + (65).to_bytes(2, "little")
    head += (11).to_bytes(2, "little") + bytes(20)
    field = b"NOTE".ljust(11, b"\0") + b"M" + bytes(4) + bytes([10]) + bytes(15)
    table = head + field + b"\r" + b" " + b"1".rjust(10) + b"\x1a"
    size = len(text) + 8 if length is None else length
    memo = (2).to_bytes(4, "little") + bytes(16) + (512).to_bytes(2, "little")
    block = mark + size.to_bytes(4, "little", signed=False) + text
    return table, memo.ljust(512, b"\0") + block.ljust(512, b"\0")


def read(data: Pair, columns: tuple[str, ...] = ("NOM", "NOTE"), encoding: str = "cp1252") -> tuple[
    list[RawRecord], list[Unreadable], FormatError | None
]:  # fmt: skip
    shape = Shape("dbase", {"encoding": encoding, "memo": "essai.dbt", "code_page": "not checked"},
                  tuple(Column(name, "optional") for name in columns))  # fmt: skip
    made = make([shape])
    assert files_beside(made) == ("essai.dbt",)
    give_beside(made, {"essai.dbt": io.BytesIO(data[1])})
    records, unreadable = [], []
    try:
        for item in made.read(io.BytesIO(data[0]), "0" * 64):
            if isinstance(item, RawRecord):
                records.append(item)
            elif isinstance(item, Unreadable):
                unreadable.append(item)
            else:
                assert isinstance(item, Ending | Finding)
    except FormatError as err:
        return records, unreadable, err
    return records, unreadable, None


@pytest.mark.parametrize("kind", FILES)
def test_texts_are_read_with_the_declared_encoding(tmp_path: Path, kind: str) -> None:
    """Of dBase III, Clipper, FoxPro 2 and Visual FoxPro; the part says which memo file it was."""
    records, unreadable, error = read(pair(tmp_path, kind))

    assert (error, unreadable) == (None, [])
    assert [one.values["NOTE"] for one in records] == TEXTS
    assert all(str(one.address.part).startswith("essai.dbt@") for one in records)


def test_dbase_four_says_how_long_a_text_is() -> None:
    records, _, error = read(db4("mémo FICTIF".encode("cp1252")), ("NOTE",))

    assert error is None
    assert records[0].values == {"NOTE": "mémo FICTIF"}


@pytest.mark.parametrize(("data", "why"), [
    (db4(b"x", 4_000_000_000), "an impossible memo length"),
    (db4(b"x", 3), "an impossible memo length"),
    (db4(b"x", mark=b"\0\0\0\0"), "this memo block is no text"),
    (db4(b"a\0b"), "a NUL byte"),
])  # fmt: skip
def test_a_block_that_lies_makes_its_row_unreadable(data: Pair, why: str) -> None:
    """Lengths out of the file, blocks that are no text: one row, by its place, nothing guessed."""
    records, unreadable, error = read(data, ("NOTE",))

    assert (records, error) == ([], None)
    assert why in unreadable[0].what.en


@pytest.mark.parametrize(("cell", "why"), [
    (b"  99999999", "outside the file"), (b"9999999999", "outside the file"),
    (b"        -1", "no number of a memo block"), (b"abcdefghij", "no number of a memo block"),
])  # fmt: skip
def test_a_pointer_that_lies_makes_its_row_unreadable(
    tmp_path: Path, cell: bytes, why: str
) -> None:
    """The rows beside it are read."""
    table, memo = pair(tmp_path)
    at = table.rindex(b"FICTIF 3") + 20
    records, unreadable, error = read((table[:at] + cell + table[at + 10 :], memo))

    assert error is None
    assert len(records) == 3
    assert why in unreadable[0].what.en
    assert unreadable[0].code == "AZ-F075"


def test_rows_that_share_texts_are_refused_before_they_cost(tmp_path: Path) -> None:
    """A thousand rows that point at one long text would read more than the file holds."""
    table, memo = pair(tmp_path)
    start, length = (int.from_bytes(table[a:b], "little") for a, b in ((8, 10), (10, 12)))
    row = table[start + 2 * length : start + 3 * length]
    many = table[:4] + (1000).to_bytes(4, "little") + table[8:start] + row * 1000 + b"\x1a"
    records, _, error = read((many, memo))

    assert error is not None
    assert error.code == "AZ-F076"
    assert len(records) < 20


def test_a_memo_without_its_end_and_one_too_long_are_told(tmp_path: Path) -> None:
    """In dBase III there are no lengths: the end mark must be there, within a million bytes."""
    table, memo = pair(tmp_path)
    _, unreadable, _ = read((table, memo.replace(b"\x1a", b" ").ljust(len(memo) + 600, b"a")))
    assert "a memo without its end" in unreadable[-1].what.en
    _, unreadable, _ = read((table, memo.replace(b"\x1a", b" ") + b"a" * 1_100_000))
    assert "over 1000000 bytes" in unreadable[0].what.en


@pytest.mark.parametrize("memo", [b"", b"\0" * 100, b"\xff" * 512, b"\xff" * 4096])
def test_a_memo_file_that_is_none_or_cut_is_refused(tmp_path: Path, memo: bytes) -> None:
    """Its head states more blocks than there are, or is not whole."""
    table, _ = pair(tmp_path)
    assert getattr(read((table, memo))[2], "code", "") == "AZ-F076"


def test_noise_never_crashes(tmp_path: Path) -> None:
    """Every outcome is a record, an unreadable row or a refusal in words."""
    chance = random.Random(7)
    for kind in FILES:
        folder = tmp_path / kind
        folder.mkdir()
        table, memo = pair(folder, kind)
        for _ in range(60):
            bad = bytearray(memo)
            for _ in range(chance.randrange(1, 40)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            records, unreadable, error = read((table, bytes(bad)))
            assert error is not None or len(records) + len(unreadable) == 4
            bad = bytearray(table)
            for _ in range(3):
                bad[chance.randrange(100, len(bad))] = chance.randrange(256)
            read((bytes(bad), memo))


def test_a_memo_that_is_not_there_or_not_named_is_told(tmp_path: Path) -> None:
    """The file must be beside; without `memo:` the column is refused, with what to write."""
    table, _ = pair(tmp_path)
    columns = (Column("NOM", "optional"), Column("NOTE", "optional"))
    with pytest.raises(FormatError) as told:
        list(make([Shape("dbase", {"encoding": "cp1252", "memo": "a.dbt",
                                   "code_page": "not checked"}, columns)])
             .read(io.BytesIO(table), "0" * 64))  # fmt: skip
    assert told.value.code == "AZ-F068"
    with pytest.raises(FormatError) as told:
        list(make([Shape("dbase", {"encoding": "cp1252", "code_page": "not checked"}, columns)])
             .read(io.BytesIO(table), "0" * 64))  # fmt: skip
    assert told.value.code == "AZ-F074"
    assert "file: memo:" in told.value.todo[1]
    with pytest.raises(ConfigurationError):
        make([Shape("dbase", {"encoding": "cp1252", "memo": "../a.dbt"}, columns)])
