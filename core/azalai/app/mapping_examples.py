"""Examples of mappings: an invented one from a line of a file, written down; none of real keys."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from secrets import SystemRandom
from typing import Any

import orjson

from azalai import settings as configuration
from azalai.address import Address
from azalai.app import loading
from azalai.app.example_writing import scalar, value
from azalai.app.key_room import keyring
from azalai.clock import now
from azalai.documents import Document, Place, Problem, Text, read
from azalai.errors import StopError
from azalai.mapping import Declared, InboundMapping, Result, Translated, load_inbound
from azalai.mapping.inbound_examples import example_keys, expected
from azalai.mapping.invented_row import Inventor
from azalai.mapping.outbound_examples import outbound_examples
from azalai.mapping.results import Parked
from azalai.plugin.format import Unreadable
from azalai.plugin.registry import find
from azalai.store import open_store, record_rows
from azalai.translate import FeedPlan, Plan, Worker

_DECLARED = Declared("EXEMPLE", "UTO", "Service fictif", "test", "examples")


@dataclass(frozen=True, slots=True)
class Example:
    """An invented row and what the mapping makes of it."""

    case: str
    row: Mapping[str, Any]
    result: Result

    @property
    def said(self) -> Text | None:
        """Why it makes no record; None where it makes one."""
        return None if isinstance(self.result, Translated) else self.result.what

    def block(self) -> str:
        """The example as it stands under `examples:`."""
        lines = [f"  - case: {scalar(self.case)}", "    row:"]
        lines += [f"      {scalar(name)}: {value(given)}" for name, given in self.row.items()]
        return "\n".join([*lines, *_outcome(self.result)]) + "\n"


def invented(
    mapping: Path, file: Path, line: int, case: str, chance: Random | None = None
) -> Example:
    """An example made of the raw record at a line of a file, with no value of it.

    StopError where no raw record begins at the line or a column cannot be invented; DocumentError,
    InputError where the mapping or the file does not read.
    """
    loaded = load_inbound(mapping)
    with Worker(Plan(FeedPlan((mapping,), _DECLARED))) as worker:
        values, tag = _raw_at(worker, file, line)

        def outcomes(rows: Sequence[dict[str, Any]]) -> Sequence[Result]:
            place = Address("0" * 64, 1)
            return worker.map([(place, orjson.dumps({"values": row, "tag": tag})) for row in rows])

        row = Inventor(loaded, outcomes, chance or SystemRandom()).row(values)
        (result,) = outcomes([row])
    return Example(case, row, result)


def known(mapping: Path, config: Path) -> list[Problem]:
    """A mistake for each example whose key is that of a record in the deployment's store.

    Nothing where the deployment is for training (its records are invented), reads no feed by an
    inbound mapping or has no store yet. ConfigurationError, DocumentError, StoreError.
    """
    settings = configuration.load(config)
    place = loading.store_place(settings)
    if settings.training or (isinstance(place, Path) and not place.is_file()):
        return []
    found: list[Problem] = []
    store = open_store(place, keyring(settings), now)
    try:
        for case, document, at, key in _keys(mapping, settings):
            if record_rows.find(store.db, store.keys, key) is not None:
                found.append(document.problem(
                    at, "AZ-M140",
                    Text(f"l'exemple « {case} » porte le numéro d'une fiche de la base",
                         f"the example “{case}” has the key of a record in the store"),
                    Text("un exemple est inventé : celui-ci vient sans doute d'une vraie ligne.",
                         "an example is invented: this one probably comes from a real row."),
                    Text("« azalai mapping example » en écrit un où tout est inventé.",
                         "`azalai mapping example` writes one with everything invented."),
                ))  # fmt: skip
    finally:
        store.close()
    return found


def _keys(
    mapping: Path, settings: configuration.Settings
) -> Iterator[tuple[str, Document, Place, str]]:
    """The record keys of a mapping's examples, as they would be in this deployment."""
    if read(mapping).root.text("direction") == "out":
        for one in outbound_examples(mapping):
            yield one.case, one.document, one.place, one.job.key
        return
    for system in _systems(settings, load_inbound(mapping)):
        yield from example_keys(mapping, system)


def _systems(settings: configuration.Settings, mapping: InboundMapping) -> list[str]:
    """The systems of the feeds that read by a mapping of this name."""
    connectors = dict(find(settings.folder))
    found: dict[str, None] = {}
    for name, given in settings.feeds.items():
        connector = loading.connector_of(connectors, settings, given.connector)
        if mapping.name in (given.mappings or connector.manifest.mappings):
            found[loading.declared(settings, connector, name).system] = None
    return list(found)


def _raw_at(worker: Worker, file: Path, line: int) -> tuple[dict[str, Any], str]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    for batch in worker.read(file, digest, with_raws=True):
        for result, raw in zip(batch.results, batch.raws, strict=True):
            place = result.address
            if line == (place.line if place.line is not None else place.number):
                if isinstance(result, Unreadable):
                    break
                kept = orjson.loads(raw)
                return kept.get("values") or {}, kept.get("tag") or ""
    raise StopError(f"no record of {file.name} begins at line {line}",
                    fr=f"aucune fiche de {file.name} ne commence à la ligne {line}",
                    hint="`azalai mapping preview` shows the lines; without lines, the record's number",
                    hint_fr="« azalai mapping preview » montre les lignes ; sans lignes, le numéro "
                    "de la fiche")  # fmt: skip


def _outcome(result: Result) -> list[str]:
    if isinstance(result, Translated) and result.withdraw:
        return [f"    withdraws: {scalar(result.withdraw)}"]
    if isinstance(result, Translated):
        given = expected(result)
        return ["    gives:", *(f"      {path}: {value(one)}" for path, one in given.items())]
    if isinstance(result, Parked):
        return [f"    parks: {scalar(result.column)}"]
    return [f"    rejects: {scalar(f'{result.column or result.field}, {result.code}')}"]
