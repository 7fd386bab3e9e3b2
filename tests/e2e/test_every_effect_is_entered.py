"""Each effect has an entry with all that a log must say: domain.md section 5, LED article 25."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azalai.app import opened
from azalai.evidence import verifier
from azalai.evidence.consulting import digests
from azalai.ledger.entries import decode
from azalai.store import Store, delivery_rows, record_rows
from azalai.store.seal import commit
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-{:08d}"
EVERY = {
    "recorded": {"time", "pseudonym", "version", "operation", "purpose", "ground", "references",
                 "commitment", "decisions", "issuing_country", "issuing_agency", "system", "feed",
                 "mapping", "run", "kind"},
    "sending": {"time", "actor", "pseudonym", "version", "destination", "states", "connector",
                "rule", "mapping", "commitment", "attempt", "operation", "delivery"},
    "outcome": {"time", "pseudonym", "version", "destination", "attempt", "outcome", "delivery"},
    "recall": {"time", "pseudonym", "destination", "state", "reason"},
    "withdrawn": {"time", "pseudonym", "version", "reason"},
    "run": {"time", "run", "feed", "state", "input", "mapping", "counts"},
    "consulted": {"time", "actor", "purpose"},
    "configured": {"time", "actor", "subject", "digest"},
    "act": {"time", "actor", "act"},
    "held": {"time", "subject", "reason"},
    "erased": {"time", "actor", "pseudonym", "stage", "rule"},
}  # fmt: skip
"""What entries of each type carry, every one of them."""
_SECRET = ("FICTIF", "Kilo", "1985", "FPR-", "Autre ville", "M3/20")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub("refuse=30%")
    yield made
    made.stop_hub()


class Watched:
    """A deployment, what each command prints, and the entries that each one makes."""

    def __init__(self, place: Deployment) -> None:
        self.place = place
        self.entries: list[dict[str, Any]] = []
        self.printed: list[str] = []

    def do(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command; the entries that are new since."""
        done = self.place.azalai(*words)
        assert done.returncode == code, done.stdout + done.stderr
        self.printed.append(done.stdout)
        return self.look()

    def look(self) -> list[dict[str, Any]]:
        with opened(self.place.folder / "azalai.yaml") as app:
            log = app.store.ledger
            new = [decode(data) for _, data in log.entries(len(self.entries), log.head().size)]
        self.entries += new
        return new


def only(entries: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in entries if entry["type"] == kind]


def test_every_effect_is_entered(place: Deployment, tmp_path: Path) -> None:
    """Read, change, withhold, send, refuse, recall, consult, combine, export, configure, erase: what
    receiver, console and files show is in the ledger, each once, each whole; and no value."""
    watched = Watched(place)
    _read_and_send(watched)
    _by_hand(watched, tmp_path)
    _erase(watched)

    with opened(place.folder / "azalai.yaml") as app:
        _as_received(watched, app.store, place)
        _as_counted(watched, app.store)
    _all_that_must_be_there(watched)
    _nothing_personal(place)
    assert place.azalai("ledger", "verify").returncode == 0


def _read_and_send(watched: Watched) -> None:
    """Ten rows, one withheld, one refused by us; then the file again with one changed and a second
    key for one act."""
    rows = [row(n) for n in range(8)] + [row(8, peine_mois="12"), row(9, code_infraction="")]
    write(watched.place.folder, "a.csv", rows)
    first = watched.do("run", "--until-idle", code=1)
    write(watched.place.folder, "b.csv", [
        row(0, lieu_naissance="Autre ville"), *rows[1:9], row(10, num_mandat="M3/20"),
    ])  # fmt: skip
    second = watched.do("run", "--until-idle", code=1)

    [told] = only(first, "run")
    assert (told["counts"]["read"], told["counts"]["rejected"], told["counts"]["new"]) == (10, 1, 9)
    assert Counter(e["operation"] for e in only(first, "recorded")) == {"assert": 9}
    assert [e["counts"]["changed"] for e in only(second, "run")] == [1]
    [held] = [e for e in only(second, "held") if e["reason"] == "possible_duplicate"
              and e["subject"].startswith("record/")]  # fmt: skip
    assert held["other"]
    decided = Counter(d["decision"] for e in only(first + second, "recorded")
                      for d in e["decisions"])  # fmt: skip
    assert decided["withheld"] == 1
    assert {e["subject"].split("/")[0] for e in only(first, "configured")} >= {
        "configuration", "settings", "agreements", "connector", "mapping"}  # fmt: skip


