"""Examples beside an outbound mapping: an invented record, and the message that it must become."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from azalai import paths
from azalai.documents import Document, Map, Place, Text, read
from azalai.records import groups

from .example_record import ExampleRefused, example_record
from .inbound_examples import ExampleResult, example_results
from .inbound_file import plain
from .message_texts import message_texts
from .outbound import Beside, load_outbound
from .outbound_compile import compile_outbound
from .outbound_model import OutboundMapping
from .rendering import NoPlace, Rendered, RenderJob
from .report import nearest
from .results import Translated

_INPUT = ("case", "like", "from", "record", "operation", "share", "record_version",
          "cancel_reason", "cancelled_on")  # fmt: skip
_EXPECTED = ("gives", "lacks", "never_says", "loses", "no_place")
_OPERATIONS = ("create", "update", "cancel")
_KEY = "EXEMPLE-1"


@dataclass(frozen=True, slots=True)
class OutboundExample:
    """One example as it is written: its case, its lines, its document and place there, and the
    message that it asks for."""

    case: str
    lines: Mapping[str, Any]
    document: Document
    place: Place
    job: RenderJob


def run_outbound_examples(
    path: Path, *, beside: Beside | None = None, root: Path | None = None
) -> list[ExampleResult]:
    """Run the examples of an outbound mapping: `examples:` inside, and `<name>.examples.yaml`
    beside it.

    `root` holds one folder of mappings a connector, for `from:` (default: above the mapping's own
    folder). Raises DocumentError where the mapping or the examples cannot be read.
    """
    mapping = load_outbound(path, beside=beside)
    render = compile_outbound(mapping)
    results = []
    for case, made in _examples(mapping, root or path.parent.parent):
        wrong = made if isinstance(made, Text) else _wrong(mapping, made.lines, render(made.job))
        message = wrong or Text("comme écrit", "as written")
        results.append(ExampleResult(case, ok=wrong is None, message=message))
    return results


def outbound_examples(
    path: Path, *, beside: Beside | None = None, root: Path | None = None
) -> list[OutboundExample]:
    """The examples that can be tried. Raises as `run_outbound_examples`."""
    found = _examples(load_outbound(path, beside=beside), root or path.parent.parent)
    return [made for _, made in found if isinstance(made, OutboundExample)]


def example_job(
    mapping: OutboundMapping, node: Mapping[str, Any], base: Mapping[str, Any] | None
) -> RenderJob:
    """The message that an example asks for, its `record:` laid over a base. Raises
    ExampleRefused."""
    operation = str(node.get("operation", "create"))
    if operation not in _OPERATIONS:
        words = ", ".join(_OPERATIONS)
        raise ExampleRefused(f"operation vaut : {words}", f"operation is one of: {words}")
    version = str(node.get("record_version", 1))
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise ExampleRefused("record_version est un nombre", "record_version is a number")
    given = node.get("record", {})
    if not isinstance(given, dict):
        raise ExampleRefused("« record: » attend des lignes", "`record:` wants lines")
    record = example_record(mapping.kind, given, base)
    return RenderJob(operation, record["key"], record, _allowed(mapping.kind, node), _KEY,
                     int(version), node.get("cancel_reason"), node.get("cancelled_on"))  # fmt: skip


def from_inbound(given: Any, root: Path, kind: str) -> dict[str, Any]:
    """The record of a kind that an example of an inbound mapping makes: `from:` and, indented,
    `ner_police/ner_cases: case`.

    `root` holds one folder of mappings a connector; those that come with Azalai are looked for
    after it. Raises ExampleRefused; DocumentError where that mapping does not load.
    """
    pairs = list(given.items()) if isinstance(given, dict) else []
    if len(pairs) != 1:
        raise ExampleRefused("« from: » a une ligne : <dossier>/<correspondance>: <exemple>",
                             "`from:` has one line: <folder>/<mapping>: <example>")  # fmt: skip
    (name, case), folders = pairs[0], (root, paths.mappings())
    find = _finder(folders, name)
    path = next((f / f"{name}.yaml" for f in folders if (f / f"{name}.yaml").is_file()), None)
    if path is None or ".." in name:
        raise ExampleRefused(f"pas de correspondance {name}", f"no mapping {name}")
    for known, _, _, result in example_results(path, beside=find):
        if known == case and isinstance(result, Translated) and result.record:
            if result.kind != kind:
                raise ExampleRefused(f"{name} : une fiche {result.kind}, pas {kind}",
                                     f"{name}: a {result.kind}, not a {kind}")  # fmt: skip
            record: dict[str, Any] = orjson.loads(result.record)
            return record
    raise ExampleRefused(f"{name} : aucun exemple « {case} » qui donne une fiche",
                         f"{name}: no example `{case}` that gives a record")  # fmt: skip


def message_lines(mapping: OutboundMapping, result: Rendered | NoPlace) -> dict[str, Any]:
    """What an example says of what came: `gives` with `loses`, or `no_place`."""
    if isinstance(result, NoPlace):
        return {"no_place": result.element}
    texts = message_texts(result.body, mapping.schema)
    found: dict[str, Any] = {"gives": {path: _short(one) for path, one in texts.items()}}
    lost = list(dict.fromkeys(loss.field for loss in result.losses))
    return found | ({"loses": _short(lost)} if lost else {})


def _examples(mapping: OutboundMapping, root: Path) -> Iterator[tuple[str, OutboundExample | Text]]:
    """Each example's case with what it asks for, or why it cannot be tried."""
    known: dict[str, tuple[dict[str, Any], RenderJob]] = {}
    file = mapping.path.with_name(f"{mapping.path.stem}.examples.yaml")
    number = 0
    for path in (mapping.path, *([file] if file.exists() else [])):
        document = read(path)
        for item in getattr(document.root.get("examples"), "items", ()):
            number += 1
            node = plain(item) if isinstance(item, Map) else {}
            case = str(node.get("case") or number)
            try:
                whole, job = _asked(mapping, node, known, root)
            except ExampleRefused as err:
                yield case, err.why
                continue
            known[case] = whole, job
            yield case, OutboundExample(case, whole, document, item.place, job)


