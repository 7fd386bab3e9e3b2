"""Agreements of the simulation, and messages that say what they are."""

import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from agreement_samples import SHARE, document, rules
from azalai.agreements import AgreementSet, DestinationFacts
from azalai.documents import Text
from azalai.mapping import NoPlace, Rendered, RenderJob
from azalai.pipeline.routing import Route, Routes
from faults.observer import KINDS

NAMES = [kind.name for kind in KINDS]
ALL = f"[ {', '.join(NAMES)} ]"
_WIDE = SHARE.replace("[ arrest ]", "[ arrest, locate ]").replace(", offences", "")
_ASK = "ask:\n  - rule: D1\n    if: { offences.code: [ theft ] }\n    basis: art. 7\n" + SHARE
OPEN_RULES = 0


@cache
def sets() -> list[AgreementSet]:
    """Sharing; wider with fewer fields; for one destination only; each for a person to release;
    over at midnight in Niamey (23:00 UTC)."""
    day = {"from_": "2026-01-01", "destinations": ALL}
    texts = [
        document(**day),
        document(_WIDE, version="2", **day),
        document(version="3", **(day | {"destinations": "[ relay ]"})),
        document(_ASK, version="4", **day),
        document(version="5", until="2026-11-24", **day),
    ]
    with tempfile.TemporaryDirectory() as folder:
        return [rules(Path(folder), text) for text in texts]


FACTS = {n: DestinationFacts(n, (), (), nominal=False, mark="test") for n in NAMES}


def routes(number: int) -> Routes:
    """All destinations under one of the sets."""
    made = [Route(FACTS[name], {"WantedPerson": name}) for name in NAMES]
    return Routes(made, sets()[number], _render)


def _render(jobs: Sequence[tuple[str, RenderJob]]) -> Sequence[Any]:
    return [_message(job) for _, job in jobs]


def _message(job: RenderJob) -> Rendered | NoPlace:
    if job.operation != "cancel" and job.record["reason"].startswith("sans place"):
        return NoPlace("Reason", Text("pas de place", "no place"))
    said = {"key": job.message_key, "operation": job.operation, "record": job.key,
            "version": job.record_version, "reason": job.cancel_reason,
            "fields": sorted(job.allowed or ())}  # fmt: skip
    return Rendered(json.dumps(said).encode(), ())
