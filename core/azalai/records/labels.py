"""What a field or a code is called, in the three languages of the screens."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Labels:
    """A label in French, English and Arabic; none is empty.

    Stands in `Annotated[...]` beside a field's type, where it also puts `title` (French) and
    `x-labels` into the published JSON Schema.
    """

    fr: str
    en: str
    ar: str

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the labels to the field's JSON Schema."""
        shown = {"fr": self.fr, "en": self.en, "ar": self.ar}
        return {**handler(core_schema), "title": self.fr, "x-labels": shown}


@dataclass(frozen=True, slots=True)
class Group:
    """In `Annotated[...]`: the agreement's field group of this field and of all below it.

    The innermost mark wins; a field under no mark goes with every share.
    """

    name: str
