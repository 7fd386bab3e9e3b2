"""Cosignatures, keys that ended and pruned beginnings, as the independent verifiers see them."""

import base64
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.evidence import verifier
from azalai.evidence.card import card
from azalai.evidence.page import page
from azalai.evidence.verifier import Anchor, Policy, Refused, Report
from azalai.ledger import Checkpoint, Signer, make_checkpoint, merkle
from azalai.ledger.checkpoint import sign_checkpoint
from azalai.ledger.cosignature import CosigningKey, Quorum
from azalai.ledger.log import prove_consistency
from evidence.test_page import DRIVER, ask, job, needs_node
from evidence_rig import FLIPS, KEY, Rig
from ledger_storages import MemoryStorage, fill, signer
from outbox_rig import START

WITNESSES = [
    CosigningKey(
        f"witness.example/w{n}", Ed25519PrivateKey.from_private_bytes(bytes([50 + n]) * 32)
    )
    for n in range(3)
]
TIME = 1_795_500_000
QUORUM = Quorum({f"w{n}": one.cosigner for n, one in enumerate(WITNESSES)}, 2)
CARD = card(KEY.verifier, (), QUORUM)


def cosign(note: bytes, *who: int) -> bytes:
    text = note.decode().rpartition("\n\n")[0] + "\n"
    return note + "".join(WITNESSES[n].cosign(text, TIME + n) for n in who).encode()


class Cosigned(Rig):
    """A rig whose desk gives a cosigned checkpoint of a moment ago."""

    def __init__(self, folder: Path, *who: int, whole: bool = False) -> None:
        super().__init__(folder)
        note = cosign(self.publish(), *who)
        desk, self.note = self.desk, note
        self.desk = type(desk)(
            desk.store, desk.key, (lambda: cosign(self.publish(), *who)) if whole else self.publish,
            desk.actor, desk.reason, cosigned=lambda: note,
        )  # fmt: skip


def by(anchor: Anchor, path: Path) -> Report:
    if path.is_dir():
        return verifier.check_export(str(path), anchor, {}, {})
    return verifier.check_pack(str(path), anchor, {}, {})


def notes(report: Report) -> str:
    return "\n".join(note[1] for note in report.notes)


@pytest.mark.parametrize("who", [(0, 1), (0, 1, 2), (0,), ()])
def test_a_pack_says_who_cosigned(tmp_path: Path, who: tuple[int, ...]) -> None:
    """By the card: how many entries, by whom, and whether that is enough; never red for it."""
    rig = Cosigned(tmp_path, *who)
    before = rig.store.ledger.head().size
    rig.pack(tmp_path / "one.azpack")
    report = by(verifier.read_card(CARD), tmp_path / "one.azpack")

    assert report.findings == []
    assert report.quorum == (len(who) >= 2)
    assert report.cosigned == (before if who else 0)
    assert set(report.cosigned_by) == {WITNESSES[n].name for n in who}
    expected = "quorum met" if len(who) >= 2 else "QUORUM NOT MET"
    assert expected in notes(report)


def test_a_pack_without_the_witnesses_keys(tmp_path: Path) -> None:
    """By the log's key alone: cosignatures are there, and are said not to be checked."""
    rig = Cosigned(tmp_path, 0, 1)
    rig.pack(tmp_path / "one.azpack")
    report = by(verifier.read_card(KEY.verifier.vkey), tmp_path / "one.azpack")

    assert report.findings == []
    assert report.quorum is None
    assert "not checked" in notes(report)


def test_an_export_says_who_cosigned(tmp_path: Path) -> None:
    """The `cosigned` file beside it, and the lines on the checkpoint itself."""
    from azalai.evidence import giving

    for whole in (False, True):
        rig = Cosigned(tmp_path / str(whole), 0, 2, whole=whole)
        giving.folder(rig.desk, tmp_path / f"log{whole}", None, openings=False)
        report = by(verifier.read_card(CARD), tmp_path / f"log{whole}")

        assert report.findings == []
        own = 0 if whole else 1  # the entry that says who took it came after they cosigned
        assert (report.quorum, report.cosigned) == (True, rig.store.ledger.head().size - own)


