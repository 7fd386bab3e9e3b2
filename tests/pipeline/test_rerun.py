"""Kept raw records mapped again: in order, in whole batches, never over something newer."""

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import App, opened
from azalai.pipeline import gate
from azalai.pipeline import rerun as rerunning
from azalai.pipeline.lifting import lift
from azalai.pipeline.reading import read_feed
from azalai.pipeline.rerun import Again, chosen, rerun
from azalai.store import record_rows, run_rows
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-{:08d}"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Made once; its receiver does not run: nothing here is sent."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    return made


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    """A copy of it for one test."""
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


@contextmanager
def app(place: Deployment) -> Iterator[App]:
    with opened(place.folder / "azalai.yaml") as made:
        yield made


def read(place: Deployment, name: str, rows: list[str]) -> None:
    for old in (place.folder / "incoming").iterdir():
        old.unlink()
    write(place.folder, name, rows)
    with app(place) as made:
        (passed,) = read_feed(made.store, made.feed("essai"), made.routes)
        assert passed.state == "accepted"


def add_code(place: Deployment, value: str = "Syldave") -> None:
    file = place.folder / "mappings" / "essai_police" / "codes" / "nationalites.csv"
    file.write_bytes(file.read_bytes() + f"{value};UTO;;;fictif\n".encode())


def again(place: Deployment) -> Again:
    with app(place) as made:
        done = rerun(made.store, made.feed, made.routes(), chosen(made.store), "os/essai")
        assert reports.conservation(made.store) == {"ok": True, "differences": []}
        return done


def head(place: Deployment, number: int) -> record_rows.Version:
    with app(place) as made:
        record = record_rows.find_any(made.store.db, made.store.keys, KEY.format(number))
        found = record_rows.version(made.store.db, record, record.head)
        assert found is not None
        return found


