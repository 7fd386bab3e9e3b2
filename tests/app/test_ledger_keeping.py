"""A new key beside the old one, and old entries that go by a written policy: proofs stay."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from azalai.app import (
    App,
    approving,
    asking_witnesses,
    cosigned,
    log_keys,
    opened,
    packing,
    pruning,
    unpacking,
)
from azalai.app.acts import ACTS
from azalai.clock import now
from azalai.errors import ApprovalError, ConfigurationError, StopError
from azalai.evidence import asking, giving, verifier
from azalai.evidence.card import card
from azalai.evidence.verifier import Report
from azalai.ledger import keeper, keys, make_proof, open_checkpoint, ring, verify_proof
from azalai.ledger.entries import decode
from azalai.ledger.proof import format_proof
from azalai.ledger.verdict import Verdict
from azalai.ledger.verify import verify
from azalai.store import witness_rows
from outbox_rig import FixedClock
from two_people import ACCOUNTS, A, B
from witness_rig import Node, entries

DAY = 86_400.0
POLICY = "ledger_retention: {days: 400, policy: 'décision FICTIVE 12/2026'}\n"


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path, "ner", FixedClock())


def clock_of(node: Node) -> FixedClock:
    assert isinstance(node.clock, FixedClock)
    return node.clock


def card_of(app: App) -> str:
    return card(cosigned.our_keys(app.settings)[0], log_keys.ended(app))


def exported(app: App, folder: Path, told: str) -> Report:
    """What the independent program says of an export, by a card."""
    key, *ended = cosigned.our_keys(app.settings)
    desk = giving.Desk(app.store, key, app.publish_locked, "os/test", "essai FICTIF", tuple(ended))
    giving.folder(desk, folder, None, openings=False)
    return verifier.check_export(str(folder), verifier.read_card(told), {}, {})


def packed(app: App, path: Path, told: str) -> Report:
    key, *ended = cosigned.our_keys(app.settings)
    desk = giving.Desk(app.store, key, app.publish_locked, "os/test", "essai FICTIF", tuple(ended))
    wanted = asking.wanted(app.store, None, None)
    giving.pack(desk, path, [], wanted, openings=False, receipts=False)
    return verifier.check_pack(str(path), verifier.read_card(told), {}, {})


def verdict(app: App) -> Verdict:
    note = keeper.read(app.settings.state / "checkpoint") or b""
    with app.store.read():
        return verify(app.store.ledger, note, cosigned.our_keys(app.settings))


def places(report: Report) -> list[tuple[str, str]]:
    return [(where, said[1]) for where, said in report.findings]


def test_both_keys_sign_until_the_overlap_ends(node: Node, tmp_path: Path) -> None:
    """By the old card and by the new one it verifies; after the end by the new one only, and a
    checkpoint of the old key is told to be by a key past its end."""
    with node.opened() as app:
        node.grow(app, 3)
        old_card = card_of(app)
        made = log_keys.rotate(app, "os/chef", "essai FICTIF", timedelta(days=30))
        new_card = card_of(app)
        node.grow(app, 3)
        for told in (old_card, new_card):
            assert places(exported(app, tmp_path / "log", told)) == []
            assert places(packed(app, tmp_path / "p.azpack", told)) == []
        assert f"until {made.until}" in new_card
        assert verdict(app).ok
        clock_of(node).pass_seconds(31 * DAY)
        node.grow(app, 3)
        assert places(exported(app, tmp_path / "log", new_card)) == []
        [(where, what)] = places(exported(app, tmp_path / "log", old_card))
        assert (where, what) == ("checkpoint", "not signed by the key given")
        forged = made_by(app, made.old.vkey, node)
        (tmp_path / "log" / "checkpoint").write_bytes(forged)
        for told in (old_card, new_card):
            report = verifier.check_export(str(tmp_path / "log"), verifier.read_card(told), {}, {})
            assert (f"signed by a key past its end ({made.until})") in [
                w for _, w in places(report)
            ]


def made_by(app: App, vkey: str, node: Node) -> bytes:
    """A checkpoint of now, by a key of the log that signs no more (its file was stolen)."""
    from azalai.ledger import make_checkpoint

    path = next(p for p in (node.folder / "keys").glob("ledger*.pem")
                if keys.load(p).verifier.vkey == vkey)  # fmt: skip
    return make_checkpoint(app.store.ledger, keys.load(path))


def test_a_stolen_key_signs_no_more(node: Node, tmp_path: Path) -> None:
    """Without an overlap: from this moment on, whatever the thief signs is past its end."""
    with node.opened() as app:
        node.grow(app)
        old_card = card_of(app)
        clock_of(node).pass_seconds(1)
        made = log_keys.rotate(app, "os/chef", "essai FICTIF", timedelta(0))
        clock_of(node).pass_seconds(1)
        node.grow(app)
        note = app.publish_locked()
        with pytest.raises(Exception, match="no signature"):
            open_checkpoint(note, [made.old])
        assert exported(app, tmp_path / "log", card_of(app)).findings == []
        (tmp_path / "log" / "checkpoint").write_bytes(made_by(app, made.old.vkey, node))
        for told in (old_card, card_of(app)):
            report = verifier.check_export(str(tmp_path / "log"), verifier.read_card(told), {}, {})
            assert "past its end" in places(report)[-1][1]
        assert packed(app, tmp_path / "p.azpack", card_of(app)).findings == []


def test_twenty_rotations(node: Node, tmp_path: Path) -> None:
    """Checkpoints of all times stay ancestors; the last card names every key; the ledger has an
    entry for each."""
    kept = []
    with node.opened() as app:
        for _ in range(20):
            node.grow(app)
            kept.append(app.publish_locked())
            log_keys.rotate(app, "os/chef", "essai FICTIF", timedelta(days=1))
            clock_of(node).pass_seconds(2 * DAY)
        node.grow(app)
        app.publish_locked()
        with app.store.read():
            note = keeper.read(app.settings.state / "checkpoint") or b""
            found = verify(app.store.ledger, note, cosigned.our_keys(app.settings), earlier=kept)
        assert found.ok
        told = card_of(app)
        assert len(re.findall("old key: ", told)) == 20
        assert exported(app, tmp_path / "log", told).findings == []
        assert sum(one.get("subject") == "ledger_key" for one in entries(app)) == 20


def test_a_rotation_that_was_stopped(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the entry, before the list of keys: the old key goes on; the next call uses the key
    that was made."""
    with node.opened() as app:

        def stop(*_: object) -> None:
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(ring, "put", stop)
            with pytest.raises(SystemExit):
                log_keys.rotate(app, "os/chef", "essai", timedelta(days=3))
        assert len(cosigned.our_keys(app.settings)) == 1
        assert open_checkpoint(app.publish_locked(), cosigned.our_keys(app.settings))
        made = log_keys.rotate(app, "os/chef", "essai", timedelta(days=3))
        assert made.path.name == "ledger-2.pem"
        assert len(list((node.folder / "keys").glob("ledger*.pem"))) == 2
        assert verdict(app).ok


