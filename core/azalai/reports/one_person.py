"""One person's disclosures: a document to give out, others masked; one to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from azalai.records import fields
from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Block, Facts, Page, Prose, Table, clean, fill
from azalai.reports.person_search import SPELLINGS, Asked, Candidate, Seen
from azalai.reports.texts import TEXTS
from azalai.reports.transfers import Transfer, transfers
from azalai.reports.words import deed, listed, word
from azalai.store import delivery_rows

Reader = Literal["person", "internal"]
_TITLE = {
    "person": Labels("Communications au sujet d'une personne", "Disclosures about a person",
                     "الإفصاحات المتعلقة بشخص"),
    "internal": Labels("Communications au sujet d'une personne : document interne",
                       "Disclosures about a person: internal document",
                       "الإفصاحات المتعلقة بشخص: وثيقة داخلية"),
}  # fmt: skip
_REQUEST = Labels("demande {request}", "request {request}", "الطلب {request}")
_FOUND = Labels(
    "{records} fiche(s) choisie(s) : {sent} communication(s) à {destinations} destinataire(s).",
    "{records} record(s) chosen: {sent} disclosure(s) to {destinations} destination(s).",
    "عدد البطاقات المختارة {records}: عدد الإفصاحات {sent} إلى {destinations} من الجهات.",
)
_NOT_FOUND = Labels(
    "Aucune fiche de cette base ne porte cette personne sous les orthographes essayées.",
    "No record of this store has this person under the spellings that were tried.",
    "لا توجد في هذه القاعدة بطاقة تحمل هذا الشخص بالصيغ التي جربت.",
)
_SEARCHED = Labels("Ce qui a été cherché", "What was searched for", "ما بحث عنه")
_NAME = Labels("nom", "name", "الاسم")
_BIRTH = Labels("naissance", "birth", "الميلاد")
_DOCUMENT = Labels("document", "document", "الوثيقة")
_REQUESTED = Labels("demande", "request", "الطلب")
_RECORD = Labels("Fiche {pseudonym}", "Record {pseudonym}", "البطاقة {pseudonym}")
_ROLE = Labels("qualité de la personne", "person's role", "صفة الشخص")
_AS = Labels("telle qu'inscrite dans la fiche", "as the record has them", "كما وردت في البطاقة")
_SOURCE = Labels("source", "source", "المصدر")
_OTHERS = Labels("autres personnes dans la fiche", "other persons in the record",
                 "أشخاص آخرون في البطاقة")  # fmt: skip
_MASKED = Labels("{count}, masquées", "{count}, masked", "{count}، محجوبة")
_VERSIONS = Labels("Collecte et modifications", "Collection and alterations", "الجمع والتعديلات")
_SENT = Labels("Communications", "Disclosures", "الإفصاحات")
_ALLOWED = Labels("Champs que l'accord permettait d'envoyer à {destination}",
                  "Fields that the agreement allowed for {destination}",
                  "الحقول التي سمح الاتفاق بإرسالها إلى {destination}")  # fmt: skip
_RECALLS = Labels("Demandes de radiation", "Removals asked", "طلبات الشطب")
_LOOKED = Labels("Consultations", "Consultations", "الاطلاعات")
_SET_ASIDE = Labels("Homonymes et rapprochements écartés par la personne qui a établi ce document",
                    "Homonyms and near matches set aside by whoever made this document",
                    "المتشابهون في الاسم الذين استبعدهم محرر هذه الوثيقة")  # fmt: skip
_NOBODY_ASIDE = Labels("aucun", "none", "لا أحد")
_FIT = Labels("rapprochement", "match", "المطابقة")
_FITS = {
    "document": Labels("numéro de document", "document number", "رقم الوثيقة"),
    "name": Labels("nom entier", "whole name", "الاسم كاملا"),
    "part": Labels("partie du nom", "part of the name", "جزء من الاسم"),
    "near": Labels("orthographe voisine", "near spelling", "كتابة متقاربة"),
    "some": Labels("quelques mots du nom", "some words of the name", "بعض كلمات الاسم"),
    "birth": Labels("même naissance", "same birth", "الميلاد نفسه"),
    "birth_swapped": Labels("naissance : jour et mois intervertis", "birth: day and month swapped",
                            "الميلاد: اليوم والشهر معكوسان"),
    "birth_year": Labels("naissance : même année, autre jour", "birth: same year, another day",
                         "الميلاد: السنة نفسها ويوم آخر"),
    "other_birth": Labels("AUTRE naissance", "OTHER birth", "ميلاد آخر"),
}  # fmt: skip
_CONTROLLER = Labels(
    "À remettre seulement si le responsable du traitement le décide : une enquête en cours ou une"
    " mesure discrète peut s'y opposer.",
    "To be handed over only if the controller so decides: an investigation under way or a discreet"
    " measure may stand against it.",
    "لا تسلم إلا بقرار من المسؤول عن المعالجة: فقد يمنع ذلك تحقيق جار أو تدبير سري.",
)
_INTERNAL = Labels(
    "Document interne : comptes des agents, homonymes écartés. Ne pas remettre à la personne.",
    "Internal document: officers' accounts, homonyms set aside. Not to be given to the person.",
    "وثيقة داخلية: حسابات الأعوان والمتشابهون المستبعدون. لا تسلم إلى الشخص.",
)
_SINCE = Labels(
    "Ce registre commence le {at} : ce qui est plus ancien n'y est pas.",
    "This ledger begins on {at}: what is older is not in it.",
    "يبدأ هذا السجل بتاريخ {at}: وما هو أقدم ليس فيه.",
)
_QUERIES = Labels(
    "Les interrogations adressées à d'autres systèmes (azalai query) ne sont pas dans cette page.",
    "Queries put to other systems (azalai query) are not in this page.",
    "لا تتضمن هذه الصفحة الاستعلامات الموجهة إلى أنظمة أخرى (azalai query).",
)


@dataclass(slots=True)
class File:
    """What the ledger says of one record: versions, transfers, recalls, consultations; `fields`
    are the fields sent, by delivery, with the article of the agreement."""

    candidate: Candidate
    source: str
    references: Sequence[str]
    versions: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    lines: list[Transfer] = field(default_factory=list)
    recalls: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    looked: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    fields: dict[int, tuple[Sequence[str], str]] = field(default_factory=dict)


@dataclass(slots=True)
class Disclosures:
    """All of it for one person; `mark` names the files, from 32 random bits."""

    asked: Asked
    mark: str
    files: Sequence[File]
    aside: Sequence[Candidate]
    erased: int
    since: str


def collect(
    basis: Basis, asked: Asked, chosen: Sequence[Candidate], aside: Sequence[Candidate], mark: str
) -> Disclosures:
    """Everything about the chosen records; one pass over the ledger."""
    files = {one.record.pseudonym: File(one, _source(one), basis.references(
        basis.store, one.record)) for one in chosen}  # fmt: skip
    erased, since = 0, ""
    for index, entry in basis.entries():
        since = since or entry["time"]
        erased += entry["type"] == "erased" and entry.get("stage") == "erased"
        for name in _about(entry, files):
            if entry["type"] == "recorded":
                files[name].versions.append((index, entry))
            elif entry["type"] == "recall":
                files[name].recalls.append((index, entry))
            elif entry["type"] == "consulted":
                files[name].looked.append((index, entry))
    for one in transfers(basis.entries()).values():
        if one.pseudonym in files:
            files[one.pseudonym].lines.append(one)
            files[one.pseudonym].fields[one.delivery] = _sent(basis, one.delivery)
    return Disclosures(asked, mark, list(files.values()), aside, erased, since)


def _about(entry: Mapping[str, Any], files: Mapping[str, File]) -> list[str]:
    """The chosen records that an entry is about; a look at every record is one at each."""
    if entry.get("records") == "all":
        return list(files)
    named = {entry.get("pseudonym"), *entry.get("pseudonyms", ())}
    return [name for name in files if name in named]


def _sent(basis: Basis, delivery: int) -> tuple[Sequence[str], str]:
    """The fields that a delivery may carry, and its article; none where it is no longer here."""
    row = basis.store.db.row("deliveries", "by_id", id=delivery)
    if row is None:
        return (), ""
    found = delivery_rows.delivery_of(row)
    return found.fields, found.basis


def _source(one: Candidate) -> str:
    return f"{one.record.record_key().split('/')[0]} · {one.record.feed}"


def page(basis: Basis, found: Disclosures, language: str, reader: Reader) -> Page:
    """One of the two documents, in one language."""
    subtitle = fill(_REQUEST, language, request=found.asked.request or "-")
    limits = [fill(TEXTS["limit_nothing"], language), fill(SPELLINGS, language),
              fill(_SINCE, language, at=basis.moment(found.since)),
              fill(TEXTS["limit_erased"], language, count=found.erased),
              fill(TEXTS["limit_relay"], language), fill(_QUERIES, language)]  # fmt: skip
    made = basis.page(f"subject-{found.mark}-{reader}", language, fill(_TITLE[reader], language),
                      subtitle, limits=limits)  # fmt: skip
    if reader == "person":  # who looked, and who made it, is not the person's to know
        made.basis = tuple(row for row in made.basis if row[1] != basis.actor)
    lines = [one for file in found.files for one in file.lines]
    answer = made.say(_FOUND, records=len(found.files), sent=len(lines),
                      destinations=len({one.destination for one in lines}))  # fmt: skip
    made.blocks = [
        Prose(answer if found.files else made.say(_NOT_FOUND), strong=True),
        Prose(made.say(_CONTROLLER if reader == "person" else _INTERNAL)), _searched(found, made),
    ]  # fmt: skip
    for one in found.files:
        made.blocks += _file(basis, one, made, reader)
    if reader == "internal":
        made.blocks.append(_aside(found, made))
    return made


def _searched(found: Disclosures, page: Page) -> Facts:
    asked, say = found.asked, page.say
    rows = [*((say(_NAME), name) for name in asked.names), (say(_BIRTH), asked.birth),
            *((say(_DOCUMENT), one) for one in asked.documents), (say(_REQUESTED), asked.request)]  # fmt: skip
    return Facts([(name, clean(text)) for name, text in rows if text], say(_SEARCHED))


def _file(basis: Basis, one: File, page: Page, reader: Reader) -> list[Block]:
    say, language, seen = page.say, page.language, one.candidate.best
    rows = [
        (say(TEXTS["kind"]), listed("kind", one.candidate.record.kind, language)),
        (say(_SOURCE), one.source),
        (say(TEXTS["record"]), one.candidate.record.record_key() if reader == "internal" else ""),
        (say(TEXTS["references"]), ", ".join(one.references)),
        (say(_ROLE), listed("person_status", seen.role, language)),
        (say(_AS), " · ".join(part for part in (seen.name, seen.birth, seen.place,
                                                *seen.documents) if part)),
        (say(_OTHERS), say(_MASKED, count=one.candidate.others) if one.candidate.others else ""),
    ]  # fmt: skip
    facts = Facts([(name, text if name == say(_OTHERS) else clean(text)) for name, text in rows
                   if text], say(_RECORD, pseudonym=one.candidate.record.pseudonym))  # fmt: skip
    return [facts, _versions(basis, one, page), _sent_table(basis, one, page),
            *_allowed(one, page), *_recalls(basis, one, page), _looked_table(basis, one, page, reader)]  # fmt: skip


def _versions(basis: Basis, one: File, page: Page) -> Table:
    say, language = page.say, page.language
    head = [say(TEXTS["version"]), say(TEXTS["at"]), say(TEXTS["operation"]), say(TEXTS["purpose"]),
            say(TEXTS["ground"]), say(TEXTS["entry"])]  # fmt: skip
    rows = [[str(entry["version"]), basis.moment(entry["time"]), word(entry["operation"], language),
             listed("purpose", entry.get("purpose", ""), language),
             listed("legal_ground", entry.get("ground", ""), language), str(index)]
            for index, entry in one.versions]  # fmt: skip
    return Table(
        say(_VERSIONS), head, rows, [1, 2, 1.5, 2.2, 2.2, 1.2], empty=say(TEXTS["nothing"])
    )


def _sent_table(basis: Basis, one: File, page: Page) -> Table:
    say, language = page.say, page.language
    head = [say(TEXTS["sent_at"]), say(TEXTS["destination"]), say(TEXTS["operation"]),
            say(TEXTS["rule"]), say(TEXTS["basis"]), say(TEXTS["result"]), say(TEXTS["received_at"]),
            say(TEXTS["entries"])]  # fmt: skip
    rows = []
    for line in one.lines:
        last = line.last
        rows.append([basis.moment(line.first.at), line.destination, word(line.operation, language),
                     clean(line.rule), clean(one.fields[line.delivery][1]),
                     word(line.state, language),
                     basis.moment(last.at) if last and line.state == "delivered" else "",
                     f"{line.first.index}, {last.index}" if last else str(line.first.index)])  # fmt: skip
    return Table(say(_SENT), head, rows, [1.6, 1.6, 1.3, 2.2, 1.7, 1.6, 1.6, 1.4],
                 empty=say(TEXTS["nothing"]))  # fmt: skip


def _allowed(one: File, page: Page) -> list[Block]:
    """Which fields the agreements allowed to each destination, by their names."""
    known = fields(one.candidate.record.kind)
    found: dict[str, str] = {}
    for line in one.lines:
        names = [getattr(known[path].labels, page.language) if path in known else path
                 for path in one.fields[line.delivery][0]]  # fmt: skip
        if names:
            mark = "، " if page.language == "ar" else ", "
            found[mark.join(dict.fromkeys(names))] = line.destination
    return [Prose(clean(text), page.say(_ALLOWED, destination=destination))
            for text, destination in found.items()]  # fmt: skip


def _recalls(basis: Basis, one: File, page: Page) -> list[Block]:
    say, language = page.say, page.language
    head = [say(TEXTS["at"]), say(TEXTS["destination"]), say(TEXTS["state"]), say(TEXTS["reason"]),
            say(TEXTS["entry"])]  # fmt: skip
    rows = [[basis.moment(entry["time"]), entry["destination"], word(entry["state"], language),
             listed("cancel_reason", entry["reason"], language), str(index)]
            for index, entry in one.recalls]  # fmt: skip
    return [Table(say(_RECALLS), head, rows, [2, 2, 3.4, 2, 1.1])] if rows else []


def _looked_table(basis: Basis, one: File, page: Page, reader: Reader) -> Table:
    say = page.say
    shows = reader == "internal"
    head = [say(TEXTS["at"]), say(TEXTS["what"]), *([say(TEXTS["who"])] if shows else []),
            say(TEXTS["entry"])]  # fmt: skip
    rows = [[basis.moment(entry["time"]), deed(entry["purpose"], page.language),
             *([clean(entry["actor"])] if shows else []), str(index)]
            for index, entry in one.looked]  # fmt: skip
    return Table(say(_LOOKED), head, rows, [2, 3, *([3] if shows else []), 1.2],
                 empty=say(TEXTS["nothing"]))  # fmt: skip


def _aside(found: Disclosures, page: Page) -> Table:
    say, language = page.say, page.language
    head = [say(TEXTS["pseudonym"]), say(TEXTS["kind"]), say(_ROLE), say(_FIT), say(_BIRTH)]
    rows = [[one.record.pseudonym, listed("kind", one.record.kind, language),
             listed("person_status", one.best.role, language), fits_of(one.best, language),
             clean(one.best.birth)] for one in found.aside]  # fmt: skip
    return Table(say(_SET_ASIDE), head, rows, [3, 2, 2, 2.4, 1.6], empty=say(_NOBODY_ASIDE))


def fits_of(seen: Seen, language: str) -> str:
    """How a candidate fits, in words."""
    return ", ".join(fill(_FITS[one], language) for one in seen.fits)
