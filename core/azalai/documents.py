"""Strict YAML: every scalar is text with its position, every mistake is one `Problem`."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

from azalai.errors import DocumentError

MAX_BYTES = 2_000_000  # a mapping is a page or two; more is not a document of ours
MAX_DEPTH = 32


class Text(NamedTuple):
    """One sentence for people, in French and in English."""

    fr: str
    en: str

    def say(self, language: str) -> str:
        """The sentence in `fr`, else in English."""
        return self.fr if language == "fr" else self.en


NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a document: `line` and `column` count from 1, `width` in characters."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Scalar:
    """A YAML scalar as it was typed; `quoted` if it stood between quotes."""

    text: str
    place: Place
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A YAML list; `flow` if it was written with brackets."""

    items: tuple["Node", ...]
    place: Place
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a YAML map."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Map:
    """A YAML map in the order of its lines; `flow` if it was written with braces."""

    entries: tuple[Entry, ...]
    place: Place
    flow: bool = False

    def get(self, name: str) -> "Node | None":
        """The value under `name`, or None."""
        return next((e.value for e in self.entries if e.key.text == name), None)

    def entry(self, name: str) -> Entry | None:
        """The line `name: …`, or None."""
        return next((e for e in self.entries if e.key.text == name), None)

    def text(self, name: str) -> str | None:
        """The text under `name`, or None where there is none or it is no scalar."""
        value = self.get(name)
        return value.text if isinstance(value, Scalar) and value.text != "" else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


Node = Scalar | Sequence | Map


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a document: where, which, why, and what to do.

    `code` is stable (`AZ-M103`); `what`, `why` and `todo` are sentences; `fix` is the corrected
    line where there is one. `warning` problems do not stop anything. No value of a record ever
    stands in a problem: documents hold none.
    """

    file: str
    place: Place
    code: str
    what: Text
    why: Text = NOTHING
    todo: Text = NOTHING
    line_text: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: its root map and its lines, for showing them again."""

    file: str
    root: Map
    lines: tuple[str, ...]
    data: bytes

    def problem(
        self,
        place: Place,
        code: str,
        what: Text,
        why: Text = NOTHING,
        todo: Text = NOTHING,
        *,
        warning: bool = False,
    ) -> Problem:
        """A problem at `place` that shows its line."""
        shown = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Problem(self.file, place, code, what, why, todo, shown, warning)


def read(path: Path, *, shown_as: str | None = None) -> Document:
    """Read a document from a file. Raises DocumentError with everything that is wrong."""
    name = shown_as or path.name
    try:
        data = path.read_bytes()
    except OSError as err:
        what = Text(f"Fichier illisible : {err.strerror}", f"Cannot read the file: {err.strerror}")
        raise DocumentError([Problem(name, Place(1, 1), "AZ-Y00", what)]) from err
    return parse(data, name)


def parse(data: bytes, file: str) -> Document:
    """Parse YAML bytes to a document. Raises DocumentError with everything that is wrong."""
    text = _decode(data, file)
    lines = tuple(text.split("\n"))
    found = list(_typing_traps(lines, file))
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


def render(problems: Iterable[object], language: str) -> str:
    """All problems as people read them: position, line shown with a mark, why, what to do."""
    return "\n".join(_render_one(p, language) for p in problems if isinstance(p, Problem))


def _render_one(problem: Problem, language: str) -> str:
    where = f"{problem.file}:{problem.place.line}:{problem.place.column}"
    out = [f"{where}  {problem.code}  {problem.what.say(language)}"]
    if problem.line_text:
        number = f"{problem.place.line:>6} | "
        shown = problem.line_text.replace("\t", " ").replace("\u00a0", " ")
        out.append(number + shown.rstrip())
        pad = " " * (problem.place.column - 1)
        out.append(" " * 7 + "| " + pad + "^" * max(1, problem.place.width))
    if problem.why.fr:
        out.append(" " * 7 + problem.why.say(language))
    if problem.todo.fr:
        label = "À faire : " if language == "fr" else "To do: "
        out.append(" " * 7 + label + problem.todo.say(language))
    return "\n".join(out)


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


_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}


