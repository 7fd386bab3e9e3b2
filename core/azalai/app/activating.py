"""A new version of a mapping put in force: checked, its examples run, what it changes shown first."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.app import App, loading
from azalai.app.accepting import example_problems, write_whole
from azalai.canonical import digest
from azalai.errors import DocumentError, StopError
from azalai.mapping import InboundMapping, load_inbound
from azalai.plugin.registry import Connector
from azalai.store import Transaction, notes
from azalai.translate.checking import file_problems


@dataclass(frozen=True, slots=True)
class Activation:
    """What activating a version writes: (target, bytes) of its code lists and examples, itself
    last. `before` is the mapping in force, `after` the new one, `ran` how many examples ran."""

    before: InboundMapping
    after: InboundMapping
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
    find = _finder((file.parent, *connector.mapping_folders))
    after = load_inbound(file, beside=find)
    before = _in_force(app.inbound[feed], after, feed)
    others = [after if m.name == after.name else load_inbound(m.path, beside=find)
              for m in app.inbound[feed]]  # fmt: skip
    if problems := file_problems(others):
        raise DocumentError(problems)
    _others_load(app, given.connector, feed, find)
    examples = _examples(connector, file, before)
    ran = _run_examples(file, examples, before.path.name, find)
    folder = app.settings.folder / "mappings" / connector.name
    files = [*_lists(after, connector, file.parent, folder)]
    if examples is not None:
        files.append((folder / f"{before.path.stem}.examples.yaml", examples.read_bytes()))
    files.append((folder / before.path.name, file.read_bytes()))
    return Activation(before, after, tuple(files), ran)


def put_in_force(tx: Transaction, made: Activation, feed: str, actor: str, reason: str) -> None:
    """Write the files, the mapping last; the ledger has who, which and its digest. The last step
    of `tx`."""
    subject = f"mapping/{made.files[-1][0].parent.name}/{made.after.label}"
    tx.log("act", actor=actor, act="mapping_activated", subject=subject, feed=feed,
           before=made.before.label, digest=digest(made.files[-1][1]),
           note=notes.keep(tx, subject, reason))  # fmt: skip
    for target, data in made.files:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)


def _finder(folders: tuple[Path, ...]) -> Callable[[str], Path | None]:
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
    if after.version <= found.version:
        raise StopError(
            f"version {found.version} of {after.name} is in force, this is version {after.version}",
            fr=f"la version {found.version} de {after.name} est en vigueur, celle-ci est la "
            f"version {after.version}",
            hint=f"write `version: {found.version + 1}`",
            hint_fr=f"écrivez « version: {found.version + 1} »",
        )
    return found


def _others_load(
    app: App, connector: str, feed: str, find: Callable[[str], Path | None]
) -> None:  # fmt: skip
    """The lists beside the new version are read by the connector's other feeds too."""
    for name, given in app.settings.feeds.items():
        if name != feed and given.connector == connector:
            for mapping in app.inbound[name]:
                load_inbound(mapping.path, beside=find)


def _examples(connector: Connector, file: Path, before: InboundMapping) -> Path | None:
    own = file.with_name(f"{file.stem}.examples.yaml")
    return own if own.is_file() else connector.mapping_file(f"{before.path.stem}.examples.yaml")


def _run_examples(
    file: Path, examples: Path | None, name: str, find: Callable[[str], Path | None]
) -> int:
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / name
        shutil.copyfile(file, candidate)
        if examples is not None:
            shutil.copyfile(examples, candidate.with_name(f"{candidate.stem}.examples.yaml"))
        ran, failing = example_problems(candidate, find)
    if failing:
        raise DocumentError(failing)
    return ran


def _lists(
    after: InboundMapping, connector: Connector, beside: Path, folder: Path
) -> list[tuple[Path, bytes]]:
    """The code lists that lie beside the new version and are not those in force."""
    found = []
    for table in after.tables.values():
        path, target = beside / table.file, (folder / table.file).resolve()
        if not path.is_file() or not target.is_relative_to(folder.resolve()):
            continue
        data, known = path.read_bytes(), connector.mapping_file(table.file)
        if known is None or known.read_bytes() != data:
            found.append((folder / table.file, data))
    return found
