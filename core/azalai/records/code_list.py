"""A closed list of codes with its labels: the type, and how one is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .labels import Labels


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list: code -> labels, in the order in which screens show them.

    `beside` gives, for some codes, the code of a public standard (`beside_of` names it, such as
    ICAO 9303); it is for people and for outbound code tables, never a second spelling.
    """

    name: str
    codes: Mapping[str, Labels]
    beside_of: str | None = None
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __contains__(self, code: object) -> bool:
        """Whether this is one of the list's codes."""
        return code in self.codes


def closed(
    name: str, *rows: str, beside_of: str | None = None, beside: Mapping[str, str] | None = None
) -> CodeList:
    """Build a list from rows `code | French | English | Arabic`; ValueError on a bad row."""
    codes: dict[str, Labels] = {}
    for row in rows:
        code, fr, en, ar = (cell.strip() for cell in row.split("|"))
        if code in codes or not (code and fr and en and ar):
            raise ValueError(f"list {name}: bad or repeated row {code}")
        codes[code] = Labels(fr, en, ar)
    unknown = set(beside or {}) - set(codes)
    if unknown:
        raise ValueError(f"list {name}: no such code {sorted(unknown)}")
    return CodeList(name, MappingProxyType(codes), beside_of, MappingProxyType(beside or {}))
