"""A text that a document writes as the value that its field takes: `1985-03`, `vers 1985`, `180`."""

from typing import Any

from pydantic import ValidationError

from azalai.errors import StepError
from azalai.records import LISTS, Field
from azalai.records.evidence import PartialDate
from azalai.records.scalars import is_timestamp

from .date_words import Words, reader_in_words
from .dates import date_order, iso, read_date
from .person_names import build

_ISO = date_order("iso")
_MOST_DIGITS = 18
_DECLARED = Words(months=True, circa=True, ranges=True)


def typed_text(field: Field, text: str, source: str) -> Any:
    """The value of the field that the text stands for; None where it is none.

    A date is ISO 8601 (`1985-03-12`); a partial one also `1985`, `1985-03`, `vers 1985`, `circa
    1985-03`, `1970-1975`, `mars 1985`. A time is RFC 3339 in UTC. `source` stands as the list of a
    code.
    """
    if field.list_name is not None:
        if text not in LISTS[field.list_name]:
            return None
        return text if field.type == "choice" else {"code": text, "list": source}
    if field.type == "integer":
        plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        return int(text) if plain else None
    if field.type == "name":
        return build(text, None, ()) if text else None
    if field.type == "timestamp":
        return text if is_timestamp(text) else None
    if field.type == "partial_date":
        return _partial(text)
    if field.type == "date":
        return _day(text)
    return text if field.type == "text" and text else None


def _day(text: str) -> str | None:
    if _ISO is None:
        return None
    try:
        return iso(*read_date(text, _ISO, partial=False))[0]
    except StepError:
        return None


def _partial(text: str) -> dict[str, Any] | None:
    if _ISO is None:
        return None
    try:
        found = reader_in_words((_ISO,), _DECLARED, "", partial=True)(text)
        kept = {name: one for name, one in found.items() if name not in ("original", "rule")}
        PartialDate.model_validate(kept)
    except (StepError, ValidationError):
        return None
    return kept
