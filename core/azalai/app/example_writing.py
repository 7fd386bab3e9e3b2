"""An example written down: at the end of a mapping's `*.examples.yaml`, comments and mode kept."""

import re
from pathlib import Path
from typing import Any, Protocol

from azalai import documents
from azalai.app.accepting import write_whole
from azalai.app.mapping_text import quoted
from azalai.documents import Map
from azalai.documents import Sequence as Items
from azalai.errors import StopError

_PLAIN = re.compile(r"[^\W_][\w ./()+,;-]*", re.UNICODE)
_HEAD = "# Lignes et fiches INVENTÉES / INVENTED rows and records.\n"


class Written(Protocol):
    """An example: its case, and how it stands under `examples:`."""

    @property
    def case(self) -> str:
        """What it shows."""
        ...

    def block(self) -> str:
        """Its lines."""
        ...


def write(mapping: Path, made: Written) -> Path:
    """Put the example at the end of `<mapping>.examples.yaml`, comments and mode kept; the file.

    StopError where the case is there already or the file is laid out in another way.
    """
    target = mapping.with_name(f"{mapping.stem}.examples.yaml").resolve()
    if not target.exists():
        write_whole(target, (_HEAD + "examples:\n" + made.block()).encode())
        return target
    document = documents.read(target)
    entry = document.root.entry("examples")
    if entry is None or not isinstance(entry.value, Items) or entry.value.flow:
        raise _by_hand(target)
    cases = [item.text("case") for item in entry.value.items if isinstance(item, Map)]
    if made.case in cases:
        raise StopError(f"{target.name} has a case “{made.case}”",
                        fr=f"{target.name} a déjà un exemple « {made.case} »",
                        hint="--case gives it another name",
                        hint_fr="--case lui donne un autre nom")  # fmt: skip
    data = _with_block(document, entry.value, made)
    again = documents.parse(data, target.name).root.get("examples")
    if not isinstance(again, Items) or len(again.items) != len(entry.value.items) + 1:
        raise _by_hand(target)
    write_whole(target, data)
    return target


def _with_block(document: documents.Document, items: Items, made: Written) -> bytes:
    """The document's bytes with the block behind its last example."""
    lines = list(document.lines)
    later = [e.key.place.line for e in document.root if e.key.place.line > items.place.line]
    at = min(later) - 1 if later else len(lines)
    while at > 0 and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    first = lines[items.items[0].place.line - 1] if items.items else "  - "
    indent = len(first) - len(first.lstrip(" "))
    block = [" " * indent + line[2:] for line in made.block().splitlines()]
    rest = lines[at:] or [""]
    text = "\n".join([*lines[:at], *block, *rest])
    if b"\r\n" in document.data:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if document.data.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode()


def value(given: Any) -> str:
    """A text, list or map as it stands in YAML, on one line."""
    if isinstance(given, list):
        return "[ " + ", ".join(value(one) for one in given) + " ]"
    if isinstance(given, dict):
        return "{ " + ", ".join(f"{quoted(k)}: {value(v)}" for k, v in given.items()) + " }"
    return scalar(str(given))


def scalar(text: str) -> str:
    """A text as it stands in YAML, between quotes where it needs them."""
    plain = _PLAIN.fullmatch(text) and text == text.strip() and "," not in text
    return text if plain else quoted(text)


def _by_hand(target: Path) -> StopError:
    return StopError(f"{target.name} is not laid out as a machine can change it",
                     fr=f"{target.name} n'est pas écrit d'une façon qu'une machine puisse changer",
                     hint="copy the example that was shown under `examples:`",
                     hint_fr="copiez l'exemple montré sous « examples: »")  # fmt: skip
