"""Search of the ledger: entered first, then answered."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from azalai.errors import StopError
from azalai.evidence.consulting import consulted
from azalai.evidence.selecting import Found, Wanted, select
from azalai.store import Store

_CODE = re.compile(r"[A-Za-z0-9_./@:+-]{1,64}")


def search(store: Store, wanted: Wanted, actor: str, reason: str) -> Iterator[Found]:
    """The entries that are wanted, among those that were there before the search; the search is
    an entry itself, committed before the first is given. `reason` is sealed. StopError for what
    is not a code of ours: what is searched for stands in the ledger, so a name may not."""
    size = store.ledger.head().size
    facts = {name: value for name, value in asdict(wanted).items() if value is not None}
    pseudonyms: Sequence[str] = sorted(facts.pop("pseudonyms", ()))
    for hashed in facts.pop("references"):
        facts["case"] = hashed
    for name, value in facts.items():
        if not _CODE.fullmatch(value):
            raise StopError(f"{name}: not a code, as they stand in the ledger",
                            fr=f"{name} : ce n'est pas un code, tel qu'inscrit au registre")  # fmt: skip
    given = {f"by_{name}": value for name, value in facts.items()}
    consulted(store, actor, "ledger_search", reason, pseudonyms, **given)
    return select(store.ledger, size, wanted)
