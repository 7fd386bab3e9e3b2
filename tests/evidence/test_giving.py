"""What is given out, entered first: openings, packs, searches; and packs from a hostile hand."""

import hashlib
import hmac
import json
import random
import stat
import zipfile
from pathlib import Path

import pytest

from azalai.errors import NotFoundError, StopError, StoreBusyError
from azalai.evidence import asking, giving, openings, pack, verifier
from azalai.evidence.revealing import MESSAGE, VERSION, reveal
from azalai.evidence.revealing import RECEIPT as RECEIPT_TEXT
from azalai.evidence.searching import search
from azalai.evidence.selecting import Wanted
from azalai.evidence.verifier import Refused, Report
from azalai.ledger.entries import decode
from azalai.store import erasing, notes
from azalai.store.seal import commit
from evidence_rig import ANCHOR, BODY, CHANGES, FLIPS, HOSTILE, KEYS, RECEIPT, Rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def check(path: Path, **contents: bytes) -> Report:
    return verifier.check_pack(str(path), ANCHOR, {}, contents)


def test_openings_are_entered_before_the_file(rig: Rig, tmp_path: Path) -> None:
    """The entry names who, whose, why (sealed) and the file's digest; the file opens commitments."""
    folder = tmp_path / "log"
    giving.folder(rig.desk, folder, rig.records[:1], openings=True)
    entry, data = rig.last(), (folder / "openings.ndjson").read_bytes()
    [opening] = map(json.loads, data.splitlines())

    assert (entry["type"], entry["actor"]) == ("consulted", "os/test")
    assert entry["pseudonyms"] == [rig.records[0].pseudonym]
    assert notes.of(rig.store, "ledger")[0][1] == "essai FICTIF"
    assert (opening["record_key"], opening["references"]) == (KEYS[0], ["M0/20"])
    made = hmac.new(bytes.fromhex(opening["commitment_key"]), BODY[KEYS[0]], hashlib.sha256)
    assert made.hexdigest() == commit(rig.records[0].key, BODY[KEYS[0]])
    assert stat.S_IMODE((folder / "openings.ndjson").stat().st_mode) == 0o600
    assert KEYS[1].encode() not in data


def test_contents_are_recognised(rig: Rig, tmp_path: Path) -> None:
    """A partner's copy of a message is what an entry stands for; with a bit more it is not."""
    folder = tmp_path / "log"
    giving.folder(rig.desk, folder, rig.records[:1], openings=True)
    contents = {"received.xml": b"create 1 of FICTIF", "record.json": BODY[KEYS[0]]}
    good = verifier.check_export(str(folder), ANCHOR, {}, contents)
    bad = verifier.check_export(str(folder), ANCHOR, {}, {"received.xml": b"create 2 of FICTIF"})

    assert good.findings == []
    assert any("received.xml" in note[1] and " 1 " in note[1] for note in good.notes)
    assert [where for where, _ in bad.findings] == ["received.xml"]


def test_openings_that_no_entry_announces(rig: Rig, tmp_path: Path) -> None:
    """A changed line, or openings slipped in beside an export, are found."""
    folder = tmp_path / "log"
    giving.folder(rig.desk, folder, rig.records, openings=True)
    path = folder / "openings.ndjson"
    assert verifier.check_export(str(folder), ANCHOR, {}, {}).findings == []
    path.write_bytes(path.read_bytes().replace(b"FICTIF-1", b"FICTIF-9"))

    report = verifier.check_export(str(folder), ANCHOR, {}, {})
    assert [where for where, _ in report.findings] == ["openings.ndjson"]


def test_every_record_is_entered_as_every_record(rig: Rig, tmp_path: Path) -> None:
    """All at once: one entry that concerns each of them."""
    giving.folder(rig.desk, tmp_path / "log", None, openings=True)
    found = list(search(rig.store, asking.wanted(rig.store, rig.records[1:2], None), "os/a", "r"))

    assert len((tmp_path / "log" / "openings.ndjson").read_bytes().splitlines()) == 3
    assert found[-1][2]["records"] == "all"


