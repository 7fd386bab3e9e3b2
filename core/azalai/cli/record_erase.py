"""`azalai record erase|keep|due|erased`: forgetting when the law says so, and not before."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.given import at_hand, write_private
from azalai.cli.options import DryRun, Reason
from azalai.cli.speech import language, say
from azalai.pipeline.erasing import Why
from azalai.store.record_rows import RecordRow

Key = Annotated[str | None, typer.Argument(help=say("La clé de la fiche, ou son pseudonyme.",
                                                    "The record's key or pseudonym."))]  # fmt: skip
Due = Annotated[
    bool, typer.Option("--due", help=say("Toutes celles de « record due ».",
                                         "All those of `record due`."))
]  # fmt: skip
Out = Annotated[
    Path | None, typer.Option("-o", help=say("Écrire le certificat, signé.",
                                             "Write the certificate, signed."))
]  # fmt: skip


def erase(
    key: Key = None,
    reason: Reason = "",
    by_order: Annotated[
        str, typer.Option("--by-order", help=say("La référence de l'ordre : la fiche ne rentre plus.",
                                                 "The order's reference: it is kept out."))
    ] = "",
    override: Annotated[
        bool, typer.Option("--override", help=say("Malgré un détenteur ou un envoi ouvert, à deux.",
                                                  "Although held or open; two people."))
    ] = False,
    due: Due = False,
    out: Out = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:  # fmt: skip
    """Erase a record: its key and all that was sealed under it. It cannot be undone.

    Refused while a delivery is open, a destination holds it or a court keeps it (exit 1);
    --override asks a second person for the first two (exit 4). --by-order keeps it out: later files
    that still contain it are counted `locked`.
    """
    from azalai.app import erasing_act
    from azalai.errors import StopError

    if due == (key is not None) or (due and (by_order or override)):
        raise StopError("either KEY, or --due alone", fr="ou bien CLÉ, ou bien --due seul")
    if not reason and not dry_run:
        raise StopError("--reason is missing", fr="il manque --reason",
                        hint="the order, the decision or the rule", hint_fr="l'ordre, la décision ou "
                        "la règle")  # fmt: skip
    with deployment(config) as app:
        if due:
            raise typer.Exit(_erase_due(app, reason, dry_run=dry_run))
        why = Why("by_order" if by_order else "by_hand", actor(), reason, by_order)
        code, gone = _erase_one(app, str(key), why, override=override, dry_run=dry_run)
        if gone and out is not None:
            _write(app, out, gone)
        if gone:
            _files(app, erasing_act.files_of_feeds(app))
    raise typer.Exit(code)


def _erase_one(
    app: App, key: str, why: Why, *, override: bool, dry_run: bool
) -> tuple[int, list[str]]:  # fmt: skip
    from azalai.app import erasing_act
    from azalai.cli.second_person import ask_for
    from azalai.store import record_rows

    record = record_rows.find_any(app.store.db, app.store.keys, key)
    found = erasing_act.in_the_way(app, record)
    for line in erasing_act.told(found):
        print(line.say(language()))
    if found.any and not (override and found.by_override):
        if found.by_override:
            print(say("refusé ; à deux personnes : --override", "refused; two people: --override"))
        return 1, []
    if record.in_force and not why.order:
        print(say("en vigueur : le prochain fichier qui la contient la ramène (--by-order l'empêche)",
                  "in force: the next file that contains it brings it back (--by-order keeps it "
                  "out)"))  # fmt: skip
    if dry_run:
        print(say(f"essai : {record.kind} {record.pseudonym} serait effacée, rien n'est changé",
                  f"dry run: {record.kind} {record.pseudonym} would be erased, nothing is changed"))  # fmt: skip
        return 0, []
    if found.any:
        return ask_for(app, erasing_act.OVERRIDE, {
            "record": record.pseudonym, "reason": why.reason, "order": why.order}), []  # fmt: skip
    made, clean = erasing_act.erase(app, [record], why)
    _told(len(made), clean=clean)
    print(made[0].pseudonym)
    return 0, [one.pseudonym for one in made]


def _erase_due(app: App, reason: str, *, dry_run: bool) -> int:
    from azalai.app import erasing_act
    from azalai.pipeline import keeping

    waiting = list(keeping.due(app.store))
    kept = [one for one in waiting if erasing_act.in_the_way(app, one).any]
    for one in kept:
        print(f"{one.pseudonym}  {one.kind}")
        for line in erasing_act.told(erasing_act.in_the_way(app, one)):
            print(f"    {line.say(language())}")
    if dry_run:
        print(say(f"essai : {len(waiting) - len(kept)} fiche(s) seraient effacées, rien n'est changé",
                  f"dry run: {len(waiting) - len(kept)} record(s) would be erased, nothing is "
                  "changed"))  # fmt: skip
        return 0
    done, clean = erasing_act.erase_due(app, Why(keeping.RULE, actor(), reason))
    _told(done, clean=clean)
    return 1 if kept else 0


def _told(count: int, *, clean: bool) -> None:
    print(say(f"{count} fiche(s) effacée(s)", f"{count} record(s) erased"))
    if not clean:
        print(say("le journal de la base les a encore : un lecteur le tient ; azalai store prune, plus "
                  "tard", "the database's log has them still: a reader holds it; azalai store prune, "
                  "later"))  # fmt: skip


def _files(app: App, found: dict[str, int]) -> None:
    for name, count in found.items():
        print(say(f"flux {name} : {count} fichier(s) de la source dans {app.settings.feeds[name].folder} "
                  "; rien n'y est effacé",
                  f"feed {name}: {count} file(s) of the source in {app.settings.feeds[name].folder}; "
                  "nothing is erased in them"))  # fmt: skip


def keep(
    key: Key = None,
    until: Annotated[
        str | None, typer.Option("--until", help=say("Un jour, compris.", "A day, included."))
    ] = None,
    reason: Reason = "",
    end: Annotated[
        bool, typer.Option("--end", help=say("La décision de justice est levée.",
                                             "The court's hold is over."))
    ] = False,
    due: Due = False,
    config: Config = None,
) -> None:  # fmt: skip
    """A court keeps a record until a day: nothing of it is erased or pruned. --end ends it sooner.

    --due --until DAY: those of `record due` are asked again after a day.
    """
    from azalai.errors import StopError
    from azalai.pipeline import erasing, keeping
    from azalai.store import record_rows

    if due == (key is not None) or end == (until is not None) or (due and end):
        raise StopError("KEY --until DAY, KEY --end, or --due --until DAY",
                        fr="CLÉ --until JOUR, CLÉ --end, ou --due --until JOUR")  # fmt: skip
    if not reason and not due:
        raise StopError("--reason is missing", fr="il manque --reason")
    with deployment(config) as app:
        last = None if until is None else _day_to_come(app, until)
        if due and last is not None:
            done = keeping.keep_due(app.store, last, actor())
            print(say(f"{done} fiche(s) gardée(s) jusqu'au {last}",
                      f"{done} record(s) kept until {last}"))  # fmt: skip
            return
        record = record_rows.find_any(app.store.db, app.store.keys, str(key))
        if last is not None:
            erasing.keep(app.store, record, last, actor(), reason)
            print(say(f"{record.pseudonym} : gardée jusqu'au {last}, rien n'en est effacé",
                      f"{record.pseudonym}: kept until {last}, nothing of it is erased"))  # fmt: skip
        elif erasing.end_keep(app.store, record, actor(), reason):
            print(
                say(f"{record.pseudonym} : n'est plus gardée", f"{record.pseudonym}: kept no more")
            )
        else:
            print(say("aucune décision de justice ne la garde", "no court keeps it"))
            raise typer.Exit(1)


def due(config: Config = None, as_json: Json = False) -> None:
    """Records past the time that they are kept, by the day that found them, and what courts keep.
    Exit 1 if some wait."""
    from azalai.app import erasing_act

    with deployment(config) as app:
        day = erasing_act.today(app)
        erasing_act.look_for_due(app, app.store, day)
        found = app.store.db.rows("erasing", "asked")
        held = app.store.db.rows("erasing", "holds", today=day.isoformat())
    if as_json:
        print(json.dumps({"due": [{"found_on": a, "kind": b, "count": c} for a, b, c in found],
                          "held": [{"pseudonym": a, "kind": b, "until": c} for a, b, c in held]}))  # fmt: skip
    else:
        table([say("constaté le", "found on"), say("genre", "kind"), say("fiches", "records")],
              found)  # fmt: skip
        for pseudonym, kind, last in held:
            print(say(f"gardée par une décision de justice jusqu'au {last} : {kind} {pseudonym}",
                      f"kept by a court until {last}: {kind} {pseudonym}"))  # fmt: skip
        if found:
            print(say('azalai record erase --due --reason "…", ou azalai record keep --due --until JOUR',
                      'azalai record erase --due --reason "…", or azalai record keep --due --until '
                      "DAY"))  # fmt: skip
    raise typer.Exit(1 if found else 0)


def erased(
    pseudonym: Annotated[
        str | None, typer.Argument(help=say("Le pseudonyme d'une fiche effacée.",
                                            "The pseudonym of an erased record."))
    ] = None,
    out: Out = None,
    config: Config = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """What was erased, and since when it is unrecoverable; -o FILE writes the certificate."""
    from azalai.errors import NotFoundError
    from azalai.store import erasing

    with deployment(config) as app:
        found = erasing.every(app.store.db)
        if pseudonym is not None:
            found = [one for one in found if one.pseudonym == pseudonym]
            if not found:
                raise NotFoundError("no erased record of this pseudonym",
                                    fr="aucune fiche effacée de ce pseudonyme")  # fmt: skip
        if out is not None:
            _write(app, out, [one.pseudonym for one in found])
            return
    if as_json:
        print(json.dumps([{"pseudonym": one.pseudonym, "erased_at": one.at, "rule": one.rule,
                           "key": one.kek, "kept_out": one.stop is not None,
                           "unrecoverable_at": one.unrecoverable_at} for one in found]))  # fmt: skip
        return
    table([say("pseudonyme", "pseudonym"), say("effacée le", "erased on"), say("règle", "rule"),
           say("irrécupérable le", "unrecoverable on")],
          [[one.pseudonym, one.at[:19], one.rule, (one.unrecoverable_at or "-")[:19]]
           for one in found])  # fmt: skip


def kept(app: App, record: RecordRow) -> str:
    """What `record find` adds: until when a court keeps a record, or since when it is due to go."""
    from azalai.app import erasing_act
    from azalai.pipeline.erasing import held_until

    until = held_until(app.store, record, erasing_act.today(app))
    if until is not None:
        return say(f", gardée jusqu'au {until} (justice)", f", kept until {until} (court)")
    row = app.store.db.row("erasing", "due", record=record.id)
    if row is None:
        return ""
    return say(f", durée passée depuis le {row[2]}", f", past its time since {row[2]}")


def _write(app: App, out: Path, pseudonyms: list[str]) -> None:
    from azalai.evidence import erasure
    from azalai.ledger import ring
    from azalai.store import erasing

    found = [one for name in pseudonyms if (one := erasing.get(app.store.db, name)) is not None]
    signer = ring.current(app.settings.path(app.settings.ledger_key))
    text = erasure.certificate(app.store, found, signer.verifier.name, actor(), signer)
    with at_hand(out):
        write_private(out, text)
    print(out)


def _day_to_come(app: App, text: str) -> date:
    from azalai.app import erasing_act
    from azalai.cli.record_expired import later

    return later(text, erasing_act.today(app), "--until")
