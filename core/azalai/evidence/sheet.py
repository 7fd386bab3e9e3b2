"""The *fiche de levée*: one page in three languages that says a record was lifted, signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from azalai.clock import parse_instant
from azalai.ledger import Signer
from azalai.ledger.note import sign
from azalai.records import LISTS
from azalai.records.labels import Labels

CONFIRMED, OPEN = "confirmed", "open"
_WORDS = {
    "title": Labels("FICHE DE LEVÉE", "NOTICE OF LIFTING", "إشعار برفع البحث"),
    "key": Labels("numéro de fiche", "record number", "رقم السجل"),
    "pseudonym": Labels("pseudonyme", "pseudonym", "الاسم المستعار للسجل"),
    "kind": Labels("genre", "kind", "نوع السجل"),
    "references": Labels("mandats et références", "warrants and references", "الأوامر والمراجع"),
    "warrant": Labels("mandat levé (les autres restent)", "warrant lifted (the others stand)",
                      "الأمر المرفوع (تبقى الأوامر الأخرى)"),
    "reason": Labels("motif", "reason", "السبب"),
    "act": Labels("acte", "act", "السند القانوني"),
    "lifted": Labels("levée le (UTC)", "lifted on (UTC)", "تاريخ الرفع (UTC)"),
    "by": Labels("émise par", "issued by", "صادر عن"),
    "holders": Labels("destinataires", "destinations", "الجهات المرسل إليها"),
    "voice": Labels("À PRÉVENIR DE VIVE VOIX", "TO BE TOLD BY VOICE", "يجب إبلاغهم شفهياً"),
    "nobody": Labels("personne", "nobody", "لا أحد"),
    CONFIRMED: Labels("radiation confirmée", "removal confirmed", "تم تأكيد الشطب"),
    OPEN: Labels("radiation non confirmée", "removal not confirmed", "لم يتم تأكيد الشطب"),
    "attested": Labels("radiation attestée sur pièce, non confirmée",
                       "removal attested on paper, not confirmed", "شطب مثبت كتابياً، غير مؤكد"),
    "written_off": Labels("radiation abandonnée, non confirmée",
                          "removal written off, not confirmed", "تم التخلي عن الشطب، غير مؤكد"),
    "meaning": Labels(
        "Cette fiche ne doit plus servir à interpeller, retenir ni contrôler. Elle est signée avec la "
        "clé du registre.",
        "This record must no longer be used to arrest, hold or check anyone. Signed with the "
        "ledger's key.",
        "لا يجوز بعد الآن استخدام هذا السجل للتوقيف أو الحجز أو التفتيش. موقّع بمفتاح السجل."),
    "meaning_one": Labels(
        "Le mandat levé ne doit plus servir ; les autres mandats de la fiche restent. Signée avec la "
        "clé du registre.",
        "The lifted warrant must no longer be used; the record's other warrants stand. Signed with "
        "the ledger's key.",
        "لا يجوز بعد الآن استخدام الأمر المرفوع؛ تبقى الأوامر الأخرى سارية. موقّع بمفتاح السجل."),
}  # fmt: skip
_LANGUAGES = ("fr", "en", "ar")
_STYLE = """\
@page { size: A4; margin: 14mm }
body { font: 10pt/1.35 sans-serif; max-width: 182mm; margin: auto }
h1 { font-size: 13pt; margin: 3mm 0 1mm } section { border-top: 1px solid #000 }
th { text-align: start; font-weight: normal; padding-inline-end: 5mm; vertical-align: top }
pre { font-size: 6pt; white-space: pre-wrap; word-break: break-all; border-top: 1px solid #000 }
@media print { details > pre { display: none } }
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A destination that had the record, and how far its removal is: `confirmed`, `open`,
    `attested` or `written_off`."""

    destination: str
    state: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page says. `warrant` is set where only that one was lifted."""

    key: str
    pseudonym: str
    kind: str
    references: tuple[str, ...]
    warrant: str
    reason: str
    act: str
    lifted_at: str
    issued_by: str
    told: tuple[Told, ...]


def text(sheet: Sheet, signer: Signer) -> bytes:
    """The page as a signed note (C2SP signed-note): `ledger verify --note` checks it."""
    parts = ["\n".join([getattr(_WORDS["title"], language), *(
        f"{name} : {value}" for name, value in _rows(sheet, language)
    ), _meaning(sheet, language)]) for language in _LANGUAGES]  # fmt: skip
    plain = "\n\n".join(parts) + "\n"
    return sign("".join(mark for mark in plain if mark >= " " or mark == "\n"), signer)


def page(sheet: Sheet, signed: bytes) -> bytes:
    """The same to be printed on one A4 page, Arabic from right to left, the signed text inside."""
    sections = "".join(
        f'<section lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">'
        f"<h1>{escape(getattr(_WORDS['title'], language))}</h1><table>"
        + "".join(f"<tr><th>{escape(name)}</th><td><bdi>{escape(value)}</bdi></td></tr>"
                  for name, value in _rows(sheet, language))
        + f"</table><p>{escape(_meaning(sheet, language))}</p></section>\n"
        for language in _LANGUAGES
    )  # fmt: skip
    signature = signed.decode().rpartition("\n\n")[2]
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f"<title>{sheet.pseudonym}</title><style>\n{_STYLE}</style></head><body>\n{sections}"
        f"<pre>{escape(signature)}</pre><details><summary>signed text</summary>"
        f"<pre>{escape(signed.decode())}</pre></details></body></html>\n"
    ).encode()


def _rows(sheet: Sheet, language: str) -> list[tuple[str, str]]:
    say = {name: getattr(label, language) for name, label in _WORDS.items()}
    rows = [(say["key"], sheet.key), (say["pseudonym"], sheet.pseudonym),
            (say["kind"], getattr(LISTS["kind"].codes[sheet.kind], language)),
            (say["references"], ", ".join(sheet.references)), (say["warrant"], sheet.warrant),
            (say["reason"], getattr(LISTS["cancel_reason"].codes[sheet.reason], language)),
            (say["act"], sheet.act), (say["lifted"], _moment(sheet.lifted_at)),
            (say["by"], sheet.issued_by), (say["holders"], _told(sheet.told, say) or say["nobody"]),
            (say["voice"], ", ".join(by_voice(sheet)) or say["nobody"])]  # fmt: skip
    return [(name, " ".join(value.split())) for name, value in rows if value]


def by_voice(sheet: Sheet) -> list[str]:
    """The destinations that have not confirmed: who must be told by voice."""
    return [one.destination for one in sheet.told if one.state != CONFIRMED]


def _told(told: Sequence[Told], say: dict[str, str]) -> str:
    return ", ".join(f"{one.destination} ({say[one.state]})" for one in told)


def _meaning(sheet: Sheet, language: str) -> str:
    return str(getattr(_WORDS["meaning_one" if sheet.warrant else "meaning"], language))


def _moment(at: str) -> str:
    return parse_instant(at).strftime("%Y-%m-%d %H:%M")
