"""The parent's side: starts the child, asks it, and says what happened if it died."""

import os
import pickle
import signal
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any, Self, TypeVar

from azalai import forks, system_words
from azalai.address import Address
from azalai.documents import NOTHING, Text
from azalai.errors import ConfigurationError, FormatError, InputError
from azalai.mapping import (
    NoPlace,
    Parked,
    Rejected,
    Rendered,
    RenderJob,
    Result,
    Translated,
)
from azalai.plugin.format import Mark
from azalai.translate import beside
from azalai.translate.child import DIED, OUT_OF_MEMORY, serve
from azalai.translate.plan import (
    Batch,
    ChildLimits,
    Divides,
    Failure,
    Invalid,
    PartLines,
    Plan,
    from_child,
)

_GRACE_S = 2.0
_Part = TypeVar("_Part", Batch, PartLines)


class Worker:
    """One child with limits; for one thread at a time. Started at first use, and again after it
    died. The fork server should be up before there are threads: `start` early."""

    def __init__(self, plan: Plan, limits: ChildLimits | None = None) -> None:
        self._plan = plan
        self._limits = limits or ChildLimits()
        self._process: ForkServerProcess | None = None
        self._connection: Connection | None = None
        self._loading = False
        self._beside: tuple[str, ...] = ()  # files that its format joins to the one it reads

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> Connection:
        """Becomes readable when an answer is there. InputError where no child runs."""
        if self._connection is None:
            raise self._died()
        return self._connection

    @property
    def wall_s(self) -> float:
        """Seconds of clock that an answer may take."""
        return self._limits.wall_s

    def start(self) -> None:
        """Start the child if none runs. Raises ConfigurationError if a mapping does not load."""
        self.launch()
        if self._loading:
            self._loading = False
            ready = self._receive()
            if isinstance(ready, Failure):
                self.close()
                raise ConfigurationError(
                    ready.what.en, hint=ready.todo.en or None, fr=ready.what.fr,
                    hint_fr=ready.todo.fr or None,
                )  # fmt: skip
            if isinstance(ready, tuple):
                self._beside = ready

    def launch(self) -> None:
        """Start the child if none runs, without waiting until it has loaded its mappings."""
        if self._process is not None and self._process.is_alive():
            return
        self.close()
        forks.prepare()
        ours, theirs = forks.CONTEXT.Pipe()
        self._connection = ours
        self._process = forks.CONTEXT.Process(
            target=serve, args=(theirs, self._plan, self._limits), daemon=True
        )
        self._process.start()
        theirs.close()
        self._loading = True

    def read(
        self, path: Path, digest: str, skip: int = 0, size: int = 500, *, with_raws: bool = False,
        samples: int = 0, anyhow: Sequence[str] | None = None,
    ) -> Iterator[Batch]:  # fmt: skip
        """The batches of one input, in its order; `skip` raw items were taken before.

        The child gets the open file, not its path. Raises FormatError where the input is not what
        the mapping declares (after a batch with what was read before), InputError where the file
        does not open or the child died. Closing early is allowed; the child stays usable.
        `samples` raw records at most come with it, to be compared with earlier ones. `anyhow`
        reads under the header that stands there, and the named columns too, each by its own name;
        no results come with it: for evidence.
        """
        self._ask_whole(path, ("read", digest, skip, size, with_raws, samples, anyhow))
        yield from self._answers(self._receive_batch)

    def lines(self, path: Path, digest: str, *, with_values: bool) -> Iterator[PartLines]:
        """What `read` would give of an input, as JSON lines: the same errors, the same order."""
        self._ask_whole(path, ("lines", digest, with_values))
        yield from self._answers(self._receive_lines)

    def _ask_whole(self, path: Path, request: object) -> None:
        """Have the child read an input, and hand it the open files."""
        handles = [_opened(path)]
        try:
            connection = self._ready()
            feed = self._plan.feed
            handles.extend(_opened(beside.find(name, path, feed)) for name in self._beside)
            self._ask(request)
            try:
                for handle in handles:
                    send_handle(connection, handle, None)
            except OSError as err:
                raise self._died() from err
        finally:
            for handle in handles:
                os.close(handle)

    def _answers(self, receive: Callable[[], tuple[_Part, Failure | None]]) -> Iterator[_Part]:
        """All of an input, part after part; the child is told where nobody wants the rest."""
        finished = False
        try:
            while not finished:
                self._ask("next")
                part, failure = receive()
                finished = failure is not None or part.ending is not None
                yield part
                if failure is not None:
                    raise error_of(failure)
        except InputError:
            finished = True
            raise
        finally:
            if not finished:
                self._stop_reading()

    def divides(self) -> Divides | None:
        """How inputs of this feed may be read in parts, None where they may not."""
        self._ready()
        self._ask(("divides",))
        answer = self._receive()
        if answer is not None and not isinstance(answer, Divides):
            raise self._died(garbled=True)
        return answer

    def ask_part(
        self, path: Path, digest: str, begin: Mark | None, until: int | None, *, with_values: bool
    ) -> None:
        """Have the child read what begins between two places of a file; `part` gives it."""
        handle = _opened(path)
        try:
            connection = self._ready()
            self._ask(("part", digest, begin, until, with_values))
            try:
                send_handle(connection, handle, None)
            except OSError as err:
                raise self._died() from err
        finally:
            os.close(handle)

    def part(self) -> PartLines:
        """The lines that were asked for. Raises InputError if the child died."""
        answer = self._receive()
        if not isinstance(answer, PartLines):
            raise self._died(garbled=True)
        return answer

    def map(self, kept: Sequence[tuple[Address, bytes]]) -> list[Result]:
        """Map kept raw records, JSON as `Rejected.raw` holds them, by today's mappings.

        One result each, in the order given. Raises InputError if the child died.
        """
        self._ready()
        self._ask(("map", list(kept)))
        answers = self._receive()
        if not isinstance(answers, list) or len(answers) != len(kept):
            raise self._died(garbled=True)
        if not all(isinstance(one, Translated | Rejected | Parked) for one in answers):
            raise self._died(garbled=True)
        return answers

    def render(self, jobs: Sequence[tuple[str, RenderJob]]) -> list[Rendered | NoPlace | Invalid]:
        """Render each job by the outbound mapping of its key, `<destination>/<kind>`.

        Raises InputError if the child died.
        """
        self._ready()
        self._ask(("render", list(jobs)))
        answers = self._receive()
        if not isinstance(answers, list) or len(answers) != len(jobs):
            raise self._died()
        if not all(isinstance(one, Rendered | NoPlace | Invalid) for one in answers):
            raise self._died()
        return answers

    def close(self) -> None:
        """End the child; it may be started again."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(_GRACE_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
        self._connection = self._process = None

    def _ready(self) -> Connection:
        self.start()
        if self._connection is None:
            raise self._died()
        return self._connection

    def _ask(self, request: object) -> None:
        if self._connection is None:
            raise self._died()
        try:
            self._connection.send(request)
        except OSError as err:
            raise self._died() from err

    def _receive(self) -> Any:
        if self._connection is None:
            raise self._died()
        try:
            if not self._connection.poll(self._limits.wall_s):
                raise self._died(slow=True)
            return from_child(self._connection.recv_bytes())
        except (EOFError, OSError) as err:
            raise self._died() from err
        except (pickle.UnpicklingError, TypeError, ValueError, AttributeError, IndexError) as err:
            raise self._died(garbled=True) from err

    def _receive_batch(self) -> tuple[Batch, Failure | None]:
        answer = self._receive()
        if isinstance(answer, tuple) and len(answer) == 2:
            batch, failure = answer
            if isinstance(batch, Batch) and (failure is None or isinstance(failure, Failure)):
                return batch, failure
        raise self._died(garbled=True)

    def _receive_lines(self) -> tuple[PartLines, Failure | None]:
        lines = self.part()
        return lines, lines.failure

    def _stop_reading(self) -> None:
        """The consumer went away in the middle: the child drops the input."""
        with suppress(InputError):
            self._ask("stop")
            self._receive()

    def _died(self, *, slow: bool = False, garbled: bool = False) -> InputError:
        """Why the child is gone, as an error; what is left of it is removed."""
        code: int | None = None
        if self._process is not None:
            if slow or garbled:
                self._process.kill()
            self._process.join(_GRACE_S)
            code = self._process.exitcode
        self.close()
        if slow:
            return _dead("le délai est dépassé", "it took too long")
        return _dead(*_CAUSES.get(code or 0, ("arrêt inattendu", "it stopped unexpectedly")))


_CAUSES = {
    OUT_OF_MEMORY: ("limite de mémoire atteinte", "it reached its memory limit"),
    DIED: ("erreur interne", "an internal error"),
    -signal.SIGXCPU: ("limite de temps de calcul atteinte", "it reached its processor limit"),
    -signal.SIGKILL: ("tué par le système (mémoire ?)", "killed by the system (memory?)"),
    -signal.SIGABRT: (
        "mémoire insuffisante, ou erreur interne (abort)",
        "out of memory, or an internal error (abort)",
    ),
    -signal.SIGSEGV: ("erreur interne (segv)", "an internal error (segv)"),
}


def _dead(fr: str, en: str) -> InputError:
    what = (f"le processus de lecture est mort : {fr}", f"the reading process died: {en}")
    todo = ("la suite attend ; relancez, et gardez le fichier si cela se répète.",
            "nothing of it left; run again, and keep the file if it happens again.")  # fmt: skip
    return InputError(what, todo, code="AZ-F110")


def error_of(failure: Failure) -> InputError:
    """A child's failure as what it raised."""
    if failure.kind == "format":
        return FormatError(
            failure.code, failure.what, failure.todo, line=failure.line, offset=failure.offset,
            missing=failure.missing, new=failure.new,
        )  # fmt: skip
    return InputError(failure.what, failure.todo, code=failure.code)


def _opened(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as err:
        fr, en = system_words.said(err)
        what = Text(f"le fichier ne s'ouvre pas ({fr})", f"the file cannot be opened ({en})")
        raise InputError(what, NOTHING, code="AZ-F101") from err
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InputError(("ce n'est pas un fichier ordinaire", "not a plain file"), code="AZ-F101")
    return handle