def test_a_record_that_changes_meanwhile(rig: Rig, tmp_path: Path) -> None:
    """The file that was entered, or none."""
    lines = openings.lines(rig.store, rig.records, lambda _store, _record: [])
    with pytest.raises(StoreBusyError):
        openings.write(tmp_path / "openings.ndjson", lines, "0" * 64)

    assert list(tmp_path.glob("openings*")) == []


def test_a_pack_holds_what_concerns_the_record(rig: Rig, tmp_path: Path) -> None:
    """Its entries with proofs, its delivery's, the receipt tied to it, and the giving itself."""
    path = tmp_path / "one.azpack"
    told = rig.pack(path)
    report = check(path)
    members = verifier.read_pack(path.read_bytes())
    lines = members["entries.ndjson"].splitlines()
    entries = [json.loads(line.partition(b" ")[2]) for line in lines]

    assert report.findings == []
    assert told["entries"] == len(entries) == 5
    assert [e["type"] for e in entries] == [
        "recorded", "sending", "outcome", "released", "consulted"]  # fmt: skip
    assert any(note[1].startswith("receipts/1: the bytes") for note in report.notes)
    assert "envoi commencé" in members["index.fr.txt"].decode()
    assert "sending begun" in members["index.en.txt"].decode()
    assert "بدء الإرسال" in members["index.ar.txt"].decode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(other.pseudonym.encode() not in path.read_bytes() for other in rig.records[1:])
    assert zipfile.ZipFile(path).testzip() is None


def test_a_pack_of_days(rig: Rig, tmp_path: Path) -> None:
    """Both days are included, in the deployment's zone."""
    between = asking.days("2026-11-25", "2026-11-25", "Africa/Niamey")
    told = giving.pack(rig.desk, tmp_path / "day.azpack", [], asking.wanted(rig.store, None, None, between),
                       openings=False, receipts=False)  # fmt: skip

    assert between == ("2026-11-24T23:00:00.000000Z", "2026-11-25T22:59:59.999999Z")
    assert told["entries"] == 4 + 1
    assert check(tmp_path / "day.azpack").findings == []


def test_without_openings_nothing_says_who(rig: Rig, tmp_path: Path) -> None:
    """A pack alone is pseudonyms, codes and digests."""
    rig.pack(tmp_path / "one.azpack", openings=False, receipts=False)
    data = (tmp_path / "one.azpack").read_bytes()

    assert b"FICTIF" not in data
    assert check(tmp_path / "one.azpack").findings == []


def test_no_pack_about_nothing(rig: Rig, tmp_path: Path) -> None:
    """No file, and still an entry that somebody asked."""
    wanted = asking.wanted(rig.store, None, None, ("2031-01-01", None))
    told = giving.pack(rig.desk, tmp_path / "no.azpack", [], wanted, openings=False, receipts=False)

    assert told["entries"] == 0
    assert not (tmp_path / "no.azpack").exists()
    assert rig.last()["purpose"] == "ledger_pack"


