"""One warrant of several is lifted: each holder gets what it had, less that warrant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from azalai import canonical
from azalai.errors import NotFoundError, StopError
from azalai.mapping import Rendered, Translated
from azalai.outbox import chain
from azalai.outbox.states import UNENDED
from azalai.pipeline.finding import hashed, normal
from azalai.pipeline.routing import Route, Routes, Told, correction_of, recall_of, tell, write
from azalai.records import meaning
from azalai.store import Store, Transaction, delivery_rows, notes, record_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.record_rows import NewVersion, RecordRow


@dataclass(slots=True)
class Lifted:
    """What lifting one warrant made: corrections and recalls by delivery, and the destinations
    that never had the warrant."""

    deliveries: list[int] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def lift_warrant(
    store: Store, record: RecordRow, number: str, reason: str, actor: str, routes: Routes,
    act: str = "",
) -> Lifted:  # fmt: skip
    """Take one warrant out of a record that keeps others, here and at every holder.

    One person is enough, and no agreement, window or pause keeps it back. Later files that still
    hold the warrant do not bring it back. NotFoundError; StopError for a record's only warrant.
    """
    content, without = taken_out(store, record, number)
    head = record_rows.version(store.db, record, record.head)
    with store.write() as tx:
        version, commitment = record_rows.add_version(tx, record, NewVersion(
            orjson.dumps(content), canonical.dumps(meaning(content)), "assert",
            head.as_of if head else None, reason,
        ))  # fmt: skip
        tx.db.do("records", "lift_warrant", record=record.id, reason=reason, at=tx.at,
                 lookup=_lookup(tx, number))  # fmt: skip
        tx.db.do("records", "set_head", id=record.id, head=version, in_force=1)
        tx.log("act", actor=actor, act="warrant_lifted", pseudonym=record.pseudonym, reason=reason,
               reference=hashed(tx.keys, number),
               note=notes.keep(tx, f"record/{record.pseudonym}", act))  # fmt: skip
        told = Told(record, record.record_key(), version, content, commitment, reason=reason)
        found = Lifted()
        anew = [route for route in routes.routes
                if _correct(tx, told, route, routes, without, found)]  # fmt: skip
        made = tell(tx, [told], replace(routes, routes=anew), None)
        for delivery in [*found.deliveries, *made]:
            delivery_rows.activate(tx, delivery_rows.get(tx.db, delivery))
    return found


def taken_out(
    store: Store, record: RecordRow, number: str
) -> tuple[dict[str, Any], Callable[[dict[str, Any]], dict[str, Any]]]:
    """The record in force less one warrant, and what takes it out of any other version of it.

    NotFoundError where it has no such warrant; StopError where it has no other.
    """
    head = record_rows.version(store.db, record, record.head)
    content = {} if head is None else record_rows.payload(record, head)
    if not record.in_force or not content.get("warrants"):
        raise NotFoundError("this record is not in force, or has no warrant",
                            fr="cette fiche n'est pas en vigueur, ou n'a pas de mandat")  # fmt: skip
    wanted = normal(number)

    def without(before: dict[str, Any]) -> dict[str, Any]:
        kept = [one for one in before.get("warrants", ())
                if normal(one.get("number") or "") != wanted]  # fmt: skip
        return {**before, "warrants": kept}

    made = without(content)
    if len(made["warrants"]) == len(content["warrants"]):
        raise NotFoundError("this record has no such warrant",
                            fr="cette fiche n'a pas ce mandat")  # fmt: skip
    if not made["warrants"]:
        raise StopError("it is this record's only warrant", hint="lift the record: leave --warrant out",
                        fr="c'est le seul mandat de cette fiche",
                        hint_fr="levez la fiche : sans --warrant")  # fmt: skip
    return made, without


def still_standing(
    tx: Transaction, lifted: Mapping[bytes, str], result: Translated
) -> Translated:  # fmt: skip
    """What a file says, less the warrants that were `lifted` by hand (the reason by the HMAC of the
    number); with none left it withdraws."""
    if result.withdraw:
        return result
    content = orjson.loads(result.record)
    gone = [reason for one in content.get("warrants", ())
            if (reason := lifted.get(_lookup(tx, one.get("number") or "")))]  # fmt: skip
    if not gone:
        return result
    content["warrants"] = [one for one in content["warrants"]
                           if _lookup(tx, one.get("number") or "") not in lifted]  # fmt: skip
    return replace(
        result, record=orjson.dumps(content), meaning=canonical.dumps(meaning(content)),
        withdraw=None if content["warrants"] else gone[0], persons=None,
    )  # fmt: skip


def _correct(
    tx: Transaction, told: Told, route: Route, routes: Routes,
    without: Callable[[dict[str, Any]], dict[str, Any]], found: Lifted,
) -> bool:  # fmt: skip
    """Correct one holder; whether something that has not left must be told there anew."""
    links = delivery_rows.links(tx.db, told.record.id, route.facts.name)
    if any(link.operation == "cancel" and link.state in UNENDED for link in links):
        return False  # it is being taken back whole
    unsent = [link for link in chain.untried(links) if link.version < told.version]
    for link in unsent:
        delivery_rows.end(tx, delivery_rows.get(tx.db, link.id), "withdrawn", "warrant_lifted",
                          advance=False)  # fmt: skip
    anew = any(link.state != "staged" for link in unsent)
    if chain.holding(links).any and told.record.kind in route.mappings:
        had = _had(tx, links)
        if any(path.split(".")[0] == "warrants" for path in had.fields):
            found.deliveries += _write(tx, told, route, routes, had, without)
        else:
            found.without.append(route.facts.name)
    return anew


def _had(tx: Transaction, links: Sequence[chain.Link]) -> Delivery:
    """The last delivery that the destination has, or may have."""
    last = next(link for link in reversed(links) if link.operation != "cancel"
                and (link.state == "delivered" or (link.tried and link.state != "refused")))  # fmt: skip
    return delivery_rows.get(tx.db, last.id)


def _write(
    tx: Transaction, told: Told, route: Route, routes: Routes, had: Delivery,
    without: Callable[[dict[str, Any]], dict[str, Any]],
) -> list[int]:  # fmt: skip
    """A correction with the fields that it had; a recall where the message has no place for it."""
    version = record_rows.version(tx.db, told.record, had.version)
    if version is None:
        raise NotFoundError(f"no version {had.version}")
    wanted = correction_of(told, route, routes.rules, had,
                           without(record_rows.payload(told.record, version)))  # fmt: skip
    [result] = routes.render([(route.mappings[told.record.kind], wanted.job)])
    if not isinstance(result, Rendered):
        recall = recall_of(tx, told, route, routes.rules)
        [result] = routes.render([(route.mappings[told.record.kind], recall.job)])
        return write(tx, recall, result, routes, None)
    return write(tx, wanted, result, routes, None)


def _lookup(tx: Transaction, number: str) -> bytes:
    return tx.keys.lookup(f"warrant\x00{normal(number)}")
