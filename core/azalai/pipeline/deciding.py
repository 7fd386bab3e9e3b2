"""`record same`: a person says whether two records are about one act."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from azalai.errors import NotFoundError
from azalai.pipeline.duplicates import REPLACED, in_question
from azalai.pipeline.lifting import lift
from azalai.pipeline.routing import Routes, Told, tell
from azalai.store import Store, Transaction, delivery_rows, link_rows, record_rows
from azalai.store.record_rows import RecordRow

Verdict = Literal["same", "different"]


def decide_link(
    store: Store, routes: Routes, one: RecordRow, other: RecordRow, verdict: Verdict, actor: str,
    lead: RecordRow | None = None,
) -> list[int]:  # fmt: skip
    """Decide a link, for good; the recalls that this opens.

    `same`: `lead` is sent (by default the one that came first) and the other follows: what is kept
    back of it is withdrawn, and what was told of it is recalled as `replaced`. `different`: both are
    sent as the agreements allow. NotFoundError where the two are not linked.
    """
    link = link_rows.between(store.db, one.id, other.id)
    if link is None:
        raise NotFoundError("these records have no act in common",
                            fr="ces fiches n'ont aucun acte en commun")  # fmt: skip
    first = one if link.earlier == one.id else other
    leading = lead or first
    following = other if leading.id == one.id else one
    same = verdict == "same"
    with store.write() as tx:
        link_rows.put(tx, link.earlier, link.later, verdict, leading.id if same else None)
        tx.log("act", actor=actor, act="record_same", verdict=verdict, pseudonym=one.pseudonym,
               other=other.pseudonym, lead=leading.pseudonym if same else "")  # fmt: skip
        for record in (leading, following):
            _told_anew(tx, routes, record)
        row = tx.db.row("links", "told", record=following.id)
    recall = same and row is not None and row[0] and in_question(following)
    return lift(store, following, REPLACED, actor, routes) if recall else []


def differing(left: dict[str, Any], right: dict[str, Any]) -> tuple[int, list[str]]:
    """How many fields of two records are equal, and the names of those that are not; no values."""
    one, other = dict(_flat(left)), dict(_flat(right))
    apart = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return len({*one, *other}) - len(apart), apart


def _told_anew(tx: Transaction, routes: Routes, record: RecordRow) -> None:
    """What was kept back because of a link is decided again, and leaves if nothing else keeps it."""
    kept = [delivery_rows.get(tx.db, number)
            for (number,) in tx.db.rows("links", "kept_back", record=record.id)]  # fmt: skip
    for version, run in sorted({(one.version, one.run) for one in kept}, key=str):
        mine = [one for one in kept if (one.version, one.run) == (version, run)]
        for one in mine:
            delivery_rows.end(tx, one, "withdrawn", "decided_again", advance=False)
        found = record_rows.version(tx.db, record, version)
        if found is None:
            continue
        content, commitment = record_rows.content(record, found)
        told = Told(record, record.record_key(), version, content, commitment)
        places = {one.destination for one in mine}
        only = replace(routes, routes=[r for r in routes.routes if r.facts.name in places])
        staged = {one.destination for one in mine if one.state == "staged"}
        for number in tell(tx, [told], only, run):
            fresh = delivery_rows.get(tx.db, number)
            if fresh.state == "staged" and fresh.destination not in staged:
                delivery_rows.activate(tx, fresh)
        for one in mine:
            delivery_rows.promote(tx, one)


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("provenance", "key"):
                yield from _flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _flat(inner, f"{name}[{at}]")
    else:
        yield name, repr(value)
