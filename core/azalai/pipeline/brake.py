"""What holds a run: `expect:`, the brake on what enters, changes and leaves, held at first."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from azalai.documents import Text
from azalai.mapping import InboundMapping, Limit
from azalai.plugin.format import Finding
from azalai.store import Store, record_rows
from azalai.store.run_rows import Run

NOT_STATED = {
    "new_max": Limit(share=Fraction(1)),
    "changed_max": Limit(share=Fraction(1, 5)),
    "withdrawn_max": Limit(share=Fraction(1, 10)),
}
"""The brake of a mapping that states none; `no limit` waives one."""
FLOOR = 20
"""A brake that nobody stated does not look at so few records."""

_SHOWN = {
    "AZ-H003": ("non traduites", "rejected", "rejects_max"),
    "AZ-H004": ("nouvelles", "new", "new_max"),
    "AZ-H005": ("modifiées", "changed", "changed_max"),
    "AZ-H006": ("retirées", "withdrawn", "withdrawn_max"),
}


def expected(
    store: Store, run: Run, counts: Counter[str], mappings: Sequence[InboundMapping], *, first: bool
) -> list[Finding]:
    """Every limit that a whole reading is over; a first run has nothing to be compared with."""
    found = []
    row = store.db.row("records", "count_in_force", feed=run.feed)
    before = int(row[0]) if row else 0
    bad = counts["rejected"] + counts["unreadable"]
    for mapping in mappings:
        expect = mapping.expect
        low, high = expect.records_min, expect.records_max
        if low is not None and counts["read"] < low:
            found.append(finding("AZ-H001", run, f"{counts['read']} fiches lues, au moins {low} "
                                 "attendues (records_min)", f"{counts['read']} records were read, "
                                 f"at least {low} expected (records_min)"))  # fmt: skip
        if high is not None and counts["read"] > high:
            found.append(finding("AZ-H002", run, f"{counts['read']} fiches lues, au plus {high} "
                                 "attendues (records_max)", f"{counts['read']} records were read, "
                                 f"at most {high} expected (records_max)"))  # fmt: skip
        found += _over("AZ-H003", run, expect.rejects_max, bad, counts["read"])
        if not first:
            found += _over("AZ-H004", run, expect.new_max, counts["new"], before)
            found += _over("AZ-H005", run, expect.changed_max, counts["changed"], before)
            found += _over("AZ-H006", run, expect.withdrawn_max, counts["withdrawn"], before)
    return list(dict.fromkeys(found))


def contradictions(store: Store, run: Run) -> list[Finding]:
    """A file that holds everything says a thing once: a key with two contents holds the run."""
    rows = store.db.rows("records", "twice_in_run", run=run.id)
    if not rows:
        return []
    places = [_places(store, record, first, last) for record, first, last, _ in rows]
    fr = ", ".join(f"{a} et {b}" for a, b in places)
    en = ", ".join(f"{a} and {b}" for a, b in places)
    return [finding("AZ-H011", run,
                    f"{rows[0][3]} clé(s) portent deux contenus dans ce fichier : lignes {fr}",
                    f"{rows[0][3]} key(s) have two contents in this file: lines {en}")]  # fmt: skip


def _places(store: Store, number: int, *versions: int) -> tuple[str, str]:
    """Where the two stand: their lines, or their numbers in the file."""
    record = record_rows.by_id(store.db, store.keys, number)
    found = []
    for version in versions:
        made = record_rows.version(store.db, record, version)
        origin = record_rows.payload(record, made).get("provenance", {}) if made else {}
        found.append(str(origin.get("line") or origin.get("number") or "?"))
    return found[0], found[1]


def first_uses(store: Store, run: Run, *, first: bool) -> list[Finding]:
    """Held at first: a feed's first run, the first use of a destination or an agreement."""
    found = []
    if first:
        found.append(finding("AZ-H020", run, "première passe de ce flux", "first run of this feed"))
    subjects = [f"destination/{d}" for (d,) in store.db.rows("runs", "destinations", run=run.id)]
    subjects += [f"agreement/{a}" for (a,) in store.db.rows("runs", "agreements_used", run=run.id)]
    found += [
        finding("AZ-H021", run, f"premier emploi de {subject}", f"first use of {subject}")
        for subject in subjects
        if store.db.row("runs", "started", subject=subject) is None
    ]
    return found


def finding(code: str, run: Run, fr: str, en: str) -> Finding:
    """Something that holds a run, and the two lines that end it."""
    return Finding(code, Text(fr, en), Text(
        f"azalai feed release {run.feed}, ou azalai feed discard {run.feed} --reason …",
        f"azalai feed release {run.feed}, or azalai feed discard {run.feed} --reason …"))  # fmt: skip


def _over(code: str, run: Run, stated: Limit | None, count: int, of: int) -> list[Finding]:
    fr, en, name = _SHOWN[code]
    limit = stated or NOT_STATED.get(name)
    if limit is None or limit.allows(count, of) or (stated is None and count <= FLOOR):
        return []
    most = limit.number if limit.share is None else f"{float(limit.share * 100):g} %"
    default = ("", "") if stated else (", sans ligne dans expect:", ", no line in expect:")
    return [finding(
        code, run,
        f"seuil dépassé, passe retenue : {fr} {count} sur {of}, permis {most} ({name}{default[0]})",
        f"over the limit, the run is held: {en} {count} of {of}, {most} allowed "
        f"({name}{default[1]})")]  # fmt: skip
