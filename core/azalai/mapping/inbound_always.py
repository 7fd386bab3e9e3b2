"""The `always:` block: what the file does not say and a named service declares."""

from collections.abc import Mapping
from typing import Any

from azalai.documents import NOTHING, Map, Scalar, Text
from azalai.records import Field

from .code_table import admitted, nearest_code
from .inbound_model import scalar_texts
from .inbound_types import nearest_field
from .report import Report
from .typed_text import typed_text

_BUILT = frozenset({"key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency"})
_WRITTEN: Mapping[str, Text] = {
    "integer": Text("écrivez un nombre entier.", "write a whole number."),
    "date": Text("écrivez le jour comme 1985-03-12.", "write the day as 1985-03-12."),
    "partial_date": Text(
        "écrivez 1985, 1985-03, 1985-03-12, vers 1985 ou 1970-1975.",
        "write 1985, 1985-03, 1985-03-12, circa 1985 or 1970-1975.",
    ),
    "timestamp": Text(
        "écrivez l'instant en temps universel : 2026-03-12T08:30:00Z.",
        "write the instant in UTC: 2026-03-12T08:30:00Z.",
    ),
}


def read_always(root: Map, fields: Mapping[str, Field], report: Report) -> dict[str, Any]:
    """Each declared field with its value, ready for the schema; mistakes go to the report."""
    block = root.get("always")
    if block is None:
        return {}
    if not isinstance(block, Map):
        report.add(
            block.place,
            "AZ-M123",
            Text("« always: » attend des lignes en retrait", "“always:” takes indented lines"),
        )
        return {}
    if root.text("declared_by") is None:
        report.add(
            block.place,
            "AZ-M111",
            Text(
                "« declared_by » manque : qui déclare ces valeurs ?",
                "“declared_by” is missing: who declares these values?",
            ),
            NOTHING,
            Text(
                'ajoutez declared_by: "note de service n° …".',
                'add declared_by: "service note no. …".',
            ),
        )
    found = {}
    for entry in block:
        field = fields.get(entry.key.text)
        if field is None or field.path in _BUILT:
            _unknown(entry.key, fields, report)
            continue
        texts = scalar_texts(entry.value)
        if not texts or (len(texts) > 1 and not field.many):
            report.add(
                entry.value.place,
                "AZ-M121",
                Text(f"« {field.path} » attend une valeur", f"“{field.path}” takes one value"),
            )
            continue
        values = [_typed(text, field, report) for text in texts]
        found[field.path] = values if field.many else values[0]
    return found


def _unknown(key: Scalar, fields: Mapping[str, Field], report: Report) -> None:
    near = nearest_field(key.text, None, [one for one in fields.values() if one.path not in _BUILT])
    report.add(
        key.place,
        "AZ-M104",
        Text(f"Champ inconnu « {key.text} »", f"Unknown field “{key.text}”"),
        Text(
            f"Le plus proche : {near.path} ({near.labels.fr}).",
            f"The nearest: {near.path} ({near.labels.en}).",
        )
        if near
        else NOTHING,
        Text(f"écrivez {near.path}.", f"write {near.path}.") if near else NOTHING,
    )


def _typed(scalar: Scalar, field: Field, report: Report) -> Any:
    """The value; a mistake where the field does not take the text."""
    value = typed_text(field, scalar.text, "always")
    if value is None:
        why, todo = _how_to_write(scalar.text, field)
        report.add(
            scalar.place,
            "AZ-M110",
            Text(
                f"« {scalar.text} » n'est pas une valeur de « {field.path} » ({field.labels.fr})",
                f"“{scalar.text}” is not a value of “{field.path}” ({field.labels.en})",
            ),
            why,
            todo,
        )
    return scalar.text if value is None else value


def _how_to_write(text: str, field: Field) -> tuple[Text, Text]:
    """What the field takes, and the nearest of it."""
    if field.list_name is None:
        return NOTHING, _WRITTEN.get(field.type, NOTHING)
    near = nearest_code(text, field.list_name)
    todo = Text("choisissez dans la liste.", "choose from the list.")
    if near:
        todo = Text(f"écrivez {near}, ou choisissez dans la liste.",
                    f"write {near}, or choose from the list.")  # fmt: skip
    return admitted(field.list_name), todo
