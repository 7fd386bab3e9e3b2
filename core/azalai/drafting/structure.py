"""What a sample's file seems to be: settings with their evidence, columns, what a person checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azalai.documents import NOTHING, Text
from azalai.plugin.format import Column, Shape


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of `file:`; `tables.main` stands in a block of its own, `joined.marques.on` in two. `why` is the evidence of a
    guess, to be checked by a person; NOTHING where the bytes leave no doubt."""

    name: str
    value: str | tuple[str, ...]
    why: Text = NOTHING


@dataclass(slots=True)
class Structure:
    """A guessed `file:` block. `tag` is the word and value of `takes:`; `notes` go to the head of
    the draft; `ruler` shows masked lines with positions, for fixed width. `called` names the parts
    that segment types are; `beside` holds the tables that are joined, by file name."""

    format: str
    settings: list[Setting]
    columns: list[Column]
    tag: tuple[str, str] | None = None
    segments: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    ruler: list[str] = field(default_factory=list)

    def shape(self) -> Shape:
        """What a format is made from, to read the sample as a feed would."""
        settings: dict[str, Any] = {}
        for one in self.settings:
            *blocks, name = one.name.split(".")
            place = settings
            for block in blocks:
                place = place.setdefault(block, {})
            place[name] = list(one.value) if isinstance(one.value, tuple) else one.value
        tag = self.tag[1] if self.tag else None
        return Shape(self.format, settings, tuple(self.columns), tag, self.segments,
                     self.called)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author said himself; None or "" where the sample has to say it."""

    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    part: str | None = None  # a sheet, a segment type, a record element, an array's path
