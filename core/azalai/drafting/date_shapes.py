"""Dates of a sample as a draft reads them: one order, several writings, an hour behind the day."""

import re
from collections.abc import Sequence
from dataclasses import replace

from azalai.documents import Text
from azalai.drafting.evidence import DateOrder, Observed, date_order

_MOST = 0.9  # of the filled cells
_FEW = 0.01  # of the filled cells: a writing as rare as this is a mistake, not a writing
_HOUR = re.compile(r"(\d[\d/.\-]{5,9}\d)[ T]\d{1,2}:\d\d(:\d\d([.,]\d+)?)?")
_MIDNIGHT = re.compile(r"[0:.,]+")
_DAY_NUMBER = re.compile(r"[1-6]\d{4}")  # 1927 to 2091
_SERIAL = "excel"


def dates_of(column: Observed) -> DateOrder | None:
    """How a column writes its dates, by its values alone; None where they are no dates.

    Several writings in one column are named with their counts; an hour behind the day is cut off
    by a step that the draft shows.
    """
    hours = [value for _, value in column.values if _HOUR.fullmatch(value)]
    if len(hours) > _FEW * len(column.values):
        return _without_hours(column, hours)
    return date_order(column) or _several(column)


def _without_hours(column: Observed, hours: Sequence[str]) -> DateOrder | None:
    letter = 'replace("T", " ") | ' if any("T" in value for value in hours) else ""
    days = [(line, match[1] if (match := _HOUR.fullmatch(value)) else value)
            for line, value in column.values]  # fmt: skip
    stripped = replace(column, values=days)
    found = date_order(stripped) or _several(stripped)
    if found is None:
        return None
    told = sum(not _MIDNIGHT.fullmatch(re.split("[ T]", value)[1]) for value in hours)
    why = Text(f"{found.why.fr} ; une heure suit le jour dans {len(hours)} fiche(s), autre que 0 h "
               f"dans {told} : elle n'est pas gardée",
               f"{found.why.en}; an hour follows the day in {len(hours)} record(s), other than 0 h "
               f"in {told}: it is not kept")  # fmt: skip
    return replace(found, cut=f'{letter}before(" ")', why=why)


def _several(column: Observed) -> DateOrder | None:
    """Two writings or more, each one order by its own values, the most frequent first."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for line, value in column.values:
        groups.setdefault(_shape(value), []).append((line, value))
    found: list[tuple[DateOrder | None, list[tuple[int, str]]]] = []
    for shape, values in sorted(groups.items(), key=lambda one: -len(one[1])):
        if len(values) <= _FEW * len(column.values):
            continue
        order = None if shape == _SERIAL else date_order(replace(column, values=values))
        if shape == _SERIAL or (order and not order.written.startswith("hijri")):
            found.append((order, values))
    read = [line for _, values in found for line, _ in values]
    orders = [order for order, _ in found if order]
    if not orders or len(found) < 2 or len(read) < _MOST * len(column.values):
        return None
    odd = sorted({line for line, _ in column.values} - set(read))
    return DateOrder(", ".join(order.written if order else _SERIAL for order, _ in found),
                     any(order.partial for order in orders), all(o.proven for o in orders),
                     _said(found, odd), all(order.seldom for order in orders))  # fmt: skip


def _said(
    found: Sequence[tuple[DateOrder | None, list[tuple[int, str]]]], odd: Sequence[int]
) -> Text:
    fr = [f"{order.written if order else 'jours de tableur (excel)'} {len(values)}"
          for order, values in found]  # fmt: skip
    en = [f"{order.written if order else 'days of a spreadsheet (excel)'} {len(values)}"
          for order, values in found]  # fmt: skip
    said = Text(f"{len(found)} écritures dans la colonne : {', '.join(fr)}",
                f"{len(found)} writings in the column: {', '.join(en)}")  # fmt: skip
    for order, _ in found:
        if order and not order.proven:
            said = Text(f"{said.fr} ; {order.written} : {order.why.fr}",
                        f"{said.en}; {order.written}: {order.why.en}")  # fmt: skip
    if odd:
        lines = ", ".join(map(str, odd[:3]))
        said = Text(f"{said.fr} ; {len(odd)} autrement écrite(s), ainsi ligne {lines}",
                    f"{said.en}; {len(odd)} written otherwise, as on line {lines}")  # fmt: skip
    return said


def _shape(value: str) -> str:
    """Digits as 9s and the marks between them; a spreadsheet's day number apart."""
    return _SERIAL if _DAY_NUMBER.fullmatch(value) else re.sub(r"\d", "9", value)
