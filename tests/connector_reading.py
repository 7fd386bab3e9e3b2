"""Reads a connector's sample through its format and mappings, for the connector tests."""

import io
from hashlib import sha256
from pathlib import Path

from azalai.formats import make
from azalai.mapping import Declared, Parked, Rejected, Translated, compile_feed, load_inbound
from azalai.plugin.format import Ending, Finding, RawRecord, Unreadable
from azalai.plugin.registry import Connector, find

Read = Translated | Rejected | Parked | Unreadable


def mapping_paths(connector: Connector) -> list[Path]:
    """The connector's mapping documents, in the manifest's order."""
    found = [connector.mapping_file(f"{name}.yaml") for name in connector.manifest.mappings]
    assert None not in found
    return [path for path in found if path is not None]


def read(name: str, data: bytes) -> tuple[list[Read], list[Finding], Ending | None]:
    """What becomes of each raw record of `data`, in order; what holds the run; the end."""
    connector = find()[name]
    stated = connector.manifest
    assert stated.system is not None
    assert stated.country is not None
    assert stated.agency is not None
    mappings = [load_inbound(path) for path in mapping_paths(connector)]
    translate = compile_feed(
        mappings, Declared(stated.system, stated.country, stated.agency, "test", name)
    )
    results: list[Read] = []
    findings: list[Finding] = []
    ending: Ending | None = None
    digest = sha256(data).hexdigest()
    for item in make([one.shape for one in mappings]).read(io.BytesIO(data), digest):
        if isinstance(item, RawRecord):
            results.append(translate(item))
        elif isinstance(item, Finding):
            findings.append(item)
        elif isinstance(item, Ending):
            ending = item
        else:
            results.append(item)
    return results, findings, ending


def sample(name: str, file: str) -> bytes:
    """The bytes of one of the connector's samples."""
    path = find()[name].file(f"samples/{file}")
    assert path is not None
    return path.read_bytes()


def said(result: Read) -> tuple[str, ...]:
    """A disposition in words: what it is, its code, the column it names."""
    if isinstance(result, Translated):
        return ("translated",)
    if isinstance(result, Unreadable):
        return ("unreadable", result.code)
    if isinstance(result, Parked):
        return ("parked", result.column)
    return ("rejected", result.code, result.column)
