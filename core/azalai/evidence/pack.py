"""One file for a court or a partner: entries, their proofs, the checkpoint, an index to read."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from azalai.errors import StopError
from azalai.evidence import verifier as program
from azalai.evidence.export import CHECKPOINT, VKEY, program_file, vkeys
from azalai.evidence.page import page
from azalai.evidence.selecting import Found
from azalai.ledger import LedgerStorage, Verifier, make_proof, open_checkpoint
from azalai.ledger.log import prove_consistency
from azalai.ledger.note import encode_base64
from azalai.ledger.proof import format_proof
from azalai.store import Store
from azalai.store.record_rows import RecordRow
from azalai.store.seal import unseal

ENTRIES_MAX = program.PACKED_ENTRIES_MAX
LANGUAGES = ("fr", "en", "ar")


def write(
    path: Path, storage: LedgerStorage, note: bytes, key: Verifier, found: Sequence[Found],
    given: Mapping[str, bytes], *, earlier: Sequence[Verifier] = (), cosigned: bytes | None = None,
) -> None:  # fmt: skip
    """Write a pack (0600): `found` in order, all within the signed checkpoint `note`; `given` are
    the openings and receipts that go with them, `cosigned` the checkpoint that witnesses cosigned.
    StopError where it would be too big."""
    made, keys = path.with_name(f"{path.name}.new"), [key, *earlier]
    made.unlink(missing_ok=True)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            program.write_pack(file, _members(storage, note, keys, found, {
                **given, **_cosigned(storage, cosigned, note, keys)}))  # fmt: skip
        made.replace(path)
    except program.Refused as err:
        raise StopError(f"{path}: {err.said[1]}", fr=f"{path} : {err.said[0]}") from err
    finally:
        made.unlink(missing_ok=True)


def receipts(store: Store, records: Sequence[RecordRow]) -> dict[str, bytes]:
    """Each destination's evidence that it has a record, named by its delivery. They hold the
    message's idempotency key: whoever has one can ask for that message at the destination."""
    found = {}
    for record in records:
        for row in store.db.rows("deliveries", "list", destination=None, state=None,
                                 record=record.id, most=program.MEMBERS_MAX):  # fmt: skip
            sealed = store.db.row("integrity", "delivery", id=row[0])
            if sealed is not None and sealed[1] is not None:
                found[f"receipts/{row[0]}"] = unseal(
                    record.key, bytes(sealed[1]), "receipts", record.pseudonym, row[0]
                )
    return found


def _members(
    storage: LedgerStorage, note: bytes, keys: Sequence[Verifier], found: Sequence[Found],
    given: Mapping[str, bytes],
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    seal = open_checkpoint(note, keys, keys[0].name)
    head = program.Checkpoint(seal.origin, seal.size, seal.root)
    told = [(index, entry) for index, _, entry in found]
    for language in LANGUAGES:
        yield f"index.{language}.txt", program.index_text(told, head, language).encode()
    yield CHECKPOINT, note
    yield VKEY, vkeys(keys)
    yield "entries.ndjson", b"".join(b"%d %b\n" % (index, data) for index, data, _ in found)
    yield (
        "proofs.tlog-proof",
        b"".join(
            format_proof(make_proof(storage, index, note, seal.size)) for index, _, _ in found
        ),
    )
    yield from sorted(given.items())
    yield program.PROGRAM, program_file()
    yield program.PAGE, page()


def _cosigned(
    storage: LedgerStorage, cosigned: bytes | None, note: bytes, keys: Sequence[Verifier]
) -> dict[str, bytes]:
    """The cosigned checkpoint, and the hashes that show the pack's to extend it."""
    if cosigned is None:
        return {}
    first, second = (open_checkpoint(one, keys).size for one in (cosigned, note))
    if first > second:
        return {}
    path = prove_consistency(storage, first, second)
    proof = "".join(f"{encode_base64(node)}\n" for node in path).encode()
    return {program.COSIGNED: cosigned, program.COSIGNED_PROOF: proof}
