"""What an export or a search is asked for: records, days, and what may not be asked."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from azalai.clock import format_instant
from azalai.documents import Text
from azalai.errors import StopError
from azalai.evidence.selecting import Wanted
from azalai.pipeline.finding import by_number, hashed
from azalai.store import Store, erasing, record_rows
from azalai.store.record_rows import RecordRow

NOTHING = Text(
    fr="Aucune inscription ne répond à ces critères dans ce registre. Cela ne veut pas dire que"
    " rien n'a été envoyé : une autre orthographe du numéro, une fiche effacée, un envoi d'avant ce"
    " registre ou par une autre voie ne se trouvent pas ainsi.",
    en="No entry of this ledger answers. That does not mean that nothing was ever sent: another"
    " spelling of the number, an erased record, a sending before this ledger or by another way are"
    " not found like this.",
)
OUTCOMES = ("delivered", "awaiting", "refused", "deferred", "unknown", "absent", "resent", "overdue",
            "given_up", "withdrawn", "destination_down", "lost_lease", "withheld", "create", "update",
            "cancel")  # fmt: skip
"""What an `outcome` entry says of a send, and `recorded` of a decision."""
TYPES = ("recorded", "sending", "outcome", "held", "released", "withdrawn", "recall", "run", "act",
         "consulted", "configured", "erased", "clock")  # fmt: skip
_TICK = timedelta(microseconds=1)


def check(
    folder: Path | None, out: Path | None, *, openings: bool, all_records: bool, receipts: bool,
    named: bool, dated: bool, reason: str,
) -> None:  # fmt: skip
    """StopError for what may not be asked of an export, or not together."""
    if (folder is None) == (out is None):
        raise _stop("un dossier ou `-o FICHIER.azpack` : l'un des deux",
                    "a folder or `-o FILE.azpack`: one of them")  # fmt: skip
    if out is not None and not (named or dated):
        raise _stop("de quoi ? --record, --case, --from ou --to",
                    "about what? --record, --case, --from or --to")  # fmt: skip
    if (out is not None or openings) and not reason:
        raise _stop("cela se consigne : --reason", "this is entered in the ledger: --reason")
    if folder is not None and (dated or receipts):
        raise _stop("--from, --to et --receipts vont avec -o",
                    "--from, --to and --receipts go with -o")  # fmt: skip
    if folder is not None and named and not openings:
        raise _stop("le registre s'exporte entier ; --record et --case vont avec --openings",
                    "the log is exported whole; --record and --case go with --openings")  # fmt: skip
    if all_records and (named or not openings or out is not None):
        raise _stop("--all-records va avec --openings et un dossier, sans --record ni --case",
                    "--all-records goes with --openings and a folder, no --record, no --case")  # fmt: skip
    if openings and not (named or all_records):
        raise _stop("quelles fiches ? --record ou --case ; toutes : --all-records",
                    "which records? --record or --case; every one: --all-records")  # fmt: skip
    if receipts and not named:
        raise _stop("--receipts va avec --record ou --case",
                    "--receipts goes with --record or --case")  # fmt: skip


def records(store: Store, names: Sequence[str], case: str | None) -> list[RecordRow] | None:
    """The records that are named by key or pseudonym, and those with a case, warrant or report
    number; None where none is asked for. A record that was erased is none. NotFoundError for a name
    that no record had."""
    if not names and case is None:
        return None
    gone = _erased(store, names)
    found = [record_rows.find_any(store.db, store.keys, name) for name in names if name not in gone]
    found += [] if case is None else by_number(store, case)
    return list({record.id: record for record in found}.values())


def wanted(
    store: Store, found: Sequence[RecordRow] | None, case: str | None,
    between: tuple[str | None, str | None] = (None, None), names: Sequence[str] = (),
) -> Wanted:  # fmt: skip
    """All about these records (None: about any), those of `names` that were erased and those that a
    number leads to in the ledger, between two instants."""
    known = frozenset(record.pseudonym for record in found or ())
    return Wanted(
        pseudonyms=None if found is None else known | _erased(store, names),
        references=frozenset() if case is None else frozenset({hashed(store.keys, case)}),
        first=between[0], last=between[1],
    )  # fmt: skip


def _erased(store: Store, names: Sequence[str]) -> frozenset[str]:
    """The pseudonyms among them whose records were erased: the ledger still tells of them."""
    return frozenset(name for name in names if erasing.get(store.db, name) is not None)


def days(first: str | None, last: str | None, zone: str) -> tuple[str | None, str | None]:
    """The first and the last instant of two days, `2026-11-24`, both included, in a time zone.
    StopError for a day that is written otherwise, or a last one before the first."""
    try:
        start = None if first is None else _midnight(date.fromisoformat(first), zone)
        end = None if last is None else _midnight(date.fromisoformat(last) + timedelta(1), zone)
    except (ValueError, OverflowError) as err:
        raise _stop("un jour s'écrit 2026-11-24", "a day is written 2026-11-24") from err
    if start is not None and end is not None and end <= start:
        raise _stop(f"le premier jour (--from {first}) est après le dernier (--to {last})",
                    f"the first day (--from {first}) is after the last (--to {last})")  # fmt: skip
    return (None if start is None else format_instant(start),
            None if end is None else format_instant(end - _TICK))  # fmt: skip


def known(outcome: str | None, kind: str | None) -> None:
    """StopError for a word that no entry carries: nothing would be found, and that misleads."""
    for option, word, words in (("--outcome", outcome, OUTCOMES), ("--type", kind, TYPES)):
        if word is not None and word not in words:
            listed = ", ".join(words)
            raise StopError(f"{option} {word}: no entry has this word", hint=f"one of {listed}",
                            fr=f"{option} {word} : aucune inscription n'a ce mot",
                            hint_fr=f"un de {listed}")  # fmt: skip


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _stop(fr: str, en: str) -> StopError:
    return StopError(en, fr=fr)