def _by_hand(watched: Watched, tmp_path: Path) -> None:
    """What people do: each command, and the entry that it makes."""
    one = KEY.format(1)
    (tmp_path / "who").write_text("nom: FICTIFB Kilo\nnaissance: 1985\nfiche: none\n")
    reason = ("--reason", "essai FICTIF")
    looks = {
        "search_by_number": ("record", "find", "M2/20"),
        "record_show": ("record", "show", one),
        "record_why": ("record", "why", one),
        "record_holders": ("record", "holders", one),
        "ledger_search": ("ledger", "search", "--record", one, *reason),
        "report_delivery": ("report", "delivery", one, "--to", "regional", "-o", str(tmp_path / "r"), *reason),
        "ledger_pack": ("ledger", "export", "-o", str(tmp_path / "one.azpack"), "--record", one,
                          "--openings", "--receipts", *reason),
        "ledger_export": ("ledger", "export", str(tmp_path / "log")),
        "ledger_prove": ("ledger", "prove", "0", "-o", str(tmp_path / "proof")),
        "correction": ("reject", "show", "1"),
    }  # fmt: skip
    for purpose, words in looks.items():
        [entry] = only(watched.do(*words), "consulted")
        assert (entry["purpose"], entry["actor"][:3]) == (purpose, "os/")
    [entry] = only(watched.do("ledger", "search", "--person", "--input", str(tmp_path / "who"),
                              *reason, code=1), "consulted")  # fmt: skip
    assert (entry["purpose"], entry["count"]) == ("ledger_search_by_person", 2)
    [entry] = only(watched.do("record", "find", "--person", "--input", str(tmp_path / "who"),
                              *reason, code=1), "consulted")  # fmt: skip
    assert (entry["purpose"], entry["count"]) == ("search_by_person", 2)
    _files_are_named(watched, tmp_path)

    [entry] = only(watched.do("record", "same", KEY.format(3), KEY.format(10), "--same"), "act")
    assert (entry["act"], entry["verdict"], bool(entry["lead"])) == ("record_same", "same", True)
    lifted = watched.do("record", "withdraw", one, "--reason", "lifted", "--act", "ord FICTIVE")
    assert [e["act"] for e in only(lifted, "act")] == ["record_withdrawn"]
    watched.place.agree(agreement(until="2030-12-31"))
    changed = only(watched.do("run", "--until-idle"), "configured")
    assert {"agreements", "configuration"} == {e["subject"] for e in changed}
    watched.do("destination", "hold", "regional", *reason)
    watched.do("destination", "release", "regional")


def _files_are_named(watched: Watched, tmp_path: Path) -> None:
    """A file that goes out is found in the ledger by what it is."""
    told = [e["disclosed"] for e in only(watched.entries, "consulted") if "disclosed" in e]
    report = {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()}
    with zipfile.ZipFile(tmp_path / "one.azpack") as pack:
        packed = {name: pack.read(name) for name in pack.namelist()
                  if name == "openings.ndjson" or name.startswith("receipts/")}  # fmt: skip
    assert report
    assert len(packed) == 2
    for files in (report, packed):
        assert verifier.disclosed(digests(files).items()) in told


def _erase(watched: Watched) -> None:
    done = watched.do("record", "erase", KEY.format(8), "--reason", "essai FICTIF")
    [entry] = only(done, "erased")
    assert (entry["stage"], entry["rule"]) == ("erased", "by_hand")


