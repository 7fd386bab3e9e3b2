"""Reads YAML 1.2 as text only: no types, no references, no duplicate keys."""

import errno
import io
import os
import re
import stat
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

from azalai import system_words
from azalai.documents.nodes import (
    NOTHING,
    Document,
    Entry,
    Map,
    Node,
    Place,
    Problem,
    Scalar,
    Sequence,
    Text,
)
from azalai.documents.traps import typing_traps
from azalai.errors import DocumentError

MAX_BYTES = 2_000_000  # a mapping is a page or two; more is not a document of ours
MAX_DEPTH = 32
MAX_OPEN = 8 * MAX_DEPTH  # brackets: each costs the parser more than the one before
MAX_BESIDE = 32_000_000  # bytes of a file that a document names
_KEPT = 64  # documents
_REFERENCE = re.compile(r"[&*!]")
_BRACKET = re.compile(r"[\[{}\]]")
# What YAML does not print or takes for a line end, and what turns the text round for who reads it.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SHOWN = 5  # lines that one message names


def read(path: Path, *, shown_as: str | None = None) -> Document:
    """Read a document from a file. Raises DocumentError with everything that is wrong."""
    name = shown_as or path.name
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as err:
        why = Text(*system_words.said(err))
        what = Text(f"Fichier illisible : {why.fr}", f"Cannot read the file: {why.en}")
        raise DocumentError([Problem(name, Place(1, 1), "AZ-Y00", what)]) from err
    return parse(data, name)


def read_beside(path: Path) -> bytes:
    """The bytes of a file that a document names: a plain one of `MAX_BESIDE` bytes at most, else
    OSError, as where it is not there."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as err:  # a NUL in its name
        raise OSError(errno.EINVAL, "no file name") from err
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        data = file.read(MAX_BESIDE + 1)
    if len(data) > MAX_BESIDE:
        raise OSError(errno.EFBIG, "too large")
    return data


@lru_cache(maxsize=_KEPT)
def parse(data: bytes, file: str) -> Document:
    """Parse YAML bytes to a document. Raises DocumentError with everything that is wrong.

    The same bytes are parsed once: a deployment reads some of its documents many times.
    """
    text = _decode(data, file)
    lines = tuple(text.split("\n"))
    if _HIDDEN.search(text) is not None:
        raise DocumentError(list(_hidden(lines, file)))
    if _open_brackets(text) > MAX_OPEN:
        raise DocumentError([_too_deep(file)])
    found = list(typing_traps(lines, file))
    if any(not p.warning for p in found):
        raise DocumentError(found)
    _refuse_references(text, lines, file)
    try:
        node = _loader().compose(io.StringIO(text))
    except MarkedYAMLError as err:
        raise DocumentError([_yaml_problem(err, lines, file)]) from err
    except RecursionError as err:
        raise DocumentError([_too_deep(file)]) from err
    if not isinstance(node, MappingNode):
        what = Text("Ce document est vide ou n'est pas une suite de lignes « clé: valeur »",
                    "This document is empty or not a list of `key: value` lines")  # fmt: skip
        raise DocumentError([Problem(file, Place(1, 1), "AZ-Y05", what)])
    problems: list[Problem] = []
    root = _convert(node, file, lines, problems, 0)
    if problems or not isinstance(root, Map):
        raise DocumentError(problems)
    return Document(file, root, lines, data)


def _loader() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    yaml.allow_duplicate_keys = True  # we name them ourselves, all at once
    return yaml


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        what = Text("Document trop grand (2 Mo au plus)", "Document too large (2 MB at most)")
        raise DocumentError([Problem(file, Place(1, 1), "AZ-Y06", what)])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as err:
        line = data[: err.start].count(b"\n") + 1
        what = Text(f"Ce fichier n'est pas en UTF-8 (octet {err.start + 1})",
                    f"This file is not UTF-8 (byte {err.start + 1})")  # fmt: skip
        todo = Text("enregistrez-le en UTF-8.", "save it as UTF-8.")
        raise DocumentError([Problem(file, Place(line, 1), "AZ-Y07", what, todo=todo)]) from err


def _hidden(lines: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Characters that cannot be seen, the first of each of the first lines that hold any."""
    found = ((number, mark, line) for number, line in enumerate(lines, 1)
             if (mark := _HIDDEN.search(line)))  # fmt: skip
    for number, mark, line in islice(found, _SHOWN):
        name = f"U+{ord(mark.group()):04X}"
        yield Problem(
            file, Place(number, mark.start() + 1), "AZ-Y13",
            Text(f"Caractère invisible ({name})", f"Invisible character ({name})"),
            Text("il commande l'écran, ou retourne ce qui est lu.",
                 "it commands the screen, or turns round what is read."),
            Text('retirez-le ; s\'il est dans un en-tête : "\\uXXXX" entre guillemets.',
                 'remove it; if a header has it: "\\uXXXX" between double quotes.'),
            _HIDDEN.sub("\ufffd", line),
        )  # fmt: skip


