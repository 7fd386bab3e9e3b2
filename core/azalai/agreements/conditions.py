"""The conditions of a rule: what a record's values must be for it to apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .ages import may_be_minor

_PLAIN = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field's value is one of these texts (a Code by its code, a PartialDate by its value)."""

    path: str
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bound:
    """The field's whole number is at least (or at most) `number`."""

    path: str
    number: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Minor:
    """A person of the record may be a minor (`may_be_minor: yes`), or cannot be one (`no`)."""

    wanted: bool


Condition = OneOf | Bound | Minor


@dataclass(frozen=True, slots=True)
class Case:
    """A record at an instant: what conditions look at. `births` is what `ages.births` gives."""

    record: Mapping[str, Any]
    births: tuple[date | None, ...]
    at: datetime
    zone: str


def meet(conditions: Sequence[Condition], case: Case, *, every: bool) -> bool:
    """Whether all conditions hold.

    On a list, `every` wants each element to meet a condition (`share`), else one is enough
    (`never`, `ask`). An empty field meets no condition.
    """
    return all(_meets(one, case, every=every) for one in conditions)


def values(record: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a dotted path, one an element of the lists on the way; None where empty."""
    level: list[Any] = [record]
    for name in path.split("."):
        found: list[Any] = []
        for value in level:
            inner = value.get(name) if _is_object(value) else None
            if inner.__class__ is list or inner.__class__ is tuple:
                found += inner or (None,)
            else:
                found.append(inner)
        level = found
    return [value.get("code", value.get("value")) if _is_object(value) else value
            for value in level]  # fmt: skip


def _is_object(value: Any) -> bool:
    """Nearly always a dict or plain: told without asking an abstract class."""
    kind = value.__class__
    return kind is dict or (kind not in _PLAIN and isinstance(value, Mapping))


def _meets(condition: Condition, case: Case, *, every: bool) -> bool:
    if isinstance(condition, Minor):
        found = [may_be_minor(born, case.at, case.zone) is condition.wanted for born in case.births]
    else:
        found = [_holds(condition, value) for value in values(case.record, condition.path)]
    return bool(found) and (all(found) if every else any(found))


def _holds(condition: OneOf | Bound, value: Any) -> bool:
    if value is None:
        return False
    if isinstance(condition, OneOf):
        return str(value) in condition.wanted
    if not isinstance(value, int):
        return False
    return value >= condition.number if condition.at_least else value <= condition.number