def _asked(
    mapping: OutboundMapping, node: dict[str, Any],
    known: Mapping[str, tuple[dict[str, Any], RenderJob]], root: Path,
) -> tuple[dict[str, Any], RenderJob]:  # fmt: skip
    """The example's lines, those of the one that it is `like` included, and its message."""
    for word in node:
        if word not in (*_INPUT, *_EXPECTED):
            near = nearest(word, (*_INPUT, *_EXPECTED))
            raise ExampleRefused(f"mot inconnu « {word} » (le plus proche : {near})",
                                 f"unknown word `{word}` (the nearest: {near})")  # fmt: skip
    base = None
    if "like" in node:
        if node["like"] not in known:
            raise ExampleRefused(f"aucun exemple « {node['like']} » au-dessus",
                                 f"no example `{node['like']}` above")  # fmt: skip
        above, job = known[node["like"]]
        base = job.record
        said = {word: one for word, one in above.items() if word in _INPUT and word != "record"}
        node = {**said, **node}
    elif "from" in node:
        base = from_inbound(node["from"], root, mapping.kind)
    return node, example_job(mapping, node, base)


def _finder(folders: tuple[Path, ...], name: str) -> Callable[[str], Path | None]:
    inside = [folder / Path(name).parent for folder in folders]
    return lambda file: next((f / file for f in inside if (f / file).is_file()), None)


def _allowed(kind: str, node: Mapping[str, Any]) -> frozenset[str] | None:
    """The fields that an agreement with these groups lets go; without `share:` all."""
    if "share" not in node:
        return None
    names, known = _listed(node["share"]), groups(kind)
    for name in names:
        if name not in known:
            raise ExampleRefused(f"{kind} n'a pas de groupe « {name} » : {', '.join(known)}",
                                 f"{kind} has no group `{name}`: {', '.join(known)}")  # fmt: skip
    return frozenset(path for name in names for path in known[name])


def _wrong(
    mapping: OutboundMapping, node: Mapping[str, Any], result: Rendered | NoPlace
) -> Text | None:
    """What did not come out as written."""
    if not any(word in node for word in _EXPECTED):
        return Text("l'exemple n'attend rien : gives, lacks, never_says, loses ou no_place",
                    "the example expects nothing: gives, lacks, never_says, loses or no_place")  # fmt: skip
    if isinstance(result, NoPlace):
        return _no_place(node.get("no_place"), result)
    if "no_place" in node:
        return Text("le message a été fait", "the message was made")
    texts = message_texts(result.body, mapping.schema)
    return (
        _elements(mapping, node, texts)
        or _said(_listed(node.get("never_says", [])), texts)
        or _losses(_listed(node.get("loses", [])), result)
    )


def _no_place(expected: Any, result: NoPlace) -> Text | None:
    element, _, why = str(expected or "").partition(",")
    reasons = (result.why.fr, result.why.en)
    if element.strip() == result.element and any(why.strip() in one for one in reasons):
        return None
    return Text(f"sans place : {result.element}, {result.why.fr}",
                f"no place: {result.element}, {result.why.en}")  # fmt: skip


def _elements(
    mapping: OutboundMapping, node: Mapping[str, Any], texts: Mapping[str, list[str]]
) -> Text | None:
    known, gives = mapping.schema.elements(), node.get("gives", {})
    absent = _listed(node.get("lacks", []))
    for path in (*(gives if isinstance(gives, dict) else ()), *absent):
        if path not in known:
            near = nearest(path, known)
            return Text(f"le message n'a pas d'élément « {path} » (le plus proche : {near})",
                        f"the message has no element `{path}` (the nearest: {near})")  # fmt: skip
    for path, wanted in gives.items() if isinstance(gives, dict) else ():
        came = texts.get(path, [])
        if came != ([str(one) for one in wanted] if isinstance(wanted, list) else [wanted]):
            shown = ", ".join(came) or "—"
            return Text(f"{path} donne {shown}", f"{path} gives {shown}")
    for path in absent:
        there = next((one for one in texts if one == path or one.startswith(f"{path}/")), None)
        if there is not None:
            return Text(f"{there} est dans le message", f"{there} is in the message")
    return None


def _said(words: list[str], texts: Mapping[str, list[str]]) -> Text | None:
    """Something that no element may say, wherever it stands in one."""
    for path, found in texts.items():
        for word in words:
            if word and any(word in text for text in found):
                return Text(f"{path} dit « {word} »", f"{path} says `{word}`")
    return None


def _losses(expected: list[str], result: Rendered) -> Text | None:
    wanted = set(expected)
    came = {loss.field: loss for loss in result.losses}
    if unsaid := [loss for field, loss in came.items() if field not in wanted]:
        one = unsaid[0]
        return Text(f"perte non dite : {one.field} ({one.element} : {one.why.fr}) ; écrivez-la "
                    "sous « loses: »",
                    f"a loss that is not said: {one.field} ({one.element}: {one.why.en}); write it "
                    "under `loses:`")  # fmt: skip
    if too_many := sorted(wanted - came.keys()):
        return Text(f"{too_many[0]} n'est pas perdu", f"{too_many[0]} is not lost")
    return None


def _listed(given: Any) -> list[str]:
    return [str(one) for one in (given if isinstance(given, list) else [given])]


def _short(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
