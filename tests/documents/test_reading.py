"""YAML is read as text; what would mislead a reader is named where it stands."""

import os
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from azalai.documents import Map, Problem, Scalar, parse, read, read_beside, reading, render
from azalai.documents.models import fill
from azalai.errors import DocumentError


def problems(text: str) -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        parse(text.encode(), "t.yaml")
    return [p for p in caught.value.problems if isinstance(p, Problem)]


@pytest.mark.parametrize("typed", ["NO", "007", "1e3", "12:30:45", "2027-02-30", "~", "yes"])
def test_every_scalar_is_what_was_typed(typed: str) -> None:
    """No type is guessed: a country NO stays NO, a number keeps its zeros."""
    value = parse(f"a: {typed}\n".encode(), "t.yaml").root.get("a")

    assert isinstance(value, Scalar)
    assert value.text == typed


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\n\tb: 2\n", "AZ-Y01", 2, 1),
        ("a:\u00a0x | code(y)\n", "AZ-Y02", 1, 3),
        ("a: \u201cx\u201d\n", "AZ-Y03", 1, 4),
        ("a: b: c\n", "AZ-Y04", 1, 4),
        ("", "AZ-Y05", 1, 1),
        ("a: &x 1\n", "AZ-Y08", 1, 4),
        ("a: !!python/object x\n", "AZ-Y08", 1, 4),
        ("a: [1\n", "AZ-Y09", 2, 1),
        ("a: 1\nb: 2\na: 3\n", "AZ-Y12", 3, 1),
        ("a: 1\nb: x\0y\n", "AZ-Y13", 2, 5),
        ("a: 1\nb: x\x1b[31m\n", "AZ-Y13", 2, 5),
        ("a: # \u202ex\n", "AZ-Y13", 1, 6),
        ("a: 1\rb: 2\n", "AZ-Y13", 1, 5),
        ("a: x\x85b: y\n", "AZ-Y13", 1, 5),
        ("a: x\u2028b\n", "AZ-Y13", 1, 5),
    ],
)
def test_each_trap_is_named_at_its_place(text: str, code: str, line: int, column: int) -> None:
    """One mistake, one message, with line and column."""
    [found] = problems(text)

    assert (found.code, found.place.line, found.place.column) == (code, line, column)
    assert found.what.fr
    assert found.what.en


def test_two_mistakes_are_told_at_once() -> None:
    """Nobody mends a file one message at a time."""
    assert [p.code for p in problems("a: b: c\nd:\u00a0e | f\n")] == ["AZ-Y04", "AZ-Y02"]


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Refused by its first anchor, before anything is built."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    begin = time.perf_counter()
    found = problems(bomb)

    assert [(p.code, p.place.line) for p in found] == [("AZ-Y08", 1)]
    assert "lignes 1, 2, 3, 4, 5, …" in found[0].what.fr
    assert time.perf_counter() - begin < 2


def test_depth_is_bounded() -> None:
    """A thousand brackets are one message, not a RecursionError."""
    assert [p.code for p in problems("a: " + "[" * 100 + "]" * 100)] == ["AZ-Y10"]


def test_latin_1_is_named_with_its_byte() -> None:
    """A file in another encoding says which byte."""
    with pytest.raises(DocumentError) as caught:
        parse("a: é\n".encode("latin-1"), "t.yaml")

    assert "AZ-Y07" in render(caught.value.problems, "fr")


def test_the_line_is_shown_with_a_mark_under_it() -> None:
    """As printed: position, line, mark, reason, remedy."""
    shown = render(problems("a: b: c\n"), "fr").split("\n")

    assert shown[0].startswith("t.yaml:1:4  AZ-Y04")
    assert shown[1].endswith("a: b: c")
    assert shown[2].index("^") == shown[1].index("b: c")
    assert "À faire" in shown[-1]


class _Thing(BaseModel, extra="forbid"):
    name: str
    size: int
    parts: dict[str, dict[str, int]] = {}


def test_a_model_is_filled_or_every_mistake_has_its_line() -> None:
    """Missing, unknown and unfit, each at its key, deep ones too."""
    good = parse(b"name: x\nsize: 3\nparts:\n", "t.yaml")
    bad = parse(b"size: big\nnmae: x\nparts:\n  a:\n    n: x\n", "t.yaml")

    assert fill(_Thing, good, "AZ-T1").size == 3
    with pytest.raises(DocumentError) as caught:
        fill(_Thing, bad, "AZ-T1")
    found = [p for p in caught.value.problems if isinstance(p, Problem)]
    assert sorted(p.place.line for p in found) == [1, 1, 2, 5]


def test_maps_give_their_lines_in_order() -> None:
    """The order of the file is kept."""
    root = parse(b"b: 1\na: 2\n", "t.yaml").root

    assert isinstance(root, Map)
    assert [e.key.text for e in root] == ["b", "a"]


@pytest.mark.parametrize(
    ("name", "fr", "en"),
    [("rien.yaml", "ce fichier n'existe pas", "no such file"),
     ("", "c'est un dossier", "it is a folder")],
)  # fmt: skip
def test_a_file_that_does_not_open_is_said_in_both_languages(
    tmp_path: Path, name: str, fr: str, en: str
) -> None:
    """Not in the words of the system, which are English."""
    with pytest.raises(DocumentError) as caught:
        read(tmp_path / name)
    (problem,) = [p for p in caught.value.problems if isinstance(p, Problem)]

    assert (problem.code, problem.what.fr, problem.what.en) == (
        "AZ-Y00", f"Fichier illisible : {fr}", f"Cannot read the file: {en}",
    )  # fmt: skip


def test_what_commands_the_screen_is_not_repeated() -> None:
    """The line is shown with a mark in its place; an escape between quotes may stand for it."""
    shown = render(problems("a: x\x1b[31my\u202e\n"), "fr")

    assert "U+001B" in shown
    assert "\ufffd[31my\ufffd" in shown
    assert "\x1b" not in shown
    value = parse(b'a: "\\u001b"\n', "t.yaml").root.get("a")
    assert isinstance(value, Scalar)
    assert value.text == "\x1b"


@pytest.mark.parametrize("mark", ["[", "{", "[{"])
def test_brackets_without_end_cost_nothing(mark: str) -> None:
    """Refused before the parser counts them: for it each one costs more than the one before."""
    begun = time.process_time()

    assert [p.code for p in problems("a: " + mark * 200_000)] == ["AZ-Y10"]
    assert time.process_time() - begun < 0.5


def test_files_beside_are_plain_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe does not hang, what never ends is not read whole, a name with a NUL is no crash."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "list.csv").write_bytes(b"x" * 10)

    assert read_beside(tmp_path / "list.csv") == b"x" * 10
    monkeypatch.setattr(reading, "MAX_BESIDE", 9)
    for name in ("pipe", "list.csv", "gone", ".", "a\0b"):
        with pytest.raises(OSError):  # noqa: PT011
            read_beside(tmp_path / name)
