"""A small table in memory, found by its key; read once an input."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats.join_settings import Table
from azalai.plugin.format import Ending, Finding, Format, RawRecord, Unreadable

ROWS = 500_000
TEXT = 64_000_000  # characters of all cells


@dataclass(slots=True)
class Index:
    """The rows of a table by their key: line and cells, in the order of `names`."""

    table: Table
    names: tuple[str, ...]
    digest: str = ""
    rows: dict[str, list[tuple[int, tuple[str, ...]]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def find(self, key: str) -> list[tuple[int, tuple[str, ...]]]:
        """The rows with this key, in the table's order."""
        found = self.rows.get(key)
        if found is None:
            return []
        if self.table.many:
            self.used.add(key)
        return found

    def place(self, lines: list[int]) -> str:
        """Where the rows stand, shortly: `marques.csv@3fa4c2d1b0aa:12`."""
        shown = ",".join(map(str, lines[:5])) + (",…" if len(lines) > 5 else "")
        mark = f"@{self.digest[:12]}" if self.table.file else ""
        return f"{self.table.called}{mark}:{shown}"

    def strays(self) -> Iterator[Finding]:
        """That rows of a table of details belong to no record of the main file."""
        lost = [row for key, rows in self.rows.items() if key not in self.used for row in rows]
        if self.table.many and lost:
            first = min(line for line, _ in lost)
            what = Text(f"{self.table.called} : {len(lost)} ligne(s) d'aucune fiche, la première"
                        f" ligne {first}",
                        f"{self.table.called}: {len(lost)} line(s) of no record, the first at line"
                        f" {first}")  # fmt: skip
            todo = Text("les deux fichiers sont-ils du même jour ? demandez-les ensemble.",
                        "are the two files of one day? ask for them together.")  # fmt: skip
            yield Finding("AZ-F027", what, todo)


def read_index(
    table: Table, made: Format, stream: BinaryIO, digest: str
) -> tuple[Index, list[Finding]]:
    """The table, and what was found wrong with single rows of it. Raises FormatError where it is
    not what the mapping declares, or too large to be held."""
    names = tuple(c.name for c in table.shape.columns if c.rule != "ignored")
    if not digest:
        whole = hashlib.sha256()
        while block := stream.read(1 << 20):
            whole.update(block)
        digest = whole.hexdigest()
    stream.seek(0)
    index, findings, rows, size = Index(table, names, digest), [], 0, 0
    try:
        for item in made.read(stream, digest):
            if isinstance(item, RawRecord):
                cells = tuple(str(item.values.get(name) or "") for name in names)
                rows, size = rows + 1, size + sum(map(len, cells))
                if rows > ROWS or size > TEXT:
                    raise _too_large(item.address.line)
                key = str(item.values.get(table.there) or "").strip()
                line = item.address.line or item.address.number
                index.rows.setdefault(key, []).append((line, cells))
            elif isinstance(item, Unreadable) or (
                isinstance(item, Finding) and not (table.sheet and item.code == "AZ-F024")
            ):
                findings.append(_placed(table, item))
            elif isinstance(item, Ending):
                break
    except FormatError as err:
        raise _renamed(table, err) from err
    return index, findings


def _placed(table: Table, item: Unreadable | Finding) -> Finding:
    what = Text(f"{table.called}, {item.what.fr}", f"{table.called}, {item.what.en}")
    return Finding(item.code, what, item.todo)


def _renamed(table: Table, err: FormatError) -> FormatError:
    """The same error, with the table's name; columns as the mapping names them."""
    what = f"{table.called}, {err.what[0]}", f"{table.called}, {err.what[1]}"
    missing = [f"{table.name}/{name}" for name in err.missing]
    new = [f"{table.name}/{name}" for name in err.new]
    return FormatError(err.code, what, err.todo, line=err.line, missing=missing, new=new)


def _too_large(line: int | None) -> FormatError:
    what = (f"plus de {ROWS} lignes ou de {TEXT} caractères : trop grand pour être joint",
            f"over {ROWS} lines or {TEXT} characters: too large to be joined")  # fmt: skip
    todo = ("échangez les rôles (le plus grand fichier est le principal), ou joignez à la source.",
            "swap the two (the larger file is the main one), or join them at the source.")  # fmt: skip
    return FormatError("AZ-F067", what, todo, line=line)
