"""A witness that persists before it signs: never backwards, never two, after any stop."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from azalai.app import witness as witness_room
from azalai.app.witness import Answer, Witness
from azalai.errors import ConfigurationError
from azalai.ledger import make_checkpoint, open_checkpoint, parse_vkey
from azalai.ledger.checkpoint import Checkpoint, instance_line, sign_checkpoint
from azalai.ledger.cosignature import CosigningKey, cosignatures, parse_cosigner
from azalai.ledger.log import prove_consistency
from azalai.ledger.note import parse
from azalai.ledger.witness import Request, format_request
from azalai.store import witness_rows
from ledger_storages import MemoryStorage, fill, signer
from witness_rig import Node, entries

KEY = signer("ledger.example/partner")
VKEY = KEY.verifier.vkey


class Partner:
    """A log kept in memory, and requests about it."""

    def __init__(self, size: int = 0, batch: int = 500) -> None:
        self.storage = MemoryStorage()
        fill(self.storage, size, batch=batch)

    def request(self, old: int, size: int | None = None, *lines: str) -> bytes:
        if size is not None:
            fill(self.storage, size - self.storage.end.size)
        proof = prove_consistency(self.storage, old, self.storage.end.size)
        note = make_checkpoint(self.storage, KEY, extensions=lines)
        return format_request(Request(old, tuple(proof), note))


@pytest.fixture
def node(tmp_path: Path) -> Node:
    made = Node(tmp_path, "ner")
    text = made.file.read_text(encoding="utf-8")
    made.file.write_text(f"{text}  logs: {{partner: {{vkey: {VKEY}}}}}\n", encoding="utf-8")
    return made


def check(answer: Answer, node: Node, partner: Partner) -> None:
    """It is a cosignature of the partner's present checkpoint by this node's key."""
    note = make_checkpoint(partner.storage, KEY) + answer.body
    assert cosignatures(note, [parse_cosigner(node.witness_vkey)])


def test_it_cosigns_what_grows(node: Node) -> None:
    """And says the size that it holds to who believes another."""
    partner = Partner()
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        for old, size in ((0, 3), (3, 3), (3, 300)):
            answer = witness.answer(partner.request(old, size))

            assert answer.status == 200
            check(answer, node, partner)
        stale = witness.answer(partner.request(3, 400))
        assert (stale.status, stale.body, stale.kind) == (409, b"300\n", "text/x.tlog.size")


def test_nothing_that_is_cosigned_is_an_entry(node: Node) -> None:
    """Or two nodes that cosign each other would never come to rest."""
    partner = Partner()
    with node.opened() as app:
        before = app.store.ledger.head().size
        Witness(app.store, app.settings).answer(partner.request(0, 9))

        assert app.store.ledger.head().size == before


def test_a_stop_between_persist_and_answer(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is kept, the client asks again from there, and gets the same checkpoint cosigned."""
    partner = Partner()

    def stop(*_: object) -> str:
        raise SystemExit

    data = partner.request(0, 5)
    with node.opened() as app, monkeypatch.context() as patched:
        witness = Witness(app.store, app.settings)
        patched.setattr(CosigningKey, "cosign", stop)
        with pytest.raises(SystemExit):
            witness.answer(data)
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        assert witness.answer(partner.request(0)).body == b"5\n"
        again = witness.answer(partner.request(5))

        assert again.status == 200
        check(again, node, partner)