def test_a_damaged_list_of_keys(node: Node) -> None:
    """Nothing is signed by guess."""
    path = node.folder / "keys" / "ledger.pem"
    with node.opened() as app:
        log_keys.rotate(app, "os/chef", "essai", timedelta(days=3))
        good = ring.ring_path(path).read_text()
        for bad in ("", "{}", good.replace("ledger-2", "ledger-9"), good.replace("null", '"x"'),
                    '{"keys": []}'):  # fmt: skip
            ring.ring_path(path).write_text(bad)
            with pytest.raises(ConfigurationError):
                app.publish_locked()


def old_and_new(node: Node, app: App, count: int = 600) -> None:
    """Entries of two years ago, then some of today."""
    node.grow(app, count)
    clock_of(node).pass_seconds(500 * DAY)
    node.grow(app, 10)


def test_without_a_written_policy_nothing_is_pruned(node: Node) -> None:
    with node.opened() as app, pytest.raises(StopError):
        pruning.plan(app)


def test_a_prefix_goes_and_proofs_stay(node: Node, tmp_path: Path) -> None:
    """Whole tiles older than the policy's days: their bytes are gone from the file, the act says
    which and why; the ledger, old proofs, new proofs, a new export and an old one verify."""
    node.cosigning((), more=POLICY)
    with node.opened() as app:
        old_and_new(node, app)
        told = card_of(app)
        exported(app, tmp_path / "before", told)
        note = app.publish_locked()
        size = open_checkpoint(note, cosigned.our_keys(app.settings)).size
        gone = app.store.ledger.entry(7) or b""
        proof = format_proof(make_proof(app.store.ledger, 7, note, size))
        plan = pruning.plan(app)
        assert (plan.first, plan.until) == (0, 512)
        pruning.prune(app, plan, "os/chef", "essai FICTIF")
        act = entries(app)[-1]

        assert app.store.ledger.entry(511) is None
        assert app.store.ledger.entry(512) is not None
        assert (act["act"], act["until"], act["policy"]) == (
            "ledger_pruned", 512, "décision FICTIVE 12/2026")  # fmt: skip
        assert pruning.plan(app).until == pruning.plan(app).first == 512
        found = verdict(app)
        assert found.ok
        assert "décision FICTIVE 12/2026" in found.limits[-1].fr
        assert verify_proof(proof, gone, cosigned.our_keys(app.settings)).size == size
        fresh = app.publish_locked()
        place = open_checkpoint(fresh, cosigned.our_keys(app.settings)).size
        made = format_proof(make_proof(app.store.ledger, 600, fresh, place))
        verify_proof(made, app.store.ledger.entry(600) or b"", cosigned.our_keys(app.settings))
        report = exported(app, tmp_path / "after", told)
        assert places(report) == []
        assert any("512 entries pruned" in said[1] for said in report.notes)
        assert not (tmp_path / "after" / "tile" / "entries" / "000").exists()
        assert places(exported(app, tmp_path / "before", told)) == []
        assert packed(app, tmp_path / "p.azpack", told).findings == []