def _typing_traps(lines: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Tabs, no-break spaces, curly quotes and inner colons, before the parser gets cryptic."""
    for number, line in enumerate(lines, 1):
        bare = line.split(" #", 1)[0] if not line.lstrip().startswith("#") else ""
        indent = len(line) - len(line.lstrip(" \t"))
        if bare and "\t" in line[:indent]:
            yield Problem(
                file, Place(number, line.index("\t") + 1), "AZ-Y01",
                Text("Tabulation dans le retrait", "Tab in the indentation"),
                Text("YAML n'accepte que des espaces.", "YAML takes spaces only."),
                Text("remplacez la tabulation par deux espaces.",
                     "replace the tab by two spaces."), line,
            )  # fmt: skip
        yield from _odd_spaces(bare, line, number, file)
        yield from _odd_quotes(bare, line, number, file)
        yield from _inner_colon(bare, line, number, file)


def _odd_spaces(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    value_at = bare.find(":")
    for mark in ("\u00a0", "\u202f"):
        at = bare.find(mark)
        if at < 0 or _inside_quotes(bare, at) or (0 <= value_at < at and bare[at - 1] not in ": |"
                                                   and "|" not in bare):  # fmt: skip
            continue  # inside a quoted or plain French sentence it is meant
        yield Problem(
            file, Place(number, at + 1), "AZ-Y02",
            Text("Espace insécable (venue d'un traitement de texte ou de AltGr+Espace)",
                 "No-break space (from a word processor or AltGr+Space)"),
            Text("invisible, elle change le sens de la ligne.",
                 "invisible, it changes what the line means."),
            Text("remplacez-la par une espace ordinaire : « azalai mapping check --fix » le fait.",
                 "replace it by an ordinary space: `azalai mapping check --fix` does it."), line,
        )  # fmt: skip
        return


def _odd_quotes(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    for at, mark in enumerate(bare):
        opens = at == 0 or bare[at - 1] in " (,["
        if mark in _QUOTES and mark != "\u2019" and opens and not _inside_quotes(bare, at):
            yield Problem(
                file, Place(number, at + 1), "AZ-Y03",
                Text("Guillemet courbe (venu d'un traitement de texte)",
                     "Curly quote (from a word processor)"),
                Text("YAML ne le prend pas pour un guillemet.", "YAML takes it for a letter."),
                Text(f"écrivez {_QUOTES[mark]} à la place.", f"write {_QUOTES[mark]} instead."),
                line,
            )  # fmt: skip
            return


def _inner_colon(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    """`a: b: c` outside quotes and braces."""
    body = bare.lstrip(" -")
    start = len(bare) - len(body)
    first = body.find(": ")
    if first < 0 or body[0] in "\"'{[":
        return
    value = body[first + 2 :]
    stripped = value.lstrip()
    if not stripped or stripped[0] in "\"'{[|>&*!":
        return
    second = value.find(": ")
    if second < 0:
        return
    key, rest = body[:first], stripped.rstrip()
    column = start + first + 2 + (len(value) - len(stripped)) + 1
    quoted = rest.replace("'", "''")
    yield Problem(
        file, Place(number, column, len(rest)), "AZ-Y04",
        Text("Deux-points suivi d'une espace à l'intérieur d'une valeur",
             "Colon and space inside a value"),
        Text("YAML y voit une deuxième clé.", "YAML takes it for a second key."),
        Text(f"mettez toute la valeur entre apostrophes : {key}: '{quoted}'",
             f"put the whole value between apostrophes: {key}: '{quoted}'"), line,
    )  # fmt: skip


def _inside_quotes(line: str, at: int) -> bool:
    before = line[:at]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def _refuse_references(text: str, lines: tuple[str, ...], file: str) -> None:
    """Anchors, aliases and tags are refused before anything is built from them."""
    problems = []
    try:
        for token in _loader().scan(io.StringIO(text)):
            if isinstance(token, AnchorToken | AliasToken | TagToken):
                mark = token.start_mark
                place = Place(mark.line + 1, mark.column + 1)
                what = Text("Ancre, alias ou étiquette YAML (&, *, !)",
                            "YAML anchor, alias or tag (&, *, !)")  # fmt: skip
                why = Text("ici chaque ligne dit elle-même ce qu'elle veut dire.",
                           "here each line says itself what it means.")  # fmt: skip
                todo = Text("répétez la valeur, ou mettez-la entre apostrophes.",
                            "repeat the value, or put it between apostrophes.")  # fmt: skip
                problems.append(Problem(file, place, "AZ-Y08", what, why, todo, lines[mark.line]))
    except MarkedYAMLError as err:
        raise DocumentError([_yaml_problem(err, lines, file)]) from err
    if problems:
        raise DocumentError(problems)


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