def test_a_stop_before_the_commit_signs_nothing(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is ahead of the store then: it counts, so that no other log of that size is signed."""
    partner, fork = Partner(5), Partner(5, batch=2)
    fork.storage.rows[0] = b"x"

    def stop(*_: object) -> None:
        raise SystemExit

    data = partner.request(0)
    with node.opened() as app, monkeypatch.context() as patched:
        witness = Witness(app.store, app.settings)
        patched.setattr(witness_rows, "put_witnessed", stop)
        with pytest.raises(SystemExit):
            witness.answer(data)
    other = sign_checkpoint(Checkpoint(KEY.name, 5, bytes(32)), KEY)
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        assert witness.answer(format_request(Request(0, (), other))).status == 409
        assert witness.answer(format_request(Request(5, (), other))).status == 422
        assert witness.answer(partner.request(5)).status == 200


def test_a_restored_store_does_not_sign_backwards(node: Node, tmp_path: Path) -> None:
    """The files beside the store stay where they are when an older copy of it comes back."""
    partner = Partner()
    store, copy = node.folder / "state" / "azalai.db", tmp_path / "copy.db"
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        assert witness.answer(partner.request(0, 4)).status == 200
        app.store.db.copy(copy)
        assert witness.answer(partner.request(4, 8)).status == 200
    for left in store.parent.glob("azalai.db-*"):
        left.unlink()
    shutil.copy(copy, store)
    with node.opened() as app:
        answer = Witness(app.store, app.settings).answer(partner.request(4, 9))

        assert (answer.status, answer.body) == (409, b"8\n")


def test_two_logs_of_one_size_are_entered_once(node: Node) -> None:
    """The entry names log, size and root; the other checkpoint is kept with the log's signature."""
    partner = Partner()
    other = sign_checkpoint(Checkpoint(KEY.name, 6, bytes(32)), KEY)
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        assert witness.answer(partner.request(0, 6)).status == 200
        for _ in range(3):
            assert witness.answer(format_request(Request(6, (), other))).status == 422
        told = [one for one in entries(app) if one.get("act") == "view_differs"]
        [view] = witness_rows.open_views(app.store.db)

        assert [(one["kind"], one["origin"], one["size"]) for one in told] == [
            ("split_view", KEY.name, 6)]  # fmt: skip
        assert (view.kind, view.size) == ("split_view", 6)
        assert witness.answer(partner.request(6)).status == 200


def said(node: Node, *words: str) -> str:
    """What a command prints, typed at the node in English."""
    environment = os.environ | {"AZALAI_CONFIG": str(node.file), "AZALAI_LANGUAGE": "en"}
    return subprocess.run([sys.executable, "-m", "azalai", *words], env=environment, text=True,
                          stdout=subprocess.PIPE, check=False).stdout  # fmt: skip


def test_an_older_copy_at_work_is_named_to_the_operator(node: Node) -> None:
    """A partner's store of epoch 1 seals after its copy of epoch 2: entered once, and `status` and
    `check` name it until a person has seen to it."""
    partner = Partner()
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        for old, size, epoch in ((0, 4, 1), (4, 6, 2), (6, 8, 1), (8, 9, 2), (9, 10, 1)):
            line = instance_line("0123456789abcdef", epoch)
            assert witness.answer(partner.request(old, size, line)).status == 200
        told = [one for one in entries(app) if one.get("act") == "view_differs"]
        assert [(one["kind"], one["origin"], one["size"]) for one in told] == [
            ("two_instances", KEY.name, 8)]  # fmt: skip
        [view] = witness_rows.open_views(app.store.db)
    for words in (["status", "--short"], ["check"]):
        assert f"({KEY.name}, 8 entries): two stores of this node are at work" in said(node, *words)
    said(node, "ledger", "witness", "settle", str(view.id), "--reason", "FICTIF")

    assert "two stores" not in said(node, "status", "--short")


def test_a_bad_proof_alone_is_no_evidence(node: Node) -> None:
    """Anybody can send a checkpoint that is public with hashes of his own."""
    partner = Partner()
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        witness.answer(partner.request(0, 6))
        note = make_checkpoint(partner.storage, KEY)
        fill(partner.storage, 6)
        note = make_checkpoint(partner.storage, KEY)
        assert witness.answer(format_request(Request(6, (bytes(32),), note))).status == 422

        assert not witness_rows.open_views(app.store.db)
        assert witness.answer(partner.request(6)).status == 200


def test_a_thousand_racing_requests(node: Node) -> None:
    """Eight threads, each on a store of its own, with every size at once: what is held only grows,
    each answer is 200 or 409, and all that was cosigned is of one log."""
    partner, known = Partner(), parse_cosigner(node.witness_vkey)
    notes: dict[int, bytes] = {}
    for size in range(1, 126):
        fill(partner.storage, 1)
        notes[size] = make_checkpoint(partner.storage, KEY)
    got: list[tuple[int, int]] = []
    held: list[int] = []

    def post(offset: int) -> None:
        store = app.store.another()
        witness = Witness(store, app.settings)
        old = 0
        for size in range(1 + offset % 3, 126):
            proof = prove_consistency(partner.storage, min(old, size), size)
            answer = witness.answer(
                format_request(Request(min(old, size), tuple(proof), notes[size]))
            )
            if answer.status == 200:
                assert cosignatures(notes[size] + answer.body, [known])
                old = size
            elif answer.status == 409:
                old = int(answer.body)
            got.append((answer.status, size))
            with store.read():
                found = witness_rows.latest(store.db, KEY.name)
            held.append(0 if found is None else found[0])
        store.close()

    with node.opened() as app:
        threads = [threading.Thread(target=post, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = witness_rows.latest(app.store.db, KEY.name)

    assert len(got) > 980
    assert {status for status, _ in got} <= {200, 409}
    assert last is not None
    assert last[0] == 125 == max(held)


def test_a_file_for_who_has_no_link(node: Node) -> None:
    """The answer is the checkpoint with our cosignature, or the one that we hold; for a log that
    we do not know there is none."""
    partner = Partner()
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        first = partner.request(0, 4)
        answer, note = witness.answer_file(first)
        assert answer.status == 200
        assert note is not None
        assert open_checkpoint(note, [parse_vkey(VKEY)]).size == 4
        assert cosignatures(note, [parse_cosigner(node.witness_vkey)])
        again, held = witness.answer_file(first)
        assert (again.status, again.why[1]) == (409, "add-checkpoint: this witness holds 4 entries")
        assert held == note
        stranger = sign_checkpoint(Checkpoint("x.example/y", 1, bytes(32)), signer("x.example/y"))
        refused, none = witness.answer_file(format_request(Request(0, (), stranger)))
        assert (refused.status, none) == (404, None)


def test_signatures_that_anybody_adds_are_not_kept(node: Node) -> None:
    """A flood of lines in a request does not end up in what this witness serves."""
    partner = Partner()
    data = partner.request(0, 2)
    line = CosigningKey("x", KEY.key).cosign("x", 1)
    with node.opened() as app:
        witness = Witness(app.store, app.settings)
        assert witness.answer(data + line.encode() * 90).status == 200
        found = witness_rows.latest(app.store.db, KEY.name)

        assert found is not None
        assert len(parse(found[2])[1]) == 1


def test_wrong_configurations(node: Node) -> None:
    """A key that is none, two logs of one name, no witness at all: said, nothing started."""
    text = node.file.read_text(encoding="utf-8")
    broken = VKEY[:-6] + "AAAAA="
    for logs in (f"{{a: {{vkey: {broken}}}}}", f"{{a: {{vkey: {VKEY}}}, b: {{vkey: {VKEY}}}}}"):
        node.file.write_text(text.replace(f"{{partner: {{vkey: {VKEY}}}}}", logs), encoding="utf-8")
        with node.opened() as app, pytest.raises(ConfigurationError):
            Witness(app.store, app.settings)
    node.file.write_text(node.base, encoding="utf-8")
    with node.opened() as app, pytest.raises(ConfigurationError):
        witness_room.configured(app.settings)
