"""The `layout:` block of a mapping: segments and positions of a fixed-width message."""

import re
from itertools import pairwise

from azalai.documents import Document, Map, Problem, Scalar, Text

from .fixed_layout import ENCODINGS, LINE_ENDS, Cell, Layout, carries
from .message_schema import Element
from .message_words import Sections, Words

_AT = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")
_QUOTED = re.compile(r"""(segment|pad)\s+(?:"([^"]*)"|'([^']*)')""")
_LONGEST = 32_000
_TODO = Text(
    'un segment : segment "VEH", required, list ; une valeur : 4-15, required, right, pad "0", '
    "one of (a, b).",
    'a segment: segment "VEH", required, list; a value: 4-15, required, right, pad "0", '
    "one of (a, b).",
)


def read_layout(
    document: Document, message: Map, block: Map
) -> tuple[Layout | None, list[Problem]]:
    """The layout that the lines declare, and every mistake (AZ-O311).

    `NAME: segment "MARK"` is a kind of line, begun by its mark (`""`: the only kind);
    `NAME/value: 4-15` a value in it, at these characters counted from 1. Values may not overlap.
    """
    reader = _Reader(document)
    encoding = reader.among(message, "encoding", tuple(ENCODINGS), "")
    line_end = reader.among(message, "line_end", tuple(LINE_ENDS), "crlf")
    reader.lines(block)
    length = reader.length(message)
    reader.fits(block, encoding, length)
    if reader.sections.problems:
        return None, reader.sections.problems
    root = Element("message", "", True, False, tuple(reader.made()))
    return Layout(root, reader.marks, reader.cells, encoding, LINE_ENDS[line_end], length), []


class _Reader:
    """Collects segments and cells; mistakes in `sections`."""

    def __init__(self, document: Document) -> None:
        self.sections = Sections(document)
        self.marks: dict[str, str] = {}
        self.cells: dict[str, Cell] = {}
        self.places: dict[str, Words] = {}
        self.flags: dict[str, tuple[bool, bool]] = {}  # required, many

    def among(self, message: Map, name: str, words: tuple[str, ...], default: str) -> str:
        """One setting of `message:`, one of the words."""
        given = message.text(name) or default
        if given not in words:
            node = message.get(name)
            self.sections.say(node.place if node else message.place, Text(
                f"« {name}: » vaut : {', '.join(words)}",
                f"`{name}:` is one of: {', '.join(words)}"))  # fmt: skip
        return given

    def lines(self, block: Map) -> None:
        """Every line of the block."""
        for words in self.sections.lines(block):
            self.places[words.path] = words
            quoted = {match[1]: match[2] or match[3] or "" for one in list(words.single)
                      if (match := _QUOTED.fullmatch(one)) and words.take(one)}  # fmt: skip
            required, many = words.take("required"), words.take("list")
            words.single += [f"{word} {number}" for word, number in words.numbers.items()]
            if "segment" in quoted and "/" not in words.path and not words.values:
                self.marks[words.path] = quoted["segment"]
                self.flags[words.path] = required, many
            else:
                self._cell(words, quoted.get("pad", " "), required=required, many=many)
            self.sections.rest(words, _TODO)

    def _cell(self, words: Words, pad: str, *, required: bool, many: bool) -> None:
        at = next((match for one in words.single if (match := _AT.fullmatch(one))), None)
        first, last = (int(at[1]), int(at[2] or at[1])) if at else (0, 0)
        above, _, name = words.path.rpartition("/")
        if at is None or not 0 < first <= last <= _LONGEST or len(pad) != 1 or many or not name:
            self._say(words, f"« {words.path} » : ni un segment ni une valeur à ses positions",
                      f"`{words.path}`: neither a segment nor a value at its positions")  # fmt: skip
            words.single.clear()
            return
        words.take(at[0])
        if above not in self.marks:
            self._say(words, f"« {words.path} » : son segment n'est pas déclaré au-dessus",
                      f"`{words.path}`: its segment is not declared above")  # fmt: skip
            return
        self.cells[words.path] = Cell(first - 1, last, words.take("right"), pad)
        self.flags[words.path] = required, False

    def length(self, message: Map) -> int:
        """Characters of every line: `line_length`, else what the longest needs."""
        ends = [cell.last for cell in self.cells.values()] + [len(m) for m in self.marks.values()]
        needed, node = max(ends, default=0), message.get("line_length")
        if node is None:
            return needed
        text = node.text if isinstance(node, Scalar) else ""
        given = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        if not needed <= given <= _LONGEST:
            self.sections.say(node.place, Text(
                f"« line_length: » : un nombre d'au moins {needed}",
                f"`line_length:`: a number of {needed} at least"))  # fmt: skip
        return given

    def fits(self, block: Map, encoding: str, length: int) -> None:
        """No two marks alike, none that hides another, no two values at one place."""
        marks = sorted(self.marks.items(), key=lambda one: one[1])
        for (_, one), (path, two) in pairwise(marks):
            if two.startswith(one):
                self._say(self.places[path], f"les marques « {one} » et « {two} » se confondent",
                          f"the marks `{one}` and `{two}` cannot be told apart")  # fmt: skip
        if not marks or not length:
            self.sections.say(block.place, Text("aucun segment", "no segment"), _TODO)
        for path, mark in self.marks.items():
            if encoding in ENCODINGS and not carries(encoding, mark):
                self._say(self.places[path], "la marque n'est pas dans l'encodage",
                          "the mark is not in the encoding")  # fmt: skip
            end = len(mark)
            if not self.of(path):
                self._say(self.places[path], f"le segment « {path} » n'a aucune valeur",
                          f"segment `{path}` has no value")  # fmt: skip
            for name, cell in self.of(path):
                if cell.first < end:
                    self._say(self.places[name], f"« {name} » en recouvre un autre",
                              f"`{name}` overlaps another one")  # fmt: skip
                end = max(end, cell.last)

    def of(self, segment: str) -> list[tuple[str, Cell]]:
        """The cells of a segment in the order of their positions."""
        inside = [one for one in self.cells.items() if one[0].startswith(f"{segment}/")]
        return sorted(inside, key=lambda one: one[1].first)

    def made(self) -> list[Element]:
        """One element a segment, with its values."""
        found = []
        for path in self.marks:
            inside = tuple(
                Element(name.rpartition("/")[2], name, self.flags[name][0], many=False,
                        values=self.places[name].values, longest=cell.width)
                for name, cell in self.of(path)
            )  # fmt: skip
            required, many = self.flags[path]
            found.append(Element(path, path, required, many, inside))
        return found

    def _say(self, words: Words, fr: str, en: str) -> None:
        self.sections.say(words.place, Text(fr, en), _TODO)
