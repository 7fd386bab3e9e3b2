"""« We never got it »: one record and one destination, every attempt and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azalai.canonical import digest
from azalai.errors import SealError
from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Block, Facts, Page, Prose, Table, clean, fill, filled, shortened
from azalai.reports.texts import TEXTS
from azalai.reports.transfers import Step
from azalai.reports.words import listed, word
from azalai.store import delivery_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.record_rows import RecordRow
from azalai.store.seal import unseal

WORDS_MAX = 400
"""Characters of a destination's own words on the page; the CSV has them too, cut the same."""
_ROWS_MAX = 1000
_TITLE = Labels("Un envoi, de bout en bout", "One delivery, from end to end",
                "إرسال واحد من أوله إلى آخره")  # fmt: skip
_SUBTITLE = Labels("fiche {pseudonym} → {destination}", "record {pseudonym} → {destination}",
                   "البطاقة {pseudonym} ← {destination}")  # fmt: skip
_DELIVERED = Labels(
    "{destination} a cette fiche depuis le {at} : inscription n° {index}, preuve : {grade}.",
    "{destination} has this record since {at}: entry {index}, evidence: {grade}.",
    "هذه البطاقة لدى {destination} منذ {at}: القيد رقم {index}، الدليل: {grade}.",
)
_CANCELLED = Labels(
    "{destination} a confirmé la radiation le {at} : inscription n° {index}, preuve : {grade}.",
    "{destination} confirmed the removal on {at}: entry {index}, evidence: {grade}.",
    "أكدت {destination} الشطب بتاريخ {at}: القيد رقم {index}، الدليل: {grade}.",
)
_AWAITING = Labels(
    "Remis à un relais le {at} (inscription n° {index}) ; {destination} n'a encore rien dit : ce"
    " n'est pas « reçu ».",
    "Handed over to a relay on {at} (entry {index}); {destination} has said nothing yet: that is"
    ' not "received".',
    "سلمت إلى وسيط بتاريخ {at} (القيد رقم {index})؛ لم تقل {destination} شيئا بعد: ليس هذا"
    " استلاما.")  # fmt: skip
_REFUSED = Labels(
    "Parvenu à {destination}, qui l'a refusé le {at} : inscription n° {index}.",
    "It reached {destination}, which refused it on {at}: entry {index}.",
    "وصل إلى {destination} فرفضته بتاريخ {at}: القيد رقم {index}.",
)
_UNSURE = Labels(
    "Pas de preuve que {destination} l'ait. Dernière issue : {state}, le {at} (inscription n°"
    " {index}).",
    "No evidence that {destination} has it. Last outcome: {state}, on {at} (entry {index}).",
    "لا دليل على أنه لدى {destination}. آخر نتيجة: {state}، بتاريخ {at} (القيد رقم {index}).",
)
_UNTRIED = Labels(
    "Aucune tentative vers {destination} n'est inscrite. État de l'envoi : {state}.",
    "No attempt to {destination} is entered. State of the delivery: {state}.",
    "لا توجد محاولة مقيدة نحو {destination}. حالة الإرسال: {state}.",
)
_NONE = Labels(
    "Aucun envoi de cette fiche à {destination} n'est inscrit dans ce registre.",
    "No delivery of this record to {destination} is entered in this ledger.",
    "لا يوجد في هذا السجل قيد لإرسال هذه البطاقة إلى {destination}.",
)
_ATTEMPTS = Labels("Chaque pas, tel qu'inscrit", "Each step, as it was entered",
                   "كل خطوة كما قيدت")  # fmt: skip
_BEGUN = Labels("envoi commencé", "sending begun", "بدء الإرسال")
_DIGEST = Labels("engagement", "commitment", "الالتزام التشفيري")
_ONE = Labels("Envoi n° {delivery} : {operation}, version {version}",
              "Delivery {delivery}: {operation}, version {version}",
              "الإرسال رقم {delivery}: {operation}، النسخة {version}")  # fmt: skip
