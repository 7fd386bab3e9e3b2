"""Who may have a version: one decision and one rendered message for each destination."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from azalai.agreements import AgreementSet, Decider, Decision, DestinationFacts
from azalai.clock import format_instant
from azalai.documents import NOTHING, Text
from azalai.mapping import NoPlace, Rendered, RenderJob
from azalai.outbox import chain
from azalai.outbox.chain import Link
from azalai.pipeline.duplicates import FOLLOWS, SAME_ACT, Acts
from azalai.pipeline.finding import hashed_in
from azalai.pipeline.lessening import taken_away, touches
from azalai.pipeline.passing_on import note, restricted
from azalai.pipeline.staying import had, what_becomes
from azalai.store import Transaction, delivery_rows, past_rows, record_rows
from azalai.store.delivery_rows import CORRECTION, Delivery, NewDelivery
from azalai.store.past_rows import Past
from azalai.store.record_rows import RecordRow

RECALL_RULE = "azalai/recall"
NO_PLACE_RULE = "azalai/no_place"
EXPIRED_RULE = "azalai/expired"
EXPIRED = Text("La fiche a passé son échéance et a été radiée pour cela.",
               "The record is past its day, and was recalled for that.")  # fmt: skip

CORRECTED = Text("Une correction qui ne fait que retirer n'est jamais retenue.",
                 "A correction that only takes away is never withheld.")  # fmt: skip

Render = Callable[[Sequence[tuple[str, RenderJob]]], Sequence[Any]]

_CARRIED = ("issuing_country", "handling", "not_for", "review_on", "expires_on")
"""What the ledger repeats of a record: domain.md section 5, restrictions and retention."""
NAME_MAX = 200
_JOINED = re.compile(r"@([0-9a-f]{12}):")  # formats/join_index.py: `marques.csv@3fa4c2d1b0aa:12`


@dataclass(frozen=True, slots=True)
class Route:
    """One destination: its facts, and for each kind the name of its outbound mapping, what its
    messages are (`application/xml` where nothing is said), and the mapping as the ledger names it
    (`wapis_style_wanted_person@3`)."""

    facts: DestinationFacts
    mappings: Mapping[str, str]
    media_types: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def media_type(self, kind: str) -> str:
        """The Content-Type of a kind's message."""
        return self.media_types.get(kind, "application/xml")


@dataclass(frozen=True, slots=True)
class Routes:
    """All destinations, the rules in force, and what renders."""

    routes: Sequence[Route]
    rules: AgreementSet
    render: Render
    lead: Sequence[str] = ()
    """Feeds in the order in which one of two records about one act is sent (`lead:`)."""


@dataclass(slots=True)
class Told:
    """A version that destinations are told of, and the decisions made on it."""

    record: RecordRow
    record_key: str
    version: int
    content: dict[str, Any]
    commitment: str
    operation: str = "assert"
    reason: str | None = None
    data: bytes = b""
    """The content as JSON, where it is at hand."""
    stands: str = ""
    expired: bool = False
    decisions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Wanted:
    """A message to be rendered, and the delivery that it becomes."""

    told: Told
    route: Route
    job: RenderJob
    new: dict[str, Any]


def tell(tx: Transaction, told: Sequence[Told], routes: Routes, run: int | None) -> list[int]:
    """Decide, render and write the deliveries of new versions, all `staged`; their ids.

    What one version is owed follows from the chain to each destination, so versions of one record
    must not stand twice in `told`.
    """
    if not told:
        return []
    wanted: list[Wanted] = []
    made: list[NewDelivery] = []
    records = [one.record.id for one in told]
    chains, past = delivery_rows.chains(tx.db, records), past_rows.of_all(tx.db, records)
    for route in routes.routes:
        note(tx, routes.rules, route.facts)
    deciders = [Decider(routes.rules, route.facts, tx.now) for route in routes.routes]
    acts = Acts(tx, [(one.record, one.content) for one in told if one.operation == "assert"],
                routes.lead)  # fmt: skip
    for one in told:
        if one.operation == "assert":
            one.stands = acts.look(one.record)
            one.expired = _recalled_by_date(one, past.get(one.record.id, {}))
        for route, decider in zip(routes.routes, deciders, strict=True):
            chained = chains.get((one.record.id, route.facts.name), [])
            wanted += _for_destination(tx, one, route, decider, routes.rules, run, chained, made)
    acts.keep()
    if wanted:
        jobs = [(w.route.mappings[w.told.record.kind], w.job) for w in wanted]
        for want, result in zip(wanted, routes.render(jobs), strict=True):
            made += _became(tx, want, result, routes, run)
    for one in told:
        log_recorded(tx, one, run)
    return delivery_rows.add_all(tx, made)


