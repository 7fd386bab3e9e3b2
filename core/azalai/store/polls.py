"""Where a feed's reading of a foreign database stands: sealed, since a place is made of values."""

import json

from azalai.store import Store
from azalai.store.run_rows import meta
from azalai.store.seal import seal, unseal


class Polls:
    """One feed's place, kept in the store: a backup that is restored takes it back too."""

    def __init__(self, store: Store, feed: str) -> None:
        self._store = store
        self._feed = feed
        self._name = f"polls/{feed}"

    def place(self) -> str | None:
        """What was kept last, None at first. SealError where it was changed."""
        kept = meta(self._store.db, self._name)
        if kept is None:
            return None
        row = json.loads(kept)
        key = self._store.keys.unwrap(bytes.fromhex(row["key"]), self._name)
        return unseal(key, bytes.fromhex(row["sealed"]), "meta", self._name).decode()

    def keep(self, place: str) -> None:
        """Keep another place."""
        with self._store.write() as tx:
            key, wrapped = tx.keys.new_key(self._name)
            sealed = seal(key, place.encode(), "meta", self._name)
            value = json.dumps({"key": wrapped.hex(), "sealed": sealed.hex()})
            tx.db.do("runs", "set_meta", name=self._name, value=value)

    def state(self, digest: str) -> str | None:
        """The state of the feed's run of this input, None where none is in force."""
        row = self._store.db.row("runs", "known", feed=self._feed, digest=digest)
        return None if row is None else str(row[1])