_RECEIPT = Labels("accusé, tel que reçu", "receipt, as it came", "إشعار الاستلام كما ورد")
_THEIR_WORDS = Labels("mots du destinataire", "the destination's words", "كلام الجهة المرسل إليها")
_PACK = Labels(
    "Preuves à joindre : {command} (inscriptions, preuves d'inscription, scellé, accusés).",
    "Evidence to go with it: {command} (entries, proofs, checkpoint, receipts).",
    "الأدلة المرفقة: {command} (القيود وإثباتاتها والختم وإشعارات الاستلام).",
)
_COMMAND = "azalai ledger export --record {} --receipts --reason … -o {}.azpack"
_ALLOWED_AR = "القاعدة {rule} تسمح بالإرسال إلى {destination} ({basis})."
_ASKED_AR = "القاعدة {rule} لا تسمح بالإرسال إلى {destination} إلا بعد قرار شخص ({basis})."
_WITHHELD_AR = "القاعدة {rule} لا تسمح بالإرسال إلى {destination}."
"""A decision's own sentence is kept in French and English."""
_RESTORED = Labels(
    "Si le destinataire a rétabli une sauvegarde, il a pu perdre ce qu'il avait reçu, et écarte en"
    " silence un message répété sous la même clé : azalai outbox reissue --they-lost-it.",
    "A destination that restored a backup may have lost what it had received, and drops a message"
    " that is repeated under the same key: azalai outbox reissue --they-lost-it.",
    "إذا استعادت الجهة نسخة احتياطية فربما فقدت ما كانت قد استلمته، وهي تسقط بصمت رسالة مكررة"
    " بالمفتاح نفسه: azalai outbox reissue --they-lost-it.")  # fmt: skip
_GRADES = {"": "authenticated_answer", "receipt": "signed_receipt", "asked": "asked"}


@dataclass(frozen=True, slots=True)
class Sending:
    """One delivery: its row, its steps in the ledger, and what the destination said in clear."""

    row: Delivery
    steps: Sequence[Step]
    receipt: str
    words: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All deliveries of one record to one destination. `facts` are those of its entry."""

    record_key: str
    pseudonym: str
    kind: str
    references: Sequence[str]
    destination: str
    facts: Mapping[str, Any]
    sendings: Sequence[Sending]


def collect(basis: Basis, record: RecordRow, destination: str) -> Dossier:
    """What the store and the ledger know of it. One pass over the ledger."""
    facts: dict[str, Any] = {}
    steps: dict[int, list[Step]] = {}
    for index, entry in basis.entries():
        if entry.get("pseudonym") != record.pseudonym:
            continue
        if entry["type"] == "recorded":
            facts = {name: entry.get(name, "") for name in ("purpose", "ground", "handling")}
        elif entry["type"] in ("sending", "outcome") and entry["destination"] == destination:
            steps.setdefault(entry.get("delivery", 0), []).append(Step(
                index, entry["time"], entry["attempt"], entry.get("outcome", ""),
                entry.get("reason", ""), entry.get("receipt") or entry.get("commitment", ""),
            ))  # fmt: skip
    rows = basis.store.db.rows("deliveries", "list", destination=destination, state=None,
                               record=record.id, most=_ROWS_MAX)  # fmt: skip
    found = [delivery_rows.delivery_of(row) for row in rows]
    return Dossier(
        record.record_key(), record.pseudonym, record.kind, basis.references(basis.store, record),
        destination, facts,
        [Sending(row, steps.get(row.id, ()), *_said(basis, record, row)) for row in found],
    )  # fmt: skip


def _said(basis: Basis, record: RecordRow, row: Delivery) -> tuple[str, str]:
    """The receipt and the destination's words, opened; "" where there is none or it is broken."""
    held = basis.store.db.row("integrity", "delivery", id=row.id) or (0, None, None)
    made = []
    for sealed, table in ((held[1], "receipts"), (held[2], "details")):
        try:
            data = b"" if sealed is None else unseal(record.key, bytes(sealed), table,
                                                     record.pseudonym, row.id)  # fmt: skip
        except SealError:
            data = b""
        made.append(_readable(data))
    return made[0], made[1]


