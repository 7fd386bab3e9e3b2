"""`azalai ledger witness` and what status, check and verify say of it, as people type them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from azalai.cli import app, second_person
from azalai.errors import (
    ApprovalError,
    AzalaiError,
    ConfigurationError,
    NotFoundError,
    StopError,
    VerificationError,
)
from azalai.ledger import ring
from azalai.ledger.checkpoint import Checkpoint, sign_checkpoint
from outbox_rig import FixedClock
from two_people import ACCOUNTS, A
from witness_rig import Node


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Node, Node]:
    """Niger asks Chad and, without a link, Mauritania's place is Chad's too: two roads."""
    monkeypatch.setenv("AZALAI_LANGUAGE", "en")
    ner, tcd = Node(tmp_path, "ner"), Node(tmp_path, "tcd")
    tcd.cosigning([ner])
    ner.cosigning((), ner.witness_lines(1, tcd))
    with ner.opened() as opened:
        ner.grow(opened, 3)
    return ner, tcd


def azalai(node: Node, *words: str) -> Result:
    done = CliRunner().invoke(app, [*words, "--config", str(node.file)])
    if isinstance(done.exception, AzalaiError):
        raise done.exception
    return done


def test_by_the_link(pair: tuple[Node, Node]) -> None:
    """Not reachable: 1, and named. Then cosigned: 0; `list`, `status`, `verify` say so."""
    ner, tcd = pair
    before = azalai(ner, "ledger", "witness", "ask")
    with tcd.serving():
        after = azalai(ner, "ledger", "witness", "ask", "--json")
    state = json.loads(azalai(ner, "ledger", "witness", "list", "--json").stdout)
    verified = azalai(ner, "ledger", "verify")

    assert (before.exit_code, before.stdout) == (1, "tcd: not reachable (0 entries)\n")
    assert (after.exit_code, json.loads(after.stdout)) == (
        0, [{"witness": "tcd", "answer": "cosigned", "size": 3}])  # fmt: skip
    assert (state["quorum"], state["of"], state["cosigned"], state["late"]) == (1, 1, 3, False)
    assert "1 of 1 witnesses: 3 of 3 entries cosigned by tcd" in verified.stdout
    assert "3 of 3 entries cosigned by tcd" in azalai(ner, "ledger", "witness", "list").stdout
    assert "3 of 3 entries cosigned" in azalai(ner, "status").stdout
    assert json.loads(azalai(ner, "status", "--json").stdout)["witnesses"]["cosigned"] == 3
    assert azalai(ner, "check").exit_code != 2


def test_by_mail_or_stick(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """A file there, a file back; the same again is refused there, and what comes back then is
    what is held."""
    ner, tcd = pair
    ner.cosigning((), ner.witness_lines(1, apart=[tcd]))
    request, answer = str(tmp_path / "request.txt"), str(tmp_path / "answer.txt")
    asked = azalai(ner, "ledger", "witness", "ask", "-o", request)
    signed = azalai(tcd, "ledger", "witness", "sign", request, "-o", answer)
    taken = azalai(ner, "ledger", "witness", "import", answer)
    again = azalai(tcd, "ledger", "witness", "sign", request, "-o", answer)

    assert (asked.exit_code, signed.exit_code, taken.exit_code) == (0, 0, 0)
    assert taken.stdout == "tcd: cosigned (3 entries)\n"
    assert again.exit_code == 3
    assert "this witness holds 3 entries" in again.stdout
    assert azalai(ner, "ledger", "witness", "import", answer).exit_code == 0
    assert azalai(ner, "ledger", "witness", "ask").exit_code == 1


def test_what_another_holds(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """The same, an ancestor, and another log of our key: named, entered, an alarm until a person
    has seen to it."""
    ner, _ = pair
    held, other = tmp_path / "held", tmp_path / "other"
    held.write_text(azalai(ner, "ledger", "checkpoint").stdout, encoding="utf-8")
    same = azalai(ner, "ledger", "verify", "--against", str(held))
    with ner.opened() as opened:
        ner.grow(opened)
    azalai(ner, "ledger", "checkpoint")
    ancestor = azalai(ner, "ledger", "verify", "--against", str(held), "--json")
    signer = ring.current(ner.folder / "keys" / "ledger.pem")
    other.write_bytes(sign_checkpoint(Checkpoint(signer.name, 4, bytes(32)), signer))
    split = azalai(ner, "ledger", "verify", "--against", str(other))

    assert (same.exit_code, "the same ledger" in same.stdout) == (0, True)
    assert json.loads(ancestor.stdout)["against"] == {str(held): "extends"}
    assert split.exit_code == 3
    assert "another ledger of the same size was sealed with our key" in split.stdout
    assert azalai(ner, "ledger", "witness", "list").exit_code == 1
    assert "TWO LEDGERS, number 1" in azalai(ner, "status", "--short").stdout
    assert azalai(ner, "check").exit_code == 1
    found = azalai(ner, "ledger", "search", "--type", "act", "--json", "--reason", "essai FICTIF")
    facts = [one.get("entry", one) for one in json.loads(found.stdout)]
    assert [one["kind"] for one in facts if one.get("act") == "view_differs"] == ["split_view"]
    done = azalai(ner, "ledger", "witness", "settle", "1", "--reason", "essai FICTIF")
    assert done.exit_code == 0
    assert azalai(ner, "ledger", "witness", "list").exit_code == 0
    with pytest.raises(NotFoundError):
        azalai(ner, "ledger", "witness", "settle", "1", "--reason", "essai FICTIF")


def test_a_card_names_the_witnesses(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """And an export is checked by it, or by a policy that demands them."""
    ner, tcd = pair
    card, log = tmp_path / "card.txt", tmp_path / "log"
    azalai(ner, "ledger", "card", "-o", str(card))
    with tcd.serving():
        azalai(ner, "ledger", "witness", "ask")
    azalai(ner, "ledger", "export", str(log))
    by_card = azalai(ner, "ledger", "verify", "--export", str(log), "--card", str(card))
    by_itself = azalai(ner, "ledger", "verify", "--export", str(log), "--json")
    policy = tmp_path / "policy"
    policy.write_text(f"log {ner.vkey}\nwitness t {ner.witness_vkey}\nquorum t\n", encoding="utf-8")
    demanded = azalai(ner, "ledger", "verify", "--export", str(log), "--policy", str(policy))

    assert f"cosignataire / witness: {tcd.witness_vkey}" in card.read_text(encoding="utf-8")
    assert by_card.exit_code == 0
    assert "quorum met: 3 of 4" in by_card.stdout  # the entry of the export came after
    assert "only if the witnesses named above agreed" in by_card.stdout
    assert json.loads(by_itself.stdout)["quorum"] is True
    assert (demanded.exit_code, "QUORUM NOT MET" in demanded.stdout) == (3, True)


def test_a_new_key(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """Dry run first; then the card prints both, and everything still verifies."""
    ner, _ = pair
    dry = azalai(ner, "ledger", "rotate", "--dry-run", "--reason", "essai FICTIF")
    assert not list((ner.folder / "keys").glob("ledger-*"))
    done = azalai(ner, "ledger", "rotate", "--overlap", "7", "--reason", "essai FICTIF")
    card = azalai(ner, "ledger", "card").stdout
    azalai(ner, "ledger", "export", str(tmp_path / "log"))

    assert (dry.exit_code, done.exit_code) == (0, 0)
    assert f"old key: {ner.vkey} until " in card
    assert azalai(ner, "ledger", "verify").exit_code == 0
    assert azalai(ner, "ledger", "verify", "--export", str(tmp_path / "log")).exit_code == 0
    assert azalai(ner, "check").exit_code != 2
    assert azalai(ner, "store", "check").exit_code == 0
    assert azalai(ner, "store", "backup", str(tmp_path)).exit_code == 0


def test_pruning_needs_its_policy(pair: tuple[Node, Node]) -> None:
    """None written: refused. Written: what is older, which here is nothing."""
    ner, _ = pair
    with pytest.raises(StopError):
        azalai(ner, "ledger", "prune", "--reason", "essai FICTIF")
    ner.cosigning((), more="ledger_retention: {days: 3650, policy: 'décision FICTIVE'}\n")
    done = azalai(ner, "ledger", "prune", "--dry-run", "--reason", "essai FICTIF")
    told = json.loads(azalai(ner, "ledger", "prune", "--json", "--reason", "essai FICTIF").stdout)

    assert done.stdout.startswith("nothing: no block of 256 entries is older than ")
    assert (told["first"], told["until"]) == (0, 0)


def test_pruning_waits_for_the_second_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two people are known: 4, a number on the screen, nothing gone, with --json too; nobody
    without an account may ask. The dry run asks nobody."""
    clock = FixedClock()
    clock.now -= timedelta(days=900)
    ner = Node(tmp_path, "ner", clock)
    with ner.opened() as opened:
        ner.grow(opened, 600)
    ner.cosigning((), more="ledger_retention: {days: 400, policy: 'décision FICTIVE'}\n" + ACCOUNTS)
    words = ("ledger", "prune", "--reason", "essai FICTIF")
    with pytest.raises(ApprovalError):
        azalai(ner, *words)
    monkeypatch.setattr(second_person, "person", lambda: A)
    dry = json.loads(azalai(ner, *words, "--dry-run", "--json").stdout)
    asked, told = azalai(ner, *words), azalai(ner, *words, "--json")
    with ner.opened() as opened:
        kept = opened.store.ledger.entry(0)

    assert (dry["until"], asked.exit_code, told.exit_code) == (512, 4, 4)
    assert "azalai approve yes 1 --word" in asked.stdout
    assert json.loads(told.stdout)["removed"] is False
    assert kept is not None


