"""Composition: the one place where classes meet their parts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from azalai import settings as configuration
from azalai.agreements import AgreementSet
from azalai.app import collecting, erased_list, instance, loading
from azalai.app.key_room import keyring
from azalai.app.leave import Gate
from azalai.clock import Clock, format_instant, now
from azalai.delivery.pool import Helper, Pool
from azalai.delivery.turn import Worker as Sender
from azalai.errors import ConfigurationError
from azalai.ledger import keeper, ring
from azalai.mapping import InboundMapping, NoPlace, OutboundMapping, Rendered, RenderJob
from azalai.pipeline.configured import put_in_force
from azalai.pipeline.owing import owe_what_may_be_sent
from azalai.pipeline.reading import Feed
from azalai.pipeline.routing import Route, Routes
from azalai.plugin.registry import Connector, find
from azalai.plugin.transport import Transport
from azalai.settings import Settings
from azalai.store import Store, key_rows, open_store, purpose
from azalai.store.polls import Polls
from azalai.store.seal import Keyring
from azalai.translate import FeedPlan, Invalid, OutPlan, Plan, Worker
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
    inbound: dict[str, list[InboundMapping]] = field(default_factory=dict)
    _renderer: Worker | None = field(default=None)
    _rendering: Lock = field(default_factory=Lock)
    _transports: dict[str, Transport] = field(default_factory=dict)

    def routes(self) -> Routes:
        """All destinations with the rules in force."""
        made = [
            Route(loading.facts(name, d), {kind: f"{name}/{kind}" for kind in self.outbound[name]},
                  {kind: one.media_type for kind, one in self.outbound[name].items()},
                  {kind: f"{one.name}@{one.version}" for kind, one in self.outbound[name].items()})
            for name, d in self.settings.destinations.items()
        ]  # fmt: skip
        return Routes(made, self.rules, self._render_in_turn, self.settings.lead)

    def feed(self, name: str) -> Feed:
        """One configured feed, ready to be read. ConfigurationError for an unknown name."""
        given = self.settings.feeds.get(name)
        if given is None:
            known = ", ".join(self.settings.feeds)
            raise ConfigurationError(f"no feed {name}", source=self.settings.source,
                                     hint=f"feeds: {known or 'none'}", fr=f"le flux {name} n'existe pas",
                                     hint_fr=f"flux : {known or 'aucun'}")  # fmt: skip
        connector = loading.connector_of(self.connectors, self.settings, given.connector)
        mappings = self.inbound[name]
        worker = Worker(Plan(FeedPlan(
            tuple(m.path for m in mappings), loading.declared(self.settings, connector, name),
            connector.mapping_folders, tuple(m.digest for m in mappings),
            folders=(self.settings.path(given.folder),),
        )))  # fmt: skip
        self.stack.callback(worker.close)
        first = given.held_at_first
        source = collecting.source(self.settings, name, mappings, Polls(self.store, name))
        return Feed(name, source, mappings, worker,
                    self.settings.held_at_first if first is None else first,
                    self.settings.keep_raw)  # fmt: skip

    def senders(self) -> dict[str, Sender]:
        """One worker for each destination."""
        return {name: self.sender(name, self.store) for name in self.settings.destinations}

    def sender(self, name: str, store: Store, *, pool: Pool | None = None) -> Sender:
        """A worker of one destination on a store of the caller's thread; with a `pool` it only
        claims and records."""
        policy = loading.policy(name, self.settings, self.rules.digest,
                                self.connectors[self.settings.destinations[name].connector])  # fmt: skip
        link = self.transport(name)
        return Sender(store, link, policy, pool=pool, gate=Gate(store, name, link, self.clock))

    def helper(self, name: str, pool: Pool) -> Helper:
        """One who only sends what the pool's worker has claimed, on a link of its own."""
        return Helper(self._another_link(name), pool, self.transport(name))

    def publish_locked(self, store: Store | None = None) -> bytes:
        """Under the head's lock, sign a checkpoint and put it outside the database too.

        VerificationError where the ledger is behind or beside the last one: nothing may be sent.
        """
        path = self.settings.path(self.settings.ledger_key)
        signer, *beside = ring.signers(path, format_instant(self.clock()))
        mine = store or self.store
        with mine.write():
            return keeper.publish(self.settings.state / "checkpoint", mine.ledger, signer,
                                  ring.verifiers(path), beside,
                                  instance.lines(mine.db))  # fmt: skip

    def digests(self) -> dict[str, str]:
        """Each part of what is in force, by its SHA-256: settings, agreements, connectors with their
        versions, mappings."""
        found = {"settings": loading.digest(self.settings), "agreements": self.rules.digest}
        parts = [*self.settings.feeds.values(), *self.settings.destinations.values()]
        used = {part.connector: self.connectors[part.connector] for part in parts}
        found |= {f"connector/{n}@{c.manifest.version}": c.digest for n, c in used.items()}
        for name, mappings in self.inbound.items():
            connector = self.settings.feeds[name].connector
            found |= {f"mapping/{connector}/{m.label}": m.digest for m in mappings}
        for name, kinds in self.outbound.items():
            connector = self.settings.destinations[name].connector
            found |= {f"mapping/{connector}/{m.name}@{m.version}": m.digest
                      for m in kinds.values()}  # fmt: skip
        return found

    def enter_into_force(self, actor: str, *, always: bool = False) -> list[str]:
        """Log what changed of the configuration, and owe what an agreement says to send of what
        was here before it; the subjects that changed. `always` logs the whole all the same."""
        changed = put_in_force(self.store, self.digests(), actor, always=always)
        if changed:
            owe_what_may_be_sent(self.store, self.routes(), actor,
                                 held=self.settings.held_at_first)  # fmt: skip
        return changed

    def start_children(self) -> None:
        """Start the child that renders, so that a mapping it does not take is told now."""
        self._render().start()

    def _render_in_turn(
        self, jobs: Sequence[tuple[str, RenderJob]]
    ) -> list[Rendered | NoPlace | Invalid]:
        with self._rendering:
            return self._render().render(jobs)

    def _render(self) -> Worker:
        if self._renderer is None:
            plans = {
                f"{name}/{kind}": OutPlan(mapping.path, self.connectors[
                    self.settings.destinations[name].connector].mapping_folders,
                    mapping.digest)
                for name, kinds in self.outbound.items()
                for kind, mapping in kinds.items()
            }  # fmt: skip
            self._renderer = Worker(Plan(None, plans))
            self.stack.callback(self._renderer.close)
        return self._renderer

    def transport(self, name: str) -> Transport:
        """The link of one destination, closed with this deployment; for one thread."""
        if name not in self._transports:
            self._transports[name] = self._another_link(name)
        return self._transports[name]

    def _another_link(self, name: str) -> Transport:
        made = connect(self.settings.destinations[name], self.settings.path)
        self.stack.callback(made.close)
        return made


