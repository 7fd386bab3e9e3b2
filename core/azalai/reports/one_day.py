"""One day: what was read, sent, answered, kept back, and what people did."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Page, Prose, Table, clean, fill, number
from azalai.reports.texts import TEXTS
from azalai.reports.words import deed, term, word

_TITLE = Labels("Journée", "Day", "يوم واحد")
_SUM = Labels(
    "{read} lignes lues, {recorded} fiches enregistrées, {sent} tentatives d'envoi, {delivered}"
    " réceptions, {refused} refus, {withheld} non autorisés.",
    "{read} raw records read, {recorded} records entered, {sent} attempts, {delivered} received,"
    " {refused} refused, {withheld} withheld.",
    "الأسطر المقروءة {read}، البطاقات المسجلة {recorded}، محاولات الإرسال {sent}، المستلمة"
    " {delivered}، المرفوضة {refused}، غير المسموح بها {withheld}.")  # fmt: skip
_RUNS = Labels("Fichiers lus", "Files read", "الملفات المقروءة")
_RUN = Labels("lot", "batch", "الدفعة")
_SENT = Labels(
    "Issues par destinataire", "Outcomes by destination", "النتائج حسب الجهة المرسل إليها"
)
_RULES = Labels("Non autorisés par l'accord, par règle", "Withheld by the agreement, by rule",
                "ما لا يسمح به الاتفاق، حسب القاعدة")  # fmt: skip
_KEPT = Labels("Retenus, libérés, radiations, effacements", "Held, released, removals, erasures",
               "المحجوز والمفرج عنه وعمليات الشطب والمحو")  # fmt: skip
_ACTS = Labels("Actes et consultations, par compte", "Acts and consultations, by account",
               "الأعمال والاطلاعات حسب الحساب")  # fmt: skip
_FORCE = Labels("Mises en vigueur", "Put in force", "ما دخل حيز النفاذ")
_DIGEST = Labels("empreinte (SHA-256)", "digest (SHA-256)", "البصمة (SHA-256)")
_PENDING = Labels(
    "Une issue figure au jour où elle est venue : elle peut être celle d'un envoi de la veille.",
    "An outcome stands on the day on which it came: it may be that of an earlier sending.",
    "ترد النتيجة في يوم ورودها، وقد تكون لإرسال سابق.",
)
_RUN_TERMS = ("read", "translated", "rejected", "parked", "locked", "unreadable")
_OUTCOMES = ("attempts", "delivered", "awaiting", "refused", "deferred", "unknown",
             "destination_down", "given_up", "withdrawn")  # fmt: skip


@dataclass(slots=True)
class Day:
    """The entries of one day, counted."""

    day: str
    entries: int = 0
    recorded: int = 0
    runs: list[Mapping[str, Any]] = field(default_factory=list)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    withheld: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    force: list[tuple[str, str]] = field(default_factory=list)

    def total(self, outcome: str) -> int:
        """All destinations together."""
        return sum(n for (_, one), n in self.sent.items() if one == outcome)


def collect(basis: Basis, day: str, between: tuple[str, str]) -> Day:
    """Count the entries between two instants."""
    made = Day(day)
    for _, entry in basis.entries():
        if entry["time"] > between[1]:
            break
        if entry["time"] >= between[0]:
            _count(made, entry)
    return made


def _count(made: Day, entry: Mapping[str, Any]) -> None:
    made.entries += 1
    kind = entry["type"]
    if kind == "recorded":
        made.recorded += 1
        for one in entry["decisions"]:
            if one["decision"] == "withheld":
                made.withheld[one["destination"], one["rule"]] += 1
    elif kind == "run":
        made.runs.append(entry)
    elif kind == "sending":
        made.sent[entry["destination"], "attempts"] += 1
    elif kind == "outcome":
        made.sent[entry["destination"], entry["outcome"]] += 1
    elif kind == "recall":
        made.kept[entry["state"], entry["destination"]] += 1
    elif kind in ("held", "released"):
        made.kept[
            kind, entry.get("destination", str(entry["subject"]).split("/", maxsplit=1)[0])
        ] += 1
    elif kind in ("erased", "clock"):
        made.kept[kind, entry.get("rule", "")] += 1
    elif kind in ("act", "consulted"):
        made.acts[entry["actor"], entry.get("act") or entry["purpose"]] += 1
    elif kind == "configured":
        made.force.append((entry["subject"], entry["digest"]))


def page(basis: Basis, found: Day, language: str) -> Page:
    """The page in one language."""
    when = fill(TEXTS["on_day"], language, day=found.day, zone=basis.zone)
    limits = [fill(one, language) for one in (_PENDING, TEXTS["limit_figures"],
                                              TEXTS["limit_relay"])]  # fmt: skip
    made = basis.page(f"day-{found.day}", language, fill(_TITLE, language), when, limits=limits,
                      wide=True)  # fmt: skip
    names = sorted({name for name, _ in found.sent})
    counts = {"read": sum(run["counts"]["read"] for run in _last(found.runs)),
              "recorded": found.recorded, "sent": found.total("attempts"),
              "delivered": found.total("delivered"), "refused": found.total("refused"),
              "withheld": sum(found.withheld.values())}  # fmt: skip
    sent = [[name, *(number(found.sent[name, one], language) for one in _OUTCOMES)]
            for name in names]  # fmt: skip
    made.blocks = [
        Prose(made.say(_SUM, **{k: number(n, language) for k, n in counts.items()}), strong=True),
        _runs(found, made),
        Table(made.say(_SENT), [made.say(TEXTS["destination"]),
                                *(term(one, language) for one in _OUTCOMES)], sent,
              [2.0, *([1.2] * len(_OUTCOMES))], frozenset(range(1, len(_OUTCOMES) + 1)),
              empty=made.say(TEXTS["nothing"])),
        counted(made, _RULES, ("destination", "rule"), found.withheld),
        counted(made, _KEPT, ("what", "subject"), found.kept, first=lambda c: word(c, language)),
        counted(made, _ACTS, ("who", "what"), found.acts, second=lambda c: deed(c, language)),
        Table(made.say(_FORCE), [made.say(TEXTS["subject"]), made.say(_DIGEST)],
              [[clean(subject), digest] for subject, digest in found.force], [2, 3],
              empty=made.say(TEXTS["nothing"])),
    ]  # fmt: skip
    return made


def counted(
    page: Page, title: Labels, heads: tuple[str, str], found: Counter[tuple[str, str]],
    first: Callable[[str], str] = clean, second: Callable[[str], str] = clean,
) -> Table:  # fmt: skip
    """Pairs with their numbers, the most frequent first."""
    rows = [[first(one), second(two), number(n, page.language)]
            for (one, two), n in sorted(found.items(), key=lambda item: (-item[1], item[0]))]  # fmt: skip
    head = [page.say(TEXTS[heads[0]]), page.say(TEXTS[heads[1]]), page.say(TEXTS["count"])]
    return Table(page.say(title), head, rows, [3, 5, 1], frozenset({2}),
                 empty=page.say(TEXTS["nothing"]))  # fmt: skip


def _last(runs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The last entry of each run: a run that is released has two."""
    return list({run["run"]: run for run in runs}.values())


def _runs(found: Day, page: Page) -> Table:
    language = page.language
    head = [page.say(_RUN), page.say(TEXTS["feed"]), page.say(TEXTS["state"]),
            *(term(one, language) for one in _RUN_TERMS)]  # fmt: skip
    rows = [[str(run["run"]), run["feed"],
             word("run_held" if run["state"] == "held" else run["state"], language),
             *(number(run["counts"][one], language) for one in _RUN_TERMS)]
            for run in _last(found.runs)]  # fmt: skip
    return Table(page.say(_RUNS), head, rows, [0.8, 2, 1.4, *([1.2] * len(_RUN_TERMS))],
                 frozenset({0, *range(3, 3 + len(_RUN_TERMS))}), empty=page.say(TEXTS["nothing"]))  # fmt: skip