def test_what_is_refused(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """Wrong use and wrong files: said, with nothing changed."""
    ner, tcd = pair
    big = tmp_path / "big"
    big.write_bytes(b"x" * 100_000)
    out = str(tmp_path / "out")
    with pytest.raises(StopError):
        azalai(ner, "ledger", "witness", "ask", "-o", out)
    with pytest.raises(StopError):
        azalai(ner, "ledger", "witness", "import", str(big))
    with pytest.raises(StopError):
        azalai(ner, "ledger", "witness", "import", str(tmp_path / "none"))
    with pytest.raises(StopError):
        azalai(tcd, "ledger", "witness", "sign", str(big), "-o", out)
    big.write_bytes(b"not a request")
    assert azalai(tcd, "ledger", "witness", "sign", str(big), "-o", out).exit_code == 3
    assert not Path(out).exists()
    with pytest.raises(VerificationError):
        azalai(ner, "ledger", "witness", "import", str(big))
    with pytest.raises(VerificationError):
        azalai(ner, "ledger", "verify", "--against", str(big))
    with pytest.raises(ConfigurationError):
        azalai(tcd, "ledger", "witness", "ask")
    assert azalai(tcd, "ledger", "witness", "list").exit_code == 0


@pytest.mark.parametrize(
    "block",
    [
        "witnesses: {quorum: 2, nodes: {a: {vkey: KEY}}}", "witnesses: {quorum: 0, nodes: {a: {vkey: KEY}}}",
        "witnesses: {quorum: 1, nodes: {}}", "witnesses: {quorum: 1, nodes: {a: {vkey: x}}}",
        "witnesses: {quorum: 1, nodes: {a: {vkey: KEY, url: 'ftp://x'}}}",
        "witnesses: {quorum: 1, nodes: {a: {vkey: KEY, url: 'https://x'}}}",
        "witnesses: {quorum: 1, nodes: {a: {vkey: KEY, url: 'http://x', ca: y}}}",
        "witnesses: {quorum: 1, nodes: {a: {vkey: KEY}, b: {vkey: KEY}}}",
        "cosigning: {name: 'a b'}", "cosigning: {name: a, listen: nowhere}",
        "cosigning: {name: a, client_ca: x}", "cosigning: {name: a, certificate: x}",
        "ledger_retention: {days: 30, policy: 'trop court'}", "ledger_retention: {days: 4000}",
    ],
)  # fmt: skip
def test_settings_that_do_not_check(pair: tuple[Node, Node], block: str) -> None:
    """Each refused with its line; nothing starts."""
    ner, tcd = pair
    ner.file.write_text(
        f"{ner.base}\n" + block.replace("KEY", tcd.witness_vkey) + "\n", encoding="utf-8"
    )

    assert azalai(ner, "check").exit_code == 2


def test_a_witness_key_that_is_wrong_is_told_by_check(pair: tuple[Node, Node]) -> None:
    """A log's key where a witness's is wanted, a key file that is not there."""
    ner, tcd = pair
    good = ner.file.read_text(encoding="utf-8")
    ner.file.write_text(good.replace(tcd.witness_vkey, tcd.vkey), encoding="utf-8")
    assert "witnesses" in azalai(ner, "check").stdout
    assert azalai(ner, "check").exit_code == 2
    ner.file.write_text(good, encoding="utf-8")
    (ner.folder / "keys" / "witness.pem").unlink()
    assert azalai(ner, "check").exit_code == 2
    assert azalai(ner, "ledger", "witness", "key").exit_code == 0
    assert azalai(ner, "check").exit_code != 2
