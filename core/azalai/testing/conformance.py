"""Every connector, ours or another's, keeps these promises:

from azalai.testing.conformance import check
for result in check(connector):
    assert result.ok, result.why
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from azalai.documents import Problem
from azalai.errors import AzalaiError, DocumentError, FormatError
from azalai.formats import make
from azalai.mapping import (
    Declared,
    InboundMapping,
    Parked,
    Rejected,
    Translated,
    compile_feed,
    load_inbound,
    load_outbound,
    run_examples,
    run_outbound_examples,
)
from azalai.plugin.format import Ending, RawRecord
from azalai.plugin.registry import Connector
from azalai.records import parse_record

HOSTILE: dict[str, bytes] = {
    "an empty file": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "no text at all": bytes(range(256)) * 8,
    "a line of 1 MB": b"A" * 1_000_000,
    "NUL bytes": b"\x00" * 4096,
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
}


@dataclass(frozen=True, slots=True)
class Result:
    """One promise and whether it is kept; `why` never repeats a record's values."""

    promise: str
    ok: bool
    why: str = ""


def check(connector: Connector) -> Iterator[Result]:
    """Run all promises that a connector's direction has."""
    yield Result("has a README", connector.file("README.md") is not None)
    if connector.manifest.direction == "destination":
        for name in connector.manifest.mappings:
            yield _tried(f"{name}: loads", lambda n=name: _outbound(connector, n))  # type: ignore[misc]
            yield _tried(f"{name}: its examples pass", lambda n=name: _examples(connector, n))  # type: ignore[misc]
        return
    mappings: list[InboundMapping] = []
    for name in connector.manifest.mappings:
        yield _tried(f"{name}: loads", lambda n=name: mappings.append(_inbound(connector, n)))  # type: ignore[misc]
        yield _tried(f"{name}: its examples pass", lambda n=name: _examples(connector, n))  # type: ignore[misc]
    if len(mappings) != len(connector.manifest.mappings):
        return
    samples = connector.samples()
    yield Result("has samples", bool(samples))
    for sample in samples:
        yield _tried(f"sample {sample.name}: every raw record has a disposition and an address",
                     lambda s=sample: _read(connector, mappings, s))  # type: ignore[misc]  # fmt: skip
    for name, data in HOSTILE.items():
        yield _tried(f"hostile, {name}: refused or counted, never a crash",
                     lambda d=data: _hostile(mappings, d))  # type: ignore[misc]  # fmt: skip


def _tried(promise: str, act: Callable[[], object]) -> Result:
    try:
        act()
    except DocumentError as err:
        first = next(p for p in err.problems if isinstance(p, Problem))
        return Result(promise, ok=False, why=f"{first.file}:{first.place.line} {first.code}")
    except AzalaiError as err:
        return Result(promise, ok=False, why=str(err))
    except AssertionError as err:
        return Result(promise, ok=False, why=str(err))
    except Exception as err:
        return Result(promise, ok=False, why=f"crashed with {type(err).__name__}")
    return Result(promise, ok=True)


def _path(connector: Connector, name: str) -> Path:
    path = connector.mapping_file(f"{name}.yaml")
    if path is None:
        raise AssertionError(f"no mapping {name}")
    return path


def _inbound(connector: Connector, name: str) -> InboundMapping:
    return load_inbound(_path(connector, name), beside=connector.mapping_file)


def _outbound(connector: Connector, name: str) -> None:
    load_outbound(_path(connector, name), beside=connector.mapping_file)


def _examples(connector: Connector, name: str) -> None:
    outbound = connector.manifest.direction == "destination"
    run = run_outbound_examples if outbound else run_examples
    results = run(_path(connector, name), beside=connector.mapping_file)
    failed = [r.case for r in results if not r.ok]
    if failed or not results:
        raise AssertionError(f"{len(failed)} of {len(results)} examples fail")


def _read(connector: Connector, mappings: list[InboundMapping], sample: Path) -> None:
    """Translate a sample; records round-trip exactly, numbers count up from 1 without a gap."""
    manifest = connector.manifest
    declared = Declared(manifest.system or manifest.name, manifest.country or "UTO",
                        manifest.agency or manifest.name, "test", "conformance")  # fmt: skip
    translate = compile_feed(mappings, declared)
    data = sample.read_bytes()
    digest, number, translated = sha256(data).hexdigest(), 0, 0
    for item in make([m.shape for m in mappings]).read(io.BytesIO(data), digest):
        if isinstance(item, RawRecord):
            result = translate(item)
            if not isinstance(result, Translated | Rejected | Parked):
                raise AssertionError("a raw record without a disposition")  # noqa: TRY004
            if isinstance(result, Translated) and result.record:
                translated += 1
                parse_record(result.record)
        if not isinstance(item, Ending) and getattr(item, "address", None) is not None:
            address = item.address
            if address is not None and address.number > number:
                number += 1
                if address.number != number:
                    raise AssertionError(f"raw record {number} has no address")
    if not translated:
        raise AssertionError("nothing of it is translated")


def _hostile(mappings: list[InboundMapping], data: bytes) -> None:
    try:
        for _ in make([m.shape for m in mappings]).read(io.BytesIO(data), sha256(data).hexdigest()):
            pass
    except FormatError:
        return