def _as_received(watched: Watched, store: Store, place: Deployment) -> None:
    """Each message that the receiver has: one delivery, its exact bytes committed to in `sending`
    before it left, its receipt in `outcome`. And the reverse: nothing is said to be there that is
    not."""
    sent = {(e["delivery"], e["commitment"]) for e in only(watched.entries, "sending")}
    delivered = {e["delivery"] for e in only(watched.entries, "outcome")
                 if e["outcome"] == "delivered" and e["receipt"]}  # fmt: skip
    keys = [record_rows.row_of(store.keys, r) for r in store.db.rows("records", "all")]
    found = set()
    for operation, body, times in place.received():
        [number] = {n for n, commitment in sent for record in keys
                    if commit(record.key, body) == commitment}  # fmt: skip
        kept = delivery_rows.get(store.db, number)
        assert (kept.operation, kept.state) == (operation, "delivered")
        attempts = [
            e["attempt"] for e in only(watched.entries, "sending") if e["delivery"] == number
        ]
        assert times <= len(attempts) == len(set(attempts))
        found.add(number)
    assert found == delivered
    assert {e["delivery"] for e in only(watched.entries, "outcome") if e["outcome"] == "refused"}


def _as_counted(watched: Watched, store: Store) -> None:
    """Every delivery of the outbox in the state that its last entry gives it; every version
    recorded, with one decision for each delivery."""
    last = {e["delivery"]: e["outcome"] for e in only(watched.entries, "outcome")}
    decided = Counter((e["pseudonym"], e["version"], d["destination"], d["decision"])
                      for e in only(watched.entries, "recorded") for d in e["decisions"])  # fmt: skip
    names = {e["pseudonym"] for e in only(watched.entries, "erased")}
    for record in (record_rows.row_of(store.keys, r) for r in store.db.rows("records", "all")):
        for number, operation, *_ in store.db.rows("records", "versions", record=record.id):
            assert [e for e in only(watched.entries, "recorded")
                    if (e["pseudonym"], e["version"], e["operation"])
                    == (record.pseudonym, number, operation)]  # fmt: skip
        for line in store.db.rows("deliveries", "list", destination=None, state=None,
                                  record=record.id, most=100):  # fmt: skip
            one = delivery_rows.delivery_of(line)
            what = "withheld" if one.state == "withheld" else one.operation
            assert decided[record.pseudonym, one.version, one.destination, what] >= 1
            if one.state in ("delivered", "refused", "withdrawn"):
                assert last[one.id] == one.state
        names.add(record.pseudonym)
    assert {e["pseudonym"] for e in only(watched.entries, "recorded")} <= names


def _all_that_must_be_there(watched: Watched) -> None:
    """Every fact in every entry of its type."""
    seen = Counter(entry["type"] for entry in watched.entries)
    assert seen.keys() >= EVERY.keys()
    for entry in watched.entries:
        assert EVERY.get(entry["type"], set()) <= entry.keys(), entry
    for entry in only(watched.entries, "sending"):
        assert entry["states"] == ["UTO"]
        assert entry["connector"].startswith("wapis@")
        assert entry["mapping"].startswith("wapis_style_wanted_person@")
    for entry in only(watched.entries, "recorded"):
        assert (entry["system"], entry["issuing_agency"]) == ("ESSAI-PN", "Service FICTIF")
        for one in entry["decisions"]:
            assert one["rule"]
            assert one["decision"] == "withheld" or one["mapping"]
    used = {e["subject"] for e in only(watched.entries, "configured")}
    assert {"connector/" + e["connector"] for e in only(watched.entries, "sending")} <= used
    assert {f"mapping/wapis/{e['mapping']}" for e in only(watched.entries, "sending")} <= used


def _nothing_personal(place: Deployment) -> None:
    with opened(place.folder / "azalai.yaml") as app:
        log = app.store.ledger
        for _, data in log.entries(0, log.head().size):
            plain = {name: value for name, value in json.loads(data).items()
                     if name not in ("issuing_agency", "time", "note", "pseudonym", "commitment")}  # fmt: skip
            text = json.dumps(plain, ensure_ascii=False)
            assert not [word for word in _SECRET if word in text], text
