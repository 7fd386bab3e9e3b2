"""Columns that hold the same number: what tables are joined on, what lines of a record repeat."""

from collections.abc import Iterator

from .inbound_model import InboundMapping


def joined_columns(mapping: InboundMapping) -> dict[str, str]:
    """Each column that has to agree with others, with one name for all that agree: both sides of
    `joined: … on:`, tables of the same file and column, and `rows_with_same` in each part."""
    named: dict[str, str] = {}
    for alike in _alike(mapping):
        name = next((named[one] for one in alike if one in named), alike[0])
        for old in {named[one] for one in alike if one in named}:
            named = {one: name if held == old else held for one, held in named.items()}
        named |= dict.fromkeys(alike, name)
    known = {column.name for column in mapping.columns}
    return {column: name for column, name in named.items() if column in known}


def _alike(mapping: InboundMapping) -> Iterator[list[str]]:
    settings = mapping.shape.settings
    joined = settings.get("joined")
    for name, table in joined.items() if isinstance(joined, dict) else ():
        here, _, there = str(table.get("on", "")).partition("=")
        key = (there or here).strip()
        file = table.get("file") or table.get("sheet") or table.get("table") or ""
        yield [here.strip(), f"{name}/{key}", f"\0{file}\0{key}"]
    own = settings.get("rows_with_same")
    if own:
        yield [own, *(one.name for one in mapping.columns if one.name.endswith(f"/{own}"))]