def _readable(data: bytes) -> str:
    """A text as it is; bytes that are none (a signed receipt by mail) by their digest."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"{len(data)} B, SHA-256 {digest(data)}"
    return shortened(clean(text), WORDS_MAX)


def page(basis: Basis, found: Dossier, language: str) -> Page:
    """The page in one language."""
    subtitle = fill(_SUBTITLE, language, pseudonym=found.pseudonym, destination=found.destination)
    limits = [fill(one, language) for one in (TEXTS["limit_relay"], _RESTORED)]
    if not found.sendings:
        limits.insert(0, fill(TEXTS["limit_nothing"], language))
    made = basis.page(f"delivery-{found.pseudonym[:12]}-{found.destination}", language,
                      fill(_TITLE, language), subtitle, limits=limits)  # fmt: skip
    made.blocks = [Prose(_answer(basis, found, made), strong=True), _record(found, made)]
    for one in found.sendings:
        made.blocks += _one(basis, one, made)
    if found.sendings:
        command = _COMMAND.format(found.pseudonym, found.pseudonym[:12])
        made.blocks.append(Prose(made.say(_PACK, command=command)))
    return made


def _answer(basis: Basis, found: Dossier, page: Page) -> str:
    """The sentence that answers: of the last thing that was owed there."""
    owed = [one for one in found.sendings if one.row.state not in ("withheld", "withdrawn")]
    if not owed:
        return page.say(_NONE, destination=found.destination)
    one = owed[-1]
    told = [step for step in one.steps if step.outcome and step.outcome != "lost_lease"]
    if not told:
        return page.say(_UNTRIED, destination=found.destination,
                        state=word(one.row.state, page.language))  # fmt: skip
    last = next((step for step in reversed(told) if step.outcome == one.row.state), told[-1])
    cancelled = one.row.operation == "cancel"
    label = {"delivered": _CANCELLED if cancelled else _DELIVERED, "awaiting": _AWAITING,
             "refused": _REFUSED}.get(one.row.state, _UNSURE)  # fmt: skip
    return page.say(label, destination=found.destination, at=basis.moment(last.at),
                    index=last.index, state=word(one.row.state, page.language),
                    grade=word(_GRADES.get(last.reason, last.reason), page.language))  # fmt: skip


def _record(found: Dossier, page: Page) -> Facts:
    say, language = page.say, page.language
    rows = [
        (say(TEXTS["record"]), found.record_key), (say(TEXTS["pseudonym"]), found.pseudonym),
        (say(TEXTS["kind"]), listed("kind", found.kind, language)),
        (say(TEXTS["references"]), ", ".join(found.references)),
        (say(TEXTS["purpose"]), listed("purpose", found.facts.get("purpose", ""), language)),
        (say(TEXTS["ground"]), listed("legal_ground", found.facts.get("ground", ""), language)),
    ]  # fmt: skip
    return Facts([(name, clean(value)) for name, value in rows if value])


def _sentence(row: Delivery, language: str) -> str:
    """Why it goes or does not, as it was decided; in Arabic said from the decision's parts."""
    if language != "ar":
        return clean(row.sentence.fr if language == "fr" else row.sentence.en)
    kept = _ASKED_AR if row.ask_by else _ALLOWED_AR
    return filled(_WITHHELD_AR if row.state == "withheld" else kept, "ar", rule=row.rule,
                  destination=row.destination, basis=row.basis)  # fmt: skip


def _one(basis: Basis, one: Sending, page: Page) -> list[Block]:
    say, language, row = page.say, page.language, one.row
    facts = [
        (say(TEXTS["state"]), word(row.state, language)),
        (say(TEXTS["rule"]), row.rule), (say(TEXTS["basis"]), row.basis),
        (say(TEXTS["reason"]), listed("cancel_reason", row.reason or "", language)),
        (say(TEXTS["key"]), row.idempotency_key or ""),
    ]  # fmt: skip
    shown = [(name, clean(value)) for name, value in facts if value]
    shown.append((say(TEXTS["what"]), _sentence(row, language)))
    shown += [(say(label), clean(text))
              for label, text in ((_RECEIPT, one.receipt), (_THEIR_WORDS, one.words)) if text]  # fmt: skip
    title = say(_ONE, delivery=row.id, operation=word(row.operation, language), version=row.version)
    blocks: list[Block] = [Facts(shown, title)]
    if one.steps:
        head = [say(TEXTS["entry"]), say(TEXTS["at"]), say(TEXTS["attempt"]), say(TEXTS["what"]),
                say(TEXTS["reason"]), say(_DIGEST)]  # fmt: skip
        rows = [[str(step.index), basis.moment(step.at), str(step.attempt),
                 word(step.outcome, language) if step.outcome else say(_BEGUN),
                 word(step.reason, language) if step.reason else "", step.receipt]
                for step in one.steps]  # fmt: skip
        blocks.append(Table(say(_ATTEMPTS), head, rows, [1.1, 1.6, 1.0, 2.2, 2.2, 3.3]))
    return blocks
