"""The value types that carry evidence: PartialDate, Name, Code; and references."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from .scalars import Count, IsoDate, Many, Text

_PRECISION_BY_LENGTH = {4: "year", 7: "month", 10: "day"}


class Part(BaseModel):
    """What every model of the schema has in common: frozen, strict, nothing beyond its fields.

    A validation error shows no input: values here are personal data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class PartialDate(Part):
    """A date as far as it is known; `00/00/1985` is the year 1985, not its first day.

    `value` and `until` are Gregorian (ISO 8601, reduced precision allowed); `calendar` names the
    calendar of `original`, which the conversion named by `rule` started from.
    """

    value: str
    precision: Literal["year", "month", "day"]
    circa: bool = False
    until: str | None = None
    calendar: Literal["gregorian", "hijri"] = "gregorian"
    original: str | None = None
    rule: str | None = None

    @model_validator(mode="after")
    def _is_a_date(self) -> Self:
        if _PRECISION_BY_LENGTH.get(len(self.value)) != self.precision or not _is_real(self.value):
            raise PydanticCustomError(
                "partial_date", "The value must be a real date written to its precision"
            )
        if self.until is not None and not (_is_real(self.until) and self.until >= self.value):
            raise PydanticCustomError("partial_date", "The range must end with a later real date")
        return self


class Name(Part):
    """A person's name: its parts, the form it came in, and a Latin form with its scheme.

    There may be no family name (nom de guerre, kunya); `original` is never empty. `script` is the
    script of `original`, by its English name in lower case; `latin_scheme` names the romanisation
    (such as `icao_9303` or `iso_233`).
    """

    original: Text
    family: Text | None = None
    given: Many[Text] = ()
    script: Literal["latin", "arabic", "tifinagh", "nko", "cyrillic", "greek", "other"] = "latin"
    latin: Text | None = None
    latin_scheme: Text | None = None


class Code(Part):
    """A common code, with the code table and version that gave it and the text it came from.

    `list` names the table that translated (a mapping's), not the common list: that one belongs to
    the field, which checks `code` against it.
    """

    code: Text
    list: Text
    version: Text | None = None
    original: str | None = None


class Image(Part):
    """A picture by reference: SHA-256 of its bytes, media type, size and day; no bytes."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: Annotated[str, Field(pattern=r"^image/[a-z0-9.+-]+$")]
    size_bytes: Count
    taken_on: IsoDate | None = None


class Provenance(Part):
    """Where a record was read: feed, mapping and the exact address of its raw record.

    `input_digest` is the SHA-256 of the input in lower-case hex; `number` counts raw records from
    1; `line` from 1, `offset` in bytes from 0; `part` is a sheet, segment or XPath.
    """

    feed: Text
    mapping: Text
    mapping_version: Annotated[int, Field(ge=1)]
    input_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    number: Annotated[int, Field(ge=0)]
    line: Annotated[int, Field(ge=0)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    part: Text | None = None


@lru_cache(65_536)  # days come again and again
def _is_real(text: str) -> bool:
    """Whether this is YYYY, YYYY-MM or YYYY-MM-DD and exists in the Gregorian calendar."""
    if len(text) == 10:
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    pieces = text.split("-")
    if [len(piece) for piece in pieces] != [4, 2, 2][: len(pieces)]:
        return False
    if not all(piece.isascii() and piece.isdigit() for piece in pieces):
        return False
    year, month, day = (*map(int, pieces), 1, 1)[:3]
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
