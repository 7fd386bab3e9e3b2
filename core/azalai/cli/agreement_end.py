"""`azalai agreement end`: what becomes of what was sent by an agreement that has ended."""

from collections import Counter
from typing import Annotated

import typer

from azalai.agreements.ending import How
from azalai.app import App
from azalai.cli.deployment import Config, actor, deployment, table
from azalai.cli.options import Reason
from azalai.cli.speech import say
from azalai.pipeline.routing import Route


def agreement_end(
    name: Annotated[
        str,
        typer.Argument(help=say("L'accord ; ou nom@version.", "The agreement; or name@version.")),
    ],
    recall: Annotated[
        bool,
        typer.Option("--recall", help=say("Le radier là où il est.", "Cancel it where it is.")),
    ] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help=say("Le laisser aux destinataires.", "Let the destinations keep it.")
        ),
    ] = False,
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Compter seulement.", "Only count."))
    ] = False,
    config: Config = None,
) -> None:
    """Decide what becomes of the records that destinations have by an agreement that has ended.

    Withdrawals by the source and corrections go to them all the same.
    """
    from azalai.errors import StopError
    from azalai.pipeline import ending
    from azalai.pipeline.staying import decide_end
    from azalai.store import notes

    if recall == keep:
        raise StopError("say one of --recall and --keep",
                        fr="dites --recall (radier) ou --keep (laisser), un des deux")  # fmt: skip
    if not reason and not dry_run:
        raise StopError("say why: --reason", fr="dites pourquoi : --reason")
    how: How = "recall" if recall else "keep"
    with deployment(config) as app:
        found = _of(app, name)
        if not found:
            raise StopError(
                f"nothing was sent by an agreement {name} that has ended",
                fr=f"rien n'a été envoyé par un accord {name} qui a pris fin",
                hint="azalai agreement list", hint_fr="azalai agreement list")  # fmt: skip
        rows = [(ident, route.facts.name,
                 ending.count_by(app.store, app.routes(), ident, route).total())
                for ident, route in found]  # fmt: skip
        table([say("accord", "agreement"), say("destinataire", "destination"),
               say("fiches chez lui", "records it has")], rows)  # fmt: skip
        if dry_run:
            print(say("essai : rien n'est changé", "dry run: nothing is changed"))
            return
        counts = Counter[str]()
        for ident, _, count in rows:
            counts[ident] += count
        with app.store.write() as tx:
            for ident, count in counts.items():
                decide_end(tx, ident, how)
                tx.log("act", actor=actor(), act="agreement_ended", subject=f"agreement/{ident}",
                       what=how, count=count,
                       note=notes.keep(tx, f"agreement/{ident}", reason))  # fmt: skip
        made = ending.look_for_ends(app.store, app.routes())
    print(say(f"{made} radiation(s) partent", f"{made} recall(s) leave") if recall else
          say("les destinataires gardent ces fiches", "the destinations keep these records"))  # fmt: skip


def _of(app: App, name: str) -> list[tuple[str, Route]]:
    from azalai.pipeline.ending import ended_for

    return [(ident, route) for ident, route in ended_for(app.store, app.routes())
            if name in (ident, ident.rpartition("@")[0])]  # fmt: skip
