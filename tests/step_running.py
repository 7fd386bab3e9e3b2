"""Runs one step of the mapping language as a mapping line would write it."""

from datetime import date
from typing import Any

from azalai.documents import Place, Scalar
from azalai.mapping.expression import parse
from azalai.mapping.icao import to_icao
from azalai.mapping.steps import STEPS, Setting


def run_step(written: str, *cells: str | None, evidence: bool = True) -> Any:
    """The value that `column | written` makes of one cell, or of several columns."""
    if written == "icao":  # the outbound step
        return to_icao(cells[0] or "")[0]
    (call,) = parse(Scalar(f"c | {written}", Place(1, 1, 1)), frozenset({"c"})).calls
    made = STEPS[call.name].make(call, Setting({}, date(2026, 1, 1), evidence=evidence))
    if made.columns:
        assert made.columns == len(cells)
    filled = [cell or None for cell in cells]  # a mapping's empty cell is None
    return made.run(filled if made.whole else filled[0])


def shown(value: Any) -> str:
    """A value as `azalai mapping functions` shows it."""
    if isinstance(value, list):
        return ", ".join(value)
    if not isinstance(value, dict):
        return str(value)
    if "precision" in value:
        until = f"/{value['until']}" if "until" in value else ""
        return f"{value['value']}{until}{'~' if value.get('circa') else ''}"
    parts = [value["family"]] if "family" in value else []
    parts += [", ".join(value["given"])] if "given" in value else []
    latin = f" [{value['latin']}]" if "latin" in value else ""
    return (" / ".join(parts) or value["original"]) + latin
