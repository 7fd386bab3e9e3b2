"""The conservation statement: both equations, three counts that must be one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from azalai.errors import StopError
from azalai.outbox.balance import DESTINATION_TERMS, FEED_TERMS, check_destination, check_feed
from azalai.records.labels import Labels
from azalai.reports import figures
from azalai.reports.basis import Basis
from azalai.reports.page import Page, Prose, Table, fill, number
from azalai.reports.replay import Replay, entries
from azalai.reports.texts import TEXTS
from azalai.reports.words import term as over
from azalai.reports.words import word
from azalai.store import run_rows

Terms = Mapping[str, Mapping[str, int]]
Differences = Mapping[str, Sequence[tuple[str, int, int]]]
_RAW = FEED_TERMS[:6]
_RECORDS = ("produced", "translated", "vanished", "new", "changed", "unchanged", "stale",
            "withdrawn")  # fmt: skip
_TITLE = Labels("État de conservation", "Conservation statement", "بيان التطابق")
_HOLD = Labels(
    "Les équations tiennent pour {feeds} flux et {destinations} destinataires : rien ne s'est perdu"
    " entre la lecture et l'issue.",
    "The equations hold for {feeds} feeds and {destinations} destinations: nothing was lost between"
    " reading and outcome.",
    "المعادلات متحققة لعدد {feeds} من التدفقات و{destinations} من الجهات المرسل إليها: لم يضع شيء"
    " بين القراءة والنتيجة.")  # fmt: skip
_BREAK = Labels(
    "DIFFÉRENCE : {count} égalité(s) ne tiennent pas, voir les lignes marquées NON.",
    "DIFFERENCE: {count} equality(ies) do not hold, see the lines marked NO.",
    "فرق: عدم تطابق في {count} من المعادلات، انظر الأسطر المعلمة «لا».",
)
_RAW_TITLE = Labels(
    "Par flux, en lignes lues : lues = traduites + non traduites + en attente + verrouillées +"
    " illisibles",
    "Per feed, in raw records: read = translated + not translated + waiting + locked + unreadable",
    "حسب الدفق، بالأسطر المقروءة: المقروءة = المحولة + غير المحولة + المنتظرة + المقفلة + غير"
    " المقروءة")  # fmt: skip
_RECORDS_TITLE = Labels(
    "Par flux, en fiches : fiches = traduites + disparues = nouvelles + modifiées + inchangées +"
    " périmées + retirées",
    "Per feed, in records: records = translated + vanished = new + changed + unchanged + stale +"
    " withdrawn",
    "حسب الدفق، بالبطاقات: البطاقات = المحولة + المختفية = الجديدة + المعدلة + دون تغيير +"
    " القديمة + المسحوبة")  # fmt: skip
_DESTINATIONS_TITLE = Labels(
    "Par destinataire, en décisions : décidés = non autorisés + dus ; dus = reçus + refusés +"
    " abandonnés + annulés + retenus + en cours",
    "Per destination, in decisions: decided = withheld + owed; owed = received + refused + given up"
    " + withdrawn + held + under way",
    "حسب الجهة المرسل إليها، بالقرارات: المقررة = غير المسموح بها + المستحقة؛ المستحقة = المستلمة"
    " + المرفوضة + المتخلى عنها + الملغاة + المحجوزة + قيد المعالجة")  # fmt: skip
_COUNTS_TITLE = Labels("Trois comptes du même état", "Three counts of the same state",
                       "ثلاثة حسابات للحالة نفسها")  # fmt: skip
_COUNTS_HEAD = (
    Labels("nom", "name", "الاسم"),
    Labels("registre = compteurs", "ledger = counters", "السجل = العدادات"),
    Labels("compteurs = recomptage des lignes", "counters = recount of the rows",
           "العدادات = إعادة عد الصفوف"),
)  # fmt: skip
_PAST = Labels(
    "À une date passée, seules les inscriptions du registre font les nombres : les compteurs de la"
    " base disent l'état présent.",
    "At a past date the ledger's entries alone make the figures: the store's counters say the"
    " present state.",
    "في تاريخ ماض، لا تحسب الأرقام إلا من قيود السجل: فعدادات القاعدة تبين الحالة الراهنة.",
)
_EMPTY = Labels("Rien n'est inscrit.", "Nothing is entered.", "لا شيء مقيد.")


@dataclass(frozen=True, slots=True)
class Statement:
    """The figures at one moment, by the ledger; what the store's counters and a recount say
    otherwise (term, ledger, counter), only where the moment is the present one. Without
    `against_counters` the figures are the counters': the ledger was pruned."""

    day: str
    feeds: Terms
    destinations: Terms
    present: bool
    against_counters: Differences | None
    against_rows: Differences

    @property
    def broken(self) -> int:
        """How many equalities do not hold."""
        equations = sum(len(check_feed(name, n)) for name, n in self.feeds.items())
        equations += sum(len(check_destination(name, n)) for name, n in self.destinations.items())
        told = [*(self.against_counters or {}).values(), *self.against_rows.values()]
        return equations + sum(map(len, told))


def collect(basis: Basis, day: str, until: str | None) -> Statement:
    """The state at the end of a day (`until`, an instant), or now (None). Where the first entries
    were pruned, the present state by the counters; StopError for a past one."""
    if basis.pruned:
        return _by_counters(basis, day, until)
    read = Replay()
    for _, entry in basis.entries():
        if until is not None and entry["time"] > until:
            break
        read.take(entry)
    feeds, destinations = read.feeds(), read.destinations()
    if until is not None:
        return Statement(day, feeds, destinations, False, {}, {})
    return Statement(day, feeds, destinations, True, _against_counters(basis, read),
                     _against_rows(basis))  # fmt: skip


