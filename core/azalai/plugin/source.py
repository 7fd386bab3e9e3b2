"""Where inputs lie: a folder, a server, a mailbox, a query."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Verdict = Literal["accepted", "held", "discarded", "already_taken"]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read. `handle` means something to its source only; never logged, since file
    names may name a person. `number` is its place in the source's order, from 1."""

    handle: str
    number: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An input made ours: a spooled copy under a random name whose digest is known.

    `digest` is the SHA-256 of the bytes at `path`, lower-case hex; `size` counts bytes.
    """

    path: Path
    digest: str
    size: int


class Source(Protocol):
    """Gives inputs in the declared order. Never decides whether one was taken before."""

    def inputs(self) -> Iterator[Input]:
        """All inputs that are whole now, in order; may repeat what was already taken.

        Raises InputError where the place itself cannot be read.
        """
        ...

    def open(self, item: Input) -> Opened:
        """Copy the input to our spool. Raises InputError if it vanished or cannot be read."""
        ...

    def done(self, item: Input, verdict: Verdict) -> None:
        """Called after the commit that settles the input; may be called again for the same."""
        ...