def _recalled_by_date(told: Told, known: Mapping[str, Past]) -> bool:
    """Whether a record is past a day because of which it was recalled: a later day brings it back."""
    return any(
        (past := known.get(what)) is not None and past.state == "recalled"
        and (told.content.get(field) or past.found_on) < past.found_on
        for what, field in past_rows.FIELDS.items()
    )  # fmt: skip


def log_recorded(tx: Transaction, told: Told, run: int | None) -> None:
    """The entry of a version, with all the decisions on it."""
    tx.log("recorded", pseudonym=told.record.pseudonym, version=told.version, run=run or 0,
           operation=told.operation, commitment=told.commitment, kind=told.record.kind,
           purpose=told.content.get("purpose", ""),
           ground=told.content.get("legal_ground", ""), decisions=told.decisions,
           references=hashed_in(tx.keys, told.content), system=told.record_key.split("/")[0],
           **_origin(told.content))  # fmt: skip


def _origin(content: dict[str, Any]) -> dict[str, Any]:
    """Whose record it is, by which mapping, and until when: codes and dates, no text of it."""
    source = content.get("provenance", {})
    facts = {name: content[name] for name in _CARRIED if name in content}
    if agency := content.get("issuing_agency"):  # the manifest's, of no record
        facts["issuing_agency"] = " ".join(agency.split())[:NAME_MAX]
    if joined := _JOINED.findall(source.get("part") or ""):
        facts["joined"] = joined  # combination: the files, by their digest, that it is made of too
    if "mapping" in source:
        facts["mapping"] = f"{source['mapping']}@{source.get('mapping_version', '')}"
    return facts | ({"feed": source["feed"]} if "feed" in source else {})


def _for_destination(
    tx: Transaction, told: Told, route: Route, decider: Decider, rules: AgreementSet,
    run: int | None, chained: Sequence[Link], made: list[NewDelivery],
) -> list[Wanted]:  # fmt: skip
    links = [link for link in chained if link.version <= told.version]  # an older one, made anew
    if run is None:  # by hand: the cancel of a held run may be discarded with it
        links = [k for k in links if (k.state, k.operation) != ("staged", "cancel")]
    present = chain.operation_after(links) == "update"
    has_mapping = told.record.kind in route.mappings
    if told.operation == "withdraw":
        return [recall_of(tx, told, route, rules)] if present and has_mapping else []
    decision = decider.decide(told.content)
    if decision.verdict != "withhold" and not has_mapping:
        decision = _no_place(decision, "kind", NOTHING)
    if decision.verdict != "withhold" and told.stands == SAME_ACT:
        decision = replace(decision, verdict="withhold", rule=SAME_ACT, sentence=FOLLOWS, by=None,
                           fields=frozenset())  # fmt: skip
    if told.expired:
        decision = replace(decision, verdict="withhold", rule=EXPIRED_RULE, sentence=EXPIRED,
                           by=None, fields=frozenset())  # fmt: skip
    if decision.verdict == "withhold":
        made.append(_withheld(told, route, decision, rules.digest, run))
        if not (present and has_mapping):
            return []
        last = had(tx.db, links)
        becomes = what_becomes(tx.db, rules, route.facts, told.content, decision, last, tx.now)
        if last is None or becomes not in ("keep", "ask"):
            return [recall_of(tx, told, route, rules)]
        return _less_there(tx, told, route, rules, last)
    operation = "update" if present else "create"
    key = delivery_rows.new_key()
    content = restricted(told.content, rules, route.facts, tx.now)
    job = RenderJob(operation, told.record_key, content, decision.fields, key, told.version,
                    data=told.data if content is told.content else b"")  # fmt: skip
    new = facts_of(decision, rules.digest) | {"operation": operation, "idempotency_key": key}
    if told.stands:  # kept back for a person, whatever the agreements say
        new |= {"ask_by": new["ask_by"] or "one_person", "last_reason": told.stands}
    return [Wanted(told, route, job, new)]


def _less_there(
    tx: Transaction, told: Told, route: Route, rules: AgreementSet, last: Delivery
) -> list[Wanted]:
    """What stays there after its agreement has ended loses what the source takes away."""
    before = record_rows.version(tx.db, told.record, last.version)
    gone = frozenset[str]()
    if before is not None:
        gone = taken_away(record_rows.payload(told.record, before), told.content)
    return (
        [correction_of(told, route, rules, last, told.content)]
        if touches(gone, last.fields)
        else []
    )