def test_pruning_by_two_people(node: Node) -> None:
    """Nothing goes before the second person; asked twice the same day it is one request; entries
    that went meanwhile, or another policy, end it. What went is entered with both names."""
    node.cosigning((), more=POLICY + ACCOUNTS)
    with node.opened() as app:
        old_and_new(node, app)
        wanted = pruning.arguments(pruning.plan(app), "essai FICTIF")
        asked = approving.ask(app, ACTS, pruning.ACT, wanted, A)
        clock_of(node).pass_seconds(60)
        again = approving.ask(
            app, ACTS, pruning.ACT, pruning.arguments(pruning.plan(app), "essai FICTIF"), A
        )
        other = approving.ask(app, ACTS, pruning.ACT, {**wanted, "reason": "autre"}, A)
        there = app.store.ledger.entry(0)
        with pytest.raises(ApprovalError):
            approving.yes(app, ACTS, asked.id, A)
        approving.yes(app, ACTS, asked.id, B, approving.word_of(asked.digest))
        [act] = [one for one in entries(app) if one.get("act") == "ledger_pruned"]

        assert again.id == asked.id
        assert there is not None
        assert app.store.ledger.entry(511) is None
        assert (act["actor"], act["second"], act["until"]) == ("a.fictif", "b.fictif", 512)
        assert verdict(app).ok
        with pytest.raises(ApprovalError):
            approving.yes(app, ACTS, other.id, B)


def test_a_plan_ends_with_its_policy(node: Node) -> None:
    """Two people agree to one written decision, not to the next."""
    node.cosigning((), more=POLICY + ACCOUNTS)
    with node.opened() as app:
        old_and_new(node, app)
        wanted = pruning.arguments(pruning.plan(app), "essai FICTIF")
        asked = approving.ask(app, ACTS, pruning.ACT, wanted, A)
    node.cosigning((), more=POLICY.replace("12/2026", "13/2026") + ACCOUNTS)
    with node.opened() as app, pytest.raises(ApprovalError):
        approving.yes(app, ACTS, asked.id, B)


