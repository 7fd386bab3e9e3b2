"""What a sample's values prove of each column: filled, unique, a date in which order, a code."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from azalai import formats
from azalai.documents import Text
from azalai.drafting.structure import Structure
from azalai.errors import InputError
from azalai.plugin.format import Column, Finding, RawRecord, Unreadable

RECORDS = 5000  # looked at; a sample need not be larger
FEW = 40  # distinct values of a column that may be a code list
_FIT = 0.9  # of the filled cells
_DATE = re.compile(r"(\d{1,4})([/.\- ]?)(\d{1,2})(?:\2(\d{1,4}))")
_SAYS_MORE = re.compile(r".{41}|\d{5}|,|(\S+\s+){3}\S")  # a number, a name, a sentence
_HIJRI = (1300, 1500)  # 1883 to 2077
_ISO = re.compile(r"\d{4}(-\d\d){0,2}")
_EIGHT = re.compile(r"\d{8}")


@dataclass(slots=True)
class Observed:
    """One column of the sample: its values with the line where each stands. They stay here."""

    name: str
    repeated: bool
    parent: bool = False  # has parts of its own
    within: str = ""  # the nearest repeated part that it lies in
    records: int = 0
    values: list[tuple[int, str]] = field(default_factory=list)

    @property
    def always(self) -> bool:
        """Filled in every record; never said of what lies in a repeated part."""
        return len(self.values) >= self.records > 0 and not self.within

    def distinct(self) -> list[str]:
        """The values, each once, in the order met."""
        return list(dict.fromkeys(value for _, value in self.values))

    @property
    def unique(self) -> bool:
        """Filled in every record, and never twice the same."""
        return self.always and not self.repeated and len(self.distinct()) == len(self.values)

    @property
    def whole_numbers(self) -> bool:
        """Digits only."""
        return bool(self.values) and all(v.isascii() and v.isdigit() for _, v in self.values)

    @property
    def codes(self) -> bool:
        """Few distinct values that come again and again."""
        found = self.distinct()
        return (0 < len(found) <= FEW and len(self.values) >= 5 * len(found)
                and not any(_SAYS_MORE.search(value) for value in found))  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column writes its dates; `proven` says whether the values leave one order only."""

    written: str
    partial: bool
    proven: bool
    why: Text


def observe(structure: Structure, data: bytes) -> tuple[list[Observed], int, Text | None]:
    """Read the sample as a feed would: its columns, how many records, what was wrong with it.

    ConfigurationError where the structure itself is none that a format takes.
    """
    columns = {c.name: _column(c, structure) for c in structure.columns}
    records, trouble = 0, None
    try:
        items = formats.make([structure.shape()]).read(io.BytesIO(data), "")
        for item in islice(items, RECORDS):
            if isinstance(item, RawRecord):
                if structure.tag and item.tag != structure.tag[1]:
                    continue
                records += 1
                _note(item.values, "", item.address.line or item.address.number, columns)
            elif isinstance(item, Unreadable | Finding) and not _of_another(item, structure):
                trouble = trouble or item.what
    except InputError as err:
        trouble = Text(*err.what)
    for one in columns.values():
        one.records = records
    return list(columns.values()), records, trouble


def _of_another(item: Unreadable | Finding, structure: Structure) -> bool:
    """It is about records that another mapping takes."""
    part = item.address.part if item.address else None
    return bool(structure.tag and part and not part.startswith(structure.tag[1]))


def _column(one: Column, structure: Structure) -> Observed:
    names = [c.name for c in structure.columns]
    repeated = [c.name for c in structure.columns if c.rule == "repeated"]
    within = max((r for r in repeated if one.name.startswith(f"{r}/")), key=len, default="")
    parent = any(name.startswith(f"{one.name}/") for name in names)
    return Observed(one.name, one.rule == "repeated", parent, within)


def _note(
    values: Mapping[str, Any], prefix: str, line: int, columns: Mapping[str, Observed]
) -> None:
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                _note(one, f"{prefix}{name}/", line, columns)
            elif isinstance(one, str) and one.strip() and prefix + name in columns:
                columns[prefix + name].values.append((line, one.strip()))


