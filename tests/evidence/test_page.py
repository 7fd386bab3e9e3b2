"""`verify.html`: the same verdicts as the Python program, run here by Node without a browser."""

import base64
import json
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.evidence import verifier
from azalai.evidence.card import card
from azalai.evidence.page import page
from evidence_rig import ANCHOR, CHANGES, FLIPS, HOSTILE, KEY, Rig
from ledger_storages import signer

NODE = shutil.which("node")
DRIVER = Path(__file__).with_name("page_driver.js")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node to run the page's script")
CARD = card(KEY.verifier)


def ask(folder: Path, jobs: list[dict[str, Any]]) -> list[Any]:
    """The engine's answer to each job, all in one process."""
    file = folder / "verify.html"
    file.write_bytes(page())
    done = subprocess.run(
        [NODE or "", str(DRIVER), str(file)], input="\n".join(map(json.dumps, jobs)),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def job(pack: bytes, told: str | None = CARD, **contents: bytes) -> dict[str, Any]:
    named = {name: base64.b64encode(data).decode() for name, data in contents.items()}
    return {"pack": base64.b64encode(pack).decode(), "card": told, "contents": named}


@pytest.fixture
def made(tmp_path: Path) -> bytes:
    """A pack with openings and a receipt."""
    Rig(tmp_path).pack(tmp_path / "one.azpack")
    return (tmp_path / "one.azpack").read_bytes()


@needs_node
def test_a_good_pack(made: bytes, tmp_path: Path) -> None:
    """By the card, its words, its digits, the key itself, or without: green, and what Python
    says."""
    words, vkey = " ".join(verifier.words_of(KEY.verifier.vkey)), KEY.verifier.vkey
    digits = verifier.fingerprint(vkey).hex()
    answers = ask(tmp_path, [job(made, told) for told in (CARD, words, digits, vkey, None)])
    report = verifier.check_pack(str(tmp_path / "one.azpack"), ANCHOR, {}, {})

    for answer in answers:
        assert (answer["findings"], answer["entries"], answer["size"]) == ([], 5, report.size)
        assert [tuple(note) for note in answer["notes"]] == report.notes[:-1]


@needs_node
def test_a_wrong_card(made: bytes, tmp_path: Path) -> None:
    """Another log's card, its words alone, and a card that contradicts itself."""
    other = signer(seed=2).verifier
    words = " ".join(verifier.words_of(other.vkey))
    broken = CARD.replace("fingerprint: ", "fingerprint: 0")
    answers = ask(tmp_path, [job(made, told) for told in (card(other), words, broken, "bavou")])

    assert all(answer["findings"] for answer in answers)


@needs_node
def test_contents_are_recognised(made: bytes, tmp_path: Path) -> None:
    """A message that was received is what an entry stands for, or none is."""
    good, bad = ask(tmp_path, [job(made, x=b"create 1 of FICTIF"), job(made, x=b"create 2")])

    assert good["findings"] == []
    assert any(note[1].startswith("x: the bytes that 1 ") for note in good["notes"])
    assert [finding[0] for finding in bad["findings"]] == ["x"]


@needs_node
def test_the_same_verdicts_as_python(made: bytes, tmp_path: Path) -> None:
    """Packs made anew with one part changed, and zips from a hostile hand: the same places."""
    packs = [data for data, _ in HOSTILE]
    for change in CHANGES.values():
        members = verifier.read_pack(made)
        change(members)
        with (tmp_path / "changed").open("wb") as file:
            verifier.write_pack(file, members.items())
        packs.append((tmp_path / "changed").read_bytes())
    expected = []
    for data in packs:
        (tmp_path / "changed").write_bytes(data)
        report = verifier.check_pack(str(tmp_path / "changed"), ANCHOR, {}, {})
        expected.append([(where, *said) for where, said in report.findings])
    answers = ask(tmp_path, [job(data) for data in packs])

    assert [[tuple(f) for f in answer["findings"]] for answer in answers] == expected
    assert all(expected)
    assert all(re.search("[\u0620-\u064a]{3}", said or "") for a in answers for said in a["arabic"])


@needs_node
def test_every_single_bit_is_watched(made: bytes, tmp_path: Path) -> None:
    """Random one-bit changes, and as many that leave the zip itself well-formed."""
    chance, jobs = random.Random(9), []
    members = verifier.read_pack(made)
    for number in range(FLIPS):
        name = chance.choice(list(members))
        inside = number % 2
        data = bytearray(members[name] if inside else made)
        place = chance.randrange(8 * len(data))
        data[place // 8] ^= 1 << place % 8
        if inside:
            with (tmp_path / "changed").open("wb") as file:
                verifier.write_pack(file, (members | {name: bytes(data)}).items())
            data = bytearray((tmp_path / "changed").read_bytes())
        jobs.append(job(bytes(data)))
    answers = ask(tmp_path, jobs)

    assert len(answers) == FLIPS
    assert [a for a in answers if not a.get("findings")] == []


@needs_node
def test_an_earlier_checkpoint(made: bytes, tmp_path: Path) -> None:
    """One of the same size and another root; one that is longer; the pack's own."""
    rig = Rig(tmp_path / "other")
    rig.pack(tmp_path / "two.azpack")
    other = verifier.read_pack((tmp_path / "two.azpack").read_bytes())["checkpoint"]
    rig.pack(tmp_path / "three.azpack")
    longer = verifier.read_pack((tmp_path / "three.azpack").read_bytes())["checkpoint"]
    own = verifier.read_pack(made)["checkpoint"]
    notes = [base64.b64encode(note).decode() for note in (own, other, longer)]
    answers = ask(tmp_path, [job(made) | {"earlier": {"kept": note}} for note in notes])

    assert [[f[0] for f in a["findings"]] for a in answers] == [[], ["kept"], ["kept"]]


@needs_node
def test_an_earlier_checkpoint_that_a_pack_cannot_show(tmp_path: Path) -> None:
    """One of fewer entries is not passed over in silence: both say that it was not compared."""
    rig, key = Rig(tmp_path), verifier.parse_vkey(KEY.verifier.vkey)
    rig.pack(tmp_path / "one.azpack")
    kept = verifier.read_pack((tmp_path / "one.azpack").read_bytes())["checkpoint"]
    rig.pack(tmp_path / "two.azpack")
    [answer] = ask(tmp_path, [job((tmp_path / "two.azpack").read_bytes())
                              | {"earlier": {"kept": base64.b64encode(kept).decode()}}])  # fmt: skip
    report = verifier.check_pack(str(tmp_path / "two.azpack"), ANCHOR, {"kept": kept}, {})
    size = verifier.open_checkpoint(kept, key).size

    assert (answer["findings"], report.findings) == ([], [])
    assert [tuple(note) for note in answer["notes"]] == report.notes[:-1]
    assert any(f"kept: NOT COMPARED, a pack does not show the log at {size} entries" in en
               for _, en in report.notes)  # fmt: skip


@needs_node
def test_its_ed25519(tmp_path: Path) -> None:
    """Signatures of the library that signs our checkpoints; and RFC 8032 section 5.1.7's limits."""
    chance, jobs, order = random.Random(3), [], 2**252 + 27742317777372353535851937790883648493
    for length in (0, 1, 63, 64, 111, 112, 127, 128, 129, 300):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(length)
        good = key.sign(message)
        again = int.from_bytes(good[32:], "little") + order
        tried = (good, good[:32] + again.to_bytes(32, "little"), good[:63],
                 bytes([good[0] ^ 1]) + good[1:])  # fmt: skip
        public = key.public_key().public_bytes_raw().hex()
        jobs += [{"key": public, "message": message.hex(), "signature": s.hex()} for s in tried]

    assert ask(tmp_path, jobs) == [True, False, False, False] * 10


def test_the_page_reaches_for_nothing() -> None:
    """No network, no foreign script, no HTML made from data; its digest is its last line."""
    data = page()
    text = data.decode()
    report = verifier.Report()
    verifier.check_program("verify.html", data, report)

    assert report.findings == []
    assert "default-src 'none'" in text
    assert not re.search(
        r"https?:|fetch\(|XMLHttp|WebSocket|import\(|eval\(|innerHTML|\bsrc=", text
    )
    assert "{{DATA}}" not in text
    assert len(data) < verifier.PROGRAM_MAX


@needs_node
def test_what_the_page_shows(made: bytes, tmp_path: Path) -> None:
    """Nothing before a pack; the card is asked for; green or red in words; right to left in
    Arabic; without a card it says so first."""
    (tmp_path / "verify.html").write_bytes(page())
    screen = DRIVER.with_name("page_on_screen.js")
    command = [NODE or "", str(screen), str(tmp_path / "verify.html"), str(tmp_path / "one.azpack")]
    done = subprocess.run([*command, CARD], capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout)

    assert (shown["empty"]["verdict"], shown["empty"]["title"][:8]) == ("", "Vérifier")
    assert "carte" in shown["without"]["first"]
    assert shown["without"]["verdict"] == ""
    assert "✔ VÉRIFIÉ" in shown["fr"]["verdict"]
    assert "✔ VERIFIED" in shown["en"]["verdict"]
    assert ("تم التحقق" in shown["ar"]["verdict"], shown["ar"]["dir"]) == (True, "rtl")
    assert "sending begun" in shown["en"]["entries"]
    assert all(len(shown[language]["limits"]) >= 5 for language in ("fr", "en", "ar"))
    assert (shown["wrong"]["colour"], shown["fr"]["colour"]) == ("bad", "good")
    assert "✔" in shown["unanchored"]["verdict"]
    assert shown["unanchored"]["first"] == verifier.UNANCHORED_AR
    for latin in (shown["wrong"]["findings"], shown["ar"]["notes"], shown["ar"]["limits"]):
        assert latin
        assert all(re.search("[\u0620-\u064a]{3}", said) for said in latin)
