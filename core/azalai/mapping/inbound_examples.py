"""Examples beside an inbound mapping: invented rows and what must come of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from azalai.address import Address
from azalai.documents import Document, Map, Node, Place, Text, read
from azalai.plugin.format import RawRecord
from azalai.records import fields

from .inbound import Beside, load_inbound
from .inbound_feed import Translator, compile_feed
from .inbound_file import plain
from .results import Declared, Parked, Rejected, Result, Translated

_DECLARED = Declared("EXEMPLE", "UTO", "Service fictif", "test", "examples")
_WORDS = ("case", "like", "row", "gives", "parks", "rejects", "withdraws")
_VALUE_OF = ("code", "value", "original")
_MORE = ("precision", "family", "given", "latin")
_DECLARED_FIELDS = ("key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example: its case, whether it came out as written, and what came instead."""

    case: str
    ok: bool
    message: Text


def run_examples(path: Path, *, beside: Beside | None = None) -> list[ExampleResult]:
    """Run the examples of a mapping: `examples:` inside, and `<name>.examples.yaml` beside it.

    Raises DocumentError where the mapping or the examples cannot be read.
    """
    mapping = load_inbound(path, beside=beside)
    translate = compile_feed([mapping], _DECLARED)
    tag = next(iter(mapping.takes.values)) if mapping.takes and not mapping.takes.column else ""
    nodes = _example_nodes(mapping.document.root.get("examples"))
    file = path.with_name(path.stem + ".examples.yaml")
    if file.exists():
        nodes += _example_nodes(read(file).root.get("examples"))
    cases: dict[str, dict[str, Any]] = {}
    results = []
    for number, node in enumerate(nodes, 1):
        case = str(node.get("case") or f"{number}")
        unknown = [word for word in node if word not in _WORDS]
        row = _row(node, cases)
        if unknown or row is None:
            word = unknown[0] if unknown else f"like: {node.get('like')}"
            message = Text(
                f"mot ou exemple inconnu « {word} »", f"unknown word or example “{word}”"
            )
            results.append(ExampleResult(case, ok=False, message=message))
            continue
        cases[case] = row
        results.append(_run(case, node, RawRecord(Address("0" * 64, number), row, tag), translate))
    return results


def example_results(
    path: Path, system: str = _DECLARED.system, *, beside: Beside | None = None
) -> Iterator[tuple[str, Document, Place, Result]]:
    """For each example with a row: its case, its document and place there, and what its row
    becomes in a `system`. Raises DocumentError as `run_examples`."""
    mapping = load_inbound(path, beside=beside)
    tag = next(iter(mapping.takes.values)) if mapping.takes and not mapping.takes.column else ""
    translate = compile_feed([mapping], replace(_DECLARED, system=system))
    file = path.with_name(path.stem + ".examples.yaml")
    documents = [mapping.document, *([read(file)] if file.exists() else [])]
    cases: dict[str, dict[str, Any]] = {}
    for document in documents:
        for item in getattr(document.root.get("examples"), "items", ()):
            node = plain(item) if isinstance(item, Map) else {}
            case, row = str(node.get("case", "")), _row(node, cases)
            if row is not None:
                cases[case] = row
                made = translate(RawRecord(Address("0" * 64, 1), row, tag))
                yield case, document, item.place, made


def example_keys(
    path: Path, system: str, *, beside: Beside | None = None
) -> list[tuple[str, Document, Place, str]]:
    """For each example whose row has a key: its case, its document and place there, the record
    key that it would have in a `system`. Raises DocumentError as `run_examples`."""
    return [(case, document, place, made.key)
            for case, document, place, made in example_results(path, system, beside=beside)
            if made.key is not None]  # fmt: skip


