"""What a sample's values prove of each column: filled, unique, a date in which order, a code."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from azalai import formats
from azalai.documents import Text
from azalai.drafting.structure import Structure
from azalai.errors import InputError
from azalai.formats.access import in_memory
from azalai.plugin.format import Column, Finding, RawRecord, Unreadable

RECORDS = 5000  # looked at; a sample need not be larger
FEW = 40  # distinct values of a column that may be a code list
_FIT = 0.9  # of the filled cells
_AGREE = 0.95  # of a column's dates
_AGAIN = 0.01  # of a key's values
_DATE = re.compile(r"(\d{1,4})([/.\- ]?)(\d{1,2})(?:\2(\d{1,4}))")
_SAYS_MORE = re.compile(r".{41}|\d{5}|,|(\S+\s+){3}\S")  # a number, a name, a sentence
_SENTENCE = re.compile(r".{61}|(\S+\s+){7}\S")  # longer than an entry of a list
_LONG, _VARIED = 0.2, 0.6  # of the distinct values; of the cells
_TOLD = 30  # cells that say how varied a column is
_MANY, _ONCE = 12, 0.5  # distinct values, and the share of them met once, as names are
_HIJRI = (1300, 1500)  # 1883 to 2077
_ISO = re.compile(r"\d{4}(-\d\d){0,2}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+([.,]\d+)?")
_WHOLE, _FLOAT = re.compile(r"\d+(\.0+)?"), re.compile(r"^\d+\.0+$")
_POWER = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)  # 2.26E+11: digits may be lost
_PART = re.compile(r"[.,]\d*[1-9]")
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
    def again(self) -> int:
        """How many values stood in a record before."""
        return len(self.values) - len(self.distinct())

    @property
    def nearly_unique(self) -> bool:
        """Filled in every record, and at most one value in a hundred comes again."""
        return self.always and not self.repeated and self.again <= _AGAIN * len(self.values)

    @property
    def whole_numbers(self) -> bool:
        """Digits only."""
        return bool(self.values) and all(v.isascii() and v.isdigit() for _, v in self.values)

    @property
    def vins(self) -> bool:
        """Nine in ten as a VIN is written: 17 letters and digits, never I, O or Q (ISO 3779)."""
        found = sum(bool(_VIN.fullmatch(value)) for _, value in self.values)
        return found > 0 and found >= _FIT * len(self.values)

    @property
    def measures(self) -> bool:
        """Numbers, some with a part behind the point that is not zero: no codes."""
        return (all(_NUMBER.fullmatch(value) for _, value in self.values)
                and any(_PART.search(value) for _, value in self.values))  # fmt: skip

    @property
    def powers(self) -> list[int]:
        """The lines of numbers that a spreadsheet wrote as a power of ten: `2.26E+11`."""
        return [line for line, value in self.values if _POWER.fullmatch(value)]

    @property
    def floats(self) -> bool:
        """Nine in ten are whole numbers, some with a `.0` that another tool left behind."""
        whole = sum(bool(_WHOLE.fullmatch(value)) for _, value in self.values) + len(self.powers)
        return (whole >= _FIT * len(self.values)
                and any(_FLOAT.search(value) for _, value in self.values))  # fmt: skip

    @property
    def codes(self) -> bool:
        """Few distinct values that come again and again, most of them more than once."""
        found = Counter(value for _, value in self.values)
        once = sum(n == 1 for n in found.values())
        return (0 < len(found) <= FEW and len(self.values) >= 5 * len(found)
                and (len(found) < _MANY or once <= _ONCE * len(found))
                and not self.measures
                and not any(_SAYS_MORE.search(value) for value in found))  # fmt: skip

    @property
    def free_text(self) -> bool:
        """Sentences, or as good as one value a record: what no list holds."""
        found = self.distinct()
        long = sum(bool(_SENTENCE.search(value)) for value in found)
        return (long > _LONG * len(found)
                or (len(self.values) >= _TOLD and len(found) > _VARIED * len(self.values)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column writes its dates; `proven` says whether the values leave one order only."""

    written: str
    partial: bool
    proven: bool
    why: Text
    seldom: bool = False  # what is partial is one in twenty at most
    cut: str = ""  # the steps that cut off an hour behind the day


