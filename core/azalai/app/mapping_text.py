"""One more spelling of a column in a mapping's text: its comments and layout stay as they are."""

import json

from azalai.documents import Document, Map, Node, Scalar, Sequence
from azalai.errors import StopError

BOM = b"\xef\xbb\xbf"


def with_spelling(document: Document, column: str, spelling: str) -> bytes:
    """The document's bytes with `spelling` under `also:` of a declared column, and its version
    raised by one.

    StopError where the text is laid out in a way that is not changed by machine.
    """
    lines = list(document.lines)
    block = document.root.get("columns")
    entry = block.entry(column) if isinstance(block, Map) and not block.flow else None
    version = document.root.get("version")
    if entry is None or not isinstance(version, Scalar):
        raise _by_hand(document, column)
    value = entry.value
    at = version.place.line - 1
    lines[at] = _replaced(lines[at], version, str(int(version.text) + 1), document, column)
    if isinstance(value, Scalar):
        _unfold(lines, entry.key, value, spelling, document)
    else:
        _add(lines, value, spelling, document, column)
    text = "\n".join(lines)
    if b"\r\n" in document.data:
        text = text.replace("\n", "\r\n")
    return (BOM if document.data.startswith(BOM) else b"") + text.encode()


def _unfold(lines: list[str], key: Scalar, rule: Scalar, spelling: str, document: Document) -> None:
    """`Pays: required  # why` becomes a key, `rule:` and `also:`."""
    at = rule.place.line - 1
    line = lines[at]
    raw = _raw(line, rule, document, key.text)
    if key.place.line != rule.place.line:
        raise _by_hand(document, key.text)
    start = rule.place.column - 1
    head, rest = line[:start].rstrip(), line[start + len(raw) :].strip()
    inner = " " * (key.place.column + 1)
    lines[at : at + 1] = [
        f"{head}  {rest}" if rest else head,
        f"{inner}rule: {raw}",
        f"{inner}also: [ {quoted(spelling)} ]",
    ]


def _add(
    lines: list[str], value: Node, spelling: str, document: Document, column: str
) -> None:  # fmt: skip
    """A column that has `rule:` and perhaps `also:` gets one spelling more."""
    if not isinstance(value, Map) or value.flow or not value.entries:
        raise _by_hand(document, column)
    also = value.entry("also")
    inner = " " * (value.entries[0].key.place.column - 1)
    if also is None:
        last = value.entries[-1].value
        if not isinstance(last, Scalar):
            raise _by_hand(document, column)
        lines.insert(last.place.line, f"{inner}also: [ {quoted(spelling)} ]")
        return
    at = also.key.place.line - 1
    if isinstance(also.value, Scalar):
        raw = _raw(lines[at], also.value, document, column)
        lines[at] = _replaced(
            lines[at], also.value, f"[ {raw}, {quoted(spelling)} ]", document, column
        )
    elif isinstance(also.value, Sequence) and also.value.flow:
        opening = also.value.place.column
        if also.value.place.line != at + 1 or lines[at][opening - 1] != "[":
            raise _by_hand(document, column)
        lines[at] = f"{lines[at][:opening]} {quoted(spelling)},{lines[at][opening:]}"
    elif isinstance(also.value, Sequence) and also.value.items:
        first = also.value.items[0]
        line = lines[first.place.line - 1]
        dash = line.index("-")
        lines.insert(first.place.line - 1, f"{line[:dash]}- {quoted(spelling)}")
    else:
        raise _by_hand(document, column)


def _replaced(line: str, node: Scalar, text: str, document: Document, column: str) -> str:
    raw, start = _raw(line, node, document, column), node.place.column - 1
    return line[:start] + text + line[start + len(raw) :]


def _raw(line: str, node: Scalar, document: Document, column: str) -> str:
    """A scalar as it stands in its line, quotes included."""
    start = node.place.column - 1
    if not node.quoted:
        if line[start:].startswith(node.text) and node.text:
            return node.text
        raise _by_hand(document, column)
    mark = line[start : start + 1]
    for spelt in (
        json.dumps(node.text, ensure_ascii=False),
        "'" + node.text.replace("'", "''") + "'",
    ):
        if mark and line[start:].startswith(spelt):
            return spelt
    raise _by_hand(document, column)


def quoted(text: str) -> str:
    """Between double quotes, what a word processor may have left in it as an escape."""
    odd = "\u00a0\u202f\u2018\u2019\u201c\u201d\ufeff"
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if c in odd or not c.isprintable() else c for c in plain)


def _by_hand(document: Document, column: str) -> StopError:
    return StopError(
        f"{document.file}: the line of “{column}” is not laid out as a machine can change it",
        fr=f"{document.file} : la ligne de « {column} » n'est pas écrite d'une façon qu'une machine"
        " puisse changer",
        hint=f"add the new name under `also:` of {column} yourself, raise `version:`, then "
        "`azalai mapping check`",
        hint_fr=f"ajoutez vous-même le nom nouveau sous « also: » de {column}, augmentez "
        "« version: », puis « azalai mapping check »",
    )
