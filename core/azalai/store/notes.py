"""What a person wrote when acting: kept sealed; the ledger gets a commitment only."""

from azalai.store import Store
from azalai.store.seal import commit, seal, unseal
from azalai.store.transaction import Transaction


def keep(tx: Transaction, subject: str, text: str) -> str:
    """Seal a reason or the name of an act under a key of its own; its commitment, or ""."""
    if not text:
        return ""
    key, wrapped = tx.keys.new_key("note")
    data = text.encode()
    tx.db.do("runs", "add_note", subject=subject, at=tx.at, wrapped=wrapped,
             sealed=seal(key, data, "notes", subject, tx.at))  # fmt: skip
    return commit(key, data)


def of(store: Store, subject: str) -> list[tuple[str, str]]:
    """The notes on a subject: (instant, text). SealError if a row was changed."""
    found = []
    for at, wrapped, sealed in store.db.rows("runs", "notes", subject=subject):
        key = store.keys.unwrap(wrapped, "note")
        found.append((at, unseal(key, sealed, "notes", subject, at).decode()))
    return found