def observe(structure: Structure, data: bytes) -> tuple[list[Observed], int, Text | None]:
    """Read the sample as a feed would: its columns, how many records, what was wrong with it.

    ConfigurationError where the structure itself is none that a format takes.
    """
    columns = {c.name: _column(c, structure) for c in structure.columns}
    records, trouble = 0, None
    try:
        with in_memory(data) if structure.format == "access" else io.BytesIO(data) as stream:
            reader = formats.make([structure.shape()])
            formats.give_beside(reader, {n: io.BytesIO(b) for n, b in structure.beside.items()})
            for item in islice(reader.read(stream, ""), RECORDS):
                if isinstance(item, RawRecord):
                    if structure.tag and item.tag != structure.tag[1]:
                        continue
                    records += 1
                    _note(item.values, "", item.address.line or item.address.number, columns)
                elif isinstance(item, Unreadable | Finding) and not _of_another(item, structure):
                    trouble = trouble or _said(item.what, item.todo)
    except InputError as err:
        said = _said(Text(*err.what), Text(*err.todo))
        trouble = Text(f"{said.fr} La lecture s'arrête là.", f"{said.en} Reading stops there.")
    for one in columns.values():
        one.records = records
    return list(columns.values()), records, trouble


def _said(what: Text, todo: Text) -> Text:
    return Text(f"{what.fr} ; {todo.fr}", f"{what.en}; {todo.en}") if todo.en else what


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
    """The order of a column's dates, by its values alone; None where they are no dates, or where
    more than one in twenty of them is written otherwise."""
    texts = [value for _, value in column.values]
    iso = [text for text in texts if _ISO.fullmatch(text)]
    if (len(iso) >= _AGREE * len(texts) and any(len(text) < len("2026-01-01") for text in iso)
            and any("-" in text for text in iso)):  # fmt: skip
        why = Text("l'année d'abord ; des jours manquent", "the year first; days are missing")
        seldom = sum(len(text) < len("2026-01-01") for text in iso) <= (1 - _AGREE) * len(texts)
        return DateOrder("iso", partial=True, proven=True, why=why, seldom=seldom)
    found = [(line, parts) for line, value in column.values if (parts := _parts(value))]
    if not column.values or len(found) < _FIT * len(column.values):
        return None
    shapes = Counter((mark, _year_at(numbers)) for _, (numbers, mark) in found)
    (mark, year_at), _ = shapes.most_common(1)[0]
    if year_at is None:
        return None
    dates = [(line, numbers) for line, (numbers, _) in found]
    shaped = [m == mark and _year_at(numbers) == year_at for _, (numbers, m) in found]
    usual = ("aaaa", "mm", "jj") if year_at == 0 else ("jj", "mm", "aaaa")
    other = ("aaaa", "jj", "mm") if year_at == 0 else ("mm", "jj", "aaaa")
    unread = [line for line, value in column.values if _parts(value) is None]
    return _settled([(*one, fits) for one, fits in zip(dates, shaped, strict=True)], mark,
                    usual, other, unread)  # fmt: skip


def _year_at(numbers: tuple[str, str, str]) -> int | None:
    """Which of the three has four digits, the first or the last."""
    return next((at for at in (0, 2) if len(numbers[at]) == 4), None)


def _parts(value: str) -> tuple[tuple[str, str, str], str] | None:
    if _EIGHT.fullmatch(value):
        year_last = _is_year(value[4:]) and int(value[:2]) <= 31 and int(value[2:4]) <= 31
        year_first = _is_year(value[:4]) and (int(value[4:6]) <= 12 or not year_last)
        cut = (value[:4], value[4:6], value[6:]) if year_first else (
            value[:2], value[2:4], value[4:])  # fmt: skip
        return cut, ""
    match = _DATE.fullmatch(value)
    if match is None or not match.group(2):
        return None
    return (match.group(1), match.group(3), match.group(4)), match.group(2)


