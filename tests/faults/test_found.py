"""What the simulation has found, each as the few steps that show it."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from agreement_samples import wanted
from azalai.address import Address
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.mapping import Translated
from azalai.pipeline import gate, lifting, repeating
from azalai.pipeline.again import again
from azalai.store import delivery_rows, record_rows, run_rows
from faults import rules_that_change
from faults.simulation import File, Simulation
from faults.test_network import fill
from outbox_rig import FixedClock, Hub, new_store

KEY = "NER-PN/personnes/FICTIF-1"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Simulation]:
    made = Simulation(1, tmp_path)
    for destination in made.destinations:
        destination.healthy = True
    yield made
    made.store.close()


def read(world: Simulation, name: str, *, held: bool = False, measure: str = "arrest") -> None:
    """A file with one record."""
    body = orjson.dumps(wanted(key=KEY, reason=name, measure=measure))
    digest = (name * 64)[:64]
    result = Translated(Address(digest, 1), "WantedPerson", KEY, body, body, "essai@1", None, None)
    world.files = [File(digest, [result], held)]
    world._read(world.files[0])


def lift(world: Simulation) -> record_rows.RecordRow:
    record = record_rows.find_any(world.store.db, world._keys, KEY)
    lifting.lift(world.store, record, "lifted", "os/essai", rules_that_change.routes(0), "FICTIF")
    return record


def test_a_repeat_that_fails_does_not_forget_who_has_it(world: Simulation) -> None:
    """Delivered, repeated by a person, the destination is down: it is a holder still, and gets
    its recall."""
    hub = world.destinations[0]
    read(world, "a")
    world._turn(hub)
    repeating.repeat(world.store, rules_that_change.routes(0), [1], "os/essai")
    hub.healthy, hub.down_until = False, world.now.replace(year=2027)
    world._turn(hub)
    record = lift(world)
    assert [one.destination for one in lifting.holders(world.store, record)] == ["hub"]
    hub.healthy, hub.down_until = True, None
    for _ in range(5):
        world.now = world._next_time()
        world._turn(hub)

    assert hub.present == {}
    assert lifting.holders(world.store, record) == []


def test_a_recall_made_while_a_run_is_held_outlives_the_run(world: Simulation) -> None:
    """The held run would have recalled it itself; it is discarded; lifting by hand still holds."""
    hub = world.destinations[0]
    read(world, "a")
    world._turn(hub)
    read(world, "b", held=True, measure="locate")
    record = lift(world)
    run = run_rows.get(world.store.db, 2)
    assert run is not None
    with world.store.write() as tx:
        gate.discard(tx, run, "os/essai", "")
    world._turn(hub)

    assert hub.present == {}
    assert lifting.holders(world.store, record) == []


def test_an_older_version_decided_anew_stays_before_the_newer(world: Simulation) -> None:
    """Rules change between two versions that wait: the first is made anew, and still goes first."""
    hub = world.destinations[0]
    read(world, "a")
    world.rules = 1
    read(world, "b")
    again(world.store, rules_that_change.routes(1))
    for _ in range(4):
        world._turn(hub)

    assert hub.present[KEY][0] == 2
    arrived = [line for line in world.trace if line.startswith("arrived hub")]
    assert [line.split()[2::2] for line in arrived] == [["create", "1"], ["update", "2"]]


def test_what_a_person_must_release_is_decided_anew_once(world: Simulation) -> None:
    """Three versions wait, the rules now ask a person: no new decisions for ever."""
    for name in "abc":
        read(world, name)
    routes = rules_that_change.routes(3)
    counts = [again(world.store, routes) for _ in range(4)]

    assert counts[1:] == [0, 0, 0]


def test_what_may_have_arrived_is_not_sent_when_its_key_is_forgotten(tmp_path: Path) -> None:
    """Unknown, to be sent again within the hour that the destination remembers; it is down for
    three: held for a person, not a second effect."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 1)
    hub = Hub(script=["lose", "down"])
    worker = Worker(store, hub, Policy("hub", on_unknown="resend"))
    for _ in range(8):
        worker.turn(clock.pass_seconds(2))
        if not hub.script:
            break
    for _ in range(3):
        worker.turn(clock.pass_seconds(3 * 3600))

    assert [times for _, times in hub.got.values()] == [1]
    found = delivery_rows.get(store.db, 1)
    assert (found.state, found.last_reason) == ("held", "unknown_outcome")
    store.close()
