"""The whole outbox under a virtual clock and a seed: files, people, faults and crashes.

The world (inputs, destinations, people, clock) outlives the machine (an open store, workers). A
crash drops the machine and everything it knew; the next one opens the same file.
"""

import json
import random
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from agreement_samples import wanted
from azalai import reports
from azalai.address import Address
from azalai.agreements import decide
from azalai.clock import parse_instant
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.documents import Text
from azalai.errors import NotFoundError
from azalai.ledger import keeper, keys
from azalai.mapping import Translated
from azalai.outbox.states import UNENDED
from azalai.pipeline import gate, intake, lifting, owing, repeating
from azalai.pipeline.again import again
from azalai.plugin.format import Finding
from azalai.plugin.transport import Message
from azalai.store import Store, delivery_rows, destination_rows, open_store, record_rows, run_rows
from azalai.store.seal import create_kek, load_kek
from faults import at_rest, rules_that_change
from faults.crash import NAMES, Crash, Points, watched
from faults.observer import KINDS, Destination
from outbox_rig import START

RECORDS = 5
STEPS = 45
SHM = Path("/dev/shm")
FEED = "essai"
WHY = Finding("AZ-H001", Text("essai", "test"), Text("", ""))


@dataclass
class File:
    """One input: what a reader gives of it, and whether its run will be held."""

    digest: str
    results: list[Translated]
    held: bool


