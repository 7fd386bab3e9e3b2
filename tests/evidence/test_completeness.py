"""What an entry must say of a record, a receipt and a connector: domain.md section 5."""

from pathlib import Path

from azalai import canonical
from azalai.agreements import NO_ORGANISATIONS, AgreementSet
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.ledger.entries import Entry, decode
from azalai.pipeline.finding import hashed
from azalai.pipeline.routing import Routes, Told, tell
from azalai.plugin.registry import find
from azalai.store import Store
from azalai.store.seal import commit
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

_RANDOM = ("references", "pseudonym", "time")


def logged(store: Store, kind: str) -> list[Entry]:
    found = [decode(data) for _, data in store.ledger.entries(0, store.ledger.head().size)]
    return [entry for entry in found if entry["type"] == kind]


def test_a_version_is_entered_with_its_origin_and_its_end(tmp_path: Path) -> None:
    """System, feed, mapping with version, country, agency, restrictions, review and expiry; no text
    of the record."""
    store = new_store(tmp_path, FixedClock())
    content = {
        "purpose": "prosecution", "legal_ground": "national_warrant", "issuing_country": "NER",
        "handling": "01", "not_for": ["UTO"], "review_on": "2027-01-01", "expires_on": "2029-01-01",
        "reason": "motif FICTIF", "issuing_agency": "Service  d'essai",
        "warrants": [{"number": "M 77/2026"}], "report_reference": "RP-5",
        "provenance": {"feed": "ner", "mapping": "ner_fpr", "mapping_version": 3,
                       "part": "marques.csv@3fa4c2d1b0aa:12"},
    }  # fmt: skip
    with store.write() as tx:
        record = add_record(tx)
        told = Told(record, "NER-PN/personnes/FICTIF-1", 1, content, "c0ffee")
        tell(tx, [told], Routes([], AgreementSet([], NO_ORGANISATIONS), lambda _jobs: []), 7)
    [entry] = logged(store, "recorded")

    assert entry["mapping"] == "ner_fpr@3"
    assert entry["joined"] == ["3fa4c2d1b0aa"]
    assert (entry["system"], entry["issuing_agency"]) == ("NER-PN", "Service d'essai")
    assert (entry["feed"], entry["run"], entry["issuing_country"]) == ("ner", 7, "NER")
    assert (entry["review_on"], entry["expires_on"]) == ("2027-01-01", "2029-01-01")
    assert (entry["handling"], entry["not_for"]) == ("01", ["UTO"])
    assert (entry["purpose"], entry["ground"]) == ("prosecution", "national_warrant")
    assert entry["references"] == sorted({hashed(store.keys, n) for n in ("m77-26", "RP 5")})
    assert not [word for word in (b"FICTIF", b"77", b"RP") if word in canonical.dumps(
        {name: value for name, value in entry.items() if name not in _RANDOM})]  # fmt: skip


def test_a_receipt_is_committed_to(tmp_path: Path) -> None:
    """The outcome's entry stands for the receipt's exact bytes, also where it was asked for."""
    clock = FixedClock()
    store, hub = new_store(tmp_path, clock), Hub(script=["ok", "lose"])
    for number in range(2):
        with store.write() as tx:
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            stage(tx, record, add_version(tx, record, "v1"))
        worker = Worker(store, hub, Policy("hub"))
        for _ in range(20):
            worker.turn(clock.pass_seconds(2))
        [delivered] = [e for e in logged(store, "outcome")
                       if e["outcome"] == "delivered" and e["pseudonym"] == record.pseudonym]  # fmt: skip

        assert delivered["receipt"] == commit(record.key, b"receipt")
    assert all("receipt" not in e for e in logged(store, "outcome") if e["outcome"] != "delivered")


def test_a_connector_has_a_digest(tmp_path: Path) -> None:
    """Its manifest and its code: a change of either is another digest, of a sample none."""
    folder = tmp_path / "connectors" / "mine"
    folder.mkdir(parents=True)
    source = find()["ner_police"].folders[0] / "connector.yaml"
    text = source.read_text().replace("name: ner_police", "name: mine")
    (folder / "connector.yaml").write_text(text)
    before = find(tmp_path)["mine"].digest
    (folder / "samples").mkdir()
    (folder / "samples" / "x.csv").write_text("FICTIF")
    assert find(tmp_path)["mine"].digest == before
    (folder / "connector.py").write_text("# other\n")
    coded = find(tmp_path)["mine"].digest
    (folder / "connector.yaml").write_text(text + "# other\n")

    assert len({before, coded, find(tmp_path)["mine"].digest}) == 3
