"""The *bordereau*: what was sent to whom in a period or a run, a line each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azalai.errors import NotFoundError, SealError
from azalai.records.labels import Labels
from azalai.reports.basis import Basis
from azalai.reports.page import Page, Prose, Table, clean, fill, number, span
from azalai.reports.texts import TEXTS
from azalai.reports.transfers import Transfer, transfers
from azalai.reports.words import listed, term, word
from azalai.store import record_rows

_TITLE = Labels("Bordereau d'envoi", "Register of transfers", "كشف الإرسال")
_RUN = Labels("lot n° {run} du flux {feed}", "batch {run} of feed {feed}",
              "الدفعة رقم {run} من الدفق {feed}")  # fmt: skip
_SUM = Labels(
    "{count} envois vers {destinations} destinataires ; {delivered} reçus, {refused} refusés,"
    " {other} sans issue sûre.",
    "{count} transfers to {destinations} destinations; {delivered} received, {refused} refused,"
    " {other} without a certain outcome.",
    "عدد الإرسالات {count} إلى {destinations} من الجهات؛ المستلمة {delivered}، المرفوضة {refused}،"
    " دون نتيجة مؤكدة {other}.")  # fmt: skip
_BY_DESTINATION = Labels("Par destinataire", "By destination", "حسب الجهة المرسل إليها")
_LINES = Labels("Envois, dans l'ordre de la première tentative",
                "Transfers, in the order of their first attempts",
                "الإرسالات بترتيب المحاولة الأولى")  # fmt: skip
_GONE = Labels("fiche effacée", "record erased", "بطاقة محيت")
_BASIS = Labels("règle, base légale", "rule, legal basis", "القاعدة والسند القانوني")
_WHEN = Labels(
    "Un envoi figure au jour de sa première tentative ; son issue est celle connue au scellé.",
    "A transfer stands on the day of its first attempt; its outcome is the one known at the"
    " checkpoint.",
    "يرد الإرسال في يوم محاولته الأولى، ونتيجته هي المعروفة عند الختم.",
)
_NAMES = Labels(
    "Les fiches y portent leur pseudonyme et leurs numéros de procédure et de mandat : un numéro"
    " désigne une personne pour qui le connaît.",
    "Records stand by their pseudonym and their case and warrant numbers: a number names a person"
    " for whoever knows it.",
    "ترد البطاقات بأسمائها المستعارة وأرقام إجراءاتها وأوامرها: والرقم يدل على شخص لمن يعرفه.",
)


@dataclass(frozen=True, slots=True)
class Register:
    """The transfers chosen; `about` gives a record's numbers (None: it was erased), `bases` the
    article of a delivery. `run` 0: by days."""

    first: str
    last: str
    run: int
    feed: str
    destination: str
    lines: Sequence[Transfer]
    about: Mapping[str, Sequence[str] | None]
    bases: Mapping[int, str]


def collect(
    basis: Basis, first: str, last: str, between: tuple[str, str], *, run: int = 0,
    destination: str = "",
) -> Register:  # fmt: skip
    """The transfers whose first attempt lies between two instants, or those of one run."""
    every = transfers(basis.entries()).values()
    chosen = [
        one for one in every
        if (one.run == run if run else between[0] <= one.first.at <= between[1])
        and destination in ("", one.destination)
    ]  # fmt: skip
    bases = {}
    for one in chosen:
        row = basis.store.db.row("deliveries", "by_id", id=one.delivery)
        bases[one.delivery] = str(row[11]) if row else ""
    feed = next((one.feed for one in chosen if one.feed), "") if run else ""
    return Register(first, last, run, feed, destination, chosen,
                    {name: numbers_of(basis, name) for name in {one.pseudonym for one in chosen}},
                    bases)  # fmt: skip


def numbers_of(basis: Basis, pseudonym: str) -> list[str] | None:
    """The case, warrant and report numbers of a record; None where it is no longer here."""
    try:
        record = record_rows.find_any(basis.store.db, basis.store.keys, pseudonym)
        return sorted(set(basis.references(basis.store, record)))
    except (NotFoundError, SealError):
        return None


def page(basis: Basis, found: Register, language: str) -> Page:
    """The register in one language."""
    subtitle = (
        fill(_RUN, language, run=found.run, feed=found.feed) if found.run else
        fill(TEXTS["from_to"], language, first=found.first, last=found.last, zone=basis.zone)
    )  # fmt: skip
    if found.destination:
        subtitle += f" · {fill(TEXTS['destination'], language)} {found.destination}"
    limits = [fill(one, language) for one in (_WHEN, _NAMES, TEXTS["limit_figures"],
                                              TEXTS["limit_relay"])]  # fmt: skip
    if not found.lines:
        limits.insert(0, fill(TEXTS["limit_nothing"], language))
    which = f"run-{found.run}" if found.run else span(found.first, found.last)
    name = "-".join(part for part in ("bordereau", which, found.destination) if part)
    made = basis.page(name, language, fill(_TITLE, language), subtitle, limits=limits, wide=True)
    counted = Counter(_state(one) for one in found.lines)
    made.blocks = [
        Prose(made.say(_SUM, count=number(len(found.lines), language),
                       destinations=len({one.destination for one in found.lines}),
                       **{state: number(counted[state], language)
                          for state in ("delivered", "refused", "other")}), strong=True),
        _lines(basis, found, made),
        by_destination(made, found.lines),
    ]  # fmt: skip
    return made


def by_destination(page: Page, lines: Sequence[Transfer]) -> Table:
    """For each destination: sent, received, refused, the rest, attempts."""
    names = sorted({one.destination for one in lines})
    rows = []
    for name in names:
        mine = [one for one in lines if one.destination == name]
        counted = Counter(_state(one) for one in mine)
        cells = (len(mine), counted["delivered"], counted["refused"], counted["other"],
                 sum(one.attempts for one in mine))  # fmt: skip
        rows.append([name, *(number(n, page.language) for n in cells)])
    head = [page.say(TEXTS["destination"]),
            *(term(code, page.language)
              for code in ("sent", "delivered", "refused", "other", "attempts"))]  # fmt: skip
    return Table(page.say(_BY_DESTINATION), head, rows, [3, 1, 1, 1, 1.4, 1.2],
                 frozenset(range(1, 6)), empty=page.say(TEXTS["nothing"]))  # fmt: skip


def _state(one: Transfer) -> str:
    return one.state if one.state in ("delivered", "refused") else "other"


def _lines(basis: Basis, found: Register, page: Page) -> Table:
    say, language = page.say, page.language
    head = [say(TEXTS["number"]), say(TEXTS["sent_at"]), say(TEXTS["destination"]), say(TEXTS["pseudonym"]),
            say(TEXTS["kind"]), say(TEXTS["references"]), say(TEXTS["operation"]), say(_BASIS),
            say(TEXTS["result"]), say(TEXTS["received_at"]), word("attempts", language),
            say(TEXTS["entries"])]  # fmt: skip
    rows = []
    for at, one in enumerate(found.lines, 1):
        numbers = found.about[one.pseudonym]
        last = one.last
        rows.append([
            str(at), basis.moment(one.first.at), one.destination, one.pseudonym,
            listed("kind", one.kind, language),
            say(_GONE) if numbers is None else clean(", ".join(numbers)),
            word(one.operation, language),
            clean(", ".join(part for part in (one.rule, found.bases[one.delivery]) if part)),
            word(one.state, language),
            basis.moment(last.at) if last and one.state == "delivered" else "",
            str(one.attempts), _places(one),
        ])  # fmt: skip
    return Table(say(_LINES), head, rows,
                 [0.8, 1.9, 1.7, 2.7, 1.7, 2.2, 1.4, 3.0, 1.9, 1.9, 1.2, 1.4],
                 frozenset({0, 10}), empty=say(TEXTS["nothing"]))  # fmt: skip


def _places(one: Transfer) -> str:
    """The entries of its first attempt and of the outcome that stands."""
    last = one.last
    return f"{one.first.index}, {last.index}" if last else str(one.first.index)
