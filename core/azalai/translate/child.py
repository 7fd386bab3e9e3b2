"""The child: reads, maps, validates and renders, with limits and without a way back."""

import gc
import json
import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache, partial
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any, BinaryIO

from azalai import formats
from azalai.address import Address
from azalai.documents import Text
from azalai.errors import (
    AzalaiError,
    ConfigurationError,
)
from azalai.mapping import (
    RenderJob,
    Result,
    RowMaker,
    compile_feed,
    compile_outbound,
    load_inbound,
    load_outbound,
    row_maker,
)
from azalai.plugin.format import (
    Format,
    Mark,
    RawRecord,
    Shape,
)
from azalai.translate.other_header import header_as_it_is, possible_keys
from azalai.translate.plan import (
    ChildLimits,
    Divides,
    Invalid,
    OutPlan,
    Plan,
)
from azalai.translate.reading import (
    Translator,
    all_lines,
    batches,
    failure_of,
    part_lines,
    translated,
)
from azalai.translate.samples import Sampler

DIED = 70  # exit code of a child that met something unforeseen; it prints nothing
OUT_OF_MEMORY = 71

Renderer = Callable[[RenderJob], Any]


def serve(connection: Connection, plan: Plan, limits: ChildLimits) -> None:
    """The child's whole life: load the plan, answer until the parent goes.

    Never prints: a traceback, or a library's last words, could show what stands in a record.
    """
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
        _limit(limits)
        try:
            child = _Child(connection, plan, limits)
        except AzalaiError as err:
            _send(connection, failure_of(err))
            return
        _settle_memory()
        _send(connection, child.beside)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits.files, limits.files))
        child.run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent is gone
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:
        os._exit(DIED)


