"""The acts that need two people, by name."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from azalai.app import App, erasing_act, granting, log_keys, pruning, reissue_act, rotating
from azalai.app.approving import Act, Agreed, Foreseen
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.pipeline.settling import WaysOut, open_recalls, settle
from azalai.store import Transaction, delivery_rows, record_rows
from azalai.store.delivery_rows import LINKED_LIFTED, POSSIBLE_DUPLICATE, Delivery
from azalai.store.seal import commit

RELEASE, ATTEST, WRITE_OFF = "outbox_release", "recall_attest", "recall_write_off"
REISSUE = "outbox_reissue"


def two_people_release(found: Delivery) -> bool:
    """Whether a held delivery needs two people to leave."""
    return found.ask_by == "two_people" and found.last_reason not in (
        "seal_broken", POSSIBLE_DUPLICATE, LINKED_LIFTED,
    )  # fmt: skip


def _foresee_release(app: App, arguments: Mapping[str, Any]) -> Foreseen:
    touched, lines = [], []
    for number in arguments["deliveries"]:
        found = delivery_rows.get(app.store.db, number)
        if found.state != "held" or not two_people_release(found):
            raise ApprovalError(f"delivery {number} is not held for two people",
                                fr=f"l'envoi {number} n'est pas retenu pour deux personnes")  # fmt: skip
        touched.append(_message(app, found) | {"rule": found.rule, "fields": list(found.fields)})
        what = f"{found.operation} {found.kind} v{found.version} → {found.destination}"
        lines.append(Text(f"envoi {number} : {what}, {found.rule} : {found.sentence.fr}",
                          f"delivery {number}: {what}, {found.rule}: {found.sentence.en}"))  # fmt: skip
    return Foreseen(touched, lines)


def _release(
    tx: Transaction, _app: App, arguments: Mapping[str, Any], agreed: Agreed
) -> Sequence[Text]:
    for number in arguments["deliveries"]:
        found = delivery_rows.get(tx.db, number)
        tx.log("released", subject=f"delivery/{number}", actor=agreed.asked_by,
               second=agreed.agreed_by, request=agreed.request,
               pseudonym=found.pseudonym)  # fmt: skip
        delivery_rows.place(tx, found)
    return [Text(f"{number} : relâché", f"{number}: released")
            for number in arguments["deliveries"]]  # fmt: skip


def _message(app: App, found: Delivery) -> dict[str, Any]:
    """What stands for a delivery: its own facts, and the commitment to its bytes as they are."""
    record = record_rows.by_id(app.store.db, app.store.keys, found.record)
    body = delivery_rows.open_body(app.store.db, record, found)
    return {"delivery": found.id, "record": found.pseudonym, "version": found.version,
            "destination": found.destination, "operation": found.operation,
            "commitment": commit(record.key, body)}  # fmt: skip


def _foresee_settling(app: App, arguments: Mapping[str, Any]) -> Foreseen:
    record = record_rows.find_any(app.store.db, app.store.keys, arguments["record"])
    destination = arguments["destination"]
    found = open_recalls(app.store.db, record, destination)
    if not found:
        raise ApprovalError(f"no recall of this record is open at {destination}",
                            fr=f"aucune radiation de cette fiche n'est ouverte chez {destination}",
                            hint="azalai recall list", hint_fr="azalai recall list")  # fmt: skip
    if any(one.state == "sending" for one in found):
        raise ApprovalError("this recall is being sent now: try again in a minute",
                            fr="cette radiation est en cours d'envoi : réessayez dans une minute")  # fmt: skip
    paper = arguments.get("paper", "")
    lines = [Text(f"radiation {one.id} de {record.pseudonym} chez {destination}, état {one.state}",
                  f"recall {one.id} of {record.pseudonym} at {destination}, state {one.state}")
             for one in found]  # fmt: skip
    lines.append(Text(f"pièce du partenaire, SHA-256 {paper}", f"partner's paper, SHA-256 {paper}")
                 if paper else Text(f"motif : {arguments['reason']}",
                                    f"reason: {arguments['reason']}"))  # fmt: skip
    return Foreseen([_message(app, one) | {"state": one.state} for one in found], lines)


def _settled_as(how: WaysOut) -> Act:
    def carry_out(
        tx: Transaction, _app: App, arguments: Mapping[str, Any], agreed: Agreed
    ) -> Sequence[Text]:
        record = record_rows.find_any(tx.db, tx.keys, arguments["record"])
        for one in open_recalls(tx.db, record, arguments["destination"]):
            settle(tx, one, how, agreed.request, actor=agreed.asked_by, second=agreed.agreed_by,
                   paper=arguments.get("paper", ""), reason=arguments["reason"])  # fmt: skip
        fr = (
            "attestée, jamais comptée comme confirmée"
            if how == "attested"
            else "abandonnée, la \
fiche y est peut-être encore"
        )
        en = (
            "attested, never counted as confirmed"
            if how == "attested"
            else "written off, they \
may have the record still"
        )
        return [Text(f"{arguments['destination']} : radiation {fr}",
                     f"{arguments['destination']}: recall {en}")]  # fmt: skip

    return Act(_foresee_settling, carry_out)


ACTS: Mapping[str, Act] = MappingProxyType({
    RELEASE: Act(_foresee_release, _release),
    ATTEST: _settled_as("attested"),
    WRITE_OFF: _settled_as("written_off"),
    REISSUE: Act(reissue_act.foresee, reissue_act.begin),
    erasing_act.OVERRIDE: erasing_act.ERASE,
    pruning.ACT: pruning.PRUNE,
    rotating.ACT: granting.act(
        rotating.ACT, lambda app, _given: rotating.bound(app),
        Text("changer la clé maîtresse, détruire celle-ci", "change the master key, destroy this one"),
        "azalai key rotate"),
    log_keys.ACT: granting.act(
        log_keys.ACT, lambda app, given: log_keys.bound(app, given["overlap_days"]),
        Text("changer la clé du registre, qui signe encore tant de jours",
             "change the key of the ledger, which goes on signing for so many days"),
        "azalai ledger rotate"),
})  # fmt: skip
"""What each does, and how both people see it beforehand."""