def _is_year(digits: str) -> bool:
    return 1800 <= int(digits) <= 2199


def _settled(
    dates: list[tuple[int, tuple[str, str, str], bool]], mark: str, usual: tuple[str, ...],
    other: tuple[str, ...], unread: list[int],
) -> DateOrder | None:  # fmt: skip
    """One of two orders: a number above 12 can only be a day, and says where days stand.

    A few dates may be written otherwise; the draft says on which lines."""
    day, month = usual.index("jj"), usual.index("mm")
    days = [line for line, n, shaped in dates if shaped and 12 < int(n[day]) <= 31]
    turned = [line for line, n, shaped in dates if shaped and 12 < int(n[month]) <= 31]
    order, proof = (other, turned) if len(turned) > len(days) else (usual, days)
    good = [n for _, n, shaped in dates if shaped and _written(n, order)]
    odd = [line for line, n, shaped in dates if not (shaped and _written(n, order))]
    if len(good) < _AGREE * len(dates):
        return None
    missing = [n for n in good if not int(n[day]) or not int(n[month])]
    why = (
        Text(f"le jour dépasse 12 dans {len(proof)} fiche(s), ainsi ligne {_first(proof)}",
             f"the day is above 12 in {len(proof)} record(s), as on line {_first(proof)}")
        if proof
        else Text("aucun jour ne dépasse 12 : rien ne prouve l'ordre",
                  "no day is above 12: nothing proves the order")
    )  # fmt: skip
    written = "iso" if mark == "-" and order == ("aaaa", "mm", "jj") else mark.join(order)
    year = order.index("aaaa")
    if all(_HIJRI[0] <= int(numbers[year]) <= _HIJRI[1] for numbers in good):
        written = f"hijri {mark.join(order)}"
        why = Text(f"années de l'hégire ; {why.fr}", f"years of the Hijra; {why.en}")
    if odd := sorted([*odd, *unread]):
        why = Text(f"{why.fr} ; {len(odd)} autrement écrite(s), ainsi ligne {_first(odd)}",
                   f"{why.en}; {len(odd)} written otherwise, as on line {_first(odd)}")  # fmt: skip
    seldom = len(missing) <= (1 - _AGREE) * len(dates)
    return DateOrder(written, bool(missing), bool(proof), why, seldom)


def _written(numbers: tuple[str, str, str], order: tuple[str, ...]) -> bool:
    """Whether the three are of the order's lengths, and a day and a month (00 is missing)."""
    most = {"jj": 31, "mm": 12, "aaaa": 9999}
    return all(len(n) == len(word) and int(n) <= most[word]
               for n, word in zip(numbers, order, strict=True))  # fmt: skip


def _first(lines: list[int]) -> str:
    return ", ".join(str(line) for line in list(dict.fromkeys(lines))[:3])


def name_order(column: Observed) -> str:
    """`NOM, Prénoms` where commas part them; else by where the capitals stand."""
    values = [value for _, value in column.values]
    if values and sum("," in value for value in values) >= _FIT * len(values):
        return "NOM, Prénoms"
    last = sum(value.split()[-1].isupper() and not value.split()[0].isupper() for value in values)
    return "Prénoms NOM" if last > len(values) / 2 else "NOM Prénoms"


def keys(columns: list[Observed]) -> Iterator[Observed]:
    """Columns that could be the record's number, the likeliest first: digits, then unique; one
    value in a hundred may come again."""
    found = [one for one in columns if one.nearly_unique and date_order(one) is None]
    yield from sorted(
        found, key=lambda one: (not _numbered(one), one.again > 0, columns.index(one))
    )


def _numbered(column: Observed) -> bool:
    values = [value for _, value in column.values]
    return all(any(c.isdigit() for c in value) and " " not in value for value in values)
