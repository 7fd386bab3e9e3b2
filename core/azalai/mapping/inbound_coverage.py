"""Nothing is lost and nothing is missing: unused columns, required fields without a line."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from azalai.documents import NOTHING, Map, Text
from azalai.records import RECORD_KINDS, fields

from .inbound_file import FileBlocks
from .inbound_model import all_lines
from .inbound_record import RecordBlock
from .report import Report

_GIVEN = frozenset(
    {"key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency", "provenance"}
)


def check_coverage(
    kind: str,
    record: RecordBlock,
    always: Mapping[str, Any],
    blocks: FileBlocks,
    *,
    used: Collection[str],
    report: Report,
) -> None:
    """Report unused columns, ignored columns in use, a missing key, missing required fields."""
    _check_columns(blocks, used, report)
    block = report.document.root.entry("record")
    place = block.key.place if block else report.document.root.place
    if "key" not in record.own:
        report.add(
            place,
            "AZ-M112",
            Text(
                "la ligne « key: » manque : quel est le numéro de fiche ?",
                "the line “key:” is missing: what is the record's number?",
            ),
            NOTHING,
            Text("ajoutez key: <colonne>.", "add key: <column>."),
        )
    named = {line.target for line in all_lines(record.lines, record.parts)} | set(always)
    named |= _attempted(block.value if block else None)
    _check_always(always, named - set(always), report)
    for path in _missing(kind, named):
        field = fields(kind)[path]
        report.add(
            place,
            "AZ-M112",
            Text(
                f"« {path} » ({field.labels.fr}) est obligatoire et n'a pas de ligne",
                f"“{path}” ({field.labels.en}) is required and has no line",
            ),
            NOTHING,
            Text(
                "donnez-lui une colonne sous « record: », ou une valeur sous « always: ».",
                "give it a column under “record:”, or a value under “always:”.",
            ),
        )


def _check_always(always: Mapping[str, Any], named: Collection[str], report: Report) -> None:
    """A declared value inside a part needs a line that fills the part: else it would be lost."""
    block = report.document.root.get("always")
    for path in always:
        part = path.rpartition(".")[0]
        if not part or any(name.startswith(f"{part}.") for name in named):
            continue
        entry = block.entry(path) if isinstance(block, Map) else None
        report.add(
            entry.key.place if entry else report.document.root.place,
            "AZ-M131",
            Text(
                f"Aucune ligne de « record: » ne remplit « {part} » : cette valeur se perdrait",
                f"No line of “record:” fills “{part}”: this value would be lost",
            ),
            NOTHING,
            Text("donnez-lui une ligne, ou supprimez celle-ci.", "give it a line, or delete this."),
        )


def _attempted(node: object, prefix: str = "") -> set[str]:
    """Every field that the block tries to fill, mistaken lines included: one message a mistake."""
    found: set[str] = set()
    for entry in node if isinstance(node, Map) else ():
        target = prefix + entry.key.text
        found.add(target)
        for item in getattr(entry.value, "items", ()):
            found |= _attempted(item, f"{target}.")
    return found


def _check_columns(blocks: FileBlocks, used: Collection[str], report: Report) -> None:
    for column in blocks.shape.columns:
        name = column.name
        below = any(other.startswith((f"{name}/", f"{name}.")) for other in used)
        if column.rule == "ignored":
            if name in used:
                report.add(
                    blocks.places[name],
                    "AZ-M113",
                    Text(
                        f"La colonne « {name} » est ignorée, et employée sous « record: »",
                        f"The column “{name}” is ignored, and used under “record:”",
                    ),
                )
        elif name not in used and not below:
            report.add(
                blocks.places[name],
                "AZ-M102",
                Text(
                    f"La colonne « {name} » n'est utilisée nulle part",
                    f"The column “{name}” is used nowhere",
                ),
                Text("aucune donnée ne se perd en silence.", "no data is lost in silence."),
                Text(
                    "donnez-lui un champ sous « record: », ou écrivez "
                    f"« {name}: ignored, <pourquoi> ».",
                    f"give it a field under “record:”, or write `{name}: ignored, <why>`.",
                ),
            )


def _missing(kind: str, named: Collection[str]) -> Iterator[str]:
    """Required fields without a line, where all that is above them is there or required."""
    model = RECORD_KINDS[kind].model_fields
    for field in fields(kind).values():
        if not field.required or field.path in named or field.path in _GIVEN:
            continue
        pieces = field.path.split(".")
        above = [".".join(pieces[:size]) for size in range(1, len(pieces))]
        if all(
            any(name.startswith(f"{path}.") for name in named)
            or ("." not in path and model[path].is_required())
            for path in above
        ):
            yield field.path