def test_a_crash_between_batches_and_the_rest_later(
    place: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed stays, the next call goes on with the rest; a third finds nothing."""
    read(place, "a.csv", [row(i, nationalite="Syldave") for i in range(5)])
    add_code(place)
    monkeypatch.setattr(rerunning, "BATCH", 2)
    with app(place) as made:
        batches = iter(range(2))
        routes = made.routes()

        def render(jobs: object) -> object:
            next(batches)  # the third batch finds it exhausted: as if killed in its middle
            return routes.render(jobs)  # type: ignore[arg-type]

        broken = type(routes)(routes.routes, routes.rules, render)  # type: ignore[arg-type]
        with pytest.raises((StopIteration, RuntimeError)):
            rerun(made.store, made.feed, broken, chosen(made.store), "os/essai")
        assert reports.feeds(made.store, [])[0]["parked"] == 1
        assert reports.conservation(made.store)["ok"]

    assert again(place).translated == 1
    assert again(place).tried == 0


def test_the_same_record_twice_in_one_file_keeps_the_files_order(place: Deployment) -> None:
    """A later row of the same file was readable: the earlier one is superseded."""
    read(place, "a.csv", [row(1, nationalite="Syldave"), row(1, peine_mois="72"), row(2)])
    add_code(place)
    done = again(place)

    assert (done.superseded, done.translated) == (1, 0)
    assert head(place, 1).number == 1


def test_what_is_parked_after_a_readable_row_changes_it(place: Deployment) -> None:
    """The other way round: the parked row is the newer, and becomes the head."""
    read(place, "a.csv", [row(1, peine_mois="72"), row(1, nationalite="Syldave"), row(2)])
    add_code(place)

    assert again(place).translated == 1
    assert head(place, 1).number == 2


def test_what_its_source_has_dropped_does_not_come_back(place: Deployment) -> None:
    """Two whole registers without it: as one that vanished, it is not sent any more."""
    read(place, "a.csv", [row(1, nationalite="Syldave"), row(2)])
    read(place, "b.csv", [row(2), row(3)])
    read(place, "c.csv", [row(2), row(3), row(4)])
    add_code(place)
    done = again(place)

    assert (done.superseded, done.translated) == (1, 0)


def test_what_a_later_file_confirms_as_it_is_stays_so(place: Deployment) -> None:
    """A change that was never readable is not applied over a later file that says the contrary."""
    read(place, "a.csv", [row(1), row(2)])
    read(place, "b.csv", [row(1, nationalite="Syldave"), row(2)])
    read(place, "c.csv", [row(1), row(2), row(3)])
    add_code(place)

    assert again(place).superseded == 1
    assert head(place, 1).number == 1


def test_a_lifted_record_stays_lifted(place: Deployment) -> None:
    """Its kept raw record counts as locked."""
    read(place, "a.csv", [row(1), row(2)])
    read(place, "b.csv", [row(1, nationalite="Syldave"), row(2)])
    with app(place) as made:
        record = record_rows.find_any(made.store.db, made.store.keys, KEY.format(1))
        lift(made.store, record, "lifted", "os/essai", made.routes())
    add_code(place)
    done = again(place)

    assert (done.locked, done.translated, done.superseded) == (1, 0, 0)
    assert head(place, 1).operation == "withdraw"


def test_a_feed_that_a_person_holds_rests(place: Deployment) -> None:
    """Its intake is stopped: kept raw records are intake too, until it is released."""
    read(place, "a.csv", [row(1, nationalite="Syldave"), row(2)])
    add_code(place)
    with app(place) as made:
        made.store.db.do("runs", "hold_feed", feed="essai", held="by_person")
    resting = again(place)
    with app(place) as made:
        made.store.db.do("runs", "hold_feed", feed="essai", held=None)

    assert (resting.of_held_feeds, resting.tried) == (1, 0)
    assert again(place).translated == 1


def test_a_discarded_run_rests(place: Deployment) -> None:
    """Nothing of a run that a person discarded comes back."""
    read(place, "a.csv", [row(1), row(2)])
    for old in (place.folder / "incoming").iterdir():
        old.unlink()
    write(place.folder, "b.csv", [row(i) for i in range(9)] + [row(10, nationalite="Syldave")])
    with app(place) as made:
        (passed,) = read_feed(made.store, made.feed("essai"), made.routes)
        assert passed.state == "held"  # more new ones than there were
        assert len(chosen(made.store)) == 1
        run = run_rows.get(made.store.db, passed.run)
        assert run is not None
        with made.store.write() as tx:
            gate.discard(tx, run, "os/essai", "")

        assert chosen(made.store) == []


def test_the_reason_of_what_still_fails_is_todays(place: Deployment) -> None:
    """Parked for one code, then for the next: the row says the second."""
    read(place, "a.csv", [row(1, nationalite="Syldave", pays_naissance="Bordurie"), row(2)])
    add_code(place, "Bordurie")
    assert again(place).still["parked"] == 1
    with app(place) as made:
        ((_, _, column, *_),) = made.store.db.rows("runs", "parked_values", feed=None)

    assert column in ("nationalite", "nationalite, nationalite_2")


def test_of_a_held_run_it_leaves_with_the_run(place: Deployment) -> None:
    """Nothing leaves before a person releases the run; then all of it does, and no more waits."""
    config = place.folder / "azalai.yaml"
    config.write_text(config.read_text().replace("held_at_first: no", "held_at_first: yes"))
    for old in (place.folder / "incoming").iterdir():
        old.unlink()
    write(place.folder, "a.csv", [row(1), row(2, nationalite="Syldave")])
    with app(place) as made:
        (passed,) = read_feed(made.store, made.feed("essai"), made.routes)
    add_code(place)
    done = again(place)
    with app(place) as made:
        assert (passed.state, done.translated, done.of_held_runs) == ("held", 1, 1)
        assert len(made.store.db.rows("runs", "staged", run=passed.run)) == 2
        run = run_rows.get(made.store.db, passed.run)
        assert run is not None
        with made.store.write() as tx:
            gate.release(tx, run, made.feed("essai").mappings, "os/essai")

        assert made.store.db.rows("runs", "staged", run=passed.run) == []
        assert reports.destinations(made.store, [])[0]["open"] == 2
        assert reports.conservation(made.store)["ok"]
