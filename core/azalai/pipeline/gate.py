"""The end of an input: accepted, and its deliveries leave; or held whole, with evidence."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from azalai.clock import format_instant
from azalai.documents import Text
from azalai.mapping import InboundMapping, Limit
from azalai.plugin.format import Ending, Finding
from azalai.store import Store, Transaction, cell_rows, delivery_rows, run_rows
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
        found.append(_finding("AZ-H010", f"le fichier annonce {ending.stated} fiches, "
                              f"{counts['read']} ont été lues",
                              f"the file states {ending.stated} records, "
                              f"{counts['read']} were read"))  # fmt: skip
    first = not store.db.row(
        "runs",
        "accepted_before",
        feed=run.feed,
    )[0]  # type: ignore[index]
    if evidence.complete or counts["read"]:  # else the reason is told already
        found += _expected(store, run, counts, mappings, first=first)
    if held_at_first:
        found += _first_uses(store, run, first=first)
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
    for (delivery,) in tx.db.rows("runs", "staged", run=run.id):
        delivery_rows.activate(tx, delivery_rows.get(tx.db, delivery))
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
    tx.db.do("records", "forget_seen", run=run.id)


def _resettle(tx: Transaction, run: Run, state: str) -> None:
    tx.db.do("runs", "settle", id=run.id, state=state, counts=json.dumps(run.counts),
             findings=json.dumps(run.findings, ensure_ascii=False), at=format_instant(tx.now))  # fmt: skip
    log_run(tx, run, state, Counter(run.counts))


def log_run(tx: Transaction, run: Run, state: str, counts: Counter[str]) -> None:
    """The ledger's entry of a run with all its counts; the last one of a run holds."""
    tx.log("run", run=run.id, feed=run.feed, state=state, input=run.input_digest,
           mapping=run.mapping, counts={t: counts[t] for t in run_rows.RUN_TERMS})  # fmt: skip


def _expected(
    store: Store, run: Run, counts: Counter[str], mappings: Sequence[InboundMapping], *, first: bool
) -> list[Finding]:
    """`expect:` of the feed's mappings; the brake looks at what enters, changes and leaves."""
    found = []
    row = store.db.row("records", "count_in_force", feed=run.feed)
    before = int(row[0]) if row else 0
    bad = counts["rejected"] + counts["unreadable"]
    for mapping in mappings:
        expect = mapping.expect
        if expect.records_min is not None and counts["read"] < expect.records_min:
            found.append(_bound("AZ-H001", "read", counts["read"], "records_min"))
        if expect.records_max is not None and counts["read"] > expect.records_max:
            found.append(_bound("AZ-H002", "read", counts["read"], "records_max"))
        found += _over("AZ-H003", "rejects_max", expect.rejects_max, bad, counts["read"])
        if not first:
            found += _over("AZ-H004", "new_max", expect.new_max, counts["new"], before)
            found += _over("AZ-H005", "changed_max", expect.changed_max, counts["changed"], before)
            found += _over("AZ-H006", "withdrawn_max", expect.withdrawn_max, counts["withdrawn"],
                           before)  # fmt: skip
    return list(dict.fromkeys(found))


def _over(code: str, name: str, limit: Limit | None, count: int, of: int) -> list[Finding]:
    if limit is None or limit.allows(count, of):
        return []
    return [_bound(code, f"{count} / {of}", count, name)]


def _bound(code: str, what: str, count: int, name: str) -> Finding:
    return _finding(code, f"seuil dépassé, passe retenue : {name} ({what} : {count})",
                    f"over the limit, the run is held: {name} ({what}: {count})")  # fmt: skip


def _first_uses(store: Store, run: Run, *, first: bool) -> list[Finding]:
    found = []
    if first:
        found.append(_finding("AZ-H020", "première passe de ce flux", "first run of this feed"))
    subjects = [f"destination/{d}" for (d,) in store.db.rows("runs", "destinations", run=run.id)]
    subjects += [f"agreement/{a}" for (a,) in store.db.rows("runs", "agreements_used", run=run.id)]
    found += [
        _finding("AZ-H021", f"premier emploi de {subject}", f"first use of {subject}")
        for subject in subjects
        if store.db.row("runs", "started", subject=subject) is None
    ]
    return found


def _finding(code: str, fr: str, en: str) -> Finding:
    todo = Text("regardez avec « azalai feed show », puis « feed release » ou « feed discard ».",
                "look with `azalai feed show`, then `feed release` or `feed discard`.")  # fmt: skip
    return Finding(code, Text(fr, en), todo)