def _limit(limits: ChildLimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _settle_memory() -> None:
    """What is loaded stays, and records hold no cycles: the collector need not look often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _send(connection: Connection, value: Any) -> None:
    connection.send_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


class _Child:
    """Holds the compiled plan and answers requests one by one."""

    def __init__(self, connection: Connection, plan: Plan, limits: ChildLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._format: Format | None = None
        self._shapes: list[Shape] = []
        self._possible_keys: Callable[[RawRecord], Iterator[str]] | None = None
        self._translate: Translator | None = None
        self._rows: Callable[[], RowMaker | None] = lambda: None
        if plan.feed is not None:
            feed = plan.feed
            mappings = [load_inbound(p, beside=_finder(p, feed.beside)) for p in feed.mappings]
            _check_in_force([m.digest for m in mappings], list(feed.digests))
            self._shapes = [m.shape for m in mappings]
            self._format = formats.make(self._shapes)
            self._translate = compile_feed(mappings, feed.declared, with_meaning=feed.with_meaning)
            self._rows = cache(partial(row_maker, mappings, feed.declared))
            self._possible_keys = possible_keys(mappings, self._translate)
        self.beside = formats.files_beside(self._format) if self._format else ()
        self._renderers = {key: _renderer(out) for key, out in plan.outbound.items()}

    def run(self) -> None:
        """Answer until the connection ends (EOFError)."""
        while True:
            request = self._connection.recv()
            self._new_budget()
            if request[0] == "read":
                self._read(*request[1:])
            elif request[0] == "lines":
                self._lines(*request[1:])
            elif request[0] == "part":
                self._part(*request[1:])
            elif request[0] == "divides":
                _send(self._connection, self._divides())
            elif request[0] == "map":
                _send(self._connection, [self._again(*kept) for kept in request[1]])
            else:
                _send(self._connection, [self._render(key, job) for key, job in request[1]])

    def _new_budget(self) -> None:
        """The processor time for what comes next, above what is used."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + self._limits.cpu_s + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))

    def _again(self, address: Address, sealed: bytes) -> Result:
        """One kept raw record, as `Rejected.raw` holds it, mapped as if it had just been read."""
        if self._translate is None:
            raise RuntimeError
        try:
            kept = json.loads(sealed)  # not orjson: it refuses the lone surrogates of a bad file
        except (ValueError, RecursionError):
            kept = {}
        raw = RawRecord(address, kept.get("values") or {}, kept.get("tag") or "")
        return translated(self._translate, raw)

    def _read(
        self,
        digest: str,
        skip: int,
        size: int,
        with_raws: bool,
        samples: int,
        anyhow: Sequence[str] | None,
    ) -> None:
        """One batch is made ahead; each is sent when the parent asks for it."""
        with ExitStack() as stack:
            stream, beside = self._opened(stack)
            if self._format is None or self._translate is None:
                raise RuntimeError
            if anyhow is None:
                formats.give_beside(self._format, beside)
                items, sampler = self._format.read(stream, digest), Sampler(samples)
            else:
                items = header_as_it_is(self._shapes, stream, digest, anyhow, beside)
                sampler = Sampler(samples, self._possible_keys)
            for answer in batches(items, self._translate, skip, size, sampler, with_raws=with_raws):
                if anyhow is not None:
                    answer[0].results.clear()
                if not self._wished(answer):
                    return

    def _lines(self, digest: str, with_values: bool) -> None:
        """As `_read`, a whole input, in lines."""
        with ExitStack() as stack:
            stream, beside = self._opened(stack)
            if self._format is None or self._translate is None:
                raise RuntimeError
            formats.give_beside(self._format, beside)
            items = formats.in_rows(self._format, stream, digest)
            for answer in all_lines(items, self._translate, self._rows(), with_values=with_values):
                if not self._wished(answer):
                    return

    def _wished(self, answer: Any) -> bool:
        """Send what is made when the parent asks for it; False where it wants no more."""
        wish = self._connection.recv()
        self._new_budget()
        _send(self._connection, None if wish == "stop" else answer)
        return bool(wish != "stop")

    def _opened(self, stack: ExitStack) -> tuple[BinaryIO, dict[str, BinaryIO]]:
        """The input, and the files beside it by their names."""
        stream = stack.enter_context(self._open())
        return stream, {name: stack.enter_context(self._open()) for name in self.beside}

    def _open(self) -> BinaryIO:
        return os.fdopen(recv_handle(self._connection), "rb")

    def _divides(self) -> Divides | None:
        made = None if self._format is None else formats.divisible(self._format)
        return None if made is None else Divides(made.lines_before, made.encoding)

    def _part(self, digest: str, begin: Mark | None, until: int | None, with_values: bool) -> None:
        with os.fdopen(recv_handle(self._connection), "rb") as stream:
            divided = None if self._format is None else formats.divisible(self._format)
            if divided is None or self._translate is None:
                raise RuntimeError
            items = divided.read_part(stream, digest, begin, until)
            made = part_lines(items, self._translate, self._rows(), with_values=with_values)
            _send(self._connection, made)
        gc.collect()  # a reject's traceback holds the frames that hold this part's lines

    def _render(self, key: str, job: RenderJob) -> Any:
        try:
            return self._renderers[key](job)
        except MemoryError:
            raise
        except Exception:
            return Invalid(Text("le message n'a pas pu être fait", "the message could not be made"))


def _renderer(out: OutPlan) -> Renderer:
    mapping = load_outbound(out.path, beside=_finder(out.path, out.beside))
    _check_in_force([mapping.digest], [out.digest] if out.digest else [])
    return compile_outbound(mapping)


def _check_in_force(found: list[str], wanted: list[str]) -> None:
    """What lies on the disk is what the parent loaded: a child that starts late must not bring
    into force what nobody checked whole."""
    if wanted and found != wanted:
        raise ConfigurationError(
            "a mapping or a code list changed on the disk and is not in force yet",
            hint="`systemctl reload azalai`, or start again",
        )


def _finder(path: Path, folders: tuple[Path, ...]) -> Callable[[str], Path | None]:
    """Looks in the given folders in order, then beside the mapping."""
    places = (*folders, path.parent)

    def find(name: str) -> Path | None:
        return next((place / name for place in places if (place / name).is_file()), None)

    return find
