"""The child: reads, maps, validates and renders, with limits and without a way back."""

import gc
import json
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from azalai import formats
from azalai.address import Address
from azalai.documents import Text
from azalai.errors import (
    AzalaiError,
    ConfigurationError,
    DateOrderError,
    DocumentError,
    FormatError,
    InputError,
)
from azalai.mapping import (
    DateOrders,
    Rejected,
    RenderJob,
    Result,
    RowMaker,
    compile_feed,
    compile_outbound,
    load_inbound,
    load_outbound,
    row_maker,
)
from azalai.mapping.results import Parked, Translated
from azalai.plugin.format import (
    Ending,
    Finding,
    Format,
    Mark,
    RawRecord,
    Reached,
    Rows,
    Shape,
    Unreadable,
)
from azalai.translate.json_lines import LinesMade, joined
from azalai.translate.other_header import header_as_it_is, possible_keys
from azalai.translate.plan import (
    Batch,
    ChildLimits,
    Divides,
    Failure,
    Invalid,
    OutPlan,
    PartLines,
    Plan,
)
from azalai.translate.samples import Sampler

BATCH_S = 1.0
DIED = 70  # exit code of a child that met something unforeseen; it prints nothing
OUT_OF_MEMORY = 71

Translator = Callable[[RawRecord], Result]
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
            _send(connection, _failure(err))
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
        return _translated(self._translate, raw)

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
            stream = stack.enter_context(self._open())
            beside = {name: stack.enter_context(self._open()) for name in self.beside}
            if self._format is None or self._translate is None:
                raise RuntimeError
            if anyhow is None:
                formats.give_beside(self._format, beside)
                items, sampler = self._format.read(stream, digest), Sampler(samples)
            else:
                items = header_as_it_is(self._shapes, stream, digest, anyhow, beside)
                sampler = Sampler(samples, self._possible_keys)
            for answer in _batches(
                items, self._translate, skip, size, sampler, with_raws=with_raws
            ):
                wish = self._connection.recv()
                self._new_budget()
                if anyhow is not None:
                    answer[0].results.clear()
                if wish == "stop":
                    _send(self._connection, None)
                    return
                _send(self._connection, answer)

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
            made = _part_lines(items, self._translate, self._rows(), with_values=with_values)
            _send(self._connection, made)
        gc.collect()  # a reject's traceback holds the frames that hold this part's lines

    def _render(self, key: str, job: RenderJob) -> Any:
        try:
            return self._renderers[key](job)
        except MemoryError:
            raise
        except Exception:
            return Invalid(Text("le message n'a pas pu être fait", "the message could not be made"))


def _batches(
    items: Iterator[RawRecord | Unreadable | Finding | Ending],
    translate: Translator,
    skip: int,
    size: int,
    sampler: Sampler,
    *,
    with_raws: bool = False,
) -> Iterator[tuple[Batch, Failure | None]]:
    """Batches with what ends them; the last one has an ending or a failure."""
    batch, until = Batch([], [], skip), time.monotonic() + BATCH_S
    consumed, orders = 0, DateOrders()
    try:
        for item in items:
            if isinstance(item, Finding):
                batch.findings.append(item)
                continue
            if isinstance(item, Ending):
                batch.ending = item
                continue
            consumed += 1
            if consumed <= skip:
                continue
            if isinstance(item, RawRecord):
                result = _translated(translate, item)
                batch.results.append(result)
                if result.__class__ is Rejected:
                    orders.add(result)
                lifts = result.__class__ is Translated and result.withdraw
                if not lifts and (found := sampler.keys(item, result.key)):
                    batch.samples += [(key, _sealed(item)) for key in found]
            else:
                batch.results.append(item)
            if with_raws:
                batch.raws.append(_sealed(item) if isinstance(item, RawRecord) else b"{}")
            if len(batch.results) >= size or time.monotonic() >= until:
                batch.consumed, batch.sample_limit = consumed, sampler.limit
                yield batch, None
                batch, until = Batch([], [], consumed), time.monotonic() + BATCH_S
    except InputError as err:
        batch.consumed, batch.sample_limit = max(consumed, skip), sampler.limit
        failure = _failure(err)
        batch.error = failure.what
        yield batch, failure
        return
    if batch.ending is None:
        raise RuntimeError("a format gave no ending")
    batch.findings += orders.findings(consumed - skip)
    batch.consumed, batch.sample_limit = max(consumed, skip), sampler.limit
    yield batch, None


def _part_lines(
    items: Iterator[RawRecord | Rows | Unreadable | Finding | Reached],
    translate: Translator,
    rows: RowMaker | None,
    *,
    with_values: bool,
) -> PartLines:
    lines, findings = LinesMade(), []
    disordered: list[Rejected] = []
    reached = failure = None

    def add(raw: RawRecord) -> None:
        result = _translated(translate, raw)
        lines.add(result, with_values=with_values)
        if isinstance(result, Rejected) and result.what == DateOrderError.exchanged:
            disordered.append(replace(result, raw=b""))

    try:
        for item in items:
            if isinstance(item, Rows):
                made = rows(item) if rows is not None else [None] * len(item.cells)
                for at, record in enumerate(made):
                    if record is None:
                        add(item.record(at))
                    else:
                        lines.records.append(record)
                lines.translated += len(made) - made.count(None)
            elif isinstance(item, RawRecord):
                add(item)
            elif isinstance(item, Unreadable):
                lines.add(item, with_values=with_values)
            elif isinstance(item, Finding):
                findings.append(item)
            else:
                reached = item
    except InputError as err:
        failure = _failure(err)
    return PartLines(
        joined(lines.records), joined(lines.rejects), lines.translated, lines.rejected,
        lines.parked, lines.unreadable, findings, disordered, reached, failure,
    )  # fmt: skip


def _translated(translate: Translator, raw: RawRecord) -> Result:
    try:
        found = translate(raw)
    except MemoryError:
        raise
    except Exception:
        return _unforeseen(raw)
    return found if isinstance(found, Translated | Rejected | Parked) else _unforeseen(raw)


def _unforeseen(raw: RawRecord) -> Rejected:
    """A fault of ours on one record: kept, named, and nothing of it shown."""
    what = Text("erreur interne sur cette fiche", "internal error on this record")
    todo = Text("signalez AZ-R999 avec la ligne et la version de la correspondance.",
                "report AZ-R999 with the line and the mapping's version.")  # fmt: skip
    return Rejected(raw.address, "", None, "AZ-R999", "", "", "", what, todo, _sealed(raw))


def _sealed(raw: RawRecord) -> bytes:
    """JSON of a raw record, as results keep it."""
    try:
        return orjson.dumps({"values": raw.values, "tag": raw.tag})
    except (TypeError, ValueError):  # orjson: a lone surrogate, or too deep
        return b"{}"


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


def _failure(err: AzalaiError) -> Failure:
    if isinstance(err, FormatError):
        return Failure("format", err.code, Text(*err.what), Text(*err.todo), err.line, err.offset,
                       err.missing, err.new)  # fmt: skip
    if isinstance(err, InputError):
        return Failure("input", err.code, Text(*err.what), Text(*err.todo))
    if isinstance(err, DocumentError):
        count = len(err.problems)
        what = Text(f"une correspondance a {count} erreur(s)", f"a mapping has {count} problem(s)")
        todo = Text("lancez « azalai mapping check ».", "run `azalai mapping check`.")
        return Failure("stop", "AZ-M000", what, todo)
    return Failure("stop", "AZ-M000", Text(*err.said), Text(*err.hint_said))
