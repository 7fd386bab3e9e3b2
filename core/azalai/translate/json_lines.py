"""Results as JSON lines: records in one stream, everything else in another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from azalai.address import Address
from azalai.documents import Text
from azalai.mapping import Parked, Rejected, Result, Translated
from azalai.plugin.format import Unreadable


@dataclass(slots=True)
class LinesMade:
    """Lines so far and how many results of each sort they stand for."""

    records: list[bytes] = field(default_factory=list)
    rejects: list[bytes] = field(default_factory=list)
    translated: int = 0
    rejected: int = 0
    parked: int = 0
    unreadable: int = 0

    def add(self, result: Result | Unreadable, *, with_values: bool) -> None:
        """One result's line. Its values (personal data) stand in it only `with_values`."""
        if isinstance(result, Translated):
            self.translated += 1
            self.records.append(result.record or _withdrawn(result))
            return
        line = dict(_place(result.address), **_told(result.what, result.todo))
        if isinstance(result, Unreadable):
            self.unreadable += 1
            line.update(state="unreadable", code=result.code)
        elif isinstance(result, Rejected):
            self.rejected += 1
            line.update(state="rejected", code=result.code, column=result.column,
                        field=result.field, rule=result.rule, mapping=result.mapping)  # fmt: skip
        elif isinstance(result, Parked):
            self.parked += 1
            line.update(state="parked", code="AZ-P001", column=result.column, field=result.field,
                        code_list=result.code_list, mapping=result.mapping)  # fmt: skip
        if with_values and not isinstance(result, Unreadable):
            line["raw"] = orjson.Fragment(result.raw)
        self.rejects.append(orjson.dumps(line))


def joined(lines: list[bytes]) -> bytes:
    """The lines with their ends."""
    return b"\n".join([*lines, b""])


def _withdrawn(result: Translated) -> bytes:
    """A raw record that only says that its record is withdrawn."""
    return orjson.dumps({"kind": result.kind, "key": result.key, "withdrawn": result.withdraw})


def _place(address: Address) -> Iterator[tuple[str, Any]]:
    yield "number", address.number
    for name in ("line", "offset", "part"):
        value = getattr(address, name)
        if value is not None:
            yield name, value


def _told(what: Text, todo: Text) -> dict[str, dict[str, str]]:
    return {"what": what._asdict(), "todo": todo._asdict()}
