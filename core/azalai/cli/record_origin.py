"""Where a version was read: its input, place, mapping, and the code lists that translated it."""

from collections.abc import Iterator
from typing import Any

from azalai.app import App
from azalai.cli.speech import say
from azalai.store import raw_rows, record_rows
from azalai.store.record_rows import RecordRow


def lines(app: App, record: RecordRow, number: int) -> Iterator[str]:
    """For people; no value of the record. SealError where a row was changed."""
    version = record_rows.version(app.store.db, record, number)
    if version is None or version.run is None:
        return
    content = record_rows.payload(record, version)
    at = content.get("provenance")
    if not at:
        return
    place = [at["input_digest"]]
    place += [str(at["part"])] if at.get("part") else []
    place += [f"{say('ligne', 'line')} {at['line']}"] if at.get("line") else []
    place += [f"{say('fiche', 'record')} {at['number']}"]
    yield f"    {', '.join(place)} ; {at['mapping']}@{at['mapping_version']}"
    lists = sorted({f"{name} {edition}" for name, edition in _lists(content)})
    if lists:
        yield f"    {say('listes', 'lists')} : {', '.join(lists)}"
    if raw_rows.of_version(app.store, record, number) is not None:
        yield say("    ligne d'origine gardée (keep_raw)", "    raw record kept (keep_raw)")


def _lists(value: Any) -> Iterator[tuple[str, str]]:
    """Each code list with the version that gave a code."""
    if isinstance(value, list):
        for one in value:
            yield from _lists(one)
    elif isinstance(value, dict) and {"code", "list"} <= value.keys():
        if value.get("version"):
            yield value["list"], value["version"]
    elif isinstance(value, dict):
        for one in value.values():
            yield from _lists(one)
