"""What the store knows of a batch's records: read at once, kept up to date, written at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from azalai.address import Address
from azalai.mapping import Translated
from azalai.store import Transaction, erasing, raw_rows, record_rows
from azalai.store.raw_rows import Raw
from azalai.store.record_rows import NewVersion, RecordRow, Version


@dataclass(slots=True)
class Known:
    """The records of a batch by key, those that it makes too, and what each says now as its run
    sees it. What is added here is written by `flush`. `stopped` are keys that were erased by order:
    no record is made of them."""

    records: dict[str, RecordRow]
    heads: dict[int, Version]
    lifted: dict[int, dict[bytes, str]]
    _numbers: dict[int, int]
    stopped: frozenset[str]
    _versions: list[tuple[RecordRow, Version]] = field(default_factory=list)
    _raws: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    @classmethod
    def read(cls, tx: Transaction, feed: str, run: int, results: Sequence[Any]) -> "Known":
        """Find the records of a batch, add those that are new, and mark all as seen by the run."""
        kinds = {one.key: one.kind for one in results if isinstance(one, Translated)}
        named = {key for one in results if (key := getattr(one, "key", None)) is not None}
        found = record_rows.find_all(tx.db, tx.keys, named)
        stopped = erasing.stopped(tx, [key for key in named if key not in found])
        new = {key: kind for key, kind in kinds.items() if key not in found and key not in stopped}
        old = [record.id for record in found.values()]
        known = cls(found, {}, {}, {}, stopped)
        if old:
            known.heads = record_rows.heads_in_run(tx.db, old, run)
            known.lifted = record_rows.lifted_warrants(tx.db, old)
            known._numbers = record_rows.last_numbers(tx.db, old)
        if new:
            found |= record_rows.add_all(tx, feed, new)
        record_rows.see(tx, run, _ids(found.values()))
        return known

    def add_version(self, record: RecordRow, new: NewVersion) -> Version:
        """The next version of a record: what it says from now on."""
        number = self._numbers.get(record.id, 0) + 1
        made = record_rows.made_version(record, number, new)
        self._numbers[record.id] = number
        self.heads[record.id] = made
        self._versions.append((record, made))
        return made

    def keep_raw(
        self, record: RecordRow, version: int, run: int, address: Address, raw: Raw
    ) -> None:  # fmt: skip
        """Keep what a version was made of; with 0 days nothing is kept."""
        if raw.days > 0:
            self._raws.append(raw_rows.kept(record, version, run, address, raw))

    def flush(self, tx: Transaction) -> None:
        """Write what was added."""
        if self._versions:
            record_rows.add_versions(tx, self._versions)
            self._versions.clear()
        if self._raws:
            raw_rows.put_all(tx, self._raws)
            self._raws.clear()


def _ids(records: Iterable[RecordRow]) -> list[int]:
    return sorted(record.id for record in records)
