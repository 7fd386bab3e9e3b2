"""The end of an input: accepted, and its deliveries leave; or held whole, with evidence."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from azalai.clock import format_instant
from azalai.mapping import InboundMapping
from azalai.pipeline import brake
from azalai.plugin.format import Ending, Finding
from azalai.store import Store, Transaction, cell_rows, delivery_rows, raw_rows, run_rows
from azalai.store.run_rows import Run


@dataclass(slots=True)
class Evidence:
    """What a reading of a whole input found: what holds it, and its own statement of its end."""

    findings: list[Finding] = field(default_factory=list)
    ending: Ending | None = None
    complete: bool = True


def findings_of(
    store: Store, run: Run, counts: Counter[str], mappings: Sequence[InboundMapping],
    evidence: Evidence, *, held_at_first: bool,
) -> list[Finding]:  # fmt: skip
    """All that holds a run: the input's own findings, `expect:`, the brake, held at first."""
    found = list(evidence.findings)
    ending = evidence.ending
    if ending is not None and ending.stated is not None and ending.stated != counts["read"]:
        found.append(brake.finding("AZ-H010", run, f"le fichier annonce {ending.stated} fiches, "
                              f"{counts['read']} ont été lues",
                              f"the file states {ending.stated} records, "
                              f"{counts['read']} were read"))  # fmt: skip
    first = not store.db.row(
        "runs",
        "accepted_before",
        feed=run.feed,
    )[0]  # type: ignore[index]
    if any(m.lifecycle.file_holds == "everything" for m in mappings):
        found += brake.contradictions(store, run)
    if evidence.complete or counts["read"]:  # else the reason is told already
        found += brake.expected(store, run, counts, mappings, first=first)
    if held_at_first:
        found += brake.first_uses(store, run, first=first)
    return found


def settle(
    tx: Transaction, run: Run, counts: Counter[str], mappings: Sequence[InboundMapping],
    findings: Sequence[Finding],
) -> str:  # fmt: skip
    """Write the verdict: `accepted` or `held`."""
    state = "held" if findings else "accepted"
    shown = [{"code": f.code, **f.what._asdict(), "todo_fr": f.todo.fr, "todo_en": f.todo.en}
             for f in findings]  # fmt: skip
    tx.db.do("runs", "settle", id=run.id, state=state, counts=json.dumps(counts),
             findings=json.dumps(shown, ensure_ascii=False), at=tx.at)  # fmt: skip
    log_run(tx, run, state, counts)
    if state == "held":
        tx.log("held", subject=f"run/{run.id}", reason=findings[0].code, feed=run.feed)
    else:
        enforce(tx, run, mappings)
    return state


def enforce(tx: Transaction, run: Run, mappings: Sequence[InboundMapping]) -> None:
    """Put an accepted run in force: heads move, staged deliveries become due, waiting or held."""
    whole = [m.kind for m in mappings if m.lifecycle.file_holds == "everything"]
    tx.db.do("records", "accept_run", run=run.id)
    cell_rows.accept(tx, run.feed, run.id, whole=len(whole) == len(mappings))
    if whole:
        tx.db.do("records", "reset_missed", run=run.id)
        tx.db.do("records", "add_missed", run=run.id, feed=run.feed, kinds=json.dumps(whole))
        tx.db.do("records", "unlock_dropped", run=run.id, feed=run.feed)
    delivery_rows.activate_run(tx, run.id)
    for (destination,) in tx.db.rows("runs", "destinations", run=run.id):
        tx.db.do("runs", "start", subject=f"destination/{destination}", at=tx.at)
    for (agreement,) in tx.db.rows("runs", "agreements_used", run=run.id):
        tx.db.do("runs", "start", subject=f"agreement/{agreement}", at=tx.at)
    tx.db.do("records", "forget_seen", run=run.id)


def release(tx: Transaction, run: Run, mappings: Sequence[InboundMapping], actor: str) -> None:
    """A person lets a held run go."""
    _resettle(tx, run, "accepted")
    tx.log("released", subject=f"run/{run.id}", actor=actor, feed=run.feed)
    enforce(tx, run, mappings)


def discard(tx: Transaction, run: Run, actor: str, note: str) -> None:
    """A held run leaves nothing in force: its deliveries end `withdrawn`, its counts stay."""
    _resettle(tx, run, "discarded")
    tx.log("act", actor=actor, act="run_discarded", subject=f"run/{run.id}", note=note)
    for (delivery,) in tx.db.rows("runs", "staged", run=run.id):
        delivery_rows.end(tx, delivery_rows.get(tx.db, delivery), "withdrawn", "run_discarded",
                          advance=False)  # fmt: skip
    cell_rows.discard(tx, run.id)
    raw_rows.discard(tx, run.id)
    tx.db.do("records", "forget_seen", run=run.id)


def _resettle(tx: Transaction, run: Run, state: str) -> None:
    tx.db.do("runs", "settle", id=run.id, state=state, counts=json.dumps(run.counts),
             findings=json.dumps(run.findings, ensure_ascii=False), at=format_instant(tx.now))  # fmt: skip
    log_run(tx, run, state, Counter(run.counts))


def log_run(tx: Transaction, run: Run, state: str, counts: Counter[str]) -> None:
    """The ledger's entry of a run with all its counts; the last one of a run holds."""
    tx.log("run", run=run.id, feed=run.feed, state=state, input=run.input_digest,
           mapping=run.mapping, counts={t: counts[t] for t in run_rows.RUN_TERMS})  # fmt: skip
