"""A new version of an outbound mapping put in force: checked with the agreements, nothing re-sent."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from azalai import documents
from azalai.app import App, loading
from azalai.app.activating import Activation, activation, finder, later
from azalai.documents import Map
from azalai.errors import StopError
from azalai.mapping import OutboundMapping, load_outbound, run_outbound_examples
from azalai.plugin.registry import Connector


@dataclass(frozen=True, slots=True)
class Rendering:
    """Where a mapping renders: the connector that has it, the destinations that were asked for,
    everywhere that uses the connector, and the version in force."""

    connector: Connector
    destinations: tuple[str, ...]
    everywhere: tuple[str, ...]
    mapping: OutboundMapping


def rendering(app: App, name: str, destination: str | None = None) -> Rendering:
    """Where the mapping of this name renders, at one destination or everywhere.

    StopError where it does nowhere, or two connectors have one of that name.
    """
    found = {
        where: mapping
        for where, kinds in app.outbound.items() if destination in (None, where)
        for mapping in kinds.values() if mapping.name == name
    }  # fmt: skip
    used = {app.settings.destinations[where].connector for where in found}
    if not found:
        known = sorted({m.name for kinds in app.outbound.values() for m in kinds.values()})
        at = f" at {destination}" if destination else ""
        chez = f" chez {destination}" if destination else ""
        raise StopError(f"no mapping {name} renders messages{at}",
                        fr=f"aucune correspondance {name} ne fait de messages{chez}",
                        hint=f"mappings: {', '.join(known)}",
                        hint_fr=f"correspondances : {', '.join(known)}")  # fmt: skip
    if len(used) > 1:
        where = ", ".join(found)
        raise StopError(f"{len(used)} connectors have a mapping {name}: {where}",
                        fr=f"{len(used)} connecteurs ont une correspondance {name} : {where}",
                        hint="say which: --destination",
                        hint_fr="dites lequel : --destination")  # fmt: skip
    connector = loading.connector_of(app.connectors, app.settings, used.pop())
    shared = tuple(n for n, d in app.settings.destinations.items()
                   if d.connector == connector.name)  # fmt: skip
    return Rendering(connector, tuple(found), shared, next(iter(found.values())))


def prepare(app: App, file: Path, at: Rendering) -> Activation:
    """Check a version that lies outside the deployment, whole, with what lies beside it.

    StopError where it is not a later version, or of another kind; DocumentError where it or
    another mapping of its connector does not load with it, an agreement no longer shares what the
    message demands, or an example fails.
    """
    find = finder((file.parent, *at.connector.mapping_folders))
    after = load_outbound(file, beside=find)
    if after.kind != at.mapping.kind:
        raise StopError(f"{after.name} is of {at.mapping.kind}, this version of {after.kind}",
                        fr=f"{after.name} est de {at.mapping.kind}, cette version de "
                        f"{after.kind}")  # fmt: skip
    later(at.mapping, after)
    outbound = dict(app.outbound)
    for name in at.everywhere:
        outbound[name] = {
            kind: after if kind == after.kind else load_outbound(mapping.path, beside=find)
            for kind, mapping in app.outbound[name].items()
        }
    loading.agreements(app.settings, loading.required_fields(outbound))
    run = partial(run_outbound_examples, beside=find, root=app.settings.folder / "mappings")
    names = [*(table.file for table in after.codes.values()), *_schema(file)]
    return activation(app.settings.folder, at.connector, file, (at.mapping, after), names, run)


def _schema(file: Path) -> list[str]:
    message = documents.read(file).root.get("message")
    name = message.text("schema") if isinstance(message, Map) else None
    return [name] if name else []