@contextmanager
def opened(
    file: Path, clock: Clock = now, keks: Callable[[], Sequence[bytes]] | None = None
) -> Iterator[App]:  # fmt: skip
    """Put a deployment together, or raise with everything that is wrong (fail closed). `keks`
    gives the master keys, where whoever opens it holds them."""
    with ExitStack() as stack:
        settings = configuration.load(file)
        connectors = dict(find(settings.folder))
        outbound = loading.outbound_mappings(settings, connectors)
        rules = loading.agreements(settings, loading.required_fields(outbound))
        read = {
            name: loading.inbound(loading.connector_of(connectors, settings, f.connector), f)
            for name, f in settings.feeds.items()
        }
        for name, feed in settings.feeds.items():
            loading.check_arrival(settings, name, feed, read[name])
            collecting.check_kind(settings, name, read[name])
        kek = keyring(settings) if keks is None else Keyring(keks)
        store = open_store(loading.store_place(settings), kek, clock)
        stack.callback(store.close)
        purpose.settle(store, training=settings.training)
        key_rows.know(store)
        erased_list.settle(store, settings.state / erased_list.NAME, settings.node_name,
                           settings.path(settings.ledger_key))  # fmt: skip
        yield App(settings, connectors, rules, store, outbound, stack, clock, read)