HOSTILE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a line that is not over this text": lambda m: m.update(
        cosigned=m["cosigned"] + WITNESSES[2].cosign("x", TIME).encode()),
    "a cosignature with a bit more": lambda m: m.update(
        cosigned=m["cosigned"][:-9] + b"AAAAAAA=\n"),
    "the log's line gone": lambda m: m.update(
        cosigned=b"\n".join(line for line in m["cosigned"].split(b"\n") if b"ledger.example" not in line
                            or b"\xe2" not in line)),
    "no proof": lambda m: m.pop("cosigned.proof"),
    "a proof alone": lambda m: m.pop("cosigned"),
    "a proof with a hash more": lambda m: m.update(
        {"cosigned.proof": m["cosigned.proof"] + base64.b64encode(bytes(32)) + b"\n"}),
    "a proof that is cut": lambda m: m.update({"cosigned.proof": m["cosigned.proof"][:-1]}),
    "another log, cosigned": lambda m: m.update(cosigned=cosign(
        sign_checkpoint(Checkpoint(KEY.name, 4, bytes(32)), KEY), 0, 1)),
    "a longer log, cosigned": lambda m: m.update(cosigned=cosign(
        sign_checkpoint(Checkpoint(KEY.name, 4000, bytes(32)), KEY), 0, 1)),
    "another log's name": lambda m: m.update(cosigned=cosign(
        sign_checkpoint(Checkpoint("x.example/y", 4, bytes(32)), signer("x.example/y")), 0, 1)),
    "not a note": lambda m: m.update(cosigned=b"cosigned\n"),
}  # fmt: skip


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    rig = Cosigned(tmp_path, 0, 1)
    rig.pack(tmp_path / "one.azpack")
    return verifier.read_pack((tmp_path / "one.azpack").read_bytes())


def packed(path: Path, members: dict[str, bytes]) -> bytes:
    with path.open("wb") as file:
        verifier.write_pack(file, members.items())
    return path.read_bytes()


def test_cosigned_members_from_a_hostile_hand(members: dict[str, bytes], tmp_path: Path) -> None:
    """Each refused, by both verifiers with the same words."""
    packs, expected = [], []
    for name, change in HOSTILE.items():
        changed = dict(members)
        change(changed)
        packs.append(packed(tmp_path / "changed.azpack", changed))
        report = by(verifier.read_card(CARD), tmp_path / "changed.azpack")
        assert report.findings, name
        expected.append([[where, *said] for where, said in report.findings])
    if needs_node.args[0]:
        return
    answers = ask(tmp_path, [job(data, CARD) for data in packs])

    assert [answer["findings"] for answer in answers] == expected


@needs_node
@pytest.mark.parametrize("who", [(0, 1), (0,), ()])
def test_the_page_says_the_same(tmp_path: Path, who: tuple[int, ...]) -> None:
    """Notes and findings, word for word, with the card, with the key alone, and with none."""
    rig = Cosigned(tmp_path, *who)
    rig.pack(tmp_path / "one.azpack")
    data = (tmp_path / "one.azpack").read_bytes()
    answers = ask(tmp_path, [job(data, told) for told in (CARD, KEY.verifier.vkey, None)])
    for answer, told in zip(answers, (CARD, KEY.verifier.vkey, None), strict=True):
        anchor = None if told is None else verifier.read_card(told)
        report = verifier.check_pack(str(tmp_path / "one.azpack"), anchor, {}, {})

        assert answer["findings"] == report.findings == []
        assert [tuple(note) for note in answer["notes"]] == report.notes[:-1]


def test_consistency_of_every_pair_of_sizes() -> None:
    """Every pair of sizes up to 40 and some bigger; proofs with a bit more, one less, one more."""
    storage, roots = MemoryStorage(), {0: merkle.EMPTY_ROOT}
    for size in range(1, 71):
        fill(storage, 1)
        roots[size] = merkle.root_of(storage.end.frontier)
    for first in range(41):
        for second in (*range(first, 41), 63, 64, 65, 70):
            path = prove_consistency(storage, first, second)
            good = verifier.check_consistency(first, second, path, roots[first], roots[second])
            assert good, (first, second)
            if first not in (0, second):
                wrong = [path[:-1], [*path, bytes(32)], [bytes(32), *path[1:]]]
                assert not any(verifier.check_consistency(first, second, one, roots[first], roots[second])
                               for one in wrong)  # fmt: skip
                assert not verifier.check_consistency(first, second, path, bytes(32), roots[second])
    assert not verifier.check_consistency(5, 4, [], roots[5], roots[4])


LINES = "\n".join(f"witness w{n} {one.cosigner.vkey}" for n, one in enumerate(WITNESSES))
LOG = f"log {KEY.verifier.vkey} https://log.example/\n"


