"""One act under two keys: the second waits, is decided once, and lifting one stops the other."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import App, opened
from azalai.pipeline.deciding import decide_link, differing
from azalai.pipeline.duplicates import marks, standing
from azalai.pipeline.lifting import lift
from azalai.pipeline.reading import read_feed
from azalai.store import delivery_rows, link_rows, record_rows
from azalai.store.record_rows import RecordRow
from deployment_rig import Deployment, agreement, row, write
from record_samples import sample

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
TWICE = {"num_mandat": "RP 7/2020", "autorite": "TGI fictif"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Its receiver does not run; a second feed reads the same kind of file."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    return made


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


@pytest.fixture
def app(place: Deployment) -> Iterator[App]:
    with opened(place.folder / "azalai.yaml") as made:
        yield made
        assert reports.conservation(made.store)["ok"]


def read(app: App, place: Deployment, name: str, *rows: str) -> None:
    for old in (place.folder / "incoming").iterdir():
        old.unlink()
    write(place.folder, name, list(rows))
    (passed,) = read_feed(app.store, app.feed("essai"), app.routes)
    assert passed.state == "accepted"


def record(app: App, number: int) -> RecordRow:
    key = f"ESSAI-PN/personnes/FPR-{number:08d}"
    return record_rows.find_any(app.store.db, app.store.keys, key)


def states(app: App, number: int) -> list[tuple[str, str, str | None]]:
    rows = app.store.db.rows("deliveries", "list", destination=None, state=None, most=99,
                             record=record(app, number).id)  # fmt: skip
    return [(one.operation, one.state, one.last_reason)
            for one in map(delivery_rows.delivery_of, rows)]  # fmt: skip


def twice(app: App, place: Deployment) -> None:
    read(app, place, "a.csv", row(0, **TWICE), row(1),
         row(2, num_mandat="rp7-20", autorite="T.G.I. Fictif"))  # fmt: skip


def test_a_second_key_waits_and_the_first_goes(app: App, place: Deployment) -> None:
    """Whatever the spelling; another warrant is another act; the ledger says it."""
    twice(app, place)
    [link] = link_rows.possible(app.store.db)

    assert states(app, 0) == [("create", "due", None)]
    assert states(app, 1) == [("create", "due", None)]
    assert states(app, 2) == [("create", "held", "possible_duplicate")]
    assert (link.earlier, link.later) == (record(app, 0).id, record(app, 2).id)


def test_different_lets_it_go_and_is_never_asked_again(app: App, place: Deployment) -> None:
    """Decided once: a later version goes as the agreements say."""
    twice(app, place)
    decide_link(app.store, app.routes(), record(app, 0), record(app, 2), "different", "a.fictif")
    read(app, place, "b.csv", row(0, **TWICE), row(1), row(2, **TWICE, taille_cm="170"))

    assert states(app, 2)[:2] == [
        ("create", "withdrawn", "decided_again"), ("create", "due", None),
    ]  # fmt: skip
    assert states(app, 2)[2][:2] == ("update", "waiting")
    assert link_rows.possible(app.store.db) == []


def test_same_makes_one_follow(app: App, place: Deployment) -> None:
    """What waited is withdrawn; later versions of it are not sent, by a rule that says so."""
    twice(app, place)
    decide_link(app.store, app.routes(), record(app, 2), record(app, 0), "same", "a.fictif")
    read(app, place, "b.csv", row(0, **TWICE), row(1), row(2, **TWICE, taille_cm="170"))
    last = delivery_rows.delivery_of(app.store.db.rows(
        "deliveries", "list", destination=None, state="withheld", record=None, most=9)[-1])  # fmt: skip

    assert [state for _, state, _ in states(app, 0)] == ["due"]
    assert [state for _, state, _ in states(app, 2)] == ["withdrawn", "withheld", "withheld"]
    assert last.rule == "azalai/same_act"


def test_the_second_may_lead(app: App, place: Deployment) -> None:
    """Then the first is taken back as replaced, under a lock, and the second goes."""
    twice(app, place)
    second = record(app, 2)
    decide_link(app.store, app.routes(), record(app, 0), second, "same", "a.fictif", second)

    assert [state for _, state, _ in states(app, 0)] == ["withdrawn", "withdrawn"]
    assert record(app, 0).lock == "replaced"
    assert states(app, 2)[-1] == ("create", "due", None)


def test_lifting_one_stops_the_other_and_asks(app: App, place: Deployment) -> None:
    """The follower is lifted: what has not left of the leader waits, and so do its new versions."""
    twice(app, place)
    decide_link(app.store, app.routes(), record(app, 0), record(app, 2), "same", "a.fictif")
    lift(app.store, record(app, 2), "lifted", "a.fictif", app.routes())
    stopped = states(app, 0)
    read(app, place, "b.csv", row(0, **TWICE, taille_cm="170"), row(1))
    later = states(app, 0)[-1]
    decide_link(app.store, app.routes(), record(app, 0), record(app, 2), "different", "a.fictif")

    assert stopped == [("create", "held", "linked_lifted")]
    assert later[1:] == ("held", "linked_lifted")
    assert [state for _, state, _ in states(app, 0)].count("due") == 1


def test_a_lifted_record_makes_no_duplicate(app: App, place: Deployment) -> None:
    """An act that comes again under a new key, after the old one was lifted, is sent."""
    read(app, place, "a.csv", row(0, **TWICE), row(1))
    lift(app.store, record(app, 0), "entered_in_error", "a.fictif", app.routes())
    read(app, place, "b.csv", row(0, **TWICE), row(1), row(2, **TWICE))

    assert states(app, 2) == [("create", "due", None)]


def test_a_rule_may_decide(place: Deployment) -> None:
    """`lead:` names feeds in order: the first of two leads, and nobody is asked."""
    file = place.folder / "azalai.yaml"
    block = "  autre:\n    connector: essai_police\n    folder: other\n    pattern: '*.csv'\n"
    text = file.read_text().replace("feeds:\n", "lead: [ essai, autre ]\nfeeds:\n" + block, 1)
    file.write_text(text)
    (place.folder / "other").mkdir()
    with opened(file) as app:
        read(app, place, "a.csv", row(0, **TWICE))
        write(place.folder, "b.csv", [row(2, **TWICE)])
        (place.folder / "incoming" / "b.csv").rename(place.folder / "other" / "b.csv")
        read_feed(app.store, app.feed("autre"), app.routes)
        [link] = link_rows.of(app.store.db, record(app, 2).id)
        with app.store.write() as tx:
            stands = standing(tx, record(app, 2))

    assert (link.state, link.lead) == ("same", link.earlier)
    assert stands == "azalai/same_act"


@pytest.mark.parametrize(
    ("kind", "some"),
    [("WantedPerson", True), ("ReportedDocument", True), ("ReportedVehicle", True),
     ("CriminalCase", False), ("SecurityEvent", False)],
)  # fmt: skip
def test_what_an_act_is_known_by(kind: str, some: bool) -> None:
    """Warrants, reported documents, vehicles; not cases, which many records may share."""
    assert bool(list(marks(sample(kind)))) == some


def test_differences_are_names_not_values() -> None:
    """What a person compares holds nothing of the two records."""
    equal, apart = differing({"a": {"b": "FICTIF"}, "c": ["1", "2"]}, {"a": {"b": "X"}, "c": ["1"]})

    assert (equal, apart) == (1, ["a.b", "c[1]"])