def _open_brackets(text: str) -> int:
    """How many brackets and braces are open at once at most, quoted ones counted too."""
    depth = most = 0
    for mark in _BRACKET.finditer(text):
        depth += 1 if mark.group() in "[{" else -1
        most = max(most, depth)
    return most


def _refuse_references(text: str, lines: tuple[str, ...], file: str) -> None:
    """Anchors, aliases and tags are refused, in one message, before anything is built from them."""
    if _REFERENCE.search(text) is None:
        return
    try:
        marks = [token.start_mark for token in _loader().scan(io.StringIO(text))
                 if isinstance(token, AnchorToken | AliasToken | TagToken)]  # fmt: skip
    except MarkedYAMLError as err:
        raise DocumentError([_yaml_problem(err, lines, file)]) from err
    if marks:
        places = [(mark.line + 1, mark.column + 1) for mark in marks]
        raise DocumentError([_references(places, lines, file)])


def _references(places: list[tuple[int, int]], lines: tuple[str, ...], file: str) -> Problem:
    """Where the first stands, and on which lines there are others."""
    line, column = places[0]
    numbers = list(dict.fromkeys(number for number, _ in places))
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (", …" if len(numbers) > _SHOWN else "")
    also = Text(f" : {len(places)}, lignes {shown}", f": {len(places)}, lines {shown}")
    more = also if len(places) > 1 else NOTHING
    return Problem(
        file, Place(line, column), "AZ-Y08",
        Text(f"Ancre, alias ou étiquette YAML (&, *, !){more.fr}",
             f"YAML anchor, alias or tag (&, *, !){more.en}"),
        Text("ici chaque ligne dit elle-même ce qu'elle veut dire.",
             "here each line says itself what it means."),
        Text("répétez la valeur, ou mettez-la entre apostrophes.",
             "repeat the value, or put it between apostrophes."), lines[line - 1],
    )  # fmt: skip


def _yaml_problem(err: MarkedYAMLError, lines: tuple[str, ...], file: str) -> Problem:
    mark = err.problem_mark or err.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(line, len(lines) - 1)
    what = Text("La structure de cette ligne n'est pas lisible", "This line cannot be parsed")
    why = Text(f"YAML dit : {err.problem}.", f"YAML says: {err.problem}.")
    todo = Text("vérifiez le retrait, les guillemets et les deux-points, ici et à la ligne d'avant.",
                "check indentation, quotes and colons, here and on the line before.")  # fmt: skip
    place = Place(line + 1, column + 1)
    return Problem(file, place, "AZ-Y09", what, why, todo, lines[line] if lines else "")


def _too_deep(file: str) -> Problem:
    what = Text(f"Plus de {MAX_DEPTH} niveaux", f"More than {MAX_DEPTH} levels")
    return Problem(file, Place(1, 1), "AZ-Y10", what)


def _convert(
    node: YamlNode, file: str, lines: tuple[str, ...], problems: list[Problem], depth: int
) -> Node:
    place = Place(
        node.start_mark.line + 1, node.start_mark.column + 1,
        max(1, node.end_mark.column - node.start_mark.column)
        if node.start_mark.line == node.end_mark.line else 1,
    )  # fmt: skip
    if depth > MAX_DEPTH:
        raise DocumentError([_too_deep(file)])
    if isinstance(node, ScalarNode):
        return Scalar(str(node.value), place, quoted=node.style in ("'", '"'))
    if isinstance(node, SequenceNode):
        items = tuple(_convert(n, file, lines, problems, depth + 1) for n in node.value)
        return Sequence(items, place, flow=bool(getattr(node, "flow_style", False)))
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = _convert(key_node, file, lines, problems, depth + 1)
        if not isinstance(key, Scalar):
            what = Text("Une clé doit être un mot simple", "A key must be a plain word")
            problems.append(Problem(file, key.place, "AZ-Y11", what))
            continue
        if key.text in seen:
            problems.append(_duplicate(key, seen[key.text], file, lines))
        seen.setdefault(key.text, key.place.line)
        entries.append(Entry(key, _convert(value_node, file, lines, problems, depth + 1)))
    return Map(tuple(entries), place, flow=bool(getattr(node, "flow_style", False)))


def _duplicate(key: Scalar, first_line: int, file: str, lines: tuple[str, ...]) -> Problem:
    what = Text(f"« {key.text} » est écrit deux fois", f"`{key.text}` is written twice")
    why = Text(f"déjà à la ligne {first_line} ; une seule des deux compterait.",
               f"already on line {first_line}; only one of them would count.")  # fmt: skip
    todo = Text("supprimez l'une des deux lignes.", "delete one of the two lines.")
    shown = lines[key.place.line - 1]
    return Problem(file, key.place, "AZ-Y12", what, why, todo, shown)