def correction_of(
    told: Told, route: Route, rules: AgreementSet, last: Delivery, content: dict[str, Any]
) -> Wanted:  # fmt: skip
    """An update with the fields that a destination had by its `last` delivery, and no others: what
    only takes away is never withheld."""
    key = delivery_rows.new_key()
    job = RenderJob("update", told.record_key, content, frozenset(last.fields), key, told.version)
    return Wanted(told, route, job, {
        "operation": "update", "rule": CORRECTION, "basis": last.basis, "agreement": last.agreement,
        "sentence": CORRECTED, "rules_digest": rules.digest, "fields": last.fields,
        "reason": told.reason, "idempotency_key": key, "priority": 0,
    })  # fmt: skip


def write(tx: Transaction, want: Wanted, result: Any, routes: Routes, run: int | None) -> list[int]:
    """Write what a message became: a staged delivery, or why there is none; their ids."""
    return delivery_rows.add_all(tx, _became(tx, want, result, routes, run))


def _became(
    tx: Transaction, want: Wanted, result: Any, routes: Routes, run: int | None
) -> list[NewDelivery]:
    if isinstance(result, Rendered):
        new = NewDelivery(record=want.told.record, version=want.told.version,
                          destination=want.route.facts.name, state="staged", run=run,
                          body=result.body, media_type=want.route.media_type(want.told.record.kind),
                          mapping=want.route.labels.get(want.told.record.kind),
                          **want.new)  # fmt: skip
        for loss in result.losses:
            if run is not None:
                tx.lose(run, new.destination, loss.field, loss.element, loss.why)
        decided = logged(want.route, want.new["rule"], want.new["operation"])
        want.told.decisions.append(
            decided | ({"mapping": new.mapping} if new.mapping is not None else {})
        )
        return [new]
    element, why = (result.element, result.why) if isinstance(result, NoPlace) else ("", result.why)
    decision = _no_place(None, element, why)
    made = [_withheld(want.told, want.route, decision, routes.rules.digest, run)]
    if want.job.operation == "update":
        again = recall_of(tx, want.told, want.route, routes.rules)
        [body] = routes.render([(want.route.mappings[want.told.record.kind], again.job)])
        made += _became(tx, again, body, routes, run) if isinstance(body, Rendered) else []
    return made


def recall_of(tx: Transaction, told: Told, route: Route, rules: AgreementSet) -> Wanted:
    """A recall: the reference and the reason, whatever the agreements say."""
    without = "expired" if told.expired else "sharing_ended"
    reason = told.reason if told.operation == "withdraw" else without
    key = delivery_rows.new_key()
    job = RenderJob("cancel", told.record_key, told.content, None, key, told.version,
                    cancel_reason=reason or "not_stated",
                    cancelled_on=tx.now.date().isoformat())  # fmt: skip
    sentence = Text("Une radiation n'est jamais retenue.", "A recall is never withheld.")
    return Wanted(told, route, job, {
        "operation": "cancel", "rule": RECALL_RULE, "basis": "", "agreement": "",
        "sentence": sentence, "rules_digest": rules.digest, "reason": reason or "not_stated",
        "idempotency_key": key,
    })  # fmt: skip


def _withheld(
    told: Told, route: Route, decision: Decision, digest: str, run: int | None
) -> NewDelivery:
    told.decisions.append(logged(route, decision.rule, "withheld"))
    return NewDelivery(
        record=told.record, version=told.version, destination=route.facts.name, run=run,
        operation="create", state="withheld", **facts_of(decision, digest),
    )  # fmt: skip


def facts_of(decision: Decision, digest: str) -> dict[str, Any]:
    """What a delivery keeps of the decision that it comes from."""
    until = decision.holds_until
    return {
        "rule": decision.rule, "basis": decision.basis, "agreement": decision.agreement,
        "sentence": decision.sentence, "rules_digest": digest, "fields": _in_order(decision.fields),
        "ask_by": decision.by if decision.verdict == "ask" else None,
        "holds_until": None if until is None else format_instant(until),
    }  # fmt: skip


@lru_cache(maxsize=256)
def _in_order(fields: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(fields))


def _no_place(before: Decision | None, element: str, why: Text) -> Decision:
    fr = f"Le message de ce destinataire n'a pas de place pour cette fiche : {element}. {why.fr}"
    en = f"This destination's message has no place for this record: {element}. {why.en}"
    return Decision(verdict="withhold", rule=NO_PLACE_RULE,
                    sentence=Text(fr.strip(), en.strip()),
                    basis=before.basis if before else "", fields=frozenset(), by=None,
                    agreement=before.agreement if before else "", holds_until=None)  # fmt: skip


def logged(route: Route, rule: str, outcome: str) -> dict[str, Any]:
    """What the ledger says of one decision."""
    return {"destination": route.facts.name, "rule": rule, "decision": outcome}
