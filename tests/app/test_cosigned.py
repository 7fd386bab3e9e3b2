"""Two nodes over real HTTP: cosigning each other, a quorum that is late, logs that do not fit."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from answering import answering
from azalai.app import App, asking_witnesses, cosigned, instance
from azalai.app.witness import Witness
from azalai.errors import ConfigurationError, NotFoundError, StopError, VerificationError
from azalai.ledger import make_checkpoint, ring
from azalai.ledger.checkpoint import Checkpoint, sign_checkpoint
from azalai.ledger.witness import Request, format_request
from azalai.store import notes, witness_rows
from outbox_rig import FixedClock
from witness_rig import Node, entries


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Node, Node]:
    """Niger and Chad cosign each other; one clock."""
    clock = FixedClock()
    ner, tcd = Node(tmp_path, "ner", clock), Node(tmp_path, "tcd", clock)
    ner.cosigning([tcd], ner.witness_lines(1, tcd))
    tcd.cosigning([ner], tcd.witness_lines(1, ner))
    return ner, tcd


def answers(app: App) -> list[str]:
    return [one.answer for one in asking_witnesses.ask(app)]


def look(app: App) -> cosigned.Cosigned:
    found = cosigned.look(app)
    assert found is not None
    return found


def test_two_nodes_cosign_each_other(pair: tuple[Node, Node]) -> None:
    """Both ways, again after growth, and asking changes neither ledger: they come to rest."""
    ner, tcd = pair
    with ner.opened() as one, tcd.opened() as two, ner.serving(), tcd.serving():
        for count in (3, 1, 300):
            ner.grow(one, count)
            tcd.grow(two, count)
            sizes = [app.store.ledger.head().size for app in (one, two)]

            assert answers(one) == answers(two) == ["cosigned"]
            assert answers(one) == answers(two) == ["already"]
            assert [app.store.ledger.head().size for app in (one, two)] == sizes
            met = look(one).met
            assert met is not None
            assert met.size == sizes[0]
            assert not look(one).late
            assert list(look(one).by) == ["tcd"]


def test_a_quorum_of_one_checkpoint(tmp_path: Path) -> None:
    """Two of three: two cosignatures of different checkpoints are not enough; the third comes by
    a file, days later, for the checkpoint that is kept for it."""
    nodes = [Node(tmp_path, name, FixedClock()) for name in ("ner", "tcd", "mrt", "mli")]
    ner, tcd, mrt, mli = nodes
    for one in (tcd, mrt, mli):
        one.cosigning([ner])
    ner.cosigning((), ner.witness_lines(3, tcd, mrt, apart=[mli]))
    with ner.opened() as app, tcd.serving(), mrt.serving():
        ner.grow(app, 10)
        assert answers(app) == ["cosigned", "cosigned"]
        name, request = asking_witnesses.request_file(app)
        assert (name, look(app).met) == ("mli", None)
        for _ in range(30):
            ner.grow(app)
            answers(app)
        with mli.opened() as far:
            answer, note = Witness(far.store, far.settings).answer_file(request)
        assert answer.status == 200
        assert note is not None
        [taken] = asking_witnesses.take_file(app, note)
        state = look(app)

        assert (taken.witness, taken.answer, taken.size) == ("mli", "cosigned", 10)
        assert state.met is not None
        assert (state.met.size, sorted(state.by)) == (10, ["mli", "mrt", "tcd"])
        assert state.size == 40
        made = cosigned.cosigned_note(app.store, app.settings)
        assert made is not None
        assert made.count("\u2014".encode()) == 4


def test_a_file_by_a_witness_that_holds_another_size(pair: tuple[Node, Node]) -> None:
    """Its answer tells what it holds; the next request begins there."""
    ner, tcd = pair
    ner.cosigning([tcd], ner.witness_lines(1, apart=[tcd]))
    with ner.opened() as app, tcd.opened() as far:
        witness = Witness(far.store, far.settings)
        ner.grow(app, 5)
        first = asking_witnesses.request_file(app)[1]
        asking_witnesses.take_file(app, witness.answer_file(first)[1] or b"")
        ner.grow(app, 5)
        second = asking_witnesses.request_file(app, "tcd")[1]
        assert second.startswith(b"old 5\n")
        witness.answer_file(second)  # its answer is lost on the way
        ner.grow(app, 5)
        third = asking_witnesses.request_file(app, "tcd")[1]
        refused, held = witness.answer_file(third)
        assert refused.status == 409
        assert [one.size for one in asking_witnesses.take_file(app, held or b"")] == [10]
        assert asking_witnesses.request_file(app, "tcd")[1].startswith(b"old 10\n")


def test_a_late_quorum_is_an_alarm_and_stops_nothing(pair: tuple[Node, Node]) -> None:
    """Said once in the ledger, and once when it is met again; entries go on meanwhile."""
    ner, tcd = pair
    clock = ner.clock
    assert isinstance(clock, FixedClock)
    with ner.opened() as app:
        ner.grow(app)
        assert answers(app) == ["connect"]
        assert not cosigned.tell_late(app, app.store)
        clock.pass_seconds(timedelta(hours=25).total_seconds())
        for _ in range(3):
            assert answers(app) == ["connect"]
            assert cosigned.tell_late(app, app.store)
        assert look(app).late
        ner.grow(app)
        assert instance.doubt(app.store.db) is None
        with tcd.serving():
            assert answers(app) == ["cosigned"]
        assert not look(app).late
        told = [one["act"] for one in entries(app) if str(one.get("act")).startswith("quorum")]
        assert told == ["quorum_late", "quorum_met"]


def test_a_restored_copy_is_named_a_rollback(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """The witness holds more than the copy: proven by a checkpoint that our own key signed. Later,
    when the copy has grown past it, it is a fork. Each is entered once, with an alarm."""
    ner, tcd = pair
    state = ner.folder / "state"
    with tcd.serving():
        with ner.opened() as app:
            ner.grow(app, 4)
            assert answers(app) == ["cosigned"]
            app.store.db.copy(tmp_path / "copy.db")
            shutil.copy(state / "checkpoint", tmp_path / "checkpoint")
            ner.grow(app, 4)
            assert answers(app) == ["cosigned"]
        for left in state.glob("azalai.db*"):
            left.unlink()
        shutil.copy(tmp_path / "copy.db", state / "azalai.db")
        shutil.copy(tmp_path / "checkpoint", state / "checkpoint")
        with ner.opened() as app:
            ner.grow(app)
            assert answers(app) == ["rollback"]
            assert instance.doubt(app.store.db) == instance.FORKED
            ner.grow(app, 10)
            assert answers(app) == ["fork"]
            assert answers(app) == ["fork"]
            kinds = [one["kind"] for one in entries(app) if one.get("act") == "view_differs"]
            assert kinds == ["rollback", "fork"]
            assert [one.told_by for one in look(app).views] == ["tcd", "tcd"]
            with app.store.write() as tx:
                witness_rows.settle(tx, 1, "os/chef", notes.keep(tx, "ledger", "essai FICTIF"))
            assert [one.kind for one in look(app).views] == ["fork"]
            with app.store.write() as tx, pytest.raises(NotFoundError):
                witness_rows.settle(tx, 1, "os/chef", "")


def test_a_rewrite_with_the_key_is_found_by_the_witness(pair: tuple[Node, Node]) -> None:
    """Who has the log's key and the store rewrites all and signs again: the ledger verifies by
    itself, and the witness says that it is another."""
    ner, tcd = pair
    with ner.opened() as app, tcd.serving():
        ner.grow(app, 8)
        assert answers(app) == ["cosigned"]
        size = app.store.ledger.head().size
        other = sign_checkpoint(
            Checkpoint(ring.current(ner.folder / "keys" / "ledger.pem").name, size, bytes(32)),
            ring.current(ner.folder / "keys" / "ledger.pem"),
        )
        with tcd.opened() as far:
            answer = Witness(far.store, far.settings).answer(
                format_request(Request(size, (), other))
            )
            assert answer.status == 422
            told = [one for one in entries(far) if one.get("act") == "view_differs"]
            assert [(one["kind"], one["size"]) for one in told] == [("split_view", size)]
        with app.store.read():
            seen, kind = cosigned.compare(app.store.ledger, cosigned.our_keys(app.settings), other)
        assert (seen.size, kind) == (size, "split_view")


def test_a_witness_that_answers_anything(pair: tuple[Node, Node]) -> None:
    """No cosignature, another's, an unproven claim, a status that is none: told, never believed."""
    ner, tcd = pair
    told = {
        (200, b""): "bad_answer", (200, b"\xff\n"): "bad_answer",
        (200, b"\xe2\x80\x94 x AAAAAAAA\n"): "bad_answer", (500, b"x"): "http_500",
        (409, b"999999999\n"): "claims_other", (409, b"x\n"): "http_409",
        (409, b"0\n"): "http_409", (422, b""): "claims_other", (301, b""): "http_301",
        (200, b"x" * 100_000): "answer_too_large",
    }  # fmt: skip
    with ner.opened() as app:
        ner.grow(app)
        for (status, body), word in told.items():
            with answering(tcd.port, status, body):
                assert answers(app) == [word], (status, body[:20])
        assert look(app).met is None
        assert not look(app).views


