"""Two people: bound to what would happen, used once, never by one person alone."""

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import App, approving, opened
from azalai.app.acts import ACTS, RELEASE
from azalai.app.closing import close, reach
from azalai.app.persons import Person
from azalai.clock import now
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.pipeline.reading import read_feed
from azalai.store import delivery_rows, request_rows
from deployment_rig import Deployment, agreement, row, write
from outbox_rig import FixedClock
from two_people import ASK, A, B, C, add_accounts

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Two records held for two people each; its receiver does not run."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement().replace("share:\n", ASK))
    made.start_hub()
    made.stop_hub()
    add_accounts(made)
    write(made.folder, "a.csv", [row(0), row(1)])
    with opened(made.folder / "azalai.yaml") as app:
        (passed,) = read_feed(app.store, app.feed("essai"), app.routes)
        assert passed.state == "accepted"
    return made


@pytest.fixture
def clock() -> FixedClock:
    made = FixedClock()
    made.now = now()
    return made


@pytest.fixture
def app(template: Deployment, tmp_path: Path, clock: FixedClock) -> Iterator[App]:
    place = copy.copy(template)
    place.folder = tmp_path / "d"
    shutil.copytree(template.folder, place.folder)
    with opened(place.folder / "azalai.yaml", clock) as made:
        yield made
        assert reports.conservation(made.store)["ok"]


def ask(app: App, *numbers: int, by: Person = A) -> int:
    return approving.ask(app, ACTS, RELEASE, {"deliveries": list(numbers)}, by).id


def state(app: App, number: int) -> str:
    return delivery_rows.get(app.store.db, number).state


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(ApprovalError, match=words):
        yield


def test_a_second_person_lets_it_go(app: App) -> None:
    """The act is done in the transaction that uses the request; both are in the ledger."""
    number = ask(app, 1)
    before = state(app, 1)
    done = approving.yes(app, ACTS, number, B)
    entries = [app.store.ledger.entry(at) or b"" for at in range(app.store.ledger.head().size)]

    assert (before, state(app, 1), state(app, 2)) == ("held", "due", "held")
    assert done == [Text("1 : relâché", "1: released")]
    for act in (b"approval_asked", b"approval_yes", b"approval_executed"):
        assert sum(act in entry for entry in entries) == 1


def test_nobody_agrees_alone_or_without_the_role(app: App) -> None:
    """Not who asked, not an auditor, not a shared user; and such a person asks for nothing."""
    number = ask(app, 1, by=B)
    root = Person("root", "", (), Text("partagé", "shared"))
    with refused("of one's own"):
        approving.yes(app, ACTS, number, B)
    with refused("none of the roles"):
        approving.yes(app, ACTS, number, A)
    with refused("none of the roles"):
        approving.yes(app, ACTS, number, C)
    with refused("needs a person"):
        approving.yes(app, ACTS, number, root)
    with refused("needs a person"):
        ask(app, 2, by=root)
    with refused("none of the roles"):
        ask(app, 2, by=C)

    assert state(app, 1) == "held"


def test_it_is_used_once(app: App) -> None:
    """A replay is refused, also when the delivery is held again."""
    number = ask(app, 1)
    approving.yes(app, ACTS, number, B)
    with app.store.write() as tx:
        delivery_rows.hold(tx, delivery_rows.get(tx.db, 1), "asks_a_person")
    with refused("was used already"):
        approving.yes(app, ACTS, number, B)

    assert state(app, 1) == "held"


def test_it_dies_when_what_would_happen_changed(app: App) -> None:
    """The delivery ended meanwhile; the request is over for good."""
    number = ask(app, 1, 2)
    with app.store.write() as tx:
        delivery_rows.end(tx, delivery_rows.get(tx.db, 1), "withdrawn", "replaced")
    with refused("has changed"):
        approving.yes(app, ACTS, number, B)

    assert request_rows.get(app.store.db, number).state == "changed"
    assert state(app, 2) == "held"


def test_it_expires(app: App, clock: FixedClock) -> None:
    """After `approval_hours` it is over; asked again, it is another one."""
    number = ask(app, 1)
    clock.now += timedelta(hours=24)
    listed = request_rows.get(app.store.db, number).state_at(clock())
    with refused("expired"):
        approving.yes(app, ACTS, number, B)

    assert listed == "expired"
    assert request_rows.get(app.store.db, number).state == "expired"
    assert ask(app, 1) == number + 1


def test_a_word_read_by_telephone_must_be_the_requests(app: App) -> None:
    """A wrong word changes nothing; the right one, in capitals too, is taken."""
    number = ask(app, 1)
    word = approving.word_of(request_rows.get(app.store.db, number).digest)
    with refused("not that of request"):
        approving.yes(app, ACTS, number, B, "bababada")
    approving.yes(app, ACTS, number, B, word.upper())

    assert len(word) == 8
    assert state(app, 1) == "due"


def test_the_same_thing_asked_twice_is_one_request(app: App) -> None:
    """Another thing is another one, with another word."""
    first, again, other = ask(app, 1), ask(app, 1), ask(app, 1, 2)
    digests = {one.digest for one in request_rows.every(app.store.db)}

    assert (first, again, other) == (1, 1, 2)
    assert len({approving.word_of(digest) for digest in digests}) == 2


def test_no_ends_it_and_who_asked_may_take_it_back(app: App) -> None:
    """Refusing takes the role or the request's own account."""
    mine, theirs = ask(app, 1), ask(app, 2)
    approving.no(app, mine, A)
    with refused("none of the roles"):
        approving.no(app, theirs, C)
    approving.no(app, theirs, B, "FICTIF")
    with refused("was refused"):
        approving.yes(app, ACTS, mine, B)


def test_a_closed_account_asks_and_agrees_to_nothing(app: App) -> None:
    """Its open requests end; the last administrator stays; what it could reach is told."""
    number = ask(app, 1, by=B)
    with refused("only an administrator"):
        close(app, "c.fictif", B)
    with refused("last administrator"):
        close(app, "a.fictif", A)
    over = close(app, "b.fictif", A)
    told = " ".join(line.en for line in reach(app.settings, app.settings.accounts["b.fictif"]))

    assert over == [number]
    assert request_rows.get(app.store.db, number).state == "cancelled"
    with refused("is closed"):
        ask(app, 2, by=B)
    assert "system user bin" in told
    assert str(app.settings.path(app.settings.kek)) in told
