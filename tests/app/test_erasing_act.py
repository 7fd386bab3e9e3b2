"""Erasing as a deployment does it: kept out by order, by two people, by the clock; listed outside."""

import copy
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai import reports
from azalai.app import (
    App,
    approving,
    backing_up,
    day_by_day,
    erased_list,
    erasing_act,
    key_care,
    opened,
    restoring,
)
from azalai.app.acts import ACTS
from azalai.clock import now
from azalai.errors import ApprovalError, VerificationError
from azalai.evidence import erasure
from azalai.ledger import Verifier, ring
from azalai.ledger.note import Signer, open_note
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
        assert len(erased_list.read(app.settings.state / erased_list.NAME, known(app))) == 1


def known(app: App) -> list[Verifier]:
    return ring.verifiers(app.settings.path(app.settings.ledger_key))


def test_an_older_store_put_back_by_hand_is_erased_again(place: Deployment) -> None:
    """Whoever copies yesterday's file over today's does not bring it back."""
    file, database = place.folder / "azalai.yaml", place.folder / "state" / "azalai.db"
    with opened(file) as app:
        found = lifted(app, 0)
        app.store.db.copy(place.folder / "yesterday.db")
        erasing_act.erase(app, [found], Why("by_order", "os/essai", "FICTIF", "ord 1"))
    for old in (database, *database.parent.glob("azalai.db-*")):
        old.unlink()
    (place.folder / "yesterday.db").rename(database)
    with opened(file) as app:
        assert (
            record_rows.find(app.store.db, app.store.keys, "ESSAI-PN/personnes/FPR-00000000")
            is None
        )
        with app.store.write() as tx:
            assert rows.stopped(tx, ["ESSAI-PN/personnes/FPR-00000000"])


def test_a_changed_list_is_refused(place: Deployment) -> None:
    """A line away, added or changed, the signature away, one by another key, an earlier version's
    without one, nothing at all: each is told, the store not opened with it and not backed up."""
    file, listed = place.folder / "azalai.yaml", place.folder / "state" / erased_list.NAME
    other = Signer("azalai.invalid/autre", Ed25519PrivateKey.generate())
    with opened(file) as app:
        for number in range(2):
            erasing_act.erase(app, [lifted(app, number)], Why("by_hand", "os/essai", "FICTIF"))
        good = listed.read_bytes()
        [one, two] = erased_list.read(listed, known(app))
        lines = good.splitlines(keepends=True)
        (place.folder / "copies").mkdir()
        erased_list.copy_beside(listed, place.folder / "copies", known(app))
        for bad, why in (
            (lines[0] + lines[2], "changed since it was signed"),
            (lines[0] + lines[0] + lines[2], "changed since it was signed"),
            (good.replace(b"by_hand", b"by_rule", 1), "changed since it was signed"),
            (good + lines[0], "it is not signed"),
            (lines[0] + lines[1], "it is not signed"),
            (b"", "it is not signed"),
            (erased_list.signed([one, two], other), "not signed by a key of this ledger"),
        ):
            listed.write_bytes(bad)
            with pytest.raises(VerificationError, match=why), opened(file):
                pass
            with pytest.raises(VerificationError, match=why):
                erased_list.copy_beside(listed, place.folder / "copies", known(app))
        listed.write_bytes(good)

    assert (place.folder / "copies" / erased_list.BESIDE).read_bytes() == good
    with opened(file) as app:
        assert [one, two] == erased_list.read(listed, known(app))


def test_an_unsigned_list_of_an_earlier_version_is_signed_once(place: Deployment) -> None:
    """Where the store has not seen a signed one yet; a cut last line is none."""
    file, listed = place.folder / "azalai.yaml", place.folder / "state" / erased_list.NAME
    with opened(file) as app:
        erasing_act.erase(app, [lifted(app, 0)], Why("by_hand", "os/essai", "FICTIF"))
        body = listed.read_bytes().splitlines(keepends=True)[0]
        listed.write_bytes(body + b'{"pseudonym": "cut')
        name = f"{erased_list.NAME}/{app.settings.node_name}"
        with app.store.write() as tx:
            tx.db.do("runs", "set_meta", name=name, value="17/0")
    with opened(file) as app:
        assert len(erased_list.read(listed, known(app))) == 1
        with app.store.write() as tx:
            tx.db.do("runs", "set_meta", name=name, value="17/0")
        listed.write_bytes(b"no list\n" + body)
        with pytest.raises(VerificationError, match="line 1"), opened(file):
            pass


def test_a_restore_takes_no_changed_list(place: Deployment) -> None:
    """This node's or the one beside the backup, changed or unsigned: nothing is put back. With the
    signed one the record is erased again."""
    file, listed = place.folder / "azalai.yaml", place.folder / "state" / erased_list.NAME
    backup, beside = place.folder / "b.tar", place.folder / erased_list.BESIDE
    key = "ESSAI-PN/personnes/FPR-00000000"
    with opened(file) as app:
        settings, found = app.settings, lifted(app, 0)
        backing_up.backup(app, backup)
        erasing_act.erase(app, [found], Why("by_hand", "os/essai", "FICTIF"))
    good = listed.read_bytes()
    line, _ = good.splitlines(keepends=True)
    for mine, other in ((good.replace(b"by_hand", b"by_rule"), good), (good, line), (line, good)):
        listed.write_bytes(mine)
        beside.write_bytes(other)
        with pytest.raises(VerificationError, match="the list of erased records is not used"):
            restoring.restore(settings, backup, "os/essai", now, replace=True, reason="FICTIF")
    listed.write_bytes(good)
    beside.unlink()
    with opened(file) as app:
        assert record_rows.find(app.store.db, app.store.keys, key) is None
    restoring.restore(settings, backup, "os/essai", now, replace=True, reason="FICTIF")
    with opened(file) as app:
        assert record_rows.find(app.store.db, app.store.keys, key) is None
        assert [one.pseudonym for one in rows.every(app.store.db)] == [found.pseudonym]


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
