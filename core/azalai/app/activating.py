"""A new version of a mapping put in force: checked, its examples run, what it changes shown first."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from azalai.app import App, loading
from azalai.app.accepting import failing, write_whole
from azalai.canonical import digest
from azalai.errors import DocumentError, StopError
from azalai.mapping import (
    ExampleResult,
    InboundMapping,
    OutboundMapping,
    load_inbound,
    run_examples,
)
from azalai.plugin.registry import Connector
from azalai.store import Transaction, notes
from azalai.translate.checking import file_problems

Versioned = InboundMapping | OutboundMapping
RunExamples = Callable[[Path], Sequence[ExampleResult]]


@dataclass(frozen=True, slots=True)
class Activation:
    """What activating a version writes: (target, bytes) of its code lists and examples, itself
    last. `before` is the mapping in force, `after` the new one, `ran` how many examples ran."""

    before: Versioned
    after: Versioned
    files: tuple[tuple[Path, bytes], ...]
    ran: int


def prepare(app: App, feed: str, file: Path) -> Activation:
    """Check a version that lies outside the deployment, whole, with what lies beside it.

    StopError where the feed has no such mapping or the version is not a later one; DocumentError
    where it or another mapping of its connector does not load with it, or an example fails.
    """
    given = app.settings.feeds.get(feed)
    if given is None:
        raise StopError(f"no feed {feed}", fr=f"le flux {feed} n'existe pas")
    connector = loading.connector_of(app.connectors, app.settings, given.connector)
    find = finder((file.parent, *connector.mapping_folders))
    after = load_inbound(file, beside=find)
    before = _in_force(app.inbound[feed], after, feed)
    others = [after if m.name == after.name else load_inbound(m.path, beside=find)
              for m in app.inbound[feed]]  # fmt: skip
    if problems := file_problems(others):
        raise DocumentError(problems)
    _others_load(app, given.connector, feed, find)
    names = [table.file for table in after.tables.values()]
    run = partial(run_examples, beside=find)
    return activation(app.settings.folder, connector, file, (before, after), names, run)


def activation(
    deployment: Path, connector: Connector, file: Path,
    versions: tuple[Versioned, Versioned], names: Iterable[str], run: RunExamples,
) -> Activation:  # fmt: skip
    """What activating a checked version writes: of the files that it names (lists, a schema) those
    beside it that are not in force. DocumentError where an example fails."""
    before, after = versions
    examples = _examples(connector, file, before.path)
    ran = _run_examples(file, examples, before.path.name, run)
    folder = deployment / "mappings" / connector.name
    files = [*_beside(names, connector, file.parent, folder)]
    if examples is not None:
        files.append((folder / f"{before.path.stem}.examples.yaml", examples.read_bytes()))
    files.append((folder / before.path.name, file.read_bytes()))
    return Activation(before, after, tuple(files), ran)


def put_in_force(
    tx: Transaction, made: Activation, actor: str, reason: str, **about: str
) -> None:  # fmt: skip
    """Write the files, the mapping last; the ledger has who, which and its digest, and `about`:
    the feed that it is of. The last step of `tx`."""
    subject = f"mapping/{made.files[-1][0].parent.name}/{made.after.label}"
    tx.log("act", actor=actor, act="mapping_activated", subject=subject, **about,
           before=made.before.label, digest=digest(made.files[-1][1]),
           note=notes.keep(tx, subject, reason))  # fmt: skip
    for target, data in made.files:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)


def finder(folders: tuple[Path, ...]) -> Callable[[str], Path | None]:
    """What finds a file by its name in the first of the folders that has it."""
    return lambda name: next((f / name for f in folders if (f / name).is_file()), None)


def _in_force(
    mappings: Sequence[InboundMapping], after: InboundMapping, feed: str
) -> InboundMapping:
    found = next((m for m in mappings if m.name == after.name), None)
    if found is None:
        names = ", ".join(m.name for m in mappings)
        raise StopError(f"feed {feed} has no mapping {after.name}",
                        fr=f"le flux {feed} n'a pas de correspondance {after.name}",
                        hint=f"mappings: {names}", hint_fr=f"correspondances : {names}")  # fmt: skip
    later(found, after)
    return found


def later(before: Versioned, after: Versioned) -> None:
    """StopError where the version is not a later one."""
    if after.version <= before.version:
        raise StopError(
            f"version {before.version} of {after.name} is in force, this is version "
            f"{after.version}",
            fr=f"la version {before.version} de {after.name} est en vigueur, celle-ci est la "
            f"version {after.version}",
            hint=f"write `version: {before.version + 1}`",
            hint_fr=f"écrivez « version: {before.version + 1} »",
        )


def _others_load(
    app: App, connector: str, feed: str, find: Callable[[str], Path | None]
) -> None:  # fmt: skip
    """The lists beside the new version are read by the connector's other feeds too."""
    for name, given in app.settings.feeds.items():
        if name != feed and given.connector == connector:
            for mapping in app.inbound[name]:
                load_inbound(mapping.path, beside=find)


def _examples(connector: Connector, file: Path, before: Path) -> Path | None:
    own = file.with_name(f"{file.stem}.examples.yaml")
    return own if own.is_file() else connector.mapping_file(f"{before.stem}.examples.yaml")


def _run_examples(file: Path, examples: Path | None, name: str, run: RunExamples) -> int:
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / name
        shutil.copyfile(file, candidate)
        if examples is not None:
            shutil.copyfile(examples, candidate.with_name(f"{candidate.stem}.examples.yaml"))
        ran, wrong = failing(candidate, run(candidate))
    if wrong:
        raise DocumentError(wrong)
    return ran


def _beside(
    names: Iterable[str], connector: Connector, beside: Path, folder: Path
) -> list[tuple[Path, bytes]]:
    """The files that lie beside the new version and are not those in force."""
    found = []
    for name in dict.fromkeys(names):
        path, target = beside / name, (folder / name).resolve()
        if not path.is_file() or not target.is_relative_to(folder.resolve()):
            continue
        data, known = path.read_bytes(), connector.mapping_file(name)
        if known is None or known.read_bytes() != data:
            found.append((folder / name, data))
    return found
