"""`azalai reject`: what could not be translated."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli import words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say

app = noun("reject")

Reason = Annotated[str, typer.Option("--reason", help=say("Pourquoi.", "Why."))]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help=say("Montrer ce qui se passerait.", "Show what would happen.")),
]


@command(
    app,
    "list",
    fr="""Ce qui n'a pas pu être traduit : où, quelle règle, pourquoi, que faire. Jamais la valeur.""",
)
def reject_list(
    name: Annotated[
        str | None,
        typer.Option("--feed", help=say("Un flux ; aucun : tous.", "One feed; none: all.")),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", help=say("Combien au plus.", "How many at most."))
    ] = 100,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """What could not be translated: where, which rule, why, what to do. Never the value."""
    from dataclasses import asdict

    from azalai.store.run_rows import reject_of

    with deployment(config) as app:
        rows = app.store.db.rows("runs", "rejects", feed=name, run=None, most=most)
        found = [reject_of(row) for row in rows]
        if as_json:
            print(json.dumps([asdict(r) for r in found], ensure_ascii=False))
            return
        for r in found:
            place = f"{say('ligne', 'line')} {r.line}" if r.line else f"{r.part or r.number}"
            column = f", {say('colonne', 'column')} {r.column}" if r.column else ""
            print(f"{r.id}  {r.feed} {say('passe', 'run')} {r.run}, {place}{column}  "
                  f"[{words.word(r.disposition)}] {r.code} {r.rule}")  # fmt: skip
            print(f"     {r.what.say(language())}")
            if r.todo.fr:
                print(f"     {say('À faire', 'To do')} : {r.todo.say(language())}")


@command(
    app,
    "show",
    fr="""Une fiche brute avec ses valeurs : données personnelles, et le registre dit qui a regardé.""",
)
def reject_show(number: int, config: Config = None) -> None:
    """A raw record with its values: personal data, and the ledger says who looked."""
    from azalai.errors import NotFoundError
    from azalai.store.run_rows import get, open_reject

    with deployment(config) as app:
        opened = open_reject(app.store.db, app.store.keys, number)
        if opened is None:
            raise NotFoundError(say(f"aucune fiche non traduite {number}", f"no reject {number}"))
        with app.store.write() as tx:
            tx.log("consulted", actor=actor(), purpose="correction", subject=f"reject/{number}")
        found, raw = opened
        print(f"{found.code} {found.rule}: {found.what.say(language())}")
        run = get(app.store.db, found.run)
        if run is not None:
            line = f", {say('ligne', 'line')} {found.line}" if found.line else ""
            print(f"{run.input_digest} {found.part or ''}{line}, {say('fiche', 'record')} "
                  f"{found.number} ; {run.mapping}")  # fmt: skip
        if found.code_list:
            print(f"{say('liste', 'list')} {found.code_list}")
        print(json.dumps(json.loads(raw), ensure_ascii=False, indent=2))


@command(
    app,
    "rerun",
    fr="""Traduire de nouveau ce qui a été gardé, selon les correspondances et les listes
    d'aujourd'hui, dans l'ordre d'origine.

    Ce qui passe maintenant part comme de la passe qui l'a lu ; ce qui ne passe pas reste, avec
    sa raison d'aujourd'hui. Code 1 s'il en reste.""",
)
def reject_rerun(
    feed: Annotated[
        str | None, typer.Argument(help=say("Un flux ; aucun : tous.", "One feed; none: all."))
    ] = None,
    number: Annotated[
        int | None, typer.Option("--reject", help=say("Celle-ci seulement.", "This one only."))
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Map what was kept again, by today's mappings and code lists, in its original order.

    What passes now leaves as of the run that read it; what does not stays, with its reason of
    today. Exit 1 if something stays.
    """
    from azalai.errors import NotFoundError
    from azalai.pipeline.rerun import chosen, rerun

    with deployment(config) as app:
        if feed is not None:
            app.feed(feed)
        kept = chosen(app.store, feed=feed, reject=number)
        rejects = [one for one in kept if one[2] in app.settings.feeds]
        if number is not None and not rejects:
            raise NotFoundError(f"no reject {number} that can be mapped again",
                                fr=f"aucune fiche {number} à reprendre")  # fmt: skip
        again = rerun(app.store, app.feed, app.routes(), rejects, actor(), reason=reason,
                      dry_run=dry_run)  # fmt: skip
    raise typer.Exit(outcome(again, dry_run=dry_run, as_json=as_json))


@command(
    app,
    "export",
    fr="""Un tableau pour qui corrige à la source : où, quelle règle, pourquoi, que faire.

    Les cellules qu'un tableur prendrait pour une formule commencent par une apostrophe. Le
    registre dit qui a exporté, et avec quelles valeurs.""",
)
def reject_export(
    out: Annotated[
        Path,
        typer.Option("-o", help=say("Le CSV à écrire, mode 0600.", "The CSV to write, mode 0600.")),
    ],
    feed: Annotated[
        str | None, typer.Argument(help=say("Un flux ; aucun : tous.", "One feed; none: all."))
    ] = None,
    with_values: Annotated[
        bool,
        typer.Option(
            "--with-values",
            help=say(
                "Avec les valeurs (données personnelles).", "With the values (personal data)."
            ),
        ),
    ] = False,
    config: Config = None,
) -> None:
    """A table for who corrects at the source: where, which rule, why, what to do.

    Cells that a spreadsheet would take for a formula begin with an apostrophe. The ledger says who
    exported, and with which values.
    """
    from azalai.pipeline.exporting import export

    with deployment(config) as app:
        if feed is not None:
            app.feed(feed)
        count = export(app.store, out, feed, actor(), language(), with_values=with_values)
    print(say(f"{out} : {count} ligne(s)", f"{out}: {count} line(s)"))


def outcome(again: Any, *, dry_run: bool, as_json: bool) -> int:
    """Say what became of raw records that were mapped again; the exit code."""
    from dataclasses import asdict

    if as_json:
        made = asdict(again) | {"messages": [[*key, n] for key, n in again.messages.items()],
                                "dry_run": dry_run}  # fmt: skip
        print(json.dumps(made))
    else:
        _print(again, dry_run=dry_run)
    return 1 if again.still or again.undecided or again.of_held_feeds else 0


def _print(again: Any, *, dry_run: bool) -> None:
    if dry_run:
        print(say("Essai : rien n'est écrit.", "A trial: nothing is written."))
    print(say(f"{again.tried} fiche(s) reprise(s) : {again.translated} traduite(s), "
              f"{again.still['rejected']} non traduite(s), {again.still['parked']} en attente d'un "
              f"code, {again.superseded} remplacée(s) par plus récent, {again.locked} "
              "verrouillée(s)",
              f"{again.tried} record(s) mapped again: {again.translated} translated, "
              f"{again.still['rejected']} rejected, {again.still['parked']} waiting for a code, "
              f"{again.superseded} superseded, {again.locked} locked"))  # fmt: skip
    if again.undecided:
        print(say(f"{again.undecided} laissée(s) : une passe retenue en a une plus récente",
                  f"{again.undecided} left: a held run has a newer one"))  # fmt: skip
    if again.of_held_feeds:
        print(say(f"{again.of_held_feeds} laissée(s) : leur flux est retenu (azalai feed release)",
                  f"{again.of_held_feeds} left: their feed is held (azalai feed release)"))  # fmt: skip
    if again.of_held_runs:
        print(say(f"{again.of_held_runs} partiront avec leur passe retenue (azalai feed release)",
                  f"{again.of_held_runs} leave with their held run (azalai feed release)"))  # fmt: skip
    for (destination, what), n in sorted(again.messages.items()):
        print(
            f"  {destination}: {n} {say('non autorisés', 'withheld') if what == 'withheld' else what}"
        )
    for subject in again.first_uses:
        print(say(f"  premier emploi de {subject}", f"  first use of {subject}"))
