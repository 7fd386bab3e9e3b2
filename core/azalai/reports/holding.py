"""Who still holds a record: every destination that has it, may have it, or had it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Facts, Page, Prose, Table, clean, fill
from azalai.reports.texts import TEXTS
from azalai.reports.words import listed, word
from azalai.store import delivery_rows
from azalai.store.record_rows import RecordRow

_TITLE = Labels("Qui détient encore la fiche", "Who still holds the record",
                "من لا يزال يحوز البطاقة")  # fmt: skip
_SUBTITLE = Labels("fiche {pseudonym}", "record {pseudonym}", "البطاقة {pseudonym}")
_ANSWER = Labels(
    "{has} destinataire(s) la détiennent, {maybe} peut-être ; {gone} ont confirmé la radiation.",
    "{has} destination(s) have it, {maybe} may have it; {gone} confirmed its removal.",
    "عدد الجهات الحائزة {has}، والحائزة احتمالا {maybe}، والتي أكدت الشطب {gone}.",
)
_NOBODY = Labels(
    "Aucun destinataire n'est inscrit comme ayant reçu cette fiche.",
    "No destination is entered as having received this record.",
    "لا توجد جهة مقيدة على أنها استلمت هذه البطاقة.",
)
_HOLDS = {
    "has": Labels("détient", "has it", "تحوزها"),
    "maybe": Labels("détient peut-être", "may have it", "قد تحوزها"),
    "gone": Labels("ne la détient plus, l'a confirmé", "no longer has it, and said so",
                   "لم تعد تحوزها وأكدت ذلك"),
}  # fmt: skip
_HEAD_HOLDS = Labels("détention", "holding", "الحيازة")
_SINCE = Labels("depuis le", "since", "منذ")
_RECALL = Labels("demande de radiation", "removal asked", "طلب الشطب")
_FORCE = Labels("en vigueur ici", "in force here", "سارية هنا")
_LISTED = Labels("Destinataires", "Destinations", "الجهات المرسل إليها")
_ONWARD = Labels(
    "Un destinataire qui transmet plus loin (plate-forme régionale) peut l'avoir remise à d'autres :"
    " ce registre ne le voit pas.",
    "A destination that passes records on (a regional platform) may have given it to others: this"
    " ledger does not see that.",
    "قد تكون جهة تنقل البطاقات إلى غيرها (منصة إقليمية) قد سلمتها لآخرين: لا يرى هذا السجل ذلك.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """One destination: `how` is `has`, `maybe` or `gone`; the entry that says so, and how far a
    recall is ("": none)."""

    destination: str
    how: str
    version: int
    since: str
    index: int
    recall: str
    recall_reason: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that had it or may have."""

    record_key: str
    pseudonym: str
    kind: str
    in_force: bool
    references: Sequence[str]
    places: Sequence[Place]


def collect(basis: Basis, record: RecordRow) -> Holdings:
    """From the chains of its deliveries, with the entries that prove it."""
    entries: dict[str, list[tuple[int, Mapping[str, object]]]] = {}
    recalls: dict[str, tuple[str, str]] = {}
    for index, entry in basis.entries():
        if entry.get("pseudonym") != record.pseudonym or "destination" not in entry:
            continue
        if entry["type"] == "recall":
            recalls[entry["destination"]] = (entry["state"], entry["reason"])
        elif entry["type"] in ("sending", "outcome"):
            entries.setdefault(entry["destination"], []).append((index, entry))
    places = []
    rows = basis.store.db.rows("deliveries", "destinations_of", record=record.id)
    for (name,) in rows:
        held = delivery_rows.holding(basis.store.db, record.id, name)
        told = entries.get(name, [])
        if held.any or recalls.get(name, ("",))[0] == "confirmed":
            places.append(_place(name, held.accepted, told, recalls.get(name), held=held.any))
    return Holdings(record.record_key(), record.pseudonym, record.kind, record.in_force,
                    basis.references(basis.store, record), places)  # fmt: skip


def _place(
    name: str, accepted: int | None, told: Sequence[tuple[int, Mapping[str, object]]],
    recall: tuple[str, str] | None, *, held: bool,
) -> Place:  # fmt: skip
    """The entry that says it: the receipt of the version that it has, else the last one."""
    how = ("has" if accepted is not None else "maybe") if held else "gone"
    said = [(index, one) for index, one in told if one.get("outcome") == "delivered"
            and (how == "gone" or one["version"] == accepted)]  # fmt: skip
    index, entry = (said or list(told) or [(0, {})])[-1]
    state, reason = recall or ("", "")
    return Place(name, how, accepted or int(str(entry.get("version", 0))),
                 str(entry.get("time", "")), index, state, reason)  # fmt: skip


def page(basis: Basis, found: Holdings, language: str) -> Page:
    """The page in one language."""
    subtitle = fill(_SUBTITLE, language, pseudonym=found.pseudonym)
    limits = [fill(one, language) for one in (TEXTS["limit_nothing"], _ONWARD,
                                              TEXTS["limit_relay"])]  # fmt: skip
    made = basis.page(f"holders-{found.pseudonym[:12]}", language, fill(_TITLE, language), subtitle,
                      limits=limits)  # fmt: skip
    say = made.say
    counted = {how: sum(one.how == how for one in found.places) for how in _HOLDS}
    answer = say(_ANSWER, **counted) if found.places else say(_NOBODY)
    facts = [
        (say(TEXTS["record"]), found.record_key), (say(TEXTS["pseudonym"]), found.pseudonym),
        (say(TEXTS["kind"]), listed("kind", found.kind, language)),
        (say(TEXTS["references"]), ", ".join(found.references)),
        (say(_FORCE), say(TEXTS["yes" if found.in_force else "not"])),
    ]  # fmt: skip
    head = [say(TEXTS["destination"]), say(_HEAD_HOLDS), say(TEXTS["version"]), say(_SINCE),
            say(_RECALL), say(TEXTS["reason"]), say(TEXTS["entry"])]  # fmt: skip
    rows = [[one.destination, say(_HOLDS[one.how]), str(one.version), basis.moment(one.since),
             word(one.recall, language) if one.recall else "",
             listed("cancel_reason", one.recall_reason, language), str(one.index)]
            for one in found.places]  # fmt: skip
    made.blocks = [
        Prose(answer, strong=True), Facts([(name, clean(text)) for name, text in facts if text]),
        Table(say(_LISTED), head, rows, [2.0, 2.2, 1.0, 2.0, 2.4, 1.8, 1.2],
              empty=say(_NOBODY)),
    ]  # fmt: skip
    return made