def test_what_is_refused(pair: tuple[Node, Node]) -> None:
    """Wrong names, no witness at all, files that are no answer."""
    ner, tcd = pair
    with ner.opened() as app:
        with pytest.raises(NotFoundError):
            asking_witnesses.ask(app, only=["nobody"])
        with pytest.raises(StopError):
            asking_witnesses.request_file(app)
        with pytest.raises(NotFoundError):
            asking_witnesses.request_file(app, "nobody")
        note = app.publish_locked()
        for data in (b"", b"old 0\n\n" + note, note, note.replace(b"azalai", b"azalaj")):
            with pytest.raises(VerificationError):
                asking_witnesses.take_file(app, data)
    ner.file.write_text(ner.base, encoding="utf-8")
    with ner.opened() as app, pytest.raises(ConfigurationError):
        asking_witnesses.ask(app)
    del tcd


def test_a_cosignature_that_was_changed_in_the_store_is_never_given_out(
    pair: tuple[Node, Node],
) -> None:
    """Whoever edits the table is found when it is read."""
    ner, tcd = pair
    with ner.opened() as app, tcd.serving():
        ner.grow(app)
        answers(app)
        size = app.store.ledger.head().size
        [(witness, line, at)] = witness_rows.lines_of(app.store.db, size)
        with app.store.write() as tx:
            tx.db.do("witnesses", "cosign", size=size, witness=witness, line=line[:-9] + "AAAAAAA=\n",
                     at=at)  # fmt: skip
        with pytest.raises(VerificationError):
            cosigned.cosigned_note(app.store, app.settings)


def test_an_earlier_checkpoint_of_ours_is_the_same_log(pair: tuple[Node, Node]) -> None:
    """Same, extended, and by another key: nothing of it."""
    ner, tcd = pair
    with ner.opened() as app:
        ner.grow(app, 3)
        note, ours = app.publish_locked(), cosigned.our_keys(app.settings)
        ner.grow(app, 3)
        later = app.publish_locked()
        with app.store.read():
            assert cosigned.compare(app.store.ledger, ours, note)[1] == "extends"
            assert cosigned.compare(app.store.ledger, ours, later)[1] == "same"
            with pytest.raises(VerificationError):
                cosigned.compare(app.store.ledger, ours, make_checkpoint(
                    app.store.ledger, ring.current(tcd.folder / "keys" / "ledger.pem")))  # fmt: skip