def test_pruning_again_goes_on_from_there(node: Node, tmp_path: Path) -> None:
    """The second act stands for the whole beginning."""
    node.cosigning((), more=POLICY)
    with node.opened() as app:
        old_and_new(node, app)
        pruning.prune(app, pruning.plan(app), "os/chef", "un")
        clock_of(node).pass_seconds(500 * DAY)
        node.grow(app, 600)
        clock_of(node).pass_seconds(500 * DAY)
        node.grow(app, 1)
        plan = pruning.plan(app)
        pruning.prune(app, plan, "os/chef", "deux")

        assert (plan.first, plan.until) == (512, 1024)
        assert verdict(app).ok
        assert exported(app, tmp_path / "log", card_of(app)).findings == []


def test_a_beginning_that_is_gone_without_an_act(node: Node, tmp_path: Path) -> None:
    """An insider deletes the oldest entries, or claims that an act says so: named by both."""
    node.cosigning((), more=POLICY)
    with node.opened() as app:
        old_and_new(node, app)
        app.publish_locked()
        with app.store.write() as tx:
            witness_rows.prune(tx, 512)
        assert [f.where for f in verdict(app).findings] == ["entry 0"]
        found = places(exported(app, tmp_path / "log", card_of(app)))
        assert found == [
            ("tile/entries/000", "the first 512 entries are missing, and no act says so")
        ]
        shutil.rmtree(tmp_path / "log")
        time = str(decode(app.store.ledger.entry(600) or b"")["time"])
        with app.store.write() as tx:  # younger than its own policy lets go
            tx.log("act", actor="os/x", act="ledger_pruned", until=512, last_time=time, before=time,
                   days=400, policy="x")  # fmt: skip
        app.publish_locked()
        assert [f.where for f in verdict(app).findings] == ["entry 0"]
        [(where, what)] = places(exported(app, tmp_path / "log", card_of(app)))
        assert (where, what) == ("tile/entries/000", "pruned before the time that their act gives")


def test_a_tile_changed_under_what_is_pruned(node: Node, tmp_path: Path) -> None:
    """The hashes that stand for entries that are gone are vouched for from above."""
    node.cosigning((), more=POLICY)
    with node.opened() as app:
        old_and_new(node, app)
        pruning.prune(app, pruning.plan(app), "os/chef", "essai")
        exported(app, tmp_path / "log", card_of(app))
        tile = tmp_path / "log" / "tile" / "0" / "000"
        data = bytearray(tile.read_bytes())
        data[40] ^= 1
        tile.write_bytes(data)
        report = verifier.check_export(
            str(tmp_path / "log"), verifier.read_card(card_of(app)), {}, {}
        )
        assert report.findings
        with app.store.write() as tx:
            tx.db.do("ledger", "put_tile", level=0, number=0, data=bytes(data))
        assert not verdict(app).ok


def test_only_what_witnesses_have_cosigned_is_pruned(tmp_path: Path) -> None:
    """A quorum that is late keeps the entries."""
    clock = FixedClock()
    ner, tcd = Node(tmp_path, "ner", clock), Node(tmp_path, "tcd", clock)
    tcd.cosigning([ner])
    ner.cosigning((), ner.witness_lines(1, tcd), more=POLICY)
    with ner.opened() as app:
        old_and_new(ner, app)
        assert pruning.plan(app).until == 0
        with tcd.serving():
            assert asking_witnesses.ask(app)[0].ok
        assert pruning.plan(app).until == 512


def test_all_keys_move_to_another_server(tmp_path: Path) -> None:
    """After two rotations: what signs goes on signing there, what ended is still known."""
    node = Node(tmp_path, "ner", now)
    with node.opened() as app:
        node.grow(app, 3)
        for _ in range(2):
            log_keys.rotate(app, "os/chef", "essai FICTIF", timedelta(days=3))
        before = cosigned.our_keys(app.settings)
        packing.pack(app, tmp_path / "pack", "phrase FICTIVE longue", "os/chef", "essai FICTIF")
    there = unpacking.unpack(tmp_path / "pack", tmp_path / "pack" / packing.KEYS, tmp_path / "new",
                             "phrase FICTIVE longue", "os/chef", "essai FICTIF", now)  # fmt: skip
    with opened(there.configuration) as app:
        assert cosigned.our_keys(app.settings) == before
        assert open_checkpoint(app.publish_locked(), before[:1]).size > 3
        assert len(log_keys.ended(app)) == 2
