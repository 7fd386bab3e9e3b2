"""Who looked into the ledger, at whom, why: an entry before anything is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from azalai.canonical import digest
from azalai.evidence import verifier as program
from azalai.store import Store, notes

SUBJECT = "ledger"
AT_ONCE = 1000
"""Pseudonyms in one entry: far below the 64 KiB that an entry may have."""


def consulted(
    store: Store, actor: str, purpose: str, reason: str, pseudonyms: Sequence[str] = (),
    given: Mapping[str, str] | None = None, **facts: Any,
) -> str:  # fmt: skip
    """Log a consultation, committed when this returns. `reason` is sealed, the entry has its
    commitment, which is given back. `given` are the files that go out with it, name to SHA-256:
    the verifier finds the entry by what they are."""
    if given:
        facts["disclosed"] = program.disclosed(given.items())
    with store.write() as tx:
        note = facts["note"] = notes.keep(tx, SUBJECT, reason)
        if not pseudonyms:
            tx.log("consulted", actor=actor, purpose=purpose, subject=SUBJECT, **facts)
        for at in range(0, len(pseudonyms), AT_ONCE):
            tx.log("consulted", actor=actor, purpose=purpose, subject=SUBJECT,
                   pseudonyms=list(pseudonyms[at : at + AT_ONCE]), **facts)  # fmt: skip
    return note


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Each file's SHA-256, as `given` wants them."""
    return {name: digest(data) for name, data in files.items()}
