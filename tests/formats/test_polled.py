"""A poll's file: NULL is absent, a cut or a wrong count is refused, a flaw costs one row."""

import json
from typing import Any

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import make
from azalai.plugin.format import Column, Shape
from format_reading import read, refusal

COLUMNS = (Column("id", "required"), Column("nom", "optional"), Column("photo", "ignored"))
SHAPE = Shape("sql", {"table": "avis", "cursor": "id"}, COLUMNS)


def poll(
    *rows: Any, stated: int | None = None, columns: tuple[str, ...] = ("id", "nom", "photo")
) -> bytes:
    head = [{"poll": 1}, {"columns": columns, "read": columns[:2]}]
    end = [{"rows": len(rows) if stated is None else stated}]
    return b"".join(json.dumps(one).encode() + b"\n" for one in (*head, *rows, *end))


def test_null_is_absent_and_empty_stays() -> None:
    seen = read(SHAPE, poll(["1", ""], ["2", None]))

    assert seen.values == [{"id": "1", "nom": ""}, {"id": "2"}]
    assert seen.places[0][0] == 3
    assert seen.ending is not None
    assert (seen.ending.stated, seen.ending.marked) == (2, True)


def test_an_empty_table_is_a_whole_input() -> None:
    seen = read(SHAPE, poll())

    assert (seen.error, seen.records) == (None, [])


def test_a_flaw_is_one_unreadable_row() -> None:
    seen = read(SHAPE, poll(["1", "a\0b"], {"flaw": "long", "column": ""},
                            {"flaw": "value", "column": "nom"}, ["2", "b"]))  # fmt: skip

    assert [one.code for one in seen.unreadable] == ["AZ-F032", "AZ-F012", "AZ-F047"]
    assert seen.values == [{"id": "2", "nom": "b"}]


def test_a_poll_cut_anywhere_is_refused() -> None:
    data = poll(["1", "a"], ["2", "b"])

    assert {refusal(SHAPE, data[:size]).code for size in range(len(data))} == {"AZ-F014"}


def test_columns_are_those_declared() -> None:
    err = refusal(SHAPE, poll(["1", "a"], columns=("id", "prenom", "photo")))

    assert (err.code, err.missing, err.new) == ("AZ-F001", ("nom",), ("prenom",))


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b"nul\n", b'["1","a","b"]\n', b"3\n"])
def test_what_is_no_poll_is_refused(line: bytes) -> None:
    data = poll(["1", "a"]).splitlines(keepends=True)

    assert refusal(SHAPE, b"".join([*data[:3], line, *data[3:]])).code == "AZ-F048"
    assert refusal(SHAPE, b"".join([*data, b'["2","b"]\n'])).code == "AZ-F015"


@pytest.mark.parametrize(
    "settings", [{}, {"table": "a", "query": "b"}, {"table": "a", "cursor": "autre"},
                 {"table": "a", "encoding": "utf-8"}],
)  # fmt: skip
def test_wrong_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        make([Shape("sql", settings, COLUMNS)])