def test_a_policy_is_a_demand(members: dict[str, bytes], tmp_path: Path) -> None:
    """Met: 0. Not met: 3, by the program itself, with no other key given."""
    packed(tmp_path / "one.azpack", members)
    program = tmp_path / "azalai-verify.py"
    program.write_bytes(members["azalai-verify.py"])
    quorums = {
        "group two 2 w0 w1 w2\nquorum two\n": 0, "group all all w0 w1\nquorum all\n": 0,
        "group some any w2 w1\nquorum some\n": 0, "quorum w0\n": 0, "quorum none\n": 0,
        "group every all w0 w1 w2\nquorum every\n": 3, "quorum w2\n": 3,
        "group a any w0 w1\ngroup b all a w2\nquorum b\n": 3,
    }  # fmt: skip
    for quorum, code in quorums.items():
        (tmp_path / "policy").write_text(f"# FICTIF\n{LOG}\n{LINES}\n{quorum}", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", str(program), str(tmp_path / "one.azpack"), "--policy",
             str(tmp_path / "policy"), "--json"], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, (quorum, done.stdout, done.stderr)
        told = json.loads(done.stdout)
        assert told["quorum"] == (code == 0)
        assert told["limits"]


@pytest.mark.parametrize(
    "text",
    [
        "", "quorum w9\n", "quorum none\nquorum none\n", f"{LINES}\n", "group g 1 w0\nquorum g\n",
        f"{LINES}\ngroup g 4 w0 w1 w2\nquorum g\n", f"{LINES}\ngroup g 0 w0\nquorum g\n",
        f"{LINES}\ngroup g 01 w0\nquorum g\n", f"{LINES}\ngroup g any\nquorum g\n",
        f"{LINES}\ngroup g any w0\ngroup h any w0\nquorum h\n", f"{LINES}\ngroup w0 any w1\nquorum w0\n",
        f"{LINES}\ngroup none any w1\nquorum none\n", f"witness w0 {KEY.verifier.vkey}\nquorum w0\n",
        f"log {WITNESSES[0].cosigner.vkey}\nquorum none\n", f"{LINES}\n{LINES}\nquorum w0\n",
        f"witness a {WITNESSES[0].cosigner.vkey}\nwitness b {WITNESSES[0].cosigner.vkey}\nquorum a\n",
        "quorum\n", "quorum none none\n", "logs x\nquorum none\n", "quorum none\r\n", "quorum none\x7f\n",
        "\n".join(f"group g{n} any w0" for n in range(40)) + "\nquorum g0\n",
    ],
)  # fmt: skip
def test_a_policy_that_breaks_a_rule(text: str) -> None:
    with pytest.raises(Refused):
        verifier.read_policy(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum: 2", "quorum: 4"),
        ("quorum: 2", "quorum: 0"),
        ("quorum: 2", "quorum: two"),
        ("witness: witness.example/w0", "witness: witness.example/w9"),
        ("quorum: 2", "quorums 2"),
    ],
)
def test_a_card_whose_witnesses_do_not_go_together(old: str, new: str) -> None:
    assert old in CARD
    with pytest.raises(Refused):
        verifier.read_card(CARD.replace(old, new))


def test_a_policy_counts_each_witness_once() -> None:
    """Names, not lines."""
    policy = Policy({}, {"g": (2, ["a", "b"])}, "g")

    assert policy.met(["a", "b", "a"])
    assert not policy.met(["a", "a"])


