"""What an agreement was used for over a period: rules, what left, what did not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azalai.agreements.agreement import Agreement
from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Chart, Facts, Page, Prose, Table, clean, fill, number, span
from azalai.reports.texts import TEXTS
from azalai.reports.transfers import Transfer, transfers
from azalai.reports.words import listed, term

_TITLE = Labels("Usage de l'accord {name}", "Use of the agreement {name}", "استخدام الاتفاق {name}")
_SUM = Labels(
    "{decided} décisions prises par cet accord : {share} permettaient l'envoi, {withheld} ne"
    " l'autorisaient pas. {sent} envois commencés, {delivered} reçus, {refused} refusés.",
    "{decided} decisions by this agreement: {share} allowed the sending, {withheld} did not."
    " {sent} deliveries begun, {delivered} received, {refused} refused.",
    "عدد القرارات بموجب هذا الاتفاق {decided}: سمح {share} منها بالإرسال ولم يسمح به {withheld}."
    " الإرسالات المبدوءة {sent}، المستلمة {delivered}، المرفوضة {refused}.")  # fmt: skip
_RULES = Labels("Par règle, destinataire et genre", "By rule, destination and kind",
                "حسب القاعدة والجهة والنوع")  # fmt: skip
_CHART = Labels("Envois commencés, par règle", "Deliveries begun, by rule",
                "الإرسالات المبدوءة حسب القاعدة")  # fmt: skip
_PURPOSES = Labels("Par finalité et titre, des envois commencés",
                   "By purpose and legal ground, of deliveries begun",
                   "حسب الغرض والمسوغ القانوني للإرسالات المبدوءة")  # fmt: skip
_ALLOWED = Labels("permis", "allowed", "المسموح بها")
_DOCUMENT = Labels("Le texte en vigueur aujourd'hui", "The text in force today",
                   "النص الساري اليوم")  # fmt: skip
_NAMED = Labels("intitulé", "title", "العنوان")
_REFERENCE = Labels("référence", "reference", "المرجع")
_OWNER = Labels("responsable", "owner", "المسؤول")
_DAYS = Labels("en vigueur", "in force", "سريان")
_DIGEST = Labels("empreinte (SHA-256)", "digest (SHA-256)", "البصمة (SHA-256)")
_BUILT_IN = Labels(
    "Les refus par une règle intégrée (azalai/…), par exemple faute d'accord applicable, ne sont pas"
    " des décisions de cet accord et n'y sont pas comptés.",
    "What a built-in rule withholds (azalai/…), for want of an agreement that applies for example,"
    " is no decision of this agreement and is not counted.",
    "ما تمنعه قاعدة مدمجة (azalai/…)، مثلا لعدم وجود اتفاق منطبق، ليس قرارا لهذا الاتفاق ولا يحسب.",
)


@dataclass(slots=True)
class Use:
    """Decisions by (rule, destination, kind, shared or not), and the transfers under its rules."""

    name: str
    first: str
    last: str
    documents: Sequence[Agreement]
    decided: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    lines: Sequence[Transfer] = ()

    def decisions(self, *, shared: bool) -> int:
        """How many allowed, or did not allow, the sending."""
        return sum(n for key, n in self.decided.items() if key[3] == shared)


def collect(
    basis: Basis, name: str, first: str, last: str, between: tuple[str, str],
    documents: Sequence[Agreement] = (),
) -> Use:  # fmt: skip
    """What the rules of `name` (with `@version`: of that version only) did between two instants."""
    made = Use(name, first, last, documents)
    for _, entry in basis.entries():
        if entry["type"] == "recorded" and between[0] <= entry["time"] <= between[1]:
            _decisions(made, entry)
    made.lines = [one for one in transfers(basis.entries()).values()
                  if of_agreement(one.rule, name) and between[0] <= one.first.at <= between[1]]  # fmt: skip
    return made


def of_agreement(rule: str, name: str) -> bool:
    """Whether a rule (`ner-regional@1/P1`) is one of an agreement, of any version or of one."""
    ident = rule.rpartition("/")[0]
    return name in (ident, ident.partition("@")[0])


def _decisions(made: Use, entry: Mapping[str, Any]) -> None:
    for one in entry["decisions"]:
        if of_agreement(one["rule"], made.name):
            made.decided[one["rule"], one["destination"], entry.get("kind", ""),
                         one["decision"] != "withheld"] += 1  # fmt: skip


def page(basis: Basis, found: Use, language: str) -> Page:
    """The page in one language."""
    subtitle = fill(TEXTS["from_to"], language, first=found.first, last=found.last, zone=basis.zone)
    limits = [fill(one, language) for one in (_BUILT_IN, TEXTS["limit_figures"])]
    if not found.decided:
        limits.insert(0, fill(TEXTS["limit_nothing"], language))
    made = basis.page(f"agreement-{found.name}-{span(found.first, found.last)}", language,
                      fill(_TITLE, language, name=found.name), subtitle, limits=limits)  # fmt: skip
    states = Counter(one.state for one in found.lines)
    counts = {"decided": sum(found.decided.values()), "share": found.decisions(shared=True),
              "withheld": found.decisions(shared=False), "sent": len(found.lines),
              "delivered": states["delivered"], "refused": states["refused"]}  # fmt: skip
    made.blocks = [
        Prose(made.say(_SUM, **{k: number(n, language) for k, n in counts.items()}), strong=True),
        _by_rule(found, made),
    ]  # fmt: skip
    if found.lines:
        rules = sorted(
            Counter(one.rule for one in found.lines).items(), key=lambda r: (-r[1], r[0])
        )
        made.blocks.append(Chart(made.say(_CHART), "bars", [term("sent", language)],
                                 [(rule, [n]) for rule, n in rules]))  # fmt: skip
        made.blocks.append(_purposes(found, made))
    made.blocks += [_document(one, made) for one in found.documents]
    return made


def _by_rule(found: Use, page: Page) -> Table:
    say, language = page.say, page.language
    sent = Counter((one.rule, one.destination, one.kind, one.state) for one in found.lines)
    keys = sorted({key[:3] for key in found.decided} | {key[:3] for key in sent})
    rows = []
    for key in keys:
        begun = sum(n for one, n in sent.items() if one[:3] == key)
        cells = (found.decided[*key, True], found.decided[*key, False], begun,
                 sent[*key, "delivered"], sent[*key, "refused"])  # fmt: skip
        rows.append([key[0], key[1], listed("kind", key[2], language),
                     *(number(n, language) for n in cells)])  # fmt: skip
    head = [say(TEXTS["rule"]), say(TEXTS["destination"]), say(TEXTS["kind"]), say(_ALLOWED),
            *(term(one, language) for one in ("withheld", "sent", "delivered", "refused"))]  # fmt: skip
    return Table(say(_RULES), head, rows, [2.4, 1.6, 1.8, 1, 1, 1, 1, 1],
                 frozenset(range(3, 8)), empty=say(TEXTS["nothing"]))  # fmt: skip


def _purposes(found: Use, page: Page) -> Table:
    counted = Counter((one.purpose, one.ground) for one in found.lines)
    rows = [[listed("purpose", purpose, page.language),
             listed("legal_ground", ground, page.language), number(n, page.language)]
            for (purpose, ground), n in sorted(counted.items(), key=lambda item: -item[1])]  # fmt: skip
    head = [page.say(TEXTS["purpose"]), page.say(TEXTS["ground"]), page.say(TEXTS["count"])]
    return Table(page.say(_PURPOSES), head, rows, [4, 4, 1], frozenset({2}))


def _document(one: Agreement, page: Page) -> Facts:
    say = page.say
    rows = [(say(TEXTS["agreement"]), one.ident), (say(_NAMED), one.title),
            (say(_REFERENCE), one.reference), (say(_OWNER), one.owner),
            (say(_DAYS), f"{one.starts} – {one.until} ({one.zone})"),
            (say(TEXTS["destination"]), ", ".join(one.destinations)),
            (say(_DIGEST), one.digest)]  # fmt: skip
    return Facts([(name, clean(text)) for name, text in rows if text], say(_DOCUMENT))
