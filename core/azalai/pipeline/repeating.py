"""`outbox repeat`: the same bytes under the same key once more, because a person says so."""

from collections.abc import Sequence

from azalai.agreements import decide
from azalai.documents import Text
from azalai.errors import SealError
from azalai.outbox.states import REPEATABLE
from azalai.pipeline.routing import Route, Routes
from azalai.store import Store, Transaction, delivery_rows, record_rows
from azalai.store.delivery_rows import Delivery


def repeat(store: Store, routes: Routes, numbers: Sequence[int], actor: str) -> list[Text | None]:
    """Make ended deliveries due again; for each None, or why it cannot be.

    Only the last word of a record's chain may be said again: an older one would undo a newer. The
    agreements must still allow exactly what it carries; a cancel needs no leave. NotFoundError.
    """
    by_name = {route.facts.name: route for route in routes.routes}
    found: list[Text | None] = []
    for number in numbers:
        with store.write() as tx:
            delivery = delivery_rows.get(tx.db, number)
            why = _against(tx, store, by_name.get(delivery.destination), routes, delivery)
            if why is None:
                tx.log("act", actor=actor, act="repeated", subject=f"delivery/{delivery.id}",
                       pseudonym=delivery.pseudonym, destination=delivery.destination)  # fmt: skip
                delivery_rows.repeat(tx, delivery)
            found.append(why)
    return found


def _against(
    tx: Transaction, store: Store, route: Route | None, routes: Routes, delivery: Delivery
) -> Text | None:
    if delivery.state not in REPEATABLE:
        return Text(f"son état est {delivery.state}", f"its state is {delivery.state}")
    if route is None:
        return Text("ce destinataire n'est plus configuré", "that destination is not configured")
    chain = delivery_rows.links(tx.db, delivery.record, delivery.destination)
    place = next(at for at, link in enumerate(chain) if link.id == delivery.id)
    later = [k for k in chain[place + 1 :] if k.state not in ("withheld", "withdrawn")]
    if later:
        return Text(f"un envoi plus récent existe : {later[-1].id}",
                    f"there is a later delivery: {later[-1].id}")  # fmt: skip
    record = record_rows.by_id(tx.db, store.keys, delivery.record)
    try:
        delivery_rows.open_body(tx.db, record, delivery)
    except SealError:
        return Text("son contenu ne s'ouvre pas", "its content does not open")
    if delivery_rows.takes_away(delivery):
        return None
    version = record_rows.version(tx.db, record, delivery.version)
    if version is None or not record.in_force:
        return Text("la fiche n'est plus en vigueur", "the record is no longer in force")
    decision = decide(routes.rules, record_rows.payload(record, version), route.facts, tx.now)
    if decision.verdict == "withhold" or (decision.rule, tuple(sorted(decision.fields))) != (
        delivery.rule, delivery.fields,
    ):  # fmt: skip
        return Text("les accords n'autorisent plus cet envoi tel quel",
                    "the agreements no longer allow this delivery as it is")  # fmt: skip
    return None
