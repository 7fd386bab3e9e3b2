"""Kept raw records as a table for who corrects them at the source: safe in a spreadsheet."""

import csv
import json
import os
import unicodedata
from pathlib import Path
from typing import Any

from azalai.store import Store
from azalai.store.run_rows import Reject, open_reject

MOST = 1_000_000  # rows a spreadsheet opens
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEADS = {
    "fr": ("flux", "passe", "état", "ligne", "place", "colonne", "champ", "code", "règle", "motif",
           "à faire"),
    "en": ("feed", "run", "state", "line", "place", "column", "field", "code", "rule", "what",
           "what to do"),
}  # fmt: skip


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10): an apostrophe
    goes before what begins with one, full-width forms too."""
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if first in _FORMULA and first else text


def export(
    store: Store, out: Path, feed: str | None, actor: str, language: str, *, with_values: bool
) -> int:
    """Write the CSV (UTF-8 with BOM, `;`, every cell quoted, mode 0600); how many lines.

    The values of the column that a reject names stand in it only `with_values`. The ledger's
    entry is committed before the first byte is written.
    """
    rows = store.db.rows("runs", "rejects", feed=feed, run=None, most=MOST)
    numbers = [int(row[0]) for row in rows]
    with store.write() as tx:
        kind = {"act": "rejects_exported", "subject": f"feed/{feed or 'all'}",
                "count": len(numbers), "with_values": with_values}  # fmt: skip
        tx.log("act", actor=actor, **kind)
        if with_values:
            tx.log("consulted", actor=actor, purpose="correction", subject=f"feed/{feed or 'all'}")
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        os.fchmod(file.fileno(), 0o600)
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        extra = [{"fr": "valeur", "en": "value"}[language]] if with_values else []
        writer.writerow([*_HEADS[language], *extra])
        for number in numbers:
            opened = open_reject(store.db, store.keys, number)
            if opened is not None:
                reject, raw = opened
                values = [_values(reject, raw)] if with_values else []
                writer.writerow([guarded(cell) for cell in (*_cells(reject, language), *values)])
    return len(numbers)


def _cells(reject: Reject, language: str) -> list[str]:
    return [
        reject.feed, str(reject.run), reject.disposition,
        str(reject.line) if reject.line is not None else "", reject.part or str(reject.number),
        reject.column, reject.field, reject.code, reject.rule, reject.what.say(language),
        reject.todo.say(language),
    ]  # fmt: skip


def _values(reject: Reject, raw: bytes) -> str:
    """The values of the columns at fault; where none is named, the whole raw record as JSON."""
    values = json.loads(raw).get("values") or {}
    found = [_text(_at(values, name)) for name in reject.column.split(", ") if name]
    return " | ".join(found) if any(found) else json.dumps(values, ensure_ascii=False)


def _at(values: dict[str, Any], name: str) -> Any:
    """A column by its name; below repeated parts, what stands in each."""
    if name in values:
        return values[name]
    for part, inner in values.items():
        if isinstance(inner, list) and name.startswith((f"{part}/", f"{part}.")):
            return [_at(one, name[len(part) + 1 :]) for one in inner if isinstance(one, dict)]
    return None


def _text(value: Any) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    return json.dumps(value, ensure_ascii=False)
