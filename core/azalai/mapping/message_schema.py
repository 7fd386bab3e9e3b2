"""What a message's schema is to the compiler, whichever format it has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from azalai.documents import Text

from .rendering import NoPlace


class SchemaRefused(Exception):  # noqa: N818  (never leaves the room: becomes a Problem)
    """The schema cannot be used; `why` says so in French and English."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the message: `path` from below the root, `Person/FamilyName`.

    `many`: it may occur more than once. `values` are the values that its type enumerates (empty:
    no enumeration). An element with `children` has no text. `longest` is the most characters of
    its text, None where the schema does not say.
    """

    name: str
    path: str
    required: bool
    many: bool
    children: tuple["Element", ...] = ()
    values: tuple[str, ...] = ()
    probe: str = field(default="", repr=False)
    longest: int | None = None

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the schema's order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def below(self) -> dict[str, "Element"]:
        """All elements below this one by path, in the schema's order."""
        return {one.path: one for one in self.walk() if one is not self}


class MessageSchema(Protocol):
    """A schema read: what the lines may name, what each element takes, what a message may be."""

    @property
    def root(self) -> Element:
        """The message, with all its elements."""
        ...

    @property
    def media_type(self) -> str:
        """What the bytes are, as Content-Type says it."""
        ...

    def elements(self) -> dict[str, Element]:
        """All elements below the root by path, in the schema's order."""
        ...

    def admits(self, element: Element, value: str) -> bool:
        """Whether the element's type takes this text."""
        ...

    def takes(self, element: Element, field_type: str) -> bool:
        """Whether values of a field's type (`records.Field.type`) can stand here uncoded."""
        ...

    def refusal(self, body: bytes) -> NoPlace | None:
        """Why a whole message is not valid, without what stands in it; None where it is."""
        ...


def refused(path: str, why: Text) -> NoPlace:
    """The element that the schema refuses, and why."""
    return NoPlace(path, Text(f"« {path} » : {why.fr}", f"`{path}`: {why.en}"))


TOO_LONG = Text("la valeur est trop longue", "the value is too long")
TOO_SHORT = Text("la valeur est trop courte", "the value is too short")
NOT_LIKE = Text("la valeur n'a pas la forme voulue", "the value has not the wanted form")
NOT_LISTED = Text("la valeur n'est pas dans la liste", "the value is not in the list")
NOT_TYPED = Text("la valeur n'est pas du type voulu", "the value is not of the wanted type")
NOT_THERE = Text(
    "élément en trop, répété trop souvent ou manquant",
    "an element too many, too often, or missing",
)
