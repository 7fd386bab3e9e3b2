"""One large file read in parts by several children, put together in the file's order."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path

from azalai.errors import InputError
from azalai.plugin.format import Mark
from azalai.translate.plan import PartLines
from azalai.translate.worker import Worker

PART = 1 << 20
"""Bytes of a part; what is made of it, some seven times as much, is held until its turn comes."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file's digest, and places about a part from each other where a line begins."""

    digest: str
    starts: tuple[tuple[int, int], ...]  # line, offset


def scan(path: Path, part: int = PART) -> Scanned:
    """Read the file once. InputError where it does not open."""
    digest, lines, offset, starts = hashlib.sha256(), 0, 0, []
    try:
        with path.open("rb") as stream:
            while block := stream.read(part):
                digest.update(block)
                end = block.find(b"\n") + 1
                if offset and end:
                    starts.append((lines + 2, offset + end))
                lines += block.count(b"\n")
                offset += len(block)
    except OSError as err:
        raise InputError(("le fichier ne s'ouvre pas", "the file cannot be opened"),
                         code="AZ-F101") from err  # fmt: skip
    return Scanned(digest.hexdigest(), tuple(one for one in starts if one[1] < offset))


def parts(
    workers: Sequence[Worker],
    path: Path,
    scanned: Scanned,
    lines_before: int,
    *,
    with_values: bool,
) -> Iterator[PartLines]:
    """What each part of the file gives, in the file's order; the one with a failure is the last.

    Where a part begins is guessed: at a line's beginning, one record a line. It counts only if
    the part before it has ended exactly there (no quote was open, no line was blank); else it is
    read again from where that one ended. Raises InputError where a child died.
    """
    sharing = _Sharing(list(workers), path, scanned, lines_before, with_values)
    try:
        yield from sharing.parts()
    finally:
        sharing.drop()


@dataclass(slots=True)
class _Sharing:
    workers: list[Worker]
    path: Path
    scanned: Scanned
    gap: int  # lines that are no records, so far
    with_values: bool
    busy: dict[int, Worker] = field(default_factory=dict)
    begins: dict[int, Mark | None] = field(default_factory=dict)
    made: dict[int, PartLines] = field(default_factory=dict)
    wrong: int | None = None  # the part to read again
    begun: int = 0
    turn: int = 0
    true: Mark | None = None

    def parts(self) -> Iterator[PartLines]:
        count = len(self.scanned.starts) + 1
        while self.turn < count:
            self._ask(count)
            if self.turn not in self.made:
                self._receive()
                continue
            part = self.made.pop(self.turn)
            if self.begins[self.turn] != self.true:
                self.wrong = self.turn
                continue
            if part.reached is not None:
                self.true = part.reached.mark
                self.gap = self.true.line - 1 - self.true.number
            self.turn += 1
            self._ask(count)  # before the part is written
            yield part
            if part.failure is not None:
                return

    def drop(self) -> None:
        """Take and forget what is still being made: the children stay usable."""
        for worker in self.busy.values():
            with suppress(InputError):
                worker.part()

    def _ask(self, count: int) -> None:
        """Give each idle worker a part, not too far ahead of the one whose turn it is."""
        idle = [one for one in self.workers if one not in self.busy.values()]
        for worker in idle:
            if self.wrong is not None:
                self._give(worker, self.wrong, self.true)
                self.wrong = None
            elif self.begun < min(count, self.turn + 2 * len(self.workers)):
                self._give(worker, self.begun, self._begin(self.begun))
                self.begun += 1

    def _begin(self, part: int) -> Mark | None:
        if part in (self.turn, 0):
            return self.true
        line, offset = self.scanned.starts[part - 1]
        return Mark(line, offset, line - 1 - self.gap)

    def _give(self, worker: Worker, part: int, begin: Mark | None) -> None:
        starts = self.scanned.starts
        until = starts[part][1] if part < len(starts) else None
        self.begins[part], self.busy[part] = begin, worker
        worker.ask_part(self.path, self.scanned.digest, begin, until, with_values=self.with_values)

    def _receive(self) -> None:
        """Take what is ready; where nothing comes, the part whose turn it is says why."""
        waiting = {worker.connection: part for part, worker in self.busy.items()}
        ready = wait(list(waiting), timeout=min(one.wall_s for one in self.workers))
        for connection in ready or list(waiting)[:1]:
            part = waiting[connection]  # type: ignore[index]
            worker = self.busy.pop(part)
            self.made[part] = worker.part()
