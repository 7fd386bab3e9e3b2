"""What a child is told at its start, and what it hands back."""

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azalai.address import Address
from azalai.documents import Text
from azalai.mapping import Declared, Loss, NoPlace, Parked, Rejected, Rendered, Result, Translated
from azalai.plugin.format import Ending, Finding, Mark, Reached, Unreadable
from azalai.translate.samples import WHOLE


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed: its mappings, and the folders where their code lists lie (first wins). `digests`,
    where given, are those of the mappings in force: a child takes no others. Without a store
    nobody compares records `with_meaning`. `folders` are where files to be joined may lie."""

    mappings: tuple[Path, ...]
    declared: Declared
    beside: tuple[Path, ...] = ()
    digests: tuple[str, ...] = ()
    with_meaning: bool = True
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class OutPlan:
    """One outbound mapping, and the folders where its schema and code lists lie; `digest` as in
    `FeedPlan`."""

    path: Path
    beside: tuple[Path, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one child does: reads one feed, renders for `<destination>/<kind>` keys, or both."""

    feed: FeedPlan | None = None
    outbound: Mapping[str, OutPlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """`memory` bytes of address space; `cpu_s` of processor and `wall_s` of clock, seconds, for
    one batch; `files` open descriptors once everything is loaded. Files cannot be written."""

    memory: int = 1536 * 1024 * 1024
    cpu_s: int = 60
    wall_s: float = 300.0
    files: int = 64


@dataclass(slots=True)
class Batch:
    """Up to `size` raw items, in the input's order.

    `consumed` counts raw items from the input's start, those skipped included: the cursor after
    this batch. `ending` stands in the last batch of a whole input. `error` is set in the last
    batch of an input that turned out unreadable; `Worker.read` then raises it. `raws` holds the
    raw records themselves, JSON as `Rejected.raw`, one a result, where they were asked for.
    `samples` holds (key, raw record) of those that belong to the sample, `sample_limit` the rank
    from which on none does any more (see `samples.Sampler`).
    """

    results: list[Result | Unreadable]
    findings: list[Finding]
    consumed: int
    ending: Ending | None = None
    error: Text | None = None
    raws: list[bytes] = field(default_factory=list)
    samples: list[tuple[str, bytes]] = field(default_factory=list)
    sample_limit: int = WHOLE


@dataclass(slots=True)
class PartLines:
    """What became of one part of an input: JSON lines and their counts. `reached` is where it
    ended, None with a `failure`; `ending` is the input's, in the last of one that is read whole
    (see `Worker.lines`), where `reached` is None. `disordered` are rejects for the order of their dates, without
    their values: evidence about the whole input."""

    records: bytes
    rejects: bytes
    translated: int
    rejected: int
    parked: int
    unreadable: int
    findings: list[Finding]
    disordered: list[Rejected]
    reached: Reached | None = None
    failure: "Failure | None" = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Divides:
    """How a child's format lets an input be shared: lines before the first record, encoding."""

    lines_before: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """A job that could not be rendered at all: a fault of ours, not of the record."""

    why: Text


@dataclass(frozen=True, slots=True)
class Failure:
    """A domain error of the child, as plain values. `kind` is format, input or stop."""

    kind: str
    code: str
    what: Text
    todo: Text
    line: int | None = None
    offset: int | None = None
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


_ALLOWED = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        Address, Text, Translated, Rejected, Parked, Unreadable, Finding, Ending, Rendered,
        Loss, NoPlace, Invalid, Failure, Batch,
        PartLines, Divides, Mark, Reached,
    )
}  # fmt: skip


class _PlainUnpickler(pickle.Unpickler):
    """Makes our plain values and nothing else: foreign bytes may have taken over the child."""

    def find_class(self, module: str, name: str) -> Any:
        kind = _ALLOWED.get((module, name))
        if kind is None:
            raise pickle.UnpicklingError("not one of our values")
        return kind


def from_child(data: bytes) -> Any:
    """A child's message. Raises pickle.UnpicklingError where it holds anything but our values."""
    return _PlainUnpickler(io.BytesIO(data)).load()
