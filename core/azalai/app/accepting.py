"""A renamed column accepted: into the mapping as a new version, checked, logged, in force."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.app import App, loading
from azalai.app.mapping_text import with_spelling
from azalai.canonical import digest
from azalai.documents import Place, Problem, Text
from azalai.errors import DocumentError, StopError
from azalai.mapping import ExampleResult, InboundMapping, load_inbound, run_examples
from azalai.pipeline import column_findings, gate
from azalai.plugin.registry import Connector
from azalai.store import Transaction, notes, run_rows
from azalai.store.run_rows import Run
from azalai.translate.checking import file_problems


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mapping's new version: where to, its bytes, and the old and the new label. `examples`
    is copied beside it where the deployment gets its own copy by that; `ran`: how many ran."""

    target: Path
    data: bytes
    before: str
    after: str
    examples: Path | None
    copied: bool
    ran: int


def prepare(app: App, feed: str, new: str, old: str) -> list[Accepted]:
    """Write, check and try the new version of each mapping of the feed that has the column `old`,
    outside the deployment.

    StopError where the feed has no such column or has `new` already; DocumentError where a new
    version does not load, or one of its examples does not come out as written.
    """
    new = new.strip()
    given = app.settings.feeds.get(feed)
    if given is None:
        raise StopError(f"no feed {feed}", fr=f"le flux {feed} n'existe pas")
    connector = loading.connector_of(app.connectors, app.settings, given.connector)
    mappings = app.inbound[feed]
    concerned = [m for m in mappings if old in m.column_lines]
    _check(feed, mappings, new, old)
    made, loaded = [], {m.name: m for m in mappings}
    with tempfile.TemporaryDirectory() as folder:
        for mapping in concerned:
            one, again = _new_version(app, connector, mapping, Path(folder), (new, old))
            made.append(one)
            loaded[mapping.name] = again
    if problems := file_problems(list(loaded.values())):
        raise DocumentError(problems)
    return made


def put_in_force(
    tx: Transaction, feed: str, made: Sequence[Accepted], actor: str, note: str
) -> None:
    """Write the new versions; the ledger has who, which and their digests. The last step of `tx`."""
    for one in made:
        subject = f"mapping/{one.target.parent.name}/{one.after}"
        tx.log("act", actor=actor, act="column_accepted", subject=subject, feed=feed,
               before=one.before, digest=digest(one.data), note=notes.keep(tx, subject, note))  # fmt: skip
    for one in made:
        one.target.parent.mkdir(parents=True, exist_ok=True)
        if one.examples is not None:
            shutil.copyfile(one.examples, one.target.parent / one.examples.name)
        write_whole(one.target, one.data)


def held_by_columns(app: App, feed: str) -> Run | None:
    """The feed's held run, if its columns alone hold it and nothing of it was read: the file can
    be read again under the new version."""
    held = app.store.db.row("runs", "held_of_feed", feed=feed)
    run = None if held is None else run_rows.get(app.store.db, held[0])
    if run is None or run.consumed:
        return None
    found = {finding["code"] for finding in run.findings}
    return run if found & {*column_findings.CODES} else None


def reopen(tx: Transaction, run: Run, actor: str) -> None:
    """Discard a held run of which nothing was read: the next pass reads its file again."""
    gate.discard(tx, run, actor, "")


def _check(feed: str, mappings: Sequence[InboundMapping], new: str, old: str) -> None:
    columns = {c.name: c for m in mappings for c in m.columns}
    if old not in columns:
        known = ", ".join(columns)
        raise StopError(f"feed {feed} has no column “{old}”",
                        fr=f"le flux {feed} n'a pas de colonne « {old} »",
                        hint=f"columns: {known}", hint_fr=f"colonnes : {known}")  # fmt: skip
    if not new or not new.isprintable():
        raise StopError("an empty or unprintable name", fr="un nom vide ou non imprimable")
    spelt = {name: c.name for c in columns.values() for name in (c.name, *c.also)}
    if new in spelt:
        raise StopError(f"“{new}” is already a name of the column “{spelt[new]}”",
                        fr=f"« {new} » est déjà un nom de la colonne « {spelt[new]} »")  # fmt: skip


def _new_version(
    app: App, connector: Connector, mapping: InboundMapping, folder: Path, names: tuple[str, str]
) -> tuple[Accepted, InboundMapping]:
    new, old = names
    data = with_spelling(mapping.document, old, new)
    candidate = folder / mapping.path.name
    candidate.write_bytes(data)
    name = f"{mapping.path.stem}.examples.yaml"
    examples = connector.mapping_file(name)
    if examples is not None:
        shutil.copyfile(examples, folder / name)
    again = load_inbound(candidate, beside=connector.mapping_file)
    ran, failing = example_problems(candidate, connector.mapping_file)
    if failing:
        raise DocumentError(failing)
    target = app.settings.folder / "mappings" / connector.name / mapping.path.name
    beside = target.with_name(name)
    return Accepted(
        target, data, mapping.label, again.label,
        examples if examples is not None and not beside.exists() else None,
        mapping.path.resolve() != target.resolve(), ran,
    ), again  # fmt: skip


def example_problems(
    mapping: Path, beside: Callable[[str], Path | None]
) -> tuple[int, list[Problem]]:
    """How many examples of a mapping ran, and those that did not come out as written."""
    return failing(mapping, run_examples(mapping, beside=beside))


def failing(mapping: Path, results: Sequence[ExampleResult]) -> tuple[int, list[Problem]]:
    """How many examples there are, and those that did not come out as written."""
    return len(results), [
        Problem(f"{mapping.stem}.examples.yaml", Place(1, 1), "AZ-S006",
                Text(f"l'exemple « {r.case} » échoue", f"the example `{r.case}` fails"), r.message)
        for r in results if not r.ok
    ]  # fmt: skip


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that it is the old one or the new one, whenever the machine stops; its mode
    stays."""
    beside = target.with_name(f".{target.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        if target.exists():
            os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
        os.fsync(file.fileno())
    beside.replace(target)
