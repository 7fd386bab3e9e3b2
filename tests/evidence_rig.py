"""A small ledger with records sent, packs about them, and what a hostile hand makes of one."""

import io
import json
import os
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from azalai.evidence import asking, giving, verifier
from azalai.evidence.verifier import Anchor
from azalai.ledger import make_checkpoint
from azalai.ledger.entries import decode
from azalai.pipeline.finding import hashed_in
from azalai.store import Store, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.seal import commit, seal
from ledger_storages import signer
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

KEY = signer()
ANCHOR = Anchor(verifier.parse_vkey(KEY.verifier.vkey), ())
FLIPS = int(os.environ.get("AZALAI_FLIPS", "200"))
RECEIPT = b'{"receipt": "FICTIF"}'
KEYS = [f"NER-PN/personnes/FICTIF-{n}" for n in range(3)]
BODY = {key: json.dumps({"number": f"M{n}/20"}).encode() for n, key in enumerate(KEYS)}


class Rig:
    """A store with three records sent to one destination, the first with its receipt."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock()
        self.store: Store = new_store(folder / "deployment", self.clock)
        self.records = [self.add(key) for key in KEYS]
        self.desk = giving.Desk(self.store, KEY.verifier, self.publish, "os/test", "essai FICTIF")

    def publish(self) -> bytes:
        return make_checkpoint(self.store.ledger, KEY)

    def add(self, key: str) -> RecordRow:
        with self.store.write() as tx:
            record = add_record(tx, key)
            version = add_version(tx, record, BODY[key].decode())
            tx.db.do("records", "set_head", id=record.id, head=version, in_force=1)
            number = stage(tx, record, version)
            facts = {"pseudonym": record.pseudonym, "version": version}
            tx.log("recorded", **facts, run=0, operation="assert", kind="WantedPerson",
                   commitment=commit(record.key, BODY[key]),
                   references=hashed_in(tx.keys, json.loads(BODY[key])),
                   decisions=[{"destination": "hub", "rule": "a@1/P1", "decision": "create"}])  # fmt: skip
            facts |= {"destination": "hub", "delivery": number, "attempt": 1}
            body = b"create 1 of FICTIF"
            tx.log("sending", **facts, commitment=commit(record.key, body), rule="a@1/P1")
            tx.log("outcome", **facts, outcome="delivered" if key == KEYS[0] else "refused",
                   receipt=commit(record.key, RECEIPT))  # fmt: skip
            sealed = seal(record.key, RECEIPT, "receipts", record.pseudonym, number)
            if key == KEYS[0]:
                tx.db.do("deliveries", "receipt", id=number, receipt=sealed)
            tx.log("released", subject=f"delivery/{number}", actor="os/chef")
        self.clock.pass_seconds(86_400)
        return record_rows.find_any(self.store.db, self.store.keys, key)

    def last(self, back: int = 1) -> dict[str, object]:
        size = self.store.ledger.head().size
        return decode(self.store.ledger.entry(size - back) or b"")

    def pack(
        self, path: Path, *, openings: bool = True, receipts: bool = True
    ) -> dict[str, object]:
        records = self.records[:1]
        wanted = asking.wanted(self.store, records, None)
        return giving.pack(self.desk, path, records, wanted, openings=openings, receipts=receipts)


Change = Callable[[dict[str, bytes]], object]
CHANGES: dict[str, Change] = {
    "no checkpoint": lambda m: m.pop("checkpoint"),
    "no proofs": lambda m: m.pop("proofs.tlog-proof"),
    "an entry left out": lambda m: m.update(
        {"entries.ndjson": m["entries.ndjson"].split(b"\n", 1)[1]}),
    "an entry twice": lambda m: m.update(
        {"entries.ndjson": m["entries.ndjson"].split(b"\n")[0] + b"\n" + m["entries.ndjson"]}),
    "an entry changed": lambda m: m.update(
        {"entries.ndjson": m["entries.ndjson"].replace(b'"delivered"', b'"delivered "')}),
    "an index that flatters": lambda m: m.update(
        {"index.fr.txt": m["index.fr.txt"].replace(b"delivered", b"withheld!")}),
    "another receipt": lambda m: m.update({"receipts/1": b"other"}),
    "a second receipt": lambda m: m.update({"receipts/2": RECEIPT}),
    "another program": lambda m: m.update({"azalai-verify.py": b"print('verified')\n"}),
    "another key": lambda m: m.update({"vkey": f"{signer(seed=2).verifier.vkey}\n".encode()}),
    "a proof too many": lambda m: m.update({"proofs.tlog-proof": m["proofs.tlog-proof"] * 2}),
    "proofs cut": lambda m: m.update({"proofs.tlog-proof": m["proofs.tlog-proof"][:-9]}),
    "no openings for the receipt": lambda m: m.pop("openings.ndjson"),
}  # fmt: skip


def zipped(*names: str, mode: int = 0, compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", compression) as made:
        warnings.simplefilter("ignore")  # a name twice is what is meant
        for name in names:
            member = zipfile.ZipInfo(name)
            member.external_attr, member.compress_type = mode << 16, compression
            made.writestr(member, b"x" * 1000)
    return buffer.getvalue()


def written() -> bytes:
    """A pack's form around nothing much."""
    buffer = io.BytesIO()
    verifier.write_pack(buffer, [("vkey", b"x" * 1000)])
    return buffer.getvalue()


HOSTILE = [
    (zipped("../checkpoint"), "a name"), (zipped("/etc/passwd"), "a name"),
    (zipped("receipts/../vkey"), "a name"), (zipped("receipts/01"), "a name"),
    (zipped("checkpoint", "checkpoint"), "twice"),
    (zipped("checkpoint", mode=stat.S_IFLNK | 0o777), "a link"),
    (zipped("vkey", compression=zipfile.ZIP_DEFLATED), "compressed"),
    (zipped(*(f"receipts/{n}" for n in range(1, 1002))), "too many"),
    (zipped("vkey")[:-5], "changed"), (zipped("vkey")[:40], "cut"), (zipped(), "not a pack"),
    (b"", "empty"), (b"not a zip", "not a pack"), (zipped("vkey") + b"x", "changed"),
    (b"PK\3\4" + b"\xff" * 26, "a name"), (b"x" + zipped("vkey"), "not a pack"),
    (written()[:-5], "cut"), (written() + b"x", "after its end"),
]  # fmt: skip
