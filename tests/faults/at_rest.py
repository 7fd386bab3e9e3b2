"""What must hold when nothing moves any more: the store, the receivers and the ledger agree."""

from collections.abc import Sequence
from pathlib import Path

from azalai.ledger import keeper
from azalai.ledger.note import Signer
from azalai.ledger.verify import verify
from azalai.store import Store, delivery_rows, record_rows
from azalai.store.seal import Keyring
from faults.observer import Destination


def check_ledger(store: Store, folder: Path, signer: Signer) -> None:
    """All of it verifies against the checkpoint outside the database."""
    note = keeper.read(folder / "checkpoint")
    verdict = verify(store.ledger, note or b"", [signer.verifier])
    assert verdict.ok, verdict.findings


def check_destination(
    store: Store, keys: Keyring, destination: Destination,
    ended: Sequence[delivery_rows.Delivery], records: int,
) -> None:  # fmt: skip
    """Delivered is exactly what it took; what it has of each record is what the chain says."""
    name = destination.kind.name
    took = {key for key, came in destination.came.items() if came.refused is None}
    delivered = {d.idempotency_key for d in ended
                 if d.destination == name and d.state == "delivered"}  # fmt: skip
    assert delivered == took, f"{name}: delivered and taken differ"
    for number in range(1, records + 1):
        key = f"NER-PN/personnes/FICTIF-{number}"
        record = record_rows.find(store.db, keys, key)
        if record is None:
            continue
        held = delivery_rows.holding(store.db, record.id, name)
        there = destination.present.get(key)
        assert (held.accepted, held.maybe) == (there[0] if there else None, False), key
        if record.lock is not None or not record.in_force:
            assert there is None, f"{name} still has what was withdrawn: {key} {there}"
