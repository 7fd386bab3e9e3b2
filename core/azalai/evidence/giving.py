"""Giving evidence out: first the entry that says so, then the file."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azalai.errors import StopError
from azalai.evidence import openings as opening
from azalai.evidence import pack as packing
from azalai.evidence.consulting import consulted, digests
from azalai.evidence.export import export
from azalai.evidence.selecting import Found, Wanted, select
from azalai.evidence.verifier import OPENINGS
from azalai.ledger import Verifier, open_checkpoint
from azalai.pipeline.finding import references
from azalai.store import Store, witness_rows
from azalai.store.record_rows import RecordRow


@dataclass(frozen=True, slots=True)
class Desk:
    """Who gives evidence, of what store, and why. `publish` signs a checkpoint and gives it;
    `earlier` are keys that `key` replaced, `cosigned` gives what witnesses cosigned, if anything.
    """

    store: Store
    key: Verifier
    publish: Callable[[], bytes]
    actor: str
    reason: str
    earlier: tuple[Verifier, ...] = ()
    cosigned: Callable[[], bytes | None] = lambda: None


def folder(
    desk: Desk, place: Path, records: Sequence[RecordRow] | None, *, openings: bool
) -> dict[str, Any]:
    """The whole log as files; with `openings` of these records, or (None) of every one. The entry
    that says who took it stands in it. What was done, as numbers. Errors as `export`;
    StoreBusyError as `openings.write`."""
    store, given = desk.store, ""
    if openings:
        given = opening.digest_of(_opened(store, records))
        pseudonyms = [record.pseudonym for record in records or ()]
        facts = {"records": "all"} if records is None else {}
        consulted(store, desk.actor, "ledger_openings", desk.reason, pseudonyms,
                  {OPENINGS: given}, **facts)  # fmt: skip
    else:
        consulted(store, desk.actor, "ledger_export", desk.reason)
    made = export(store.ledger, place, desk.publish(), desk.key, earlier=desk.earlier,
                  cosigned=desk.cosigned(), pruned=witness_rows.pruned_until(store.db))  # fmt: skip
    if openings:
        opening.write(place / OPENINGS, _opened(store, records), given)
    return {"path": str(place), "entries": made.size - made.before, "size": made.size,
            "files": made.files, "openings": openings}  # fmt: skip


def pack(
    desk: Desk, path: Path, records: Sequence[RecordRow], wanted: Wanted, *,
    openings: bool, receipts: bool,
) -> dict[str, Any]:  # fmt: skip
    """What is wanted of the log, with proofs, in one file; no file where there is nothing. The
    entry that tells of the pack stands in it. StopError where it would be too big."""
    store = desk.store
    before = store.ledger.head().size
    found: list[Found] = []
    for one in select(store.ledger, before, wanted):
        found.append(one)
        if len(found) > packing.ENTRIES_MAX:
            raise StopError(f"more than {packing.ENTRIES_MAX} entries: take fewer days",
                            fr=f"plus de {packing.ENTRIES_MAX} inscriptions : restreignez la"
                            " période")  # fmt: skip
    given = packing.receipts(store, records) if receipts else {}
    if openings:
        given[OPENINGS] = b"".join(_opened(store, records))
    note = consulted(store, desk.actor, "ledger_pack", desk.reason,
                     [record.pseudonym for record in records], digests(given))  # fmt: skip
    told = {"path": str(path), "entries": len(found), "openings": openings,
            "receipts": len(given) - openings}  # fmt: skip
    if not found:
        return told | {"size": before}
    signed = desk.publish()
    size = open_checkpoint(signed, [desk.key]).size
    found = _with_keys(store, before, found)
    since = select(store.ledger, size, Wanted(kind="consulted"), start=before)
    found += [one for one in since if one[2].get("note") == note]
    packing.write(path, store.ledger, signed, desk.key, found, given, earlier=desk.earlier,
                  cosigned=desk.cosigned())  # fmt: skip
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return told | {"size": size, "entries": len(found), "sha256": digest}


def _with_keys(store: Store, size: int, found: list[Found]) -> list[Found]:
    """What was found, and every entry by which a key of the log was replaced: without them nobody
    sees that a checkpoint was signed by a key past its end."""
    rows = {one[0]: one for one in found}
    for one in select(store.ledger, size, Wanted(kind="configured")):
        if one[2].get("subject") == "ledger_key":
            rows[one[0]] = one
    return [rows[index] for index in sorted(rows)]


def _opened(store: Store, records: Sequence[RecordRow] | None) -> Iterator[bytes]:
    every = opening.every_record(store) if records is None else records
    return opening.lines(store, every, references)
