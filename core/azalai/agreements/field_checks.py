"""Fields and values as an agreement names them: do they exist, can they be met."""

import re
from collections.abc import Sequence

from azalai.documents import Scalar, Text
from azalai.records import LISTS, RECORD_KINDS, Field, fields

from .mistakes import Mistakes, allowed, suggestion

MAY_BE_MINOR = "may_be_minor"
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}\Z", re.ASCII)
_NEVER_MET = Text(" La règle ne s'appliquerait jamais.", " The rule would never apply.")
_NOT_A_CONDITION = frozenset({"name", "image", "provenance"})


def fields_at(path: str, kind: str | None) -> list[Field]:
    """The fields with this path: of a kind, or (None) of any."""
    kinds = (kind,) if kind else tuple(RECORD_KINDS)
    return [found for one in kinds if (found := fields(one).get(path))]


def unknown_field(mistakes: Mistakes, path: Scalar, kind: str | None) -> None:
    """Note a field that no record of this kind has (AZ-A408)."""
    known = {p for one in ((kind,) if kind else RECORD_KINDS) for p in fields(one)} | {MAY_BE_MINOR}
    of = kind or "…"
    what = Text(f"Champ inconnu « {path.text} »", f"Unknown field `{path.text}`")
    why = Text(f"« azalai schema {of} » montre les champs.", f"`azalai schema {of}` shows them.")
    mistakes.add(path.place, "AZ-A408", what, why, suggestion(path.text, sorted(known)))


def unfit_field(mistakes: Mistakes, path: Scalar, field: Field) -> bool:
    """Note a field on which no condition can stand (AZ-A420); True if so."""
    if field.type not in _NOT_A_CONDITION:
        return False
    what = Text(f"Aucune condition ne peut porter sur « {path.text} » ({field.labels.fr})",
                f"No condition can stand on `{path.text}` ({field.labels.en})")  # fmt: skip
    why = Text("un accord ne désigne jamais une personne.", "an agreement never names a person.")
    mistakes.add(path.place, "AZ-A420", what, why, Text("supprimez la ligne.", "delete the line."))
    return True


def check_value(
    mistakes: Mistakes, path: str, value: Scalar, found: Sequence[Field], *, rule: bool = True
) -> bool:
    """Whether a field can have this value; notes AZ-A409 where it cannot."""
    if any(_fits(field, value.text) for field in found):
        return True
    field = found[0]
    what = Text(f"« {value.text} » n'est pas une valeur de « {path} » ({field.labels.fr})",
                f"`{value.text}` is not a value of `{path}` ({field.labels.en})")  # fmt: skip
    more = _NEVER_MET if rule else Text("", "")
    if field.list_name:
        names = tuple(LISTS[field.list_name].codes)
        why, todo = allowed("valeurs admises", "values", names, more), suggestion(value.text, names)
    elif field.type == "integer":
        why = Text("c'est un nombre entier." + more.fr, "it is a whole number." + more.en)
        todo = Text("écrivez un nombre, « at least 24 » ou « at most 24 ».",
                    "write a number, `at least 24` or `at most 24`.")  # fmt: skip
    else:
        why = Text("c'est une date : année-mois-jour." + more.fr,
                   "it is a date: year-month-day." + more.en)  # fmt: skip
        todo = Text("corrigez la date.", "correct the date.")
    mistakes.add(value.place, "AZ-A409", what, why, todo)
    return False


def _fits(field: Field, text: str) -> bool:
    if field.list_name:
        return text in LISTS[field.list_name].codes
    if field.type == "integer":
        return text.isascii() and text.isdigit() and len(text) < 16
    if field.type in ("date", "partial_date"):
        return bool(_DAY.match(text))
    return bool(text)
