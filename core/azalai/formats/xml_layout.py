"""XML records of plain elements, taken many at once: the same elements, written the same way."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from azalai.formats.xml_paths import OWN, Part

MAX_ATTRIBUTES = 256
_BLANK = r"[ \t\r\n]*+"
# What every processor takes for a name, without a colon; others are left to the parser.
_NAME = re.compile(r"[A-Za-z_À-ÖØ-öø-ÿ][-.0-9A-Za-z_À-ÖØ-öø-ÿ]*")
# Characters that XML does not have, what may not stand in a text, and all that is written by
# `&` but the five names that need no declaration.
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_FOREIGN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|]]>|&(?!(?:amp|lt|gt|quot|apos);)")
_STILL_TO_LEARN = 6  # layouts of one file: what reads `Rows` compiles for each


class Order:
    """The order of elements and attributes at each place of a record, learned from records.

    What has not been seen yet is where the mapping has it: after what it declares before it.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[str]] = {}
        self._left = _STILL_TO_LEARN

    def steps(self, path: str, below: dict[str, Part]) -> list[str]:
        """The declared names at `path` in order, attributes as `@name`."""
        found = list(self._seen.get(path, ()))
        before = -1
        for step in below:
            if step not in found:
                found.insert(before + 1, step)
            before = found.index(step)
        return found

    def seen(self, path: str, step: str) -> bool:
        """Whether a record that was learned from had this there."""
        return step in self._seen.get(path, ())

    def learn(self, places: dict[str, list[str]]) -> bool:
        """Take over the order of one record's places; whether anything is new. What contradicts
        an earlier record is not taken."""
        after = {path: _with(self._seen.get(path, []), steps) for path, steps in places.items()}
        new = {path: steps for path, steps in after.items()
               if steps is not None and steps != self._seen.get(path, [])}  # fmt: skip
        if not new or not self._left:
            return False
        self._left -= 1
        self._seen.update(new)
        return True


def _with(known: list[str], steps: Sequence[str]) -> list[str] | None:
    found, place = list(known), 0
    for step in steps:
        if step not in found:
            found.insert(place, step)
        elif found.index(step) < place:
            return None
        place = found.index(step) + 1
    return found


@dataclass(frozen=True, slots=True)
class _Cell:
    """One group: the value's name, and for an element's text how its tag is written."""

    name: str
    tag: str = ""


@dataclass(slots=True)
class Layout:
    """One way to write a record: a pattern of its bytes, each declared element at most once, in
    one order, nothing in it that nobody declared and no mark-up but tags."""

    record: str  # the record's tag as it is written, prefix included
    pattern: re.Pattern[str]
    cells: tuple[_Cell, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The values' names, one a group."""
        return tuple(cell.name for cell in self.cells)

    def records(self, text: str) -> list[re.Match[str]]:
        """The records at the beginning of `text`, up to the first that is not so written."""
        begin = len(text) - len(text.lstrip(" \t\r\n"))
        scanner = self.pattern.scanner(text, begin)  # type: ignore[attr-defined]
        return list(iter(scanner.match, None))

    def values(self, record: re.Match[str]) -> dict[str, str]:
        """What `Reader.values` gives for this record."""
        whole = record.group()
        closed = "/>" in whole
        found = {}
        for cell, text in zip(self.cells, record.groups(), strict=True):
            if text is not None:
                found[cell.name] = unescaped(text).strip() if cell.tag else unescaped(text)
            elif closed and cell.tag and (f"<{cell.tag}/>" in whole or f"<{cell.tag} />" in whole):
                found[cell.name] = ""
        return found


def sound(block: bytes, text: str, record: str) -> str:
    """The text of a block as far as its records have no character and no reference that a
    parser might refuse or that must be looked up."""
    if ("&" in text or "\ufffe" in text or "\uffff" in text or ("]" in text and "]]>" in text)
            or len(block.translate(None, _CONTROLS)) != len(block)):  # fmt: skip
        found = _FOREIGN.search(text)
        if found is not None:
            return text[: max(0, text.rfind(f"<{record}", 0, found.start()))]
    return text


def unescaped(text: str) -> str:
    """A text as a parser gives it: line ends are one character, five names stand for theirs."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"),
                                ("&amp;", "&")):  # fmt: skip
            text = text.replace(name, character)
    return text


def layout(root: Part, record: str, order: Order, depth: int) -> Layout | None:
    """The layout of `record`, a tag as it is written, with `depth` levels below it at most; None
    where no declared value can be read so."""
    writing = _Writing(record.rpartition(":")[0], order)
    writing.look("", root)
    given = writing.attributes("", root)
    inner = writing.children("", root, depth)
    if not writing.cells:
        return None
    tag = re.escape(record)
    pattern = re.compile(f"<{tag}{given}>{_BLANK}{inner}</{tag}>{_BLANK}")
    return Layout(record, pattern, tuple(writing.cells))


@dataclass(slots=True)
class _Writing:
    """The pattern of one layout, and the groups that it has so far."""

    prefix: str
    order: Order
    cells: list[_Cell] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # a value's name: the one place it is at
    tags: Counter[str] = field(default_factory=Counter)

    def look(self, path: str, part: Part) -> None:
        """Which names are there once; of several spellings of one, which is read."""
        for step, one in part.below.items():
            self.tags[step] += 1
            place = f"{path}/{step}"
            if one.name and (one.name not in self.places or self.order.seen(path, step)):
                self.places[one.name] = place
            self.look(place, one)

    def attributes(self, path: str, part: Part) -> str:
        """The pattern of an element's attributes."""
        return "".join(self._attribute(path, step, part.below[step])
                       for step in self.order.steps(path, part.below)[:MAX_ATTRIBUTES])  # fmt: skip

    def _attribute(self, path: str, step: str, part: Part) -> str:
        name = step[1:]
        wanted = part.name is not None and self.places[part.name] == f"{path}/{step}"
        if step[0] != "@" or not wanted or not _NAME.fullmatch(name) or name.startswith("xml"):
            return ""
        self.cells.append(_Cell(str(part.name)))
        return f'(?: {re.escape(name)}="([^"<\\t\\r\\n]*+)")?+'

    def children(self, path: str, part: Part, depth: int) -> str:
        """The pattern of the elements in an element, `depth` levels of them."""
        steps = self.order.steps(path, part.below) if depth else []
        found = (self._child(f"{path}/{step}", step, part.below[step], depth) for step in steps)
        return "".join(f"(?:{one}{_BLANK})?+" for one in found if one)

    def _child(self, path: str, step: str, part: Part, depth: int) -> str:
        if not _NAME.fullmatch(step) or part.repeated or OWN in part.below:
            return ""
        written = f"{self.prefix}:{step}" if self.prefix else step
        tag = re.escape(written)
        if part.ignored:
            return "" if part.below else f"<{tag}(?:>[^<]*+</{tag}>| ?/>)"
        if part.name is None:
            given = self.attributes(path, part)
            return f"<{tag}{given}(?:>{_BLANK}{self.children(path, part, depth - 1)}</{tag}>| ?/>)"
        if self.places[part.name] != path or any(one[0] != "@" for one in part.below):
            return ""
        given = self.attributes(path, part)
        self.cells.append(_Cell(part.name, written))
        text = f">([^<]*+)</{tag}>"  # closed at once it is told by its tag alone, see `values`
        return f"<{tag}{given}{text}" if given or self.tags[step] > 1 else f"<{tag}(?:{text}| ?/>)"
