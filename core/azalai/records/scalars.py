"""The scalar types of the schema: text, dates, numbers, coded text, lists of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .lists import LISTS

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Kind:
    """In `Annotated[...]`: the field type that `fields()` gives to this Python type."""

    name: str


@dataclass(frozen=True, slots=True)
class In:
    """In `Annotated[...]`: the value is a code of this common list.

    On `str` it makes a `choice` (the enumeration is the list); on an evidence `Code` it checks
    `Code.code`; a `Literal` is left as it is. KeyError at import time for an unknown list.
    """

    list_name: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """A literal for text, a check of `code` for an evidence type."""
        codes = LISTS[self.list_name].codes
        if source is str:
            return core_schema.literal_schema(list(codes))
        if not isinstance(source, type):
            return handler(source)
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Name the list beside the type."""
        return {**handler(schema), "x-list": self.list_name}

    def codes(self) -> tuple[str, ...]:
        """The codes of the list."""
        return tuple(LISTS[self.list_name].codes)

    def _check(self, value: Any) -> Any:
        if value.code not in LISTS[self.list_name].codes:
            raise PydanticCustomError(
                "not_in_list", "The code is not in the common list {list}", {"list": self.list_name}
            )
        return value


@lru_cache(65_536)  # days come again and again
def _iso_date(text: str) -> str:
    """Check `YYYY-MM-DD`, a day of the Gregorian calendar (ISO 8601 section 5.2.2)."""
    if len(text) == 10 and text.isascii() and text[4] == "-" and text[7] == "-":
        try:
            date.fromisoformat(text)
        except ValueError:
            pass
        else:
            return text
    raise PydanticCustomError("iso_date", "A date must be a real day written YYYY-MM-DD")


def is_timestamp(text: str) -> bool:
    """Whether this is `YYYY-MM-DDThh:mm:ssZ`, always UTC (RFC 3339)."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") == text


def _timestamp(text: str) -> str:
    if not is_timestamp(text):
        raise PydanticCustomError("timestamp", "A time must be written YYYY-MM-DDThh:mm:ssZ (UTC)")
    return text


Text = Annotated[str, Field(min_length=1, max_length=10_000), Kind("text")]
"""Text that says something: never empty."""

IsoDate = Annotated[
    str,
    AfterValidator(_iso_date),
    Field(json_schema_extra={"format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    Kind("date"),
]
"""A day, kept as its ISO 8601 text `YYYY-MM-DD`."""

Timestamp = Annotated[
    str,
    AfterValidator(_timestamp),
    Field(json_schema_extra={"format": "date-time"}),
    Kind("timestamp"),
]
"""A second in UTC, kept as its RFC 3339 text `YYYY-MM-DDThh:mm:ssZ`."""

Count = Annotated[int, Field(ge=0), Kind("integer")]
"""A whole number, zero or more; its unit stands in the field's name."""

Many = Annotated[tuple[_Item, ...], Strict(False)]
"""A list: a tuple in the model, built from a list or tuple."""