def _by_counters(basis: Basis, day: str, until: str | None) -> Statement:
    if until is not None:
        raise StopError("the ledger no longer has the entries that a past day is counted from",
                        fr="le registre n'a plus les inscriptions dont un jour passé se compte",
                        hint="without a day: the present state",
                        hint_fr="sans jour : l'état présent")  # fmt: skip
    feeds, destinations = ({row.pop("name"): row for row in found(basis.store, [])}
                           for found in (figures.feeds, figures.destinations))  # fmt: skip
    return Statement(day, feeds, destinations, True, None, _against_rows(basis))


def _against_rows(basis: Basis) -> dict[str, list[tuple[str, int, int]]]:
    """Where the rows, counted again, say otherwise than the counters; and their own equations."""
    made: dict[str, list[tuple[str, int, int]]] = {}
    for one in figures.conservation(basis.store)["differences"]:
        made.setdefault(one["name"], []).append((one["equation"], one["left"], one["right"]))
    return made


def _against_counters(basis: Basis, read: Replay) -> dict[str, list[tuple[str, int, int]]]:
    """Where the store's counters say otherwise than the ledger up to its very end, the counts of
    a file that is being read at this moment (its entry comes last) added."""
    read.read(entries(basis.store.ledger, basis.store.ledger.head().size, basis.seal.size))
    feeds, found = read.feeds(), {}
    for row in basis.store.db.rows("runs", "waiting"):
        run = run_rows.run_of(row)
        if run.state == "reading":
            mine = feeds.setdefault(run.feed, dict.fromkeys(FEED_TERMS, 0))
            feeds[run.feed] = {term: n + run.counts.get(term, 0) for term, n in mine.items()}
    for ours, counted in ((feeds, figures.feeds(basis.store, [])),
                          (read.destinations(), figures.destinations(basis.store, []))):  # fmt: skip
        for one in counted:
            mine = ours.get(one["name"], {})
            found[one["name"]] = [(term, mine.get(term, 0), n) for term, n in one.items()
                                  if term != "name" and mine.get(term, 0) != n]  # fmt: skip
    return found


def page(basis: Basis, found: Statement, language: str) -> Page:
    """The statement in one language."""
    when = fill(TEXTS["on_day"], language, day=found.day, zone=basis.zone)
    limits = [] if basis.pruned else [fill(TEXTS["limit_figures"], language)]
    if not found.present:
        limits.insert(0, fill(_PAST, language))
    made = basis.page(f"conservation-{found.day}", language, fill(_TITLE, language), when,
                      limits=limits, wide=True)  # fmt: skip
    verdict = (
        made.say(_BREAK, count=found.broken) if found.broken
        else made.say(_HOLD, feeds=len(found.feeds), destinations=len(found.destinations))
    )  # fmt: skip
    made.blocks = [
        Prose(verdict, strong=True),
        _table(made, _RAW_TITLE, "feed", found.feeds, _RAW, _raw_holds),
        _table(made, _RECORDS_TITLE, "feed", found.feeds, _RECORDS,
               lambda name, n: not [i for i in check_feed(name, n) if i.equation[0] == "p"]),
        _table(made, _DESTINATIONS_TITLE, "destination", found.destinations, DESTINATION_TERMS,
               lambda name, n: not check_destination(name, n)),
    ]  # fmt: skip
    if found.present:
        made.blocks.append(_three_counts(made, found))
    return made


def _raw_holds(name: str, n: Mapping[str, int]) -> bool:
    return not [one for one in check_feed(name, n) if one.equation.startswith("read")]


def _table(
    page: Page, title: Labels, name: str, found: Terms, terms: Sequence[str],
    holds: Callable[[str, Mapping[str, int]], bool],
) -> Table:  # fmt: skip
    say, language = page.say, page.language
    head = [say(TEXTS[name]), *(_term(term, name, language) for term in terms), say(TEXTS["holds"])]
    rows = [
        [one, *(number(n[term], language) for term in terms),
         say(TEXTS["yes" if holds(one, n) else "no"])]
        for one, n in found.items()
    ]  # fmt: skip
    if len(rows) > 1:
        sums = [number(sum(n[term] for n in found.values()), language) for term in terms]
        rows.append([say(TEXTS["total"]), *sums, ""])
    widths = [2.2, *([1.3] * len(terms)), 1.1]
    return Table(say(title), head, rows, widths, frozenset(range(1, len(terms) + 2)),
                 total=len(rows) > 1, empty=say(_EMPTY))  # fmt: skip


def _term(term: str, name: str, language: str) -> str:
    return over("feed_withdrawn" if (term, name) == ("withdrawn", "feed") else term, language)


def _three_counts(page: Page, found: Statement) -> Table:
    def told(differences: Sequence[tuple[str, int, int]]) -> str:
        if not differences:
            return page.say(TEXTS["yes"])
        return f"{page.say(TEXTS['no'])}: " + ", ".join(
            f"{word(term, page.language)} {left} / {right}" for term, left, right in differences
        )

    against = found.against_counters
    names = dict.fromkeys([*found.feeds, *found.destinations, *(against or ()),
                           *found.against_rows])  # fmt: skip
    rows = [[name, "-" if against is None else told(against.get(name, ())),
             told(found.against_rows.get(name, ()))] for name in names]  # fmt: skip
    return Table(page.say(_COUNTS_TITLE), [page.say(head) for head in _COUNTS_HEAD], rows,
                 [2, 4, 4], empty=page.say(_EMPTY))  # fmt: skip
