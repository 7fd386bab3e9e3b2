"""One raw record with every value replaced, which the mapping treats as it treats the original."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Any

import orjson

from azalai.errors import StopError

from . import name_words
from .dates import DateOrder, date_order
from .expression import Call
from .inbound_model import InboundMapping, lines_by_column, resolve
from .invented_zone import same_zone
from .inventing import earlier_by, impossible_date, same_date, same_shape
from .joined_columns import joined_columns
from .results import Parked, Result, Translated

Outcomes = Callable[[Sequence[dict[str, Any]]], Sequence[Result]]
"""What the mapping makes of raw records: one result each."""

Change = Callable[[str, str], str]
"""What becomes of a column's text."""

_TRIES = 24  # candidates a round: they are mapped together
_ROUNDS = 12
_NO_CODES = _WRONG_DATES = 0.1  # how often, for rows that do not translate
_TOLD = ("precision", "calendar", "script", "circa")


class Inventor:
    """Invents rows for one mapping; `chance` decides, a seeded one in tests."""

    def __init__(self, mapping: InboundMapping, outcomes: Outcomes, chance: Random) -> None:
        self._mapping = mapping
        self._outcomes = outcomes
        self._chance = chance
        self._lines = lines_by_column(mapping)
        self._years = earlier_by(chance)
        self._columns = {one.name: one for one in mapping.columns}
        self._joined = joined_columns(mapping)
        self._keys: dict[tuple[str, str], str] = {}

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The invented row. Columns that are ignored or empty are left out; columns that are joined
        have one invented value where they had one.

        StopError names a column for which nothing was found that the mapping treats alike.
        """
        row = {name: value for name, value in values.items() if self._counts(name, value)}
        (first,) = self._outcomes([row])
        self._keys = {}
        for held in self._held(row):
            row = self._with_key(row, held, first)
        split = self._split_zones(row)
        for names in split:
            row = self._with_zone(row, names, first)
        whole = {name for names in split for name in names}
        for name in (one for one in list(row) if one not in whole):
            row[name] = self._one(row, name, first)
        return row

    def _split_zones(self, row: Mapping[str, Any]) -> list[tuple[str, ...]]:
        """The columns that hold a machine readable zone together, a line each."""
        found = dict.fromkeys(
            line.expression.columns for lines in self._lines.values() for line in lines
            if len(line.expression.columns) > 1 and line.expression.mode == "all"
            and any(call.name == "mrz" for call in line.expression.calls)
        )  # fmt: skip
        return [names for names in found if all(isinstance(row.get(one), str) for one in names)]

    def _with_zone(
        self, row: dict[str, Any], names: tuple[str, ...], first: Result
    ) -> dict[str, Any]:
        """The row with one zone invented, its lines in their columns: check digits of one cover
        others."""
        lines = [str(row[name]) for name in names]
        text = "".join(lines)
        ends = list(accumulate(map(len, lines)))

        def placed(made: str) -> dict[str, Any]:
            cut = (made[end - len(line) : end] for end, line in zip(ends, lines, strict=True))
            return {**row, **dict(zip(names, cut, strict=True))}

        return placed(self._invented(
            names[0], text, first, lambda: same_zone(text, self._years, self._chance), placed
        ))  # fmt: skip

    def _one(self, row: dict[str, Any], name: str, first: Result) -> Any:
        """A column's invented value, the others as they are."""

        def candidate() -> Any:
            return self._value(name, row[name], "")

        return self._invented(name, row[name], first, candidate, lambda one: {**row, name: one})

    def _held(self, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """The keys of joined columns that the row holds: their name, a column, the text."""
        found: dict[tuple[str, str], str] = {}

        def note(column: str, text: str) -> str:
            if column in self._joined and text.strip():
                found.setdefault((self._joined[column], text.strip()), column)
            return text

        for name, value in row.items():
            self._value(name, value, "", note)
        return [(name, column, text) for (name, text), column in found.items()]

    def _with_key(
        self, row: dict[str, Any], held: tuple[str, str, str], first: Result
    ) -> dict[str, Any]:
        """The row with one key invented, in all columns that hold it."""
        name, column, text = held

        def swapped(made: str) -> dict[str, Any]:
            def swap(at: str, found: str) -> str:
                same = self._joined.get(at) == name and found.strip() == text
                return found.replace(text, made) if same else found

            return {one: self._value(one, value, "", swap) for one, value in row.items()}

        made = self._invented(column, text, first, lambda: self._text(column, text), swapped)
        self._keys[name, made] = made
        return swapped(made)

    def _counts(self, name: str, value: Any) -> bool:
        column = self._columns.get(name)
        return bool(value) and (column is None or column.rule != "ignored")

    def _invented(
        self, name: str, old: Any, first: Result, candidate: Callable[[], Any],
        placed: Callable[[Any], dict[str, Any]],
    ) -> Any:  # fmt: skip
        """A value that changes nothing of what the mapping makes; failing that, one that ends in
        the same state for the same reason. `placed` is the row with it."""
        fallback = None
        for _ in range(_ROUNDS):
            candidates = [candidate() for _ in range(_TRIES)]
            tried = [one for one in candidates if one != old] or candidates[:1]
            results = self._outcomes([placed(one) for one in tried])
            for value, result in zip(tried, results, strict=True):
                if _whole(result) == _whole(first):
                    return value
                if fallback is None and _reason(result) == _reason(first):
                    fallback = value
        if fallback is None:
            raise StopError(
                f"no invented value was found for the column {name}",
                fr=f"aucune valeur inventée n'a été trouvée pour la colonne {name}",
                hint="write this example by hand, or take another line",
                hint_fr="écrivez cet exemple vous-même, ou prenez une autre ligne",
            )
        return fallback

    def _value(self, name: str, value: Any, scope: str, change: Change | None = None) -> Any:
        """A value with each text in it changed: invented, or as `change` makes it."""
        full = name if not scope else resolve(name, scope, frozenset(self._columns)) or name
        if isinstance(value, dict):
            inner = f"{scope}/{name}" if scope else name
            return {key: self._value(key, one, inner, change) for key, one in value.items()}
        if isinstance(value, list):
            if all(isinstance(one, dict) for one in value):
                inner = full if full in self._lines else name
                return [{key: self._value(key, one, inner, change) for key, one in item.items()}
                        for item in value]  # fmt: skip
            return [(change or self._text)(full, str(one)) for one in value]
        return (change or self._text)(full, str(value))

    def _text(self, column: str, text: str) -> str:
        if (
            not text.strip()
            or text.strip() in self._mapping.empty
            or self._structural(column, text)
        ):
            return text
        key = (self._joined.get(column, ""), text.strip())
        if key in self._keys:
            return text
        calls = [call for line in self._lines.get(column, ()) for call in line.expression.calls]
        if any(call.name == "mrz" for call in calls):
            return same_zone(text, self._years, self._chance)
        codes = self._codes(calls, text)
        if codes and self._chance.random() > _NO_CODES:
            return self._chance.choice(codes)
        orders = list(_orders(calls))
        if any(call.name in ("date", "age") for call in calls):
            draw = self._chance.random()  # a wrong date has to be wrong in the same way
            if draw < _WRONG_DATES and (wrong := impossible_date(text, orders, self._chance)):
                return wrong
            if draw < 2 * _WRONG_DATES:
                return same_shape(text, self._chance)
            return same_date(text, orders, self._years, self._chance)
        return same_shape(text, self._chance, _kept(calls))

    def _structural(self, column: str, text: str) -> bool:
        """A value that says what kind of row it is, not what it is about."""
        takes, when = self._mapping.takes, self._mapping.lifecycle.withdrawn_when or {}
        said = takes.values if takes and takes.column == column else when.get(column, frozenset())
        return text.strip() in said

    def _codes(self, calls: Sequence[Call], text: str) -> list[str]:
        """Values of every list that reads the column, without this one where there are others;
        none where the lists do not have the value either."""
        names = {c.arguments[0].text for c in calls if c.name == "code" and c.arguments}
        tables = [self._mapping.tables[name] for name in names if name in self._mapping.tables]
        found = [{entry.value for entry in table.entries} for table in tables]
        if not found or not all(text.strip() in values for values in found):
            return []
        shared = sorted(set.intersection(*found))
        return [one for one in shared if one != text.strip()] or shared


def _orders(calls: Sequence[Call]) -> Iterator[DateOrder]:
    base = 1900
    for call in calls:
        for argument in call.arguments if call.name in ("date", "age") else ():
            letters = argument.text.rpartition(" ")[2]
            order = date_order(letters) or date_order(letters, base)
            if order is not None:
                yield order


def _kept(calls: Sequence[Call]) -> frozenset[str]:
    """Words that say how the cell is written: marks of its steps, particles, titles."""
    words = {name_words.plain_word(word) for call in calls for argument in call.arguments
             if call.name in ("before", "after", "split", "replace", "measure")
             for word in argument.text.split()}  # fmt: skip
    names = any(call.name in ("name", "birth_name", "before", "after") for call in calls)
    return frozenset(words) | (name_words.KNOWN if names else frozenset())


def _reason(result: Result) -> tuple[Any, ...]:
    if isinstance(result, Translated):
        return ("translated", result.withdraw)
    if isinstance(result, Parked):
        return ("parked", result.column, result.code_list, result.what)
    return ("rejected", result.column, result.code, result.what)


def _whole(result: Result) -> Any:
    """The reason, and of a record the shape: which fields are filled, how precise its dates are."""
    if not isinstance(result, Translated):
        return _reason(result)
    return _reason(result), _shape(orjson.loads(result.record or b"{}"), "")


def _shape(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _shape(one, key) for key, one in value.items() if key != "provenance"}
    if isinstance(value, list):
        return [_shape(one, name) for one in value]
    return value if name in _TOLD else None
