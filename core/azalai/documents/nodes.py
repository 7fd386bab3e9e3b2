"""The parts of a document: texts with their places, and the mistakes found in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


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
