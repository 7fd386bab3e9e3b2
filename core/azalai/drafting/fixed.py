"""A fixed-width sample: segment types, columns between blanks, and a ruler to see them by."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from azalai.documents import Text
from azalai.drafting import line_types
from azalai.drafting.line_types import MOST_TYPES
from azalai.drafting.structure import Setting, Structure
from azalai.plugin.format import Column

_LOOKED_AT = 2000
_SAME = 0.8  # of the lines of a type have its length
_COUNTED = Text("égal au nombre de fiches de l'échantillon", "equals the sample's records")
_GUESS = Text("positions où toutes les lignes ont un blanc ; deux colonnes collées n'en font qu'une",
              "positions where all lines have a blank; two columns that touch show as one")  # fmt: skip


def look(text: str, encoding: Setting, wish: str | None = None) -> Structure | None:
    """The structure, or None where the lines of no grouping have one length."""
    lines = [line for line in text.splitlines() if line.strip(" \x1a")][:_LOOKED_AT]
    if len(lines) < 2:
        return None
    width, groups = _groups(lines)
    kind = wish or max(groups, key=lambda one: len(groups[one]))
    if kind not in groups or not _same_length(groups[kind]):
        return None
    odd = sum(len(group) - len(_usual(group)) for group in groups.values())
    settings = [encoding]
    tag = None
    notes = [_GUESS]
    if width:
        settings.append(Setting("segment_at", f"1-{width}", Text(
            f"{len(groups)} types de ligne : {', '.join(sorted(groups))}",
            f"{len(groups)} types of line: {', '.join(sorted(groups))}")))  # fmt: skip
        settings += _ends(lines, groups, width)
        tag = ("segment", kind)
    if odd:
        notes.append(Text(f"{odd} ligne(s) d'une autre longueur : non regardées",
                          f"{odd} line(s) of another length: not looked at"))  # fmt: skip
    named = {name for s in settings if s.name in ("header", "trailer") for name in [s.value]}
    if kind in named:
        return None  # a header and a trailer, no record
    body = [(line[:width], line[width:]) for line in lines if line[:width] not in named]
    body = body if width and len(groups) > len(named) + 1 else []
    found = line_types.spans(body) if body and wish is None else None
    key = (found[0] + width, found[1] + width) if found else None
    segments = {one: _columns(_usual(group), width, one if width else "", key)
                for one, group in groups.items() if one not in named}  # fmt: skip
    made = Structure(
        "fixed_width", settings, [Column(name, "optional") for name in segments[kind]], tag,
        segments, notes=notes, ruler=ruler(lines[:3], masked=True),
    )  # fmt: skip
    if key:
        line_types.begin(made, body[0][0])
    elif body:
        notes.append(line_types.no_number())
    return made


def ruler(lines: Sequence[str], *, masked: bool = False) -> list[str]:
    """Positions over the lines, tens then units; `masked`: letters as X and x, digits as 9."""
    width = max((len(line) for line in lines), default=0)
    tens = "".join(f"{n:<10}" for n in range(1, width + 1, 10))
    units = ("1234567890" * (width // 10 + 1))[:width]
    return [tens.rstrip(), units, *(mask(line) if masked else line for line in lines)]


def mask(text: str) -> str:
    """The shape of a text without what it says."""
    return "".join("9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c
                   for c in text)  # fmt: skip


def _groups(lines: Sequence[str]) -> tuple[int, Mapping[str, list[str]]]:
    """The width of the segment type and the lines by type; 0 and one group where all are one.

    Lines of one length are of several types only where they repeat the number of the first."""
    if _same_length(lines):
        first, last = lines[0], lines[-1]
        ends = Counter(line[:2] for line in lines)
        if ends[first[:2]] > 1 or ends[last[:2]] > 1 or len(ends) > MOST_TYPES:
            found = ((width, groups) for width, groups in _typed(lines)
                     if line_types.spans([(one[:width], one[width:]) for one in lines]))  # fmt: skip
            return next(found, (0, {"ligne": list(lines)}))
    return next(_typed(lines), (0, {"ligne": list(lines)}))


def _typed(lines: Sequence[str]) -> Iterator[tuple[int, Mapping[str, list[str]]]]:
    """The ways to see the first characters as the line's type."""
    for width in (2, 1, 3):
        groups: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            groups[line[:width]].append(line)
        if 1 < len(groups) <= MOST_TYPES and all(_same_length(g) for g in groups.values()):
            second = {one[1:] for one in groups}
            if width == 2 and len(second) == 1 and all(one.isalpha() for one in second):
                yield 1, {one[:1]: group for one, group in groups.items()}
            else:
                yield width, groups


def _same_length(lines: Sequence[str]) -> bool:
    return len(_usual(lines)) >= _SAME * len(lines)


def _usual(lines: Sequence[str]) -> list[str]:
    """The lines that have the commonest length."""
    length = Counter(map(len, lines)).most_common(1)[0][0]
    return [line for line in lines if len(line) == length]


_ALL = Text(
    "la première ligne et la dernière en sont", "the first and the last line are among them"
)


def _ends(lines: Sequence[str], groups: Mapping[str, list[str]], width: int) -> list[Setting]:
    """The first and the last line, where no other line has their type."""
    why = Text("une seule ligne de ce type", "one line only has this type")
    found = []
    for name, line in (("header", lines[0]), ("trailer", lines[-1])):
        if len(groups[line[:width]]) == 1 and len(groups) > 1:
            found.append(Setting(name, line[:width], why))
    if found and found[-1].name == "trailer":
        count = len(lines) - len(found)
        numbers = re.finditer(r"[0-9]+", lines[-1][width:])
        stated = [m for m in numbers if int(m.group()) in (count, len(lines))][:1]
        found += [Setting("count_at", f"{m.start() + width + 1}-{m.end() + width}", _COUNTED)
                  for m in stated]  # fmt: skip
        found += [Setting("counted", "all lines", _ALL) for m in stated if int(m.group()) != count]
    return found


def _columns(
    lines: Sequence[str], start: int, kind: str, key: tuple[int, int] | None = None
) -> dict[str, tuple[int, int]]:
    """Each run of positions that are not blank in all lines, up to where the next begins; `key` is
    where the number stands that several lines have in common."""
    length = min(len(line) for line in lines)
    blank = [all(line[at] == " " for line in lines) for at in range(length)]
    begins = [at for at in range(start, length)
              if at in (key or ()) or (not blank[at] and (at == start or blank[at - 1]))
              if not key or at in key or not key[0] < at < key[1]]  # fmt: skip
    ends = [*begins[1:], length]
    before = f"S{kind}_" if kind else ""
    return {line_types.NUMBER if key and a == key[0] else f"{before}C{a + 1:03}": (a + 1, b)
            for a, b in zip(begins, ends, strict=True)}  # fmt: skip
