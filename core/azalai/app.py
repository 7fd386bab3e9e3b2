"""Composition: the one place where classes meet their parts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from azalai import settings as configuration
from azalai.agreements import (
    NO_ORGANISATIONS,
    AgreementSet,
    DestinationFacts,
    load_agreement,
    load_organisations,
)
from azalai.clock import Clock, now
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker as Sender
from azalai.documents import Problem
from azalai.errors import ConfigurationError, DocumentError
from azalai.ledger import keeper, keys
from azalai.mapping import Declared, InboundMapping, OutboundMapping, load_inbound, load_outbound
from azalai.outbox import retry
from azalai.pipeline.reading import Feed
from azalai.pipeline.routing import Route, Routes
from azalai.plugin.registry import Connector, find
from azalai.plugin.transport import Transport
from azalai.settings import DestinationSettings, FeedSettings, Settings
from azalai.sources.folder import Folder
from azalai.store import Store, open_store
from azalai.store.seal import load_kek
from azalai.translate import FeedPlan, OutPlan, Plan, Worker
from azalai.transports import connect


@dataclass(slots=True)
class App:
    """A deployment put together. Close it with the context manager that made it."""

    settings: Settings
    connectors: dict[str, Connector]
    rules: AgreementSet
    store: Store
    outbound: dict[str, dict[str, OutboundMapping]]
    stack: ExitStack
    clock: Clock = now
    _renderer: Worker | None = field(default=None)

    def routes(self) -> Routes:
        """All destinations with the rules in force."""
        made = [
            Route(facts(name, d), {kind: f"{name}/{kind}" for kind in self.outbound[name]})
            for name, d in self.settings.destinations.items()
        ]
        return Routes(made, self.rules, self._render().render)

    def feed(self, name: str) -> Feed:
        """One configured feed, ready to be read. ConfigurationError for an unknown name."""
        given = self.settings.feeds.get(name)
        if given is None:
            known = ", ".join(self.settings.feeds) or "none"
            raise ConfigurationError(f"no feed {name}", source=self.settings.source,
                                     hint=f"feeds: {known}")  # fmt: skip
        connector = connector_of(self.connectors, self.settings, given.connector)
        mappings = inbound(connector, given)
        worker = Worker(Plan(FeedPlan(
            tuple(m.path for m in mappings), declared(self.settings, connector, name),
            connector.mapping_folders,
        )))  # fmt: skip
        self.stack.callback(worker.close)
        first = given.held_at_first
        source = Folder(self.settings.path(given.folder), given.pattern,
                        self.settings.state / "spool")  # fmt: skip
        return Feed(name, source, mappings, worker,
                    self.settings.held_at_first if first is None else first)  # fmt: skip

    def senders(self) -> dict[str, Sender]:
        """One worker for each destination."""
        return {
            name: Sender(self.store, self.transport(name), policy(name, self.settings))
            for name in self.settings.destinations
        }

    def publish_locked(self) -> bytes:
        """Under the head's lock, sign a checkpoint and put it outside the database too.

        VerificationError where the ledger is behind or beside the last one: nothing may be sent.
        """
        signer = keys.load(self.settings.path(self.settings.ledger_key))
        with self.store.write():
            return keeper.publish(self.settings.state / "checkpoint", self.store.ledger, signer)

    def _render(self) -> Worker:
        if self._renderer is None:
            plans = {
                f"{name}/{kind}": OutPlan(mapping.path, self.connectors[
                    self.settings.destinations[name].connector].mapping_folders)
                for name, kinds in self.outbound.items()
                for kind, mapping in kinds.items()
            }  # fmt: skip
            self._renderer = Worker(Plan(None, plans))
            self.stack.callback(self._renderer.close)
        return self._renderer

    def transport(self, name: str) -> Transport:
        """The link of one destination, closed with this deployment."""
        made = connect(self.settings.destinations[name], self.settings.path)
        self.stack.callback(made.close)
        return made


@contextmanager
def opened(file: Path, clock: Clock = now) -> Iterator[App]:
    """Put a deployment together, or raise with everything that is wrong (fail closed)."""
    with ExitStack() as stack:
        settings = configuration.load(file)
        connectors = dict(find(settings.folder))
        outbound = outbound_mappings(settings, connectors)
        rules = agreements(settings, required_fields(outbound))
        for feed in settings.feeds.values():
            inbound(connector_of(connectors, settings, feed.connector), feed)
        store = open_store(settings.path(settings.store), load_kek(settings.path(settings.kek)),
                           clock)  # fmt: skip
        stack.callback(store.close)
        yield App(settings, connectors, rules, store, outbound, stack, clock)


def connector_of(connectors: dict[str, Connector], settings: Settings, name: str) -> Connector:
    """A connector by name. ConfigurationError names the known ones."""
    if name not in connectors:
        raise ConfigurationError(f"no connector {name}", source=settings.source,
                                 hint=f"connectors: {', '.join(connectors)}")  # fmt: skip
    return connectors[name]


def policy(name: str, settings: Settings) -> Policy:
    """How a destination is treated, from its settings."""
    d = settings.destinations[name]
    return Policy(name, d.on_unknown, d.ask_for_s, d.attempts_max, retry.backoff(d.retry_cap_s),
                  rate_per_minute=d.rate_per_minute, windows=d.windows,
                  zone=ZoneInfo(settings.time_zone))  # fmt: skip


def facts(name: str, given: DestinationSettings) -> DestinationFacts:
    """What the agreements need to know of a destination."""
    return DestinationFacts(name, given.states, given.member_of, given.nominal, given.mark)


def declared(settings: Settings, connector: Connector, feed: str) -> Declared:
    """What does not stand in a mapping: from the manifest, the mark from the configuration."""
    m = connector.manifest
    return Declared(m.system or m.name, m.country or "", m.agency or m.name, settings.mark, feed)


def inbound(connector: Connector, given: FeedSettings) -> list[InboundMapping]:
    """A feed's mappings, checked. DocumentError, or ConfigurationError where one is missing."""
    made = []
    for name in given.mappings or connector.manifest.mappings:
        path = connector.mapping_file(f"{name}.yaml")
        if path is None:
            raise ConfigurationError(f"connector {connector.name} has no mapping {name}")
        made.append(load_inbound(path, beside=connector.mapping_file))
    return made


def outbound_mappings(
    settings: Settings, connectors: dict[str, Connector]
) -> dict[str, dict[str, OutboundMapping]]:
    """For each destination: kind → outbound mapping, all of them checked."""
    found: dict[str, dict[str, OutboundMapping]] = {}
    for name, given in settings.destinations.items():
        connector = connector_of(connectors, settings, given.connector)
        found[name] = {}
        for mapping in connector.manifest.mappings:
            path = connector.mapping_file(f"{mapping}.yaml")
            if path is None:
                raise ConfigurationError(f"connector {connector.name} has no mapping {mapping}")
            loaded = load_outbound(path, beside=connector.mapping_file)
            found[name][loaded.kind] = loaded
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
