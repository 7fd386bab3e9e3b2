"""What `azalai translate --explain` prints: NDJSON of all records, or one record for people."""

import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from azalai.cli.speech import language, say
from azalai.errors import StopError


def tell(
    mapping: Path, inputs: list[Path], out: Path | None, line: int | None, *, with_values: bool
) -> int:
    """Explain the inputs' records; the exit code. StopError where none begins at `line`."""
    from azalai.mapping import Declared, load_inbound
    from azalai.translate import FeedPlan
    from azalai.translate.explaining import explain

    loaded = load_inbound(mapping)
    plan = FeedPlan((mapping,), Declared("LOCAL", "UTO", "local", "test", "translate"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    found = False
    with (
        nullcontext(sys.stdout)
        if out is None
        else os.fdopen(os.open(out, flags, 0o600), "w", encoding="utf-8") as target
    ):
        for file in inputs:
            for one in explain(loaded, plan, file):
                if line is None:
                    made = one.as_dict(with_values=with_values)
                    print(json.dumps(made, ensure_ascii=False), file=target)
                elif line == (one.address.line or one.address.number):
                    found = True
                    print(_text(file, one, with_values=with_values), file=target)
                    break
    if line is not None and not found:
        raise StopError(f"no record begins at line {line}",
                        fr=f"aucune fiche ne commence à la ligne {line}",
                        hint="`azalai mapping preview` shows the lines",
                        hint_fr="« azalai mapping preview » montre les lignes")  # fmt: skip
    return 0


def _text(file: Path, one: Any, *, with_values: bool) -> str:
    a = one.address
    place = [f"{say('fiche', 'record')} {a.number}"]
    place += [str(a.part)] if a.part else []
    place += [f"{say('ligne', 'line')} {a.line}"] if a.line else []
    place += [f"{say('octet', 'byte')} {a.offset}"] if a.offset is not None else []
    lines = [f"{file.name} ({a.input_digest})", f"{', '.join(place)} ; {one.mapping}"]
    if one.why is not None:
        lines.append(f"  ✗ {one.at or '-'} : {one.why.say(language())}")
    for way in one.ways:
        lines += _way(way, with_values=with_values)
    return "\n".join(lines)


def _no_field(way: Any) -> str:
    if way.written in ("", "ignored"):
        return say("(ignorée)", "(ignored)")
    return say("(aucun champ : jointure, groupe ou condition)",
               "(no field: it joins, groups or decides)")  # fmt: skip


def _way(way: Any, *, with_values: bool) -> list[str]:
    cell = way.column or say("(déclaré)", "(declared)")
    cell += f" [{way.position}]" if way.position else ""
    cell += f" = {way.value}" if with_values and way.column else ""
    field = way.field or _no_field(way)
    field += f" = {' | '.join(way.given)}" if with_values and way.given else ""
    lines = [f"  {cell} → {field}", f"      {way.rule}  {way.written}".rstrip()]
    if way.entry is not None:
        e = way.entry
        valid = f"{e.since or '…'} – {'…' if e.until.startswith('9999') else e.until}"
        lines.append(f"      {e.file}:{e.line}  {say('version', 'version')} {e.version}, "
                     f"{say('valable', 'valid')} {valid}")  # fmt: skip
    return lines