def test_every_single_bit_of_a_pack_is_watched(rig: Rig, tmp_path: Path) -> None:
    """Zip headers, index, openings, receipt, proofs, program: each bit is somebody's."""
    path, chance = tmp_path / "one.azpack", random.Random(5)
    rig.pack(path)
    data = path.read_bytes()
    missed = []
    program = data.index(b"azalai-verify.py")
    places = [chance.randrange(8 * program) for _ in range(FLIPS)]
    for place in [*places, *(chance.randrange(8 * len(data)) for _ in range(FLIPS // 4))]:
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        if not check(path).findings:
            missed.append(place)

    assert missed == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_pack_that_was_made_anew(name: str, rig: Rig, tmp_path: Path) -> None:
    """A well-formed pack with one part changed is red."""
    path = tmp_path / "one.azpack"
    rig.pack(path)
    members = verifier.read_pack(path.read_bytes())
    CHANGES[name](members)
    with path.open("wb") as file:
        verifier.write_pack(file, members.items())

    assert check(path).findings


@pytest.mark.parametrize(("data", "why"), HOSTILE)
def test_a_zip_from_a_hostile_hand(data: bytes, why: str) -> None:
    """Refused with its reason, nothing written anywhere."""
    with pytest.raises(Refused, match=why):
        verifier.read_pack(data)


def test_a_pack_that_would_be_too_big(rig: Rig, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Said, and no half file is left."""
    monkeypatch.setattr(verifier, "PACK_MAX", 70_000)
    with pytest.raises(StopError):
        rig.pack(tmp_path / "one.azpack")
    monkeypatch.setattr(pack, "ENTRIES_MAX", 2)
    with pytest.raises(StopError):
        rig.pack(tmp_path / "one.azpack")

    assert list(tmp_path.glob("one*")) == []


@pytest.mark.parametrize(
    ("wanted", "indexes"),
    [
        (Wanted(), range(12)), (Wanted(outcome="delivered"), [2]),
        (Wanted(outcome="create"), [0, 4, 8]), (Wanted(rule="a@1/P1"), [0, 1, 2, 4, 5, 6, 8, 9, 10]),
        (Wanted(rule="a@1/P1", outcome="refused", first="2026-11-26"), [10]),
        (Wanted(rule="a@1/P2", outcome="refused"), []),
        (Wanted(destination="hub", kind="recorded"), [0, 4, 8]), (Wanted(actor="os/chef"), [3, 7, 11]),
        (Wanted(first="2026-11-26"), range(8, 12)), (Wanted(last="2026-11-25"), range(4)),
        (Wanted(outcome="unknown"), []),
    ],
)  # fmt: skip
def test_search_by_facts(wanted: Wanted, indexes: list[int], rig: Rig) -> None:
    """Each fact that stands in the ledger; the search itself is an entry with its criteria."""
    found = [index for index, _, _ in search(rig.store, wanted, "os/test", "essai FICTIF")]

    assert found == list(indexes)
    assert (rig.last()["type"], rig.last()["purpose"]) == ("consulted", "ledger_search")
    assert wanted.outcome is None or rig.last()["by_outcome"] == wanted.outcome


def test_one_decision_must_answer_to_all(rig: Rig) -> None:
    """Not the destination of one and the rule of another."""
    with rig.store.write() as tx:
        tx.log("recorded", pseudonym="f" * 32, version=1, run=0, operation="assert",
               commitment="0" * 64, decisions=[
            {"destination": "hub", "rule": "a@1/P2", "decision": "create"},
            {"destination": "other", "rule": "a@1/P3", "decision": "withheld"}])  # fmt: skip
    place = rig.store.ledger.head().size - 1
    for wanted, found in (
        (Wanted(destination="other", rule="a@1/P3", outcome="withheld"), [place]),
        (Wanted(destination="other", rule="a@1/P2"), []), (Wanted(rule="a@1/P3"), [place]),
        (Wanted(destination="other", outcome="create"), []),
    ):  # fmt: skip
        assert [i for i, *_ in search(rig.store, wanted, "os/a", "r")] == found


def test_search_by_record(rig: Rig) -> None:
    """By key, pseudonym or number; the record's name never gets into the ledger."""
    for names, case in (([KEYS[1]], None), ([rig.records[1].pseudonym], None), ([], "m1 20")):
        records = asking.records(rig.store, names, case)
        wanted = asking.wanted(rig.store, records, None)
        found = [
            i for i, _, e in search(rig.store, wanted, "os/a", "r") if e["type"] != "consulted"
        ]

        assert found == [4, 5, 6, 7]
    every = b"".join(data for _, data in rig.store.ledger.entries(0, 1000))
    assert b"FICTIF" not in every
    with pytest.raises(NotFoundError):
        asking.records(rig.store, ["NER-PN/personnes/none"], None)


def test_a_number_leads_to_an_erased_record(rig: Rig) -> None:
    """The ledger carries numbers as keyed hashes: what the store forgot is still found by them."""
    wanted = asking.wanted(rig.store, [], "M-1 / 2020")
    found = [index for index, _, _ in search(rig.store, wanted, "os/a", "r")]
    none = asking.wanted(rig.store, [], "M9/20")

    assert found == [4, 5, 6, 7]
    assert rig.last()["by_case"] in decode(rig.store.ledger.entry(4) or b"")["references"]
    assert list(search(rig.store, none, "os/a", "r")) == []


def test_an_erased_record_is_found_by_its_pseudonym(rig: Rig) -> None:
    """What it was called in the ledger is all that is left of it: it still leads to its entries."""
    gone = rig.records[1]
    with rig.store.write() as tx:
        erasing.erase(tx, [gone], "by_order", "os/chef")
    names = [gone.pseudonym]
    records = asking.records(rig.store, names, None)
    found = list(
        search(rig.store, asking.wanted(rig.store, records, None, names=names), "os/a", "r")
    )

    assert records == []
    assert [index for index, *_ in found][:4] == [4, 5, 6, 7]
    assert [entry["type"] for *_, entry in found][-1] == "erased"


def test_a_name_is_not_searched_for(rig: Rig) -> None:
    """What is searched for stands in the ledger: codes only."""
    before = rig.store.ledger.head().size
    with pytest.raises(StopError):
        search(rig.store, Wanted(actor="Kilo FICTIF"), "os/a", "r")

    assert rig.store.ledger.head().size == before


ASKED = {"openings": False, "all_records": False, "receipts": False, "named": False,
         "dated": False, "reason": ""}  # fmt: skip
FOLDER, FILE = (Path("d"), None), (None, Path("f.azpack"))


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ((None, None), {}), ((Path("d"), Path("f")), {}), (FILE, {}), (FILE, {"named": True}),
        (FILE, {"reason": "r"}), (FOLDER, {"openings": True, "reason": "r"}),
        (FOLDER, {"openings": True, "named": True}), (FOLDER, {"named": True}),
        (FOLDER, {"openings": True, "all_records": True}), (FOLDER, {"dated": True}),
        (FOLDER, {"receipts": True}), (FILE, {"all_records": True, "dated": True, "reason": "r"}),
        (FILE, {"receipts": True, "dated": True, "reason": "r"}),
    ],
)  # fmt: skip
def test_what_may_not_be_asked(
    place: tuple[Path | None, Path | None], changes: dict[str, object]
) -> None:
    """Everybody's openings, openings without a reason, a pack about nothing."""
    with pytest.raises(StopError):
        asking.check(*place, **ASKED | changes)  # type: ignore[arg-type]


def test_a_day_is_a_day() -> None:
    """Written one way only; the last is not before the first, or nothing would be found."""
    assert asking.days("2026-11-24", "2026-11-24", "UTC")[0] == "2026-11-24T00:00:00.000000Z"
    with pytest.raises(StopError, match="after the last"):
        asking.days("2026-11-25", "2026-11-24", "UTC")
    for text in ("24/11/2026", "2026-13-01", "9999-12-31"):
        with pytest.raises(StopError):
            asking.days(text, text, "UTC")


def test_an_entry_is_opened(rig: Rig) -> None:
    """The version, the message and the receipt; each look is an entry of its own, made before."""
    for index, what, data in ((0, VERSION, BODY[KEYS[0]]), (1, MESSAGE, b"create 1 of FICTIF"),
                              (2, RECEIPT_TEXT, RECEIPT)):  # fmt: skip
        found = reveal(rig.store, index, "os/test", "essai FICTIF")

        assert (found.record_key, found.what, found.data) == (KEYS[0], what, data)
        assert (rig.last()["purpose"], rig.last()["entry"]) == ("ledger_open", index)
        assert rig.last()["pseudonyms"] == [rig.records[0].pseudonym]


def test_what_cannot_be_opened(rig: Rig) -> None:
    """No entry, one that commits to nothing, and bytes that are no longer here: that look is
    entered all the same."""
    before = rig.store.ledger.head().size
    for index in (3, 999):
        with pytest.raises(NotFoundError):
            reveal(rig.store, index, "os/test", "essai FICTIF")
    assert rig.store.ledger.head().size == before
    with pytest.raises(NotFoundError, match="no longer here"):
        reveal(rig.store, 6, "os/test", "essai FICTIF")

    assert rig.last()["entry"] == 6