def expected(result: Translated) -> dict[str, Any]:
    """What `gives:` says of a record: every field that the raw record filled, by its path."""
    record = orjson.loads(result.record)
    found: dict[str, Any] = {"key": record["key"]}
    for path in fields(result.kind):
        for tail in ("", *_MORE):
            texts = [str(one) for one in _at(record, [*path.split("."), *tail.split()])]
            if texts and path not in _DECLARED_FIELDS:
                found[f"{path}.{tail}" if tail else path] = texts if len(texts) > 1 else texts[0]
    return found


def _example_nodes(node: Node | None) -> list[dict[str, Any]]:
    items = getattr(node, "items", ())
    return [plain(item) for item in items if isinstance(item, Map)]


def _row(node: Mapping[str, Any], cases: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The row, laid over that of the example that `like` names."""
    row = node.get("row", {})
    like = node.get("like")
    if like is None:
        return dict(row) if isinstance(row, dict) else None
    return {**cases[like], **row} if like in cases and isinstance(row, dict) else None


def _run(
    case: str, node: Mapping[str, Any], raw: RawRecord, translate: Translator
) -> ExampleResult:
    result = translate(raw)
    for word, judge in _JUDGES.items():
        if word in node:
            message = judge(node[word], result)
            if message is not None:
                return ExampleResult(case, ok=False, message=message)
    if not any(word in node for word in _JUDGES):
        message = Text(
            "l'exemple n'attend rien : gives, parks, rejects ou withdraws",
            "the example expects nothing: gives, parks, rejects or withdraws",
        )
        return ExampleResult(case, ok=False, message=message)
    return ExampleResult(case, ok=True, message=Text("comme écrit", "as written"))


def _came(result: Result) -> Text:
    """What came, in a sentence; example rows are invented, so columns and reasons may be shown."""
    if isinstance(result, Translated):
        return Text("la fiche a été traduite", "the record was translated")
    if isinstance(result, Parked):
        return Text(
            f"la fiche attend : {result.column}, {result.what.fr}",
            f"the record waits: {result.column}, {result.what.en}",
        )
    return Text(
        f"la fiche est rejetée : {result.column}, {result.what.fr}",
        f"the record is rejected: {result.column}, {result.what.en}",
    )


def _gives(expected: Any, result: Result) -> Text | None:
    if not isinstance(result, Translated) or not result.record:
        return _came(result)
    record = orjson.loads(result.record)
    for path, wanted in (expected if isinstance(expected, dict) else {}).items():
        found = _at(record, path.split("."))
        texts = [str(one) for one in found]
        if texts != ([str(one) for one in wanted] if isinstance(wanted, list) else [wanted]):
            shown = ", ".join(texts) or "—"
            return Text(f"{path} donne {shown}", f"{path} gives {shown}")
    return None


def _at(value: Any, path: Sequence[str]) -> list[Any]:
    """All values at a path, through lists; evidence counts as its value."""
    if isinstance(value, list):
        return [found for one in value for found in _at(one, path)]
    if not path:
        if isinstance(value, dict):
            return [value[name] for name in _VALUE_OF if name in value][:1]
        return [value]
    return _at(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


def _parks(expected: Any, result: Result) -> Text | None:
    return None if isinstance(result, Parked) and result.column == expected else _came(result)


def _rejects(expected: Any, result: Result) -> Text | None:
    if not isinstance(result, Rejected):
        return _came(result)
    text = str(expected)  # `column, why`: the column may have commas, as `all(a, b)` has
    named = [one for one in (result.column, result.field)
             if one and (text == one or text.startswith(f"{one},"))]  # fmt: skip
    column, _, why = text.partition(",")
    if named:
        why = text[len(named[0]) + 1 :]
    elif column.strip() not in (result.column, result.field):
        return _came(result)
    said = (result.what.fr, result.what.en, result.code)
    return None if any(why.strip() in text for text in said) else _came(result)


def _withdraws(expected: Any, result: Result) -> Text | None:
    if isinstance(result, Translated) and result.withdraw == expected:
        return None
    return _came(result)


_JUDGES = {"gives": _gives, "parks": _parks, "rejects": _rejects, "withdraws": _withdraws}
