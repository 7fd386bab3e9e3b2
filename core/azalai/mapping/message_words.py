"""The words after an element: `text, required, one of (a, b)`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from azalai.documents import NOTHING, Document, Map, Place, Problem, Scalar, Text

_PIECE = re.compile(r"""((?:[^,("']|"[^"]*"|'[^']*'|\([^)]*\))+)""")
_LISTED = re.compile(r"one of\s*\((.*)\)")
_NUMBER = re.compile(r"(at most|at least)\s+([0-9]{1,6})")


@dataclass(slots=True)
class Words:
    """What stands after one element: single words, numbers by name, the values it lists."""

    path: str
    place: Place
    value_place: Place
    single: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    values: tuple[str, ...] = ()

    def take(self, word: str) -> bool:
        """Whether the word stands there; it is then accounted for."""
        if word in self.single:
            self.single.remove(word)
            return True
        return False


@dataclass(slots=True)
class Sections:
    """Reads the lines of `types:` or `layout:`, and collects their mistakes (AZ-O311)."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def lines(self, block: Map) -> Iterator[Words]:
        """Each line's words; a line that is none is a mistake."""
        for entry in block:
            if isinstance(entry.value, Scalar) and entry.value.text:
                yield self._words(entry.key, entry.value)
            else:
                self.say(entry.key.place, Text(
                    f"« {entry.key.text} » attend des mots, par exemple : text, required",
                    f"`{entry.key.text}` wants words, such as: text, required"))  # fmt: skip

    def _words(self, key: Scalar, value: Scalar) -> Words:
        found = Words(key.text, key.place, value.place)
        for piece in (one.strip() for one in _PIECE.findall(value.text)):
            if match := _LISTED.fullmatch(piece):
                found.values = tuple(one.strip().strip("\"'") for one in match[1].split(","))
            elif match := _NUMBER.fullmatch(piece):
                found.numbers[match[1]] = int(match[2])
            elif piece:
                found.single.append(piece)
        return found

    def rest(self, words: Words, todo: Text) -> None:
        """Whatever is left of the words is not understood."""
        for word in words.single:
            self.say(words.value_place, Text(
                f"« {words.path} » : mot inconnu « {word} »",
                f"`{words.path}`: unknown word `{word}`"), todo)  # fmt: skip

    def say(self, place: Place, what: Text, todo: Text = NOTHING) -> None:
        """One mistake."""
        self.problems.append(self.document.problem(place, "AZ-O311", what, NOTHING, todo))