class Simulation:
    """One seed. `run()` raises AssertionError where a promise is broken; `trace` tells all."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        random.seed(seed)  # tenacity's jitter
        self.now = START
        self.points = Points()
        self.trace: list[str] = []
        self.by_person: set[str] = set()
        self.rules = rules_that_change.OPEN_RULES
        self.destinations = [Destination(kind, self) for kind in KINDS]
        self.files: list[File] = []
        self.crashes: Counter[str] = Counter()
        self._folder = folder
        self._released: set[int] = set()
        self._sendings: Counter[int] = Counter()
        self._ledger_read = 0
        self._under = (self.rules, self.now, False)
        self._nested = False
        self._made = 0
        create_kek(folder / "kek")
        self._keys = load_kek(folder / "kek")
        self._signer = keys.create(folder / "ledger.key", "azalai.invalid/essai")
        self.store = self._open()

    # ---- what destinations see of the world

    def passed(self, point: str) -> None:
        self.points.at(point)

    def tell(self, *words: object) -> None:
        self.trace.append(" ".join(str(word) for word in words))

    def meanwhile(self) -> None:
        """Somebody acts while messages are on their way: no transaction is open then."""
        if self._nested or self.destinations[0].healthy or self.chance.random() > 0.15:
            return
        self._nested = True
        try:
            self._act()
        finally:
            self._nested = False

    def may_arrive(self, destination: str, message: Message, times: int) -> int:
        """The observer: what arrives is what the store says, was logged first, may leave."""
        row = self.store.db.row("deliveries", "by_key", key=message.key)
        assert row is not None, "what the store does not know arrived"
        delivery = delivery_rows.get(self.store.db, row[0])
        record = record_rows.by_id(self.store.db, self._keys, delivery.record)
        assert delivery.destination == destination
        assert delivery_rows.open_body(self.store.db, record, delivery) == message.body
        self._read_ledger()
        assert self._sendings[delivery.id] > times, "a byte left before its entry"
        number, at, held = self._under
        assert message.operation == "cancel" or not held, "a held destination got a new message"
        if message.operation != "cancel" and self._sendings[delivery.id] == 1:
            self._must_be_allowed(delivery, record, number, at)
        return delivery.id

    def _must_be_allowed(
        self, delivery: Any, record: record_rows.RecordRow, number: int, at: datetime
    ) -> None:
        version = record_rows.version(self.store.db, record, delivery.version)
        assert version is not None
        facts = rules_that_change.FACTS[delivery.destination]
        rules = rules_that_change.sets()[number]
        decision = decide(rules, record_rows.payload(record, version), facts, at)
        if decision.verdict == "ask":
            assert delivery.id in self._released, "what a person must release left by itself"
        else:
            assert decision.verdict == "share", "what is withheld left"
            assert tuple(sorted(decision.fields)) == delivery.fields

    def _read_ledger(self) -> None:
        last = self.store.ledger.head().size
        for _, data in self.store.ledger.entries(self._ledger_read, last):
            entry = json.loads(data)
            if entry["type"] == "sending":
                self._sendings[entry["delivery"]] += 1
        self._ledger_read = last

    # ---- the machine

    def _open(self) -> Store:
        return open_store(self._folder / "azalai.db", self._keys, lambda: self.now)

    def _worker(self, destination: Destination) -> Worker:
        """What the machine knows of one destination."""
        kind = destination.kind
        return Worker(self.store, destination, Policy(
            kind.name, on_unknown=kind.on_unknown, ask_for_s=3000, attempts_max=1000,
            rules=rules_that_change.sets()[self.rules].digest,
        ))  # fmt: skip

    def _start_again(self) -> None:
        """A new process on the same file. It may crash too."""
        self._nested = False
        while True:
            self.store.close()
            if self.chance.random() < 0.2:
                self.points.arm(self.chance.randint(1, 30))
            try:
                self.store = self._open()
                self._publish()
                for destination in self.destinations:
                    self._worker(destination).recover(self.now)
            except Crash as crash:
                self._note(crash)
                continue
            self.points.disarm()
            return

    def _note(self, crash: Crash) -> None:
        self.crashes[str(crash)] += 1
        self.tell("crash", crash)

    def _publish(self) -> None:
        with self.store.write():
            keeper.publish(self._folder / "checkpoint", self.store.ledger, self._signer)

    # ---- what happens

    def run(self) -> None:
        with watched(self.points):
            for _ in range(STEPS):
                self._arm()
                try:
                    self._step()
                except Crash as crash:
                    self._note(crash)
                    self._start_again()
                with self.points.unseen():
                    self._check()
            self.points.disarm()
            self._come_to_rest()
        self.store.close()

    def _arm(self) -> None:
        if self.chance.random() < 0.15:
            self.points.arm(self.chance.randint(1, 150))
        elif self.chance.random() < 0.2:
            self.points.arm(self.chance.randint(1, 4), self.chance.choice(NAMES))

    def _step(self) -> None:
        if self.chance.random() < 0.65:
            self._work()
        else:
            self._act()

    def _work(self) -> None:
        self.now += timedelta(seconds=self.chance.choice((0, 0, 0.5, 2, 30, 700, 4000)))
        if self.files:
            self._read(self.files[0])
        if self.chance.random() < 0.6:  # rules are looked at later than they change
            again(self.store, rules_that_change.routes(self.rules))
        for destination in self.destinations:
            if self.chance.random() < 0.8:
                self._turn(destination)

    def _turn(self, destination: Destination) -> int:
        worker = self._worker(destination)
        state = destination_rows.get(self.store.db, destination.kind.name)
        self._under = (self.rules, self.now, state.held is not None)
        return worker.turn(self.now)

    def _read(self, file: File) -> None:
        """As `pipeline.reading`: batches, then the gate; interrupted, it goes on where it was."""
        db, routes = self.store.db, rules_that_change.routes(self.rules)
        if db.row("runs", "held_of_feed", feed=FEED) is not None:
            return
        known = db.row("runs", "known", feed=FEED, digest=file.digest)
        if known is not None and known[1] != "reading":
            self.files.remove(file)
            return
        if known is None:
            with self.store.write() as tx:
                tx.db.do("runs", "add", feed=FEED, digest=file.digest, mapping="essai", at=tx.at)
                number = tx.db.last_id
        else:
            number = known[0]
        run = run_rows.get(db, number)
        assert run is not None
        counts = Counter(run.counts)
        for at in range(run.consumed, len(file.results), 3):
            batch = file.results[at : at + 3]
            with self.store.write() as tx:
                counts.update(intake.take(tx, intake.Reading(number, FEED), batch, routes))
                tx.db.do("runs", "advance", id=number, consumed=at + len(batch),
                         counts=json.dumps(counts))  # fmt: skip
        with self.store.write() as tx:
            state = gate.settle(tx, run, counts, [], [WHY] if file.held else [])
        self.tell("run", number, state, dict(sorted(counts.items())))
        self.files.remove(file)

    # ---- people

    def _act(self) -> None:
        acts = {
            self._new_file: 8, self._lift: 3, self._pause: 2, self._repeat: 3,
            self._change_rules: 2, self._decide_run: 3, self._release: 4, self._owe: 1,
            self._publish: 1, self._withdraw_by_file: 2, self._take_over: 1,
        }  # fmt: skip
        [act] = self.chance.choices(list(acts), list(acts.values()))
        self.tell("act", act.__name__)
        act()

    def _new_file(self, *, withdraw: bool = False) -> None:
        self._made += 1
        digest = sha256(str(self._made).encode()).hexdigest()
        results = []
        for number in range(1, self.chance.randint(1, 6) + 1):
            key = f"NER-PN/personnes/FICTIF-{self.chance.randint(1, RECORDS)}"
            reason = self.chance.choice(("fuite", "fuite", "vol", "sans place", str(self._made)))
            measure = self.chance.choice(("arrest", "arrest", "arrest", "locate"))
            content = wanted(key=key, reason=reason, measure=measure)
            body = orjson.dumps(content)
            gone = "located" if withdraw or self.chance.random() < 0.1 else None
            results.append(Translated(Address(digest, number), "WantedPerson", key, body, body,
                                      "essai@1", None, gone))  # fmt: skip
        self.files.append(File(digest, results, self.chance.random() < 0.15))

    def _withdraw_by_file(self) -> None:
        self._new_file(withdraw=True)

    def _lift(self) -> None:
        key = f"NER-PN/personnes/FICTIF-{self.chance.randint(1, RECORDS)}"
        record = record_rows.find(self.store.db, self._keys, key)
        if record is not None and record.lock is None and self.chance.random() < 0.6:
            routes = rules_that_change.routes(self.rules)
            with suppress(NotFoundError):  # only a discarded run or a withdrawal named it
                lifting.lift(self.store, record, "lifted", "os/essai", routes, "acte FICTIF")

    def _pause(self) -> None:
        name = self.chance.choice(self.destinations).kind.name
        with self.store.write() as tx:
            state = destination_rows.get(tx.db, name)
            destination_rows.put(tx, name, replace(state, held=None if state.held else "pause"))

    def _repeat(self) -> None:
        found = self._deliveries("delivered", "refused")
        if not found:
            return
        delivery = self.chance.choice(found)
        self.by_person.add(delivery.idempotency_key or "")
        repeating.repeat(
            self.store, rules_that_change.routes(self.rules), [delivery.id], "os/essai"
        )

    def _change_rules(self) -> None:
        self.rules = self.chance.randrange(len(rules_that_change.sets()))

    def _take_over(self) -> None:
        """Another process believes that this one is dead: it may be sending at this moment."""
        for destination in self.destinations:
            self._worker(destination).recover(self.now)

    def _decide_run(self) -> None:
        row = self.store.db.row("runs", "held_of_feed", feed=FEED)
        run = run_rows.get(self.store.db, row[0]) if row else None
        if run is not None:
            with self.store.write() as tx:
                if self.chance.random() < 0.6:
                    gate.release(tx, run, [], "os/essai")
                else:
                    gate.discard(tx, run, "os/essai", "")

    def _release(self) -> None:
        for delivery in self._deliveries("held"):
            if self.chance.random() < 0.5:
                self._let_go(delivery.id)

    def _let_go(self, number: int) -> None:
        with self.store.write() as tx:
            found = delivery_rows.get(tx.db, number)
            self._released.add(number)
            self.by_person.add(found.idempotency_key or "")
            tx.log("released", subject=f"delivery/{number}", actor="os/essai",
                   pseudonym=found.pseudonym)  # fmt: skip
            delivery_rows.place(tx, found)

    def _owe(self) -> None:
        name = self.chance.choice(self.destinations).kind.name
        owing.owe(self.store, rules_that_change.routes(self.rules), name, "os/essai")

    def _deliveries(self, *states: str) -> list[delivery_rows.Delivery]:
        return [delivery_rows.delivery_of(row) for state in states for row in self.store.db.rows(
            "deliveries", "list", destination=None, state=state, record=None, most=10_000)]  # fmt: skip

    # ---- what must hold

    def _check(self) -> None:
        """At every moment: one link of a chain moves, both equations, nobody holds unseen."""
        balance = reports.conservation(self.store)
        assert balance["ok"], balance["differences"]
        chains: dict[tuple[int, str], list[str]] = {}
        moving = [one for one in self._deliveries(*UNENDED) if one.state != "staged"]
        for one in sorted(moving, key=lambda one: (one.version, one.id)):
            chains.setdefault((one.record, one.destination), []).append(one.state)
        for states in chains.values():
            assert all(state in ("waiting", "held") for state in states[1:]), states
        for destination in self.destinations:
            for key in destination.present:
                record = record_rows.find(self.store.db, self._keys, key)
                assert record is not None
                held = delivery_rows.holding(self.store.db, record.id, destination.kind.name)
                assert held.any, f"{destination.kind.name} has what `holders` does not say"

    def _come_to_rest(self) -> None:
        """All faults cease, people decide everything: then nothing is owed any more."""
        for destination in self.destinations:
            destination.healthy = True
            with self.store.write() as tx:
                state = destination_rows.get(tx.db, destination.kind.name)
                destination_rows.put(tx, destination.kind.name, replace(state, held=None))
        for _ in range(400):
            self._decide_run()
            for delivery in self._deliveries("held"):
                self._let_go(delivery.id)
            if self.files:
                self.files[0].held = False
                self._read(self.files[0])
            touched = again(self.store, rules_that_change.routes(self.rules))
            touched += sum(self._turn(destination) for destination in self.destinations)
            if not self._moving():
                break
            if not touched:
                self.now = self._next_time()
        self._check()
        self._check_rest()

    def _moving(self) -> bool:
        return bool(self.files or self._deliveries(*UNENDED))

    def _next_time(self) -> datetime:
        times = [parse_instant(d.due_at) for d in self._deliveries("unknown", "deferred", "due")
                 if d.due_at]  # fmt: skip
        times += [at for one in self.destinations for at, _, _ in one.post]
        later = [at for at in times if at > self.now]
        return min(later, default=self.now + timedelta(seconds=60))

    def _check_rest(self) -> None:
        left = [(d.id, d.destination, d.operation, d.state, d.last_reason)
                for d in self._deliveries(*UNENDED)]  # fmt: skip
        assert not left, left
        ended = self._deliveries("delivered", "refused", "withdrawn", "given_up")
        for destination in self.destinations:
            at_rest.check_destination(self.store, self._keys, destination, ended, RECORDS)
        self._publish()
        at_rest.check_ledger(self.store, self._folder, self._signer)


def simulate(seed: int) -> Simulation:
    """Run one seed in a folder of its own (in memory where there is one)."""
    place = SHM if SHM.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="azalai-sim-", dir=place))
    made = Simulation(seed, folder)
    try:
        made.run()
    finally:
        made.store.close()
        shutil.rmtree(folder)
    return made
