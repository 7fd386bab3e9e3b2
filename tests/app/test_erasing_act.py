"""Erasing as a deployment does it: kept out by order, by two people, by the clock; listed outside."""

import copy
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import App, approving, day_by_day, erased_list, erasing_act, key_care, opened
from azalai.app.acts import ACTS
from azalai.clock import now
from azalai.errors import ApprovalError, VerificationError
from azalai.evidence import erasure
from azalai.ledger import ring
from azalai.ledger.note import open_note
from azalai.pipeline import erasing, keeping
from azalai.pipeline.erasing import Why
from azalai.pipeline.lifting import lift
from azalai.pipeline.reading import read_feed
from azalai.store import erasing as rows
from azalai.store import key_rows, record_rows, request_rows
from azalai.store.record_rows import RecordRow
from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write
from outbox_rig import FixedClock
from two_people import A, B, add_accounts

KEEP = (
    "keep:\n  records:\n    WantedPerson: 30\n    WantedPerson/border_control: 1\n  backups: 10\n"
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Three records, each with an open delivery; its receiver does not run."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    add_accounts(made)
    write(made.folder, "a.csv", [row(n) for n in range(3)])
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
def place(template: Deployment, tmp_path: Path) -> Deployment:
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


@pytest.fixture
def app(place: Deployment, clock: FixedClock) -> Iterator[App]:
    file = place.folder / "azalai.yaml"
    file.write_text(KEEP + file.read_text())
    with opened(file, clock) as made:
        yield made
        assert reports.conservation(made.store)["ok"]


def record(app: App, number: int) -> RecordRow:
    found = record_rows.find(app.store.db, app.store.keys, f"ESSAI-PN/personnes/FPR-{number:08d}")
    assert found is not None
    return found


def lifted(app: App, number: int) -> RecordRow:
    """Never sent, lifted by hand: nothing is open, nobody holds it."""
    lift(app.store, record(app, number), "lifted", "os/essai", app.routes())
    return record(app, number)


def test_by_order_it_is_kept_out(app: App, place: Deployment) -> None:
    """Later files count it `locked`, whether it translates or not; the others come in."""
    found = lifted(app, 0)
    erasing_act.erase(app, [found], Why("by_order", "os/essai", "FICTIF", "ord 1/2026"))
    broken = row(0, code_infraction="INCONNU-9")
    write(place.folder, "b.csv", [row(0), row(3)])
    write(place.folder, "c.csv", [broken, row(4)])
    runs = [one.run for one in read_feed(app.store, app.feed("essai"), app.routes)]
    counts = [json.loads((app.store.db.row("runs", "by_id", id=run) or ())[6]) for run in runs]

    assert [one.get("locked") for one in counts if one.get("locked")] == [1, 1]
    assert not any(one.get("parked") or one.get("rejected") for one in counts)
    assert record(app, 3)
    assert record_rows.find(app.store.db, app.store.keys, "ESSAI-PN/personnes/FPR-00000000") is None


def test_two_people_although_it_is_open(app: App) -> None:
    """Asked by one, done by another: what never left is withdrawn; what the request held is gone."""
    found = record(app, 1)
    assert erasing_act.in_the_way(app, found).open == 1
    asked = {"record": found.pseudonym, "reason": "motif FICTIF", "order": ""}
    request = approving.ask(app, ACTS, erasing_act.OVERRIDE, asked, A)
    done = approving.yes(app, ACTS, request.id, B)
    erasing_act.settle(app, app.store)
    one = rows.get(app.store.db, found.pseudonym)
    entries = b"".join(
        app.store.ledger.entry(n) or b"" for n in range(app.store.ledger.head().size)
    )

    assert "effacée" in done[0].fr
    assert one is not None
    assert one.rule == "override"
    assert b'"second":"b.fictif"' in entries
    assert request_rows.held(app.store.keys, request_rows.get(app.store.db, request.id)) == {
        "arguments": {}, "salt": ""}  # fmt: skip


def test_nobody_overrides_a_court(app: App) -> None:
    found = record(app, 1)
    erasing.keep(app.store, found, erasing_act.today(app), "os/essai", "tribunal FICTIF")
    with pytest.raises(ApprovalError):
        approving.ask(app, ACTS, erasing_act.OVERRIDE,
                      {"record": found.pseudonym, "reason": "x", "order": ""}, A)  # fmt: skip


def test_the_clock_asks_then_a_person_decides(app: App, clock: FixedClock) -> None:
    """Due the day after its days are over, not before; what a court keeps is not; one line a
    batch; kept until a day it is asked again after it."""
    lifted(app, 0)
    erasing.keep(
        app.store, lifted(app, 1), (clock.now + timedelta(days=400)).date(), "os/x", "FICTIF"
    )
    clock.now += timedelta(days=30)
    assert keeping.look_for_due(app.store, app.settings.keep, erasing_act.today(app)) == 0
    clock.now += timedelta(days=1)
    assert keeping.look_for_due(app.store, app.settings.keep, erasing_act.today(app)) == 1
    assert len(app.store.db.rows("erasing", "asked")) == 1
    until = erasing_act.today(app) + timedelta(days=5)
    assert keeping.keep_due(app.store, until, "os/essai") == 1
    clock.now += timedelta(days=5)
    assert keeping.look_for_due(app.store, app.settings.keep, erasing_act.today(app)) == 0
    clock.now += timedelta(days=1)
    assert keeping.look_for_due(app.store, app.settings.keep, erasing_act.today(app)) == 1
    done, swept = erasing_act.erase_due(app, Why(keeping.RULE, "os/essai", "FICTIF"))

    assert (done, swept) == (1, True)
    assert [one.rule for one in rows.every(app.store.db)] == ["keep"]


def test_what_was_not_translated_has_a_clock(
    app: App, place: Deployment, clock: FixedClock
) -> None:
    """`keep: rejects`: gone after its days, still counted."""
    write(
        place.folder,
        "b.csv",
        [row(7, code_infraction="INCONNU-9"), row(8, date_mandat="31/02/2020")],
    )
    assert read_feed(app.store, app.feed("essai"), app.routes)
    keep = app.settings.keep.model_copy(update={"records": {}, "rejects": 5})
    there = [len(app.store.db.rows("integrity", "rejects"))]
    for days in (5, 2):
        clock.now += timedelta(days=days)
        keeping.look_for_due(app.store, keep, erasing_act.today(app))
        there.append(len(app.store.db.rows("integrity", "rejects")))

    assert there[0] == there[1] > 0
    assert there[2] == 0


def test_the_daemon_erases_where_the_configuration_says(
    place: Deployment, clock: FixedClock
) -> None:
    """`when_due: erase`: on the day, in the daily look, without anybody."""
    file = place.folder / "azalai.yaml"
    file.write_text(KEEP + "  when_due: erase\n" + file.read_text())
    with opened(file, clock) as app:
        lifted(app, 0)
        clock.now += timedelta(days=31)
        day_by_day.look(app, app.store)

        assert [one.rule for one in rows.every(app.store.db)] == ["keep"]
        assert len(erased_list.read(app.settings.state / erased_list.NAME)) == 1


def test_an_older_store_put_back_by_hand_is_erased_again(place: Deployment) -> None:
    """Whoever copies yesterday's file over today's does not bring it back; a damaged list stops."""
    file, database = place.folder / "azalai.yaml", place.folder / "state" / "azalai.db"
    with opened(file) as app:
        found = lifted(app, 0)
        app.store.db.copy(place.folder / "yesterday.db")
        erasing_act.erase(app, [found], Why("by_order", "os/essai", "FICTIF", "ord 1"))
    for old in (database, *database.parent.glob("azalai.db-*")):
        old.unlink()
    (place.folder / "yesterday.db").rename(database)
    listed = database.parent / erased_list.NAME
    cut = listed.read_bytes() + b'{"pseudonym": "cut'
    listed.write_bytes(cut)
    with opened(file) as app:
        assert (
            record_rows.find(app.store.db, app.store.keys, "ESSAI-PN/personnes/FPR-00000000")
            is None
        )
        with app.store.write() as tx:
            assert rows.stopped(tx, ["ESSAI-PN/personnes/FPR-00000000"])
    listed.write_bytes(b"no list\n" + cut)
    with pytest.raises(VerificationError, match="line 1"), opened(file):
        pass


def test_the_certificate_says_what_is_left(app: App) -> None:
    """Signed; the key in force, its copies and earlier backups keep it from being unrecoverable."""
    found = lifted(app, 0)
    with app.store.write() as tx:
        key_rows.put_outside(tx, "backup", "/mnt/x/backup.tar")
    erasing_act.erase(app, [found], Why("by_hand", "os/essai", "FICTIF"))
    signer = ring.current(app.settings.path(app.settings.ledger_key))
    text = erasure.certificate(app.store, rows.every(app.store.db), "x", "os/essai", signer)
    opened_note = open_note(text, [signer.verifier]).text

    assert found.pseudonym in opened_note
    assert "pas encore irrécupérable" in opened_note
    assert "backup from before: /mnt/x/backup.tar" in opened_note
    assert "FPR-" not in opened_note


def test_copies_outside_have_a_clock(app: App, clock: FixedClock) -> None:
    """`status` asks for what is too old, once."""
    with app.store.write() as tx:
        key_rows.put_outside(tx, "backup", "/mnt/x/backup.tar")
    assert key_care.overdue(app) == []
    clock.now += timedelta(days=11)

    assert [one.place for one in key_care.overdue(app)] == ["/mnt/x/backup.tar"]
    assert any("store prune" in line.fr for line in key_care.daily(app))
