"""Erasing and keeping as a deployment does them: the list beside the store, the second person."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from azalai.app import App, erased_list
from azalai.app.approving import Act, Agreed, Foreseen
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.pipeline import erasing, keeping
from azalai.pipeline.erasing import InTheWay, Why
from azalai.store import Store, Transaction, record_rows, runner_lock
from azalai.store.erasing import Erased
from azalai.store.record_rows import RecordRow

OVERRIDE = "record_erase"


def today(app: App) -> date:
    """The day where the deployment is."""
    return app.clock().astimezone(ZoneInfo(app.settings.time_zone)).date()


def erase(app: App, records: Sequence[RecordRow], why: Why) -> tuple[list[Erased], bool]:
    """Erase records that nothing keeps; those, and whether the files are clean of them already.
    StopError as `pipeline.erasing.erase`."""
    made = erasing.erase(app.store, records, why, today(app))
    return made, settle(app, app.store)


def erase_due(app: App, why: Why) -> tuple[int, bool]:
    """Erase what is due and nothing keeps; how many, and as `erase`."""
    done = keeping.erase_due(app.store, today(app), why)
    return done, settle(app, app.store)


def look_for_due(app: App, store: Store, day: date) -> int:
    """The daily look at what is due. Cheap where it was looked at today."""
    done = keeping.look_for_due(store, app.settings.keep, day)
    if done and app.settings.keep.when_due == "erase":
        settle(app, store)
    return done


def settle(app: App, store: Store) -> bool:
    """After erasing: the list beside the store has it, the files lose it; whether they have."""
    state = app.settings.state
    erased_list.settle(store, state / erased_list.NAME, app.settings.node_name,
                       app.settings.path(app.settings.ledger_key))  # fmt: skip
    _empty_spool(state)
    return store.db.sweep()


def in_the_way(app: App, record: RecordRow) -> InTheWay:
    """What keeps a record from being erased today."""
    return erasing.in_the_way(app.store, record, today(app))


def told(found: InTheWay) -> list[Text]:
    """The same in words, one line each."""
    lines = []
    if found.until:
        lines.append(Text(f"gardée par une décision de justice jusqu'au {found.until} : azalai record "
                          "keep CLÉ --end --reason …",
                          f"kept by a court until {found.until}: azalai record keep KEY --end "
                          "--reason …"))  # fmt: skip
    if found.holders:
        names = ", ".join(found.holders)
        lines.append(Text(f"détenue, ou peut-être, par {names} : azalai record withdraw, puis leur "
                          "confirmation",
                          f"held, or may be, by {names}: azalai record withdraw, then their "
                          "confirmation"))  # fmt: skip
    if found.open:
        lines.append(Text(f"{found.open} envoi(s) ne sont pas terminés : azalai outbox list",
                          f"{found.open} delivery(ies) have not ended: azalai outbox list"))  # fmt: skip
    return lines


def files_of_feeds(app: App) -> dict[str, int]:
    """How many files lie in each feed's folder, what was read of them too: they are their source's,
    and nothing is erased in them."""
    found = {}
    for name, feed in app.settings.feeds.items():
        if feed.folder:
            folder = app.settings.path(feed.folder)
            found[name] = sum(1 for path in folder.rglob("*") if path.is_file())
    return {name: count for name, count in found.items() if count}


def _empty_spool(state: Path) -> None:
    """Copies of inputs that an interrupted reading left, where nobody reads."""
    if runner_lock.holder(state / "store.lock") is None:
        for path in (state / "spool").glob("*"):
            path.unlink(missing_ok=True)


def _foresee(app: App, arguments: Mapping[str, Any]) -> Foreseen:
    record = record_rows.find_any(app.store.db, app.store.keys, arguments["record"])
    found = in_the_way(app, record)
    if not found.by_override:
        raise ApprovalError("a court keeps this record, or it is being sent now",
                            fr="cette fiche est gardée par une décision de justice, ou en cours "
                            "d'envoi")  # fmt: skip
    touched = {"record": record.pseudonym, "head": record.head, "holders": list(found.holders),
               "open": found.open}  # fmt: skip
    lines = [Text(f"effacer {record.kind} {record.pseudonym} : {arguments['reason']}",
                  f"erase {record.kind} {record.pseudonym}: {arguments['reason']}"), *told(found)]  # fmt: skip
    return Foreseen([touched], lines)


def _carry_out(
    tx: Transaction, _app: App, arguments: Mapping[str, Any], agreed: Agreed
) -> Sequence[Text]:
    record = record_rows.find_any(tx.db, tx.keys, arguments["record"])
    why = Why("override", agreed.asked_by, arguments["reason"], arguments["order"],
              agreed.agreed_by)  # fmt: skip
    erasing.erase_in(tx, [record], why)
    return [Text(f"{record.pseudonym} : effacée", f"{record.pseudonym}: erased")]


ERASE = Act(_foresee, _carry_out, lambda app: settle(app, app.store))
"""Erasing although something is open or a holder remains: two people."""
