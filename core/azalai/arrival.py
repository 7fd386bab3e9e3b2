"""Files that fall into a folder: when one is whole, and what becomes of it afterwards."""

import re
from dataclasses import dataclass
from typing import Literal

Way = Literal["renamed", "with", "trailer", "quiet"]

TRAILER_QUIET_S = 10
"""A file that states its own end is left alone until it did not change for this long."""
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_WITH = re.compile(r"with FILE(\.[A-Za-z0-9]{1,16})")
_QUIET = re.compile(r"quiet (\d{1,5}) ?(s|min|h)")
_MOVE = re.compile(r"move to ([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/?")
_DELETE = re.compile(r"delete after (\d{1,4}) days?")


@dataclass(frozen=True, slots=True)
class Arrives:
    """When a file is whole. `suffix` is what a companion's name adds (`.ok`); `quiet_s` seconds
    without a change. `needs_end`: accepted only where the format states a count or an end."""

    way: Way = "renamed"
    suffix: str = ""
    quiet_s: int = 0

    @property
    def needs_end(self) -> bool:
        """A cut copy is quiet too: only the file itself can say that it is whole."""
        return self.way in ("trailer", "quiet")


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What becomes of a file that was taken: moved into a folder inside its own (`move_to`), or
    left; then deleted after some days, or kept (`delete_after_days` None)."""

    move_to: str | None = None
    delete_after_days: int | None = None


def parse_arrives(text: object) -> Arrives:
    """`renamed`, `with FILE.ok`, `trailer` or `quiet 60 s`. ValueError says how it is written."""
    words = " ".join(text.split()) if isinstance(text, str) else ""
    if words == "renamed":
        return Arrives()
    if words == "trailer":
        return Arrives("trailer", quiet_s=TRAILER_QUIET_S)
    if found := _WITH.fullmatch(words):
        return Arrives("with", suffix=found[1])
    if (found := _QUIET.fullmatch(words)) and int(found[1]) > 0:
        return Arrives("quiet", quiet_s=int(found[1]) * _SECONDS[found[2]])
    raise ValueError("`renamed`, `with FILE.ok`, `trailer` ou / or `quiet 60 s`")


def parse_afterwards(text: object) -> Afterwards:
    """`leave`, `move to done/`, `delete after 30 days`, or `move to done/, delete after 30 days`.

    ValueError says how it is written.
    """
    words = " ".join(text.split()) if isinstance(text, str) else ""
    if words == "leave":
        return Afterwards()
    first, comma, last = (part.strip() for part in words.partition(","))
    moved = _MOVE.fullmatch(first)
    deleted = _DELETE.fullmatch(last if moved else first)
    if bool(comma) != bool(moved and deleted) or not (moved or deleted):
        raise ValueError("`leave`, `move to done/`, `delete after 30 days` ou les deux / or both: "
                         "`move to done/, delete after 30 days`")  # fmt: skip
    return Afterwards(moved[1] if moved else None, int(deleted[1]) if deleted else None)
