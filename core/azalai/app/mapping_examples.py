"""Examples of mappings: an invented one from a line of a file, written down; none of real keys."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from secrets import SystemRandom
from typing import Any

import orjson

from azalai import documents
from azalai import settings as configuration
from azalai.address import Address
from azalai.app import loading
from azalai.app.accepting import write_whole
from azalai.app.mapping_text import quoted
from azalai.clock import now
from azalai.documents import Map, Problem, Text
from azalai.documents import Sequence as Items
from azalai.errors import StopError
from azalai.mapping import Declared, InboundMapping, Result, Translated, load_inbound
from azalai.mapping.inbound_examples import example_keys, expected
from azalai.mapping.invented_row import Inventor
from azalai.mapping.results import Parked
from azalai.plugin.format import Unreadable
from azalai.plugin.registry import find
from azalai.store import open_store, record_rows
from azalai.store.seal import load_kek
from azalai.translate import FeedPlan, Plan, Worker

_DECLARED = Declared("EXEMPLE", "UTO", "Service fictif", "test", "examples")
_PLAIN = re.compile(r"[^\W_][\w ./()+,;-]*", re.UNICODE)
_HEAD = "# Lignes et fiches INVENTÉES / INVENTED rows and records.\n"


@dataclass(frozen=True, slots=True)
class Example:
    """An invented row and what the mapping makes of it."""

    case: str
    row: Mapping[str, Any]
    result: Result

    def block(self) -> str:
        """The example as it stands under `examples:`."""
        lines = [f"  - case: {_scalar(self.case)}", "    row:"]
        lines += [f"      {_scalar(name)}: {_value(value)}" for name, value in self.row.items()]
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


def write(mapping: Path, made: Example) -> Path:
    """Put the example at the end of `<mapping>.examples.yaml`, comments and mode kept; the file.

    StopError where the case is there already or the file is laid out in another way.
    """
    target = mapping.with_name(f"{mapping.stem}.examples.yaml").resolve()
    if not target.exists():
        write_whole(target, (_HEAD + "examples:\n" + made.block()).encode())
        return target
    document = documents.read(target)
    entry = document.root.entry("examples")
    if entry is None or not isinstance(entry.value, Items) or entry.value.flow:
        raise _by_hand(target)
    cases = [item.text("case") for item in entry.value.items if isinstance(item, Map)]
    if made.case in cases:
        raise StopError(f"{target.name} has a case “{made.case}”",
                        fr=f"{target.name} a déjà un exemple « {made.case} »",
                        hint="--case gives it another name",
                        hint_fr="--case lui donne un autre nom")  # fmt: skip
    data = _with_block(document, entry.value, made)
    again = documents.parse(data, target.name).root.get("examples")
    if not isinstance(again, Items) or len(again.items) != len(entry.value.items) + 1:
        raise _by_hand(target)
    write_whole(target, data)
    return target


def known(mapping: Path, config: Path) -> list[Problem]:
    """A mistake for each example whose key is that of a record in the deployment's store.

    Nothing where the deployment is for training (its records are invented), reads no feed by this
    mapping or has no store yet. ConfigurationError, DocumentError, StoreError.
    """
    settings = configuration.load(config)
    place = loading.store_place(settings)
    if settings.training or (isinstance(place, Path) and not place.is_file()):
        return []
    found: list[Problem] = []
    store = open_store(place, load_kek(settings.path(settings.kek)), now)
    try:
        for system in _systems(settings, load_inbound(mapping)):
            for case, document, at, key in example_keys(mapping, system):
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
        return [f"    withdraws: {_scalar(result.withdraw)}"]
    if isinstance(result, Translated):
        given = expected(result)
        return ["    gives:", *(f"      {path}: {_value(one)}" for path, one in given.items())]
    if isinstance(result, Parked):
        return [f"    parks: {_scalar(result.column)}"]
    return [f"    rejects: {_scalar(f'{result.column or result.field}, {result.code}')}"]


def _with_block(document: documents.Document, items: Items, made: Example) -> bytes:
    """The document's bytes with the block behind its last example."""
    lines = list(document.lines)
    later = [e.key.place.line for e in document.root if e.key.place.line > items.place.line]
    at = min(later) - 1 if later else len(lines)
    while at > 0 and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    first = lines[items.items[0].place.line - 1] if items.items else "  - "
    indent = len(first) - len(first.lstrip(" "))
    block = [" " * indent + line[2:] for line in made.block().splitlines()]
    rest = lines[at:] or [""]
    text = "\n".join([*lines[:at], *block, *rest])
    if b"\r\n" in document.data:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if document.data.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode()


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[ " + ", ".join(_value(one) for one in value) + " ]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(k)}: {_value(v)}" for k, v in value.items()) + " }"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text == text.strip() and "," not in text
    return text if plain else quoted(text)


def _by_hand(target: Path) -> StopError:
    return StopError(f"{target.name} is not laid out as a machine can change it",
                     fr=f"{target.name} n'est pas écrit d'une façon qu'une machine puisse changer",
                     hint="copy the example that was shown under `examples:`",
                     hint_fr="copiez l'exemple montré sous « examples: »")  # fmt: skip
