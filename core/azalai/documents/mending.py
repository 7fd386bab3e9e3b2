"""Mends what a keyboard or a word processor left, where there is exactly one right answer."""

import re
from collections.abc import Callable

from azalai.documents.nodes import Problem
from azalai.documents.reading import parse
from azalai.documents.traps import typing_traps
from azalai.errors import DocumentError

_BOM = b"\xef\xbb\xbf"
_MOST = 1000  # mends of one document: a page or two does not need more
_NO_SPACE = re.compile(r"(\s*(?:- )?[A-Za-z_][\w.]*):(?=[^\s:/\\])")
_CLOSES = {"\u201c": "\u201d\u201c", "\u201d": "\u201d", "\u2018": "\u2019"}
_PLAIN = {"\u201c": '"', "\u201d": '"', "\u2018": "'"}


def mended(data: bytes, file: str) -> bytes:
    """A document's bytes with everything mechanical put right; the same bytes if there is nothing.

    Tabs in the indentation, no-break spaces outside sentences, curly quotes in pairs, a colon
    inside a value, a colon without its space, a line that stands twice. Comments, layout, line
    ends and byte order mark stay.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data
    ends = ["\r" if line.endswith("\r") else "" for line in text.split("\n")]
    lines = [_typed_right(line.removesuffix("\r")) for line in text.split("\n")]
    for _ in range(_MOST):
        if not _step(lines, ends, file):
            break
    whole = "\n".join(line + end for line, end in zip(lines, ends, strict=True))
    return (_BOM if data.startswith(_BOM) else b"") + whole.encode()


def _typed_right(line: str) -> str:
    """One line without the traps that have one answer."""
    for _ in range(len(line) + 1):
        better = next((new for trap in typing_traps((line,), "")
                       if (new := _MENDS[trap.code](line, trap)) is not None), None)  # fmt: skip
        if better is None:
            return line
        line = better
    return line


def _tab(line: str, trap: Problem) -> str:
    return _over(line, trap, "  ")


def _space(line: str, trap: Problem) -> str:
    return _over(line, trap, " ")


def _quote(line: str, trap: Problem) -> str | None:
    """Both quotes of a pair; None where it is not plain where the second one is."""
    at = trap.place.column - 1
    mark = line[at]
    inside = line[at + 1 :]
    ends = [i for i, one in enumerate(inside)
            if one in _CLOSES[mark] and inside[i + 1 : i + 2] in ("", " ", ")", ",", "]")]  # fmt: skip
    plain = _PLAIN[mark]
    if len(ends) != 1 or plain in inside[: ends[0]]:
        return None
    end = ends[0]
    return line[:at] + plain + inside[:end] + plain + inside[end + 1 :]


def _colon(line: str, trap: Problem) -> str:
    at, width = trap.place.column - 1, trap.place.width
    quoted = line[at : at + width].replace("'", "''")
    return f"{line[:at]}'{quoted}'{line[at + width :]}"


def _over(line: str, trap: Problem, text: str) -> str:
    at = trap.place.column - 1
    return line[:at] + text + line[at + 1 :]


_MENDS: dict[str, Callable[[str, Problem], str | None]] = {
    "AZ-Y01": _tab, "AZ-Y02": _space, "AZ-Y03": _quote, "AZ-Y04": _colon,
}  # fmt: skip


def _step(lines: list[str], ends: list[str], file: str) -> bool:
    """Mend one thing that only shows in the whole document; False if there is none."""
    problems = _problems(lines, file)
    for problem in problems:
        if problem.code == "AZ-Y12" and _stands_twice(lines, problem):
            at = problem.place.line - 1
            del lines[at], ends[at]
            return True
    unread = next((one.place.line for one in problems if one.code in ("AZ-Y05", "AZ-Y09")), None)
    return unread is not None and _spaced(lines, file, unread)


def _problems(lines: list[str], file: str) -> list[Problem]:
    try:
        parse("\n".join(lines).encode(), file)
    except DocumentError as err:
        return [one for one in err.problems if isinstance(one, Problem)]
    return []


def _stands_twice(lines: list[str], problem: Problem) -> bool:
    """The very same line, whole, as the first of its key; neither has lines below it."""
    at = problem.place.line - 1
    line = lines[at]
    before = [i for i in range(at) if lines[i].rstrip() == line.rstrip()]
    if not before or line.rstrip().endswith(":"):
        return False
    between = lines[before[-1] + 1 : at]
    depth = _depth(line)
    return all(not one.strip() or _depth(one) >= depth for one in between) and "- " not in line


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaced(lines: list[str], file: str, unread: int) -> bool:
    """Put the space behind a colon at the line that cannot be read, or just before it, if the
    document can be read further by that."""
    for at in range(min(unread, len(lines)) - 1, max(-1, unread - 4), -1):
        found = _NO_SPACE.match(lines[at])
        if found is None or lines[at].lstrip().startswith("#"):
            continue
        candidate = [*lines]
        candidate[at] = f"{found.group(1)}: {lines[at][found.end() :]}"
        after = next((one.place.line for one in _problems(candidate, file)
                      if one.code in ("AZ-Y05", "AZ-Y09")), len(lines) + 1)  # fmt: skip
        if after > unread:
            lines[:] = candidate
            return True
    return False