def date_order(column: Observed) -> DateOrder | None:
    """The order of a column's dates, by its values alone; None where they are no dates."""
    texts = [value for _, value in column.values]
    shorter = [t for t in texts if len(t) < len("2026-01-01")]
    if shorter and any("-" in t for t in texts) and all(_ISO.fullmatch(t) for t in texts):
        why = Text("l'année d'abord ; des jours manquent", "the year first; days are missing")
        return DateOrder("iso", partial=True, proven=True, why=why)
    found = [(line, parts) for line, value in column.values if (parts := _parts(value))]
    if not column.values or len(found) < _FIT * len(column.values):
        return None
    marks = {mark for _, (_, mark) in found}
    if len(marks) != 1:
        return None
    mark = marks.pop()
    dates = [(line, numbers) for line, (numbers, _) in found]
    if all(len(numbers[0]) == 4 for _, numbers in dates):
        return _settled(dates, mark, ("aaaa", "mm", "jj"), ("aaaa", "jj", "mm"))
    if all(len(numbers[2]) == 4 for _, numbers in dates):
        return _settled(dates, mark, ("jj", "mm", "aaaa"), ("mm", "jj", "aaaa"))
    return None


def _parts(value: str) -> tuple[tuple[str, str, str], str] | None:
    if _EIGHT.fullmatch(value):
        year_first = 1800 <= int(value[:4]) <= 2199
        cut = (value[:4], value[4:6], value[6:]) if year_first else (
            value[:2], value[2:4], value[4:])  # fmt: skip
        return cut, ""
    match = _DATE.fullmatch(value)
    if match is None or not match.group(2):
        return None
    return (match.group(1), match.group(3), match.group(4)), match.group(2)


def _settled(
    parts: list[tuple[int, tuple[str, str, str]]], mark: str, usual: tuple[str, ...],
    other: tuple[str, ...],
) -> DateOrder | None:  # fmt: skip
    """One of two orders: a number above 12 can only be a day, and says where days stand."""
    day, month = usual.index("jj"), usual.index("mm")
    days = [line for line, numbers in parts if int(numbers[day]) > 12]
    turned = [line for line, numbers in parts if int(numbers[month]) > 12]
    if any(int(n[day]) > 31 or int(n[month]) > 31 for _, n in parts) or (days and turned):
        return None
    order = other if turned else usual
    if any(len(numbers[at]) != len(word) for _, numbers in parts for at, word in enumerate(order)):
        return None
    partial = any(not int(numbers[day]) or not int(numbers[month]) for _, numbers in parts)
    lines = ", ".join(str(line) for line in (days or turned)[:3])
    count = len(days or turned)
    why = (
        Text(f"le jour dépasse 12 dans {count} fiche(s), ainsi ligne {lines}",
             f"the day is above 12 in {count} record(s), as on line {lines}")
        if count
        else Text("aucun jour ne dépasse 12 : rien ne prouve l'ordre",
                  "no day is above 12: nothing proves the order")
    )  # fmt: skip
    written = "iso" if mark == "-" and order == ("aaaa", "mm", "jj") else mark.join(order)
    year = order.index("aaaa")
    if all(_HIJRI[0] <= int(numbers[year]) <= _HIJRI[1] for _, numbers in parts):
        written = f"hijri {mark.join(order)}"
        why = Text(f"années de l'hégire ; {why.fr}", f"years of the Hijra; {why.en}")
    return DateOrder(written, partial, bool(count), why)


def name_order(column: Observed) -> str:
    """`NOM, Prénoms` where commas part them; else by where the capitals stand."""
    values = [value for _, value in column.values]
    if values and sum("," in value for value in values) >= _FIT * len(values):
        return "NOM, Prénoms"
    last = sum(value.split()[-1].isupper() and not value.split()[0].isupper() for value in values)
    return "Prénoms NOM" if last > len(values) / 2 else "NOM Prénoms"


def keys(columns: list[Observed]) -> Iterator[Observed]:
    """Columns that could be the record's number, the likeliest first: unique, short, digits."""
    found = [one for one in columns if one.unique and date_order(one) is None]
    yield from sorted(found, key=lambda one: (not _numbered(one), columns.index(one)))


def _numbered(column: Observed) -> bool:
    values = [value for _, value in column.values]
    return all(any(c.isdigit() for c in value) and " " not in value for value in values)
