"""The `always:` block: what the file does not say and a named service declares."""

from collections.abc import Mapping
from typing import Any

from azalai.documents import NOTHING, Map, Scalar, Text
from azalai.errors import StepError
from azalai.records import LISTS, Field

from .code_table import admitted, nearest_code
from .dates import date_order, iso, read_date
from .inbound_model import scalar_texts
from .inbound_types import nearest_field
from .report import Report

_BUILT = frozenset({"key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency"})
_ISO = date_order("iso")


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
    text = scalar.text
    if field.list_name is not None:
        if text in LISTS[field.list_name]:
            return text if field.type == "choice" else {"code": text, "list": "always"}
        near = nearest_code(text, field.list_name)
        report.add(
            scalar.place,
            "AZ-M110",
            Text(
                f"« {text} » n'est pas une valeur de « {field.path} » ({field.labels.fr})",
                f"“{text}” is not a value of “{field.path}” ({field.labels.en})",
            ),
            admitted(field.list_name),
            Text(
                f"écrivez {near}, ou choisissez dans la liste.",
                f"write {near}, or choose from the list.",
            )
            if near
            else Text("choisissez dans la liste.", "choose from the list."),
        )
        return text
    if field.type == "integer" and text.isascii() and text.isdigit():
        return int(text)
    if field.type == "text" and text:
        return text
    if field.type == "date" and _ISO is not None:
        try:
            return iso(*read_date(text, _ISO, partial=False))[0]
        except StepError:
            pass
    report.add(
        scalar.place,
        "AZ-M110",
        Text(
            f"« {text} » n'est pas une valeur de « {field.path} » ({field.labels.fr})",
            f"“{text}” is not a value of “{field.path}” ({field.labels.en})",
        ),
    )
    return text
