"""Access databases by Debian's mdbtools. No free tool of Debian writes one: none that is whole is
tried (docs/en/database.md says so), only what is not: refused in words, without a crash."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import debian
from azalai.errors import ConfigurationError, FormatError
from azalai.formats import access, make
from azalai.plugin.format import Column, Shape

JET4 = b"\x00\x01\x00\x00Standard Jet DB\x00\x01\x00\x00\x00"
SHAPE = Shape("access", {"tables": {"main": "T_FICTIVE"}}, (Column("NUM", "required"),))


def refused(data: bytes) -> str:
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        with pytest.raises(FormatError) as told:
            list(make([SHAPE]).read(stream, "0" * 64))
        return told.value.code


def hostile() -> Iterator[bytes]:
    chance = random.Random(7)
    yield JET4
    for _ in range(12):
        yield JET4 + chance.randbytes(chance.choice([100, 4096, 40_960]))
    yield JET4.ljust(4096 * 4, b"\0")
    yield JET4.ljust(4096 * 4, b"\xff")


def test_what_only_looks_like_access_is_refused_by_the_real_tools() -> None:
    debian.needed("mdb-export", "mdbtools")

    assert {refused(data) for data in hostile()} <= {"AZ-F081", "AZ-F082"}


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "AZ-F013"), (b"SQLite format 3\0", "AZ-F082"), (JET4[:10], "AZ-F082")]
)
def test_another_file_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(access, "_PATH", str(tmp_path))

    with tempfile.TemporaryFile() as stream:
        stream.write(JET4)
        stream.flush()
        with pytest.raises(FormatError) as told:
            list(make([SHAPE]).read(stream, "0" * 64))
    assert told.value.code == "AZ-F080"
    assert "apt install mdbtools" in told.value.todo[0]


def test_the_main_table_is_declared() -> None:
    wrong: list[dict[str, dict[str, str]]]
    wrong = [{}, {"tables": {}}, {"tables": {"main": "A", "autre": "B"}}]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            make([Shape("access", settings, SHAPE.columns)])
