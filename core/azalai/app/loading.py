"""From documents to values: a deployment's connectors, mappings and agreements, checked."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from azalai import canonical
from azalai.agreements import (
    NO_ORGANISATIONS,
    AgreementSet,
    DestinationFacts,
    load_agreement,
    load_organisations,
)
from azalai.delivery.policy import Policy
from azalai.documents import Problem
from azalai.errors import ConfigurationError, DocumentError
from azalai.formats import states_end
from azalai.mapping import Declared, InboundMapping, OutboundMapping, load_inbound, load_outbound
from azalai.outbox import retry
from azalai.plugin.registry import Connector
from azalai.settings import MEMBERS_OF, DestinationSettings, FeedSettings, Settings
from azalai.store.engine import ServerAddress
from azalai.translate.checking import file_problems


def connector_of(connectors: dict[str, Connector], settings: Settings, name: str) -> Connector:
    """A connector by name. ConfigurationError names the known ones."""
    if name not in connectors:
        known = ", ".join(connectors)
        raise ConfigurationError(f"no connector {name}", fr=f"le connecteur {name} n'existe pas",
                                 source=settings.source, hint=f"connectors: {known}",
                                 hint_fr=f"connecteurs : {known}")  # fmt: skip
    return connectors[name]


def refuse_unknown(settings: Settings, destination: str) -> None:
    """ConfigurationError names the destinations there are."""
    if destination not in settings.destinations:
        known = ", ".join(settings.destinations)
        raise ConfigurationError(f"no destination {destination}", source=settings.source,
                                 hint=f"destinations: {known}", hint_fr=f"destinataires : {known}",
                                 fr=f"destinataire {destination} inconnu")  # fmt: skip


def check_arrival(
    settings: Settings, name: str, given: FeedSettings, mappings: Sequence[InboundMapping]
) -> None:
    """ConfigurationError where a file that is only quiet would be taken for a whole one."""
    if not given.arrives.needs_end or states_end([m.shape for m in mappings]):
        return
    raise ConfigurationError(
        f"feed {name}: `arrives: {given.arrives.way}` needs a file that states its count or end: "
        "a copy that was cut is quiet too",
        fr=f"flux {name} : « arrives: {given.arrives.way} » veut un fichier qui dit son nombre de "
        "fiches ou sa fin : une copie coupée ne change plus non plus",
        source=settings.source, hint="`arrives: renamed`, or `arrives: with FILE.ok`",
        hint_fr="« arrives: renamed », ou « arrives: with FILE.ok »",
    )  # fmt: skip


def store_place(settings: Settings) -> Path | ServerAddress:
    """Where the store is. ConfigurationError where its password cannot be read."""
    given = settings.store
    if isinstance(given, str):
        return settings.store_file
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ServerAddress(given.conninfo(settings.folder), given.secret(settings.folder))


def digest(settings: Settings) -> str:
    """SHA-256 of all settings as they are in force, wherever their file lies."""
    values = settings.model_dump(mode="json", exclude={"folder", "source", "destinations", "node"})
    # each by its own kind: pydantic does not tell the kinds of a tagged union apart when dumping
    values["destinations"] = {
        name: one.model_dump(mode="json") for name, one in settings.destinations.items()
    }
    return canonical.digest(json.dumps(values, sort_keys=True).encode())


def policy(name: str, settings: Settings, rules: str, connector: Connector) -> Policy:
    """How a destination is treated, from its settings; `rules`: the agreements' digest."""
    d = settings.destinations[name]
    return Policy(name, d.on_unknown, d.ask_for_s, d.attempts_max,
                  wait=retry.backoff(d.retry_cap_s), deadline_s=d.deadline_s, rules=rules, rate_per_minute=d.rate_per_minute, windows=d.windows,
                  zone=ZoneInfo(settings.time_zone), states=d.states,
                  connector=f"{connector.name}@{connector.manifest.version}")  # fmt: skip


def facts(name: str, given: DestinationSettings) -> DestinationFacts:
    """What the agreements need to know of a destination."""
    hub = () if given.passes_on_to is None else (given.passes_on_to.removeprefix(MEMBERS_OF),)
    return DestinationFacts(name, given.states, given.member_of, given.nominal, given.mark, hub)


def declared(settings: Settings, connector: Connector, feed: str) -> Declared:
    """What does not stand in a mapping: from the manifest, the mark from the configuration."""
    m = connector.manifest
    return Declared(m.system or m.name, m.country or "", m.agency or m.name, settings.mark, feed)


def inbound(connector: Connector, given: FeedSettings) -> list[InboundMapping]:
    """A feed's mappings, checked, together too. DocumentError; ConfigurationError if one is
    missing."""
    names = given.mappings or connector.manifest.mappings
    made = [inbound_mapping(connector, name) for name in names]
    if problems := file_problems(made):
        raise DocumentError(problems)
    return made


def inbound_mapping(connector: Connector, name: str) -> InboundMapping:
    """One mapping of a source, checked. DocumentError; ConfigurationError if it is missing."""
    return load_inbound(_mapping_file(connector, name), beside=connector.mapping_file)


def outbound_mapping(connector: Connector, name: str) -> OutboundMapping:
    """One mapping of a destination, checked. DocumentError; ConfigurationError if missing."""
    return load_outbound(_mapping_file(connector, name), beside=connector.mapping_file)


def _mapping_file(connector: Connector, name: str) -> Path:
    path = connector.mapping_file(f"{name}.yaml")
    if path is None:
        raise ConfigurationError(f"connector {connector.name} has no mapping {name}",
                                 fr=f"le connecteur {connector.name} n'a pas de correspondance "
                                 f"{name}")  # fmt: skip
    return path


def outbound_mappings(
    settings: Settings, connectors: dict[str, Connector]
) -> dict[str, dict[str, OutboundMapping]]:
    """For each destination: kind → outbound mapping, all of them checked."""
    found: dict[str, dict[str, OutboundMapping]] = {}
    for name, given in settings.destinations.items():
        connector = connector_of(connectors, settings, given.connector)
        loaded = [outbound_mapping(connector, n) for n in connector.manifest.mappings]
        found[name] = {mapping.kind: mapping for mapping in loaded}
    return found


def required_fields(
    outbound: dict[str, dict[str, OutboundMapping]],
) -> Callable[[str, str], frozenset[str]]:
    """What the message of a destination and a kind cannot be without."""
    needed = {(name, kind): m.required_fields
              for name, kinds in outbound.items() for kind, m in kinds.items()}  # fmt: skip
    return lambda name, kind: needed.get((name, kind), frozenset())


def agreements(settings: Settings, required: Callable[[str, str], frozenset[str]]) -> AgreementSet:
    """All agreements of a deployment, checked, every mistake at once."""
    made, problems = [], []
    folder = settings.path(settings.agreements)
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
        try:
            made.append(
                load_agreement(path, destinations=set(settings.destinations), required=required)
            )
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        raise DocumentError(problems)
    organisations = settings.path(settings.organisations)
    known = load_organisations(organisations) if organisations.is_file() else NO_ORGANISATIONS
    return AgreementSet(tuple(made), known)
