"""`azalai ledger export`: the log as files, or one pack about records, a case or days."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.options import Case, FirstDay, LastDay, Reason, Records
from azalai.cli.speech import say


def export(
    folder: Annotated[
        Path | None,
        typer.Argument(help=say("Le dossier de tout le registre.", "The folder of the whole log.")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            help=say("Un paquet, FICHIER.azpack, à la place.", "A pack, FILE.azpack, instead."),
        ),
    ] = None,
    record: Records = None,
    case: Case = None,
    first: FirstDay = None,
    last: LastDay = None,
    openings: Annotated[
        bool, typer.Option("--openings", help=say("Qui sont les fiches.", "Who the records are."))
    ] = False,
    all_records: Annotated[
        bool,
        typer.Option("--all-records", help=say("Ouvrir toutes les fiches.", "Open every record.")),
    ] = False,
    receipts: Annotated[
        bool,
        typer.Option("--receipts", help=say("Avec les accusés (paquet).", "With receipts (pack).")),
    ] = False,
    reason: Reason = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The log for an auditor, checked with `azalai-verify.py` alone.

    DIR: the whole log as C2SP tiles, or what is new since the last time. -o FILE: one file with
    what is about records, a case or days. Who a record is goes out only with `--openings`.
    """
    from azalai.app import cosigned
    from azalai.evidence import asking, giving
    from azalai.store import key_rows

    asking.check(folder, out, openings=openings, all_records=all_records, receipts=receipts,
                 named=bool(record or case), dated=bool(first or last), reason=reason)  # fmt: skip
    with deployment(config) as app:
        key, *ended = cosigned.our_keys(app.settings)
        desk = giving.Desk(app.store, key, partial(cosigned.published_note, app), actor(), reason,
                           tuple(ended), partial(cosigned.cosigned_note, app.store, app.settings))  # fmt: skip
        records = asking.records(app.store, record or [], case)
        place = folder or out or Path()
        with at_hand(place):
            if folder is not None:
                told = giving.folder(desk, place, records, openings=openings)
            else:
                between = asking.days(first, last, app.settings.time_zone)
                wanted = asking.wanted(app.store, records, case, between, record or [])
                told = giving.pack(desk, place, records or [], wanted,
                                   openings=openings, receipts=receipts)  # fmt: skip
        if openings:
            with app.store.write() as tx:
                key_rows.put_outside(tx, "openings", str(place.resolve()))
    if as_json:
        print(json.dumps(told))
    elif told["entries"] or folder is not None:
        print(say("{path} : {entries} inscriptions, scellé de {size}",
                  "{path}: {entries} entries, checkpoint of {size}").format(**told))  # fmt: skip
    else:
        print(say(asking.NOTHING.fr, asking.NOTHING.en))
    raise typer.Exit(0 if told["entries"] or folder is not None else 1)
