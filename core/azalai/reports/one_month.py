"""A month in figures and plots: volumes, delays by destination, refusals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from azalai.clock import parse_instant
from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Chart, Page, Prose, Table, fill, number, plain
from azalai.reports.texts import TEXTS
from azalai.reports.transfers import Transfer, transfers
from azalai.reports.words import listed, term, word

BORDERS_S = (1, 10, 60, 600, 3_600, 21_600, 86_400)
"""Seconds: where one bar of the delays ends and the next begins."""
_TITLE = Labels("Résumé du mois", "Monthly summary", "ملخص الشهر")
_SUM = Labels(
    "{recorded} versions enregistrées, {sent} envois commencés, {delivered} reçus, {refused} refusés,"
    " {withheld} non autorisés par les accords.",
    "{recorded} versions entered, {sent} deliveries begun, {delivered} received, {refused} refused,"
    " {withheld} withheld by the agreements.",
    "النسخ المسجلة {recorded}، الإرسالات المبدوءة {sent}، المستلمة {delivered}، المرفوضة {refused}،"
    " ما لم تسمح به الاتفاقات {withheld}.")  # fmt: skip
_VOLUME = Labels("Envois par jour de la première tentative", "Deliveries by day of the first attempt",
                 "الإرسالات حسب يوم المحاولة الأولى")  # fmt: skip
_INTAKE = Labels("Fiches enregistrées par jour", "Records entered by day",
                 "البطاقات المسجلة حسب اليوم")  # fmt: skip
_DELAYS = Labels("Délai de la décision à la réception, en nombre d'envois",
                 "Delay from decision to receipt, in deliveries",
                 "المدة من القرار إلى الاستلام، بعدد الإرسالات")  # fmt: skip
_DELAY_TABLE = Labels("Délais par destinataire (décision → réception)",
                      "Delays by destination (decision → receipt)",
                      "المدد حسب الجهة (من القرار إلى الاستلام)")  # fmt: skip
_REFUSED = Labels("Refus du destinataire, par motif", "Refused by the destination, by reason",
                  "رفض الجهة حسب السبب")  # fmt: skip
_WITHHELD = Labels("Non autorisés par l'accord, par règle", "Withheld by the agreement, by rule",
                   "ما لا يسمح به الاتفاق حسب القاعدة")  # fmt: skip
_KINDS = Labels("Envois par destinataire et genre", "Deliveries by destination and kind",
                "الإرسالات حسب الجهة والنوع")  # fmt: skip
_MEDIAN = Labels("médiane", "median", "الوسيط")
_TENTH = Labels("9 sur 10 en moins de", "9 of 10 in less than", "9 من 10 في أقل من")
_LONGEST = Labels("le plus long", "longest", "الأطول")
_UNDER = Labels("moins de {time}", "under {time}", "أقل من {time}")
_OVER = Labels("{time} et plus", "{time} and more", "{time} فأكثر")
_UNITS = {
    "s": Labels("{n} s", "{n} s", "{n} ث"), "min": Labels("{n} min", "{n} min", "{n} د"),
    "h": Labels("{n} h", "{n} h", "{n} س"), "d": Labels("{n} j", "{n} d", "{n} يوم"),
}  # fmt: skip
_WHEN = Labels(
    "Un envoi compte au jour de sa première tentative ; son issue est celle connue au scellé. Les"
    " délais sont ceux des envois reçus, attentes et pannes comprises.",
    "A delivery counts on the day of its first attempt; its outcome is the one known at the"
    " checkpoint. Delays are those of what was received, waits and outages included.",
    "يحسب الإرسال في يوم محاولته الأولى، ونتيجته هي المعروفة عند الختم. والمدد هي مدد ما استلم، بما"
    " فيها الانتظار والأعطال.")  # fmt: skip


@dataclass(slots=True)
class Month:
    """The entries of a month, counted; `days` are its days, written 2026-11-01."""

    month: str
    days: Sequence[str]
    recorded: Counter[str] = field(default_factory=Counter)
    withheld: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: Sequence[Transfer] = ()


def days_of(month: str) -> list[str]:
    """The days of a month, `2026-11`. ValueError for another spelling."""
    day = date.fromisoformat(f"{month}-01")
    found = []
    while day.isoformat().startswith(month):
        found.append(day.isoformat())
        day += timedelta(days=1)
    return found


def collect(basis: Basis, month: str, between: tuple[str, str]) -> Month:
    """Count what lies between two instants."""
    made = Month(month, days_of(month))
    for _, entry in basis.entries():
        if not between[0] <= entry["time"] <= between[1]:
            continue
        if entry["type"] == "recorded":
            made.recorded[basis.day(entry["time"])] += 1
            for one in entry["decisions"]:
                if one["decision"] == "withheld":
                    made.withheld[one["destination"], one["rule"]] += 1
    made.lines = [one for one in transfers(basis.entries()).values()
                  if between[0] <= one.first.at <= between[1]]  # fmt: skip
    return made


def delay_s(one: Transfer) -> float | None:
    """Seconds from the decision (else the first attempt) to the receipt; None: not received."""
    last = one.last
    if last is None or last.outcome != "delivered":
        return None
    begun = parse_instant(one.decided_at or one.first.at)
    return (parse_instant(last.at) - begun).total_seconds()


def page(basis: Basis, found: Month, language: str) -> Page:
    """The page in one language."""
    subtitle = fill(TEXTS["from_to"], language, first=found.days[0], last=found.days[-1],
                    zone=basis.zone)  # fmt: skip
    limits = [fill(one, language) for one in (_WHEN, TEXTS["limit_figures"], TEXTS["limit_relay"])]
    made = basis.page(f"month-{found.month}", language, fill(_TITLE, language), subtitle,
                      limits=limits)  # fmt: skip
    states = Counter(one.state for one in found.lines)
    counts = {"recorded": sum(found.recorded.values()), "sent": len(found.lines),
              "delivered": states["delivered"], "refused": states["refused"],
              "withheld": sum(found.withheld.values())}  # fmt: skip
    made.blocks = [
        Prose(made.say(_SUM, **{k: number(n, language) for k, n in counts.items()}), strong=True),
        _volume(basis, found, made),
        Chart(made.say(_INTAKE), "columns", [made.say(_INTAKE)],
              [(day[8:], [found.recorded[day]]) for day in found.days]),
        _delays(found, made),
        _delay_table(found, made),
        _reasons(found, made),
        Chart(made.say(_WITHHELD), "bars", [term("withheld", language)],
              [(f"{name} {rule}", [n]) for (name, rule), n in found.withheld.most_common(15)]),
        _kinds(found, made),
    ]  # fmt: skip
    return made


def _volume(basis: Basis, found: Month, page: Page) -> Chart:
    parts = ("delivered", "refused", "other")
    counted: Counter[tuple[str, str]] = Counter()
    for one in found.lines:
        counted[basis.day(one.first.at), one.state if one.state in parts else "other"] += 1
    rows = [(day[8:], [counted[day, part] for part in parts]) for day in found.days]
    return Chart(page.say(_VOLUME), "columns", [term(part, page.language) for part in parts], rows)


def _delays(found: Month, page: Page) -> Chart:
    known = [seconds for one in found.lines if (seconds := delay_s(one)) is not None]
    counted = Counter(sum(seconds >= border for border in BORDERS_S) for seconds in known)
    under, over = (str(getattr(label, page.language)) for label in (_UNDER, _OVER))
    rows = [(under.format(time=duration(border, page)), [counted[at]])
            for at, border in enumerate(BORDERS_S)]  # fmt: skip
    rows.append((over.format(time=duration(BORDERS_S[-1], page)), [counted[len(BORDERS_S)]]))
    return Chart(page.say(_DELAYS), "bars", [term("delivered", page.language)], rows)


def duration(seconds: float, page: Page) -> str:
    """A length of time in one unit, rounded up to a whole one."""
    for unit, size, most in (("s", 1, 120), ("min", 60, 7_200), ("h", 3_600, 172_800)):
        if seconds < most and (seconds < 60 or unit != "s"):
            return plain(page.say(_UNITS[unit], n=-int(-seconds // size)))
    return plain(page.say(_UNITS["d"], n=-int(-seconds // 86_400)))


def _delay_table(found: Month, page: Page) -> Table:
    rows = []
    for name in sorted({one.destination for one in found.lines}):
        known = sorted(seconds for one in found.lines if one.destination == name
                       and (seconds := delay_s(one)) is not None)  # fmt: skip
        if known:
            places = (len(known) // 2, len(known) * 9 // 10, len(known) - 1)
            rows.append([name, number(len(known), page.language),
                         *(duration(known[at], page) for at in places)])  # fmt: skip
    head = [page.say(TEXTS["destination"]), term("delivered", page.language),
            *(page.say(one) for one in (_MEDIAN, _TENTH, _LONGEST))]  # fmt: skip
    return Table(page.say(_DELAY_TABLE), head, rows, [3, 1, 1.4, 1.8, 1.4], frozenset({1, 2, 3, 4}),
                 empty=page.say(TEXTS["nothing"]))  # fmt: skip


def _reasons(found: Month, page: Page) -> Chart | Prose:
    counted = Counter((one.destination, one.last.reason) for one in found.lines
                      if one.last is not None and one.state == "refused")  # fmt: skip
    if not counted:
        return Prose(page.say(TEXTS["nothing"]), page.say(_REFUSED))
    rows = [(f"{name} {word(reason, page.language)}", [n])
            for (name, reason), n in counted.most_common(15)]  # fmt: skip
    return Chart(page.say(_REFUSED), "bars", [term("refused", page.language)], rows)


def _kinds(found: Month, page: Page) -> Table:
    counted = Counter((one.destination, one.kind) for one in found.lines)
    rows = [[name, listed("kind", kind, page.language), number(n, page.language)]
            for (name, kind), n in sorted(counted.items())]  # fmt: skip
    head = [page.say(TEXTS["destination"]), page.say(TEXTS["kind"]), page.say(TEXTS["count"])]
    return Table(page.say(_KINDS), head, rows, [3, 4, 1], frozenset({2}),
                 empty=page.say(TEXTS["nothing"]))  # fmt: skip