def test_single_bits_of_what_is_cosigned(members: dict[str, bytes], tmp_path: Path) -> None:
    """A demanded quorum: every change of one bit in the cosigned checkpoint, its proof, the pack's
    checkpoint or its keys turns it red."""
    logs, policy = verifier.read_policy(f"{LOG}{LINES}\ngroup two all w0 w1\nquorum two\n")
    anchor = Anchor(logs[0], (), (), policy)
    names = ["cosigned", "cosigned.proof", "checkpoint", "vkey"]
    chance, path, seen = random.Random(5), tmp_path / "changed.azpack", 0
    packed(path, members)
    assert by(anchor, path).findings == []
    for _ in range(FLIPS):
        name = chance.choice(names)
        data = bytearray(members[name])
        place = chance.randrange(8 * len(data))
        data[place // 8] ^= 1 << place % 8
        packed(path, members | {name: bytes(data)})
        seen += bool(by(anchor, path).findings)

    assert seen == FLIPS


def test_times_as_people_read_them() -> None:
    assert verifier.moment(TIME) == "2026-11-24 06:00"
    assert verifier.moment(2**63 - 1) == str(2**63 - 1)


@needs_node
def test_a_split_view_is_named_by_both(tmp_path: Path) -> None:
    """Two checkpoints of one size by the log's key: an auditor holds the other."""
    rig = Rig(tmp_path)
    rig.pack(tmp_path / "one.azpack")
    size = rig.store.ledger.head().size
    other = sign_checkpoint(Checkpoint(KEY.name, size, bytes(32)), KEY)
    report = verifier.check_pack(
        str(tmp_path / "one.azpack"), verifier.read_card(CARD), {"mine": other}, {}
    )
    one = job((tmp_path / "one.azpack").read_bytes(), CARD) | {
        "earlier": {"mine": base64.b64encode(other).decode()}}  # fmt: skip
    [answer] = ask(tmp_path, [one])

    assert [where for where, _ in report.findings] == ["mine"]
    assert "split view" in report.findings[0][1][1]
    assert answer["findings"] == [["mine", *report.findings[0][1]]]


@needs_node
def test_on_screen_in_three_languages(tmp_path: Path) -> None:
    """Green, with a limit that says whose word it now rests on; without the witnesses' keys the
    limit is as before."""
    rig = Cosigned(tmp_path, 0, 1)
    rig.pack(tmp_path / "one.azpack")
    (tmp_path / "verify.html").write_bytes(page())
    command = [shutil.which("node") or "", str(DRIVER.with_name("page_on_screen.js")),
               str(tmp_path / "verify.html"), str(tmp_path / "one.azpack")]  # fmt: skip
    done = subprocess.run([*command, CARD], capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout)

    for place, language in enumerate(("fr", "en")):
        assert verifier.COSIGNED_LIMIT[place] in shown[language]["limits"]
        assert verifier.VIEW_LIMIT[place] not in shown[language]["limits"]
    assert verifier.COSIGNED_LIMIT_AR in shown["ar"]["limits"]
    assert all(shown["ar"]["limits"])
    done = subprocess.run([*command, KEY.verifier.vkey], capture_output=True, text=True, check=True)
    assert verifier.VIEW_LIMIT[1] in json.loads(done.stdout)["en"]["limits"]


NEW = signer(seed=9)
UNTIL = "2026-12-04T09:00:00.000000Z"
BOTH = card(NEW.verifier, [(KEY.verifier, UNTIL)])


BEFORE = (
    f"sealed before the new key, by an old one (end {UNTIL}): take the card of that time, or an"
    " export of today"
)


def rotated(folder: Path, *signers: Signer) -> Rig:
    """A rig whose log has a new key; its packs' checkpoints are signed by these."""
    rig = Rig(folder)
    with rig.store.write() as tx:
        tx.log("configured", actor="os/chef", subject="ledger_key", digest="FICTIF", until=UNTIL,
               vkey=NEW.verifier.vkey, replaces=KEY.verifier.vkey)  # fmt: skip
    rig.desk = type(rig.desk)(
        rig.store, signers[0].verifier,
        lambda: make_checkpoint(rig.store.ledger, signers[0], beside=signers[1:]),
        "os/test", "essai FICTIF", (KEY.verifier,) if signers[0] == NEW else (),
    )  # fmt: skip
    return rig


@needs_node
@pytest.mark.parametrize(
    ("signers", "hours", "told", "found"),
    [
        ((NEW, KEY), 0, BOTH, ""), ((NEW, KEY), 0, card(KEY.verifier), ""),
        ((NEW,), 0, card(NEW.verifier), ""), ((NEW,), 900, BOTH, ""),
        ((NEW,), 900, card(KEY.verifier), "not signed by the key given"),
        ((KEY,), 900, BOTH, f"signed by a key past its end ({UNTIL})"),
        ((KEY,), 900, card(KEY.verifier), f"signed by a key past its end ({UNTIL})"),
        ((KEY,), 0, BOTH, BEFORE),
    ],
)  # fmt: skip
def test_a_pack_around_a_new_key(
    tmp_path: Path, signers: tuple[Signer, ...], hours: int, told: str, found: str
) -> None:
    """By either card while both sign; a key past its end is named, by both verifiers alike."""
    rig = rotated(tmp_path, *signers)
    rig.clock.now = START + timedelta(hours=hours)
    rig.pack(tmp_path / "one.azpack")
    report = by(verifier.read_card(told), tmp_path / "one.azpack")
    [answer] = ask(tmp_path, [job((tmp_path / "one.azpack").read_bytes(), told)])

    assert answer["findings"] == [[where, *said] for where, said in report.findings]
    assert (found in [said[1] for _, said in report.findings]) == bool(found)
    assert bool(report.findings) == bool(found)
    if not found:
        assert [tuple(note) for note in answer["notes"]] == report.notes[:-1]
