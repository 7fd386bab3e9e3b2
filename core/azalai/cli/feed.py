"""`azalai feed`: feeds and their runs."""

from typing import Annotated

import typer

from azalai.cli import words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, actor, deployment, table
from azalai.cli.help_pages import command
from azalai.cli.options import Reason
from azalai.cli.speech import language, say

app = noun("feed")

Name = Annotated[
    str,
    typer.Argument(metavar="feed", help=say("Un flux de la configuration.", "A configured feed.")),
]


@command(app, "list", fr="Tous les flux et leur dernière passe.")
def feed_list(config: Config = None) -> None:
    """All feeds and their last run."""
    from azalai.store.run_rows import run_of

    with deployment(config) as app:
        rows = []
        for name in app.settings.feeds:
            last = app.store.db.row("runs", "of_feed", feed=name, most=1)
            run = run_of(last) if last else None
            stopped = app.store.db.row("runs", "feed_held", feed=name)
            rows.append([name, run.id if run else "-", words.run_state(run.state) if run else "-",
                         run.ended_at or "" if run else "",
                         say("par une personne", "by a person") if stopped and stopped[0] else ""])  # fmt: skip
        table([say("flux", "feed"), say("passe", "run"), say("état", "state"),
               say("fin", "ended"), say("flux retenu", "feed held")], rows)  # fmt: skip


@command(
    app,
    "show",
    fr="""Les dernières passes d'un flux : ce qui en retient une, ce que ses messages disent moins
    exactement que ses fiches.""",
)
def feed_show(name: Name, config: Config = None) -> None:
    """A feed's last runs: what holds one, what its messages say less exactly than its records."""
    from azalai.cli import losses
    from azalai.store.run_rows import run_of

    with deployment(config) as app:
        app.feed(name)
        for row in app.store.db.rows("runs", "of_feed", feed=name, most=5):
            run = run_of(row)
            print(f"{say('passe', 'run')} {run.id} {words.run_state(run.state)}"
                  f"{words.in_brackets(run.counts)}")  # fmt: skip
            for finding in run.findings:
                print(f"  {finding['code']}: {finding[language()]}")
                print(f"      {finding['todo_' + language()]}")
            for destination, operation, n, size in app.store.db.rows(
                "runs", "staged_counts", run=run.id
            ):
                print(f"  {destination} : {words.word(operation)} {n}, {size} "
                      f"{say('octets', 'bytes')}")  # fmt: skip
            for destination, rule, n in app.store.db.rows("runs", "withheld_counts", run=run.id):
                print(f"  {destination}: {n} {say('non autorisés', 'withheld')} ({rule})")
            losses.tell(app, run.id)


@command(app, "hold", fr="Arrêter l'entrée d'un flux. Les radiations partent toujours.")
def feed_hold(name: Name, reason: Reason, config: Config = None) -> None:
    """Stop a feed's intake. Recalls still go."""
    from azalai.store import notes

    with deployment(config) as app, app.store.write() as tx:
        app.feed(name)
        tx.db.do("runs", "hold_feed", feed=name, held="by_person")
        note = notes.keep(tx, f"feed/{name}", reason)
        tx.log("held", subject=f"feed/{name}", reason="by_person", actor=actor(), note=note)


@command(app, "release", fr="Laisser partir une passe retenue, et un flux retenu lire de nouveau.")
def feed_release(
    name: Name,
    reason: Reason = "",
    config: Config = None,
) -> None:
    """Let a held run go, and a held feed read again."""
    from azalai.pipeline import gate
    from azalai.store import notes, run_rows

    with deployment(config) as app:
        made = app.feed(name)
        held = app.store.db.row("runs", "held_of_feed", feed=name)
        with app.store.write() as tx:
            tx.db.do("runs", "hold_feed", feed=name, held=None)
            notes.keep(tx, f"feed/{name}", reason)
            run = run_rows.get(tx.db, held[0]) if held else None
            if run is not None:
                gate.release(tx, run, made.mappings, actor())
            else:
                tx.log("released", subject=f"feed/{name}", actor=actor())
        print(say("relâché", "released"))


@command(
    app, "discard", fr="Écarter une passe retenue tout entière : rien d'elle n'entre en vigueur."
)
def feed_discard(name: Name, reason: Reason, config: Config = None) -> None:
    """Discard a held run whole: nothing of it comes into force."""
    from azalai.errors import NotFoundError
    from azalai.pipeline import gate
    from azalai.store import notes, run_rows

    with deployment(config) as app:
        held = app.store.db.row("runs", "held_of_feed", feed=name)
        run = run_rows.get(app.store.db, held[0]) if held else None
        if run is None:
            raise NotFoundError(say("aucune passe retenue", "no held run"))
        with app.store.write() as tx:
            gate.discard(tx, run, actor(), notes.keep(tx, f"run/{run.id}", reason))
        print(say(f"passe {run.id} écartée ; si son fichier reste en place, il sera relu : ôtez-le "
                  "ou remplacez-le",
                  f"run {run.id} discarded; if its file stays, it is read again: take it away or "
                  "replace it"))  # fmt: skip


@command(
    app,
    "accept",
    fr="""Accepter une colonne renommée : une nouvelle version de la correspondance, ses exemples
    lancés.

    Une passe que seules ses colonnes retenaient, et dont rien n'a été lu, est relue à la
    prochaine passe.""",
)
def feed_accept(
    name: Name,
    column: Annotated[
        str,
        typer.Option(
            "--column",
            help=say(
                "La colonne telle que le fichier l'a maintenant.",
                "The column as the file has it now.",
            ),
        ),
    ],
    known: Annotated[
        str,
        typer.Option(
            "--is",
            help=say(
                "La colonne que c'est, telle que déclarée.", "The column that it is, as declared."
            ),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help=say("Pourquoi.", "Why."))] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=say("Montrer, ne rien changer.", "Show, change nothing.")),
    ] = False,
    config: Config = None,
) -> None:
    """Accept a renamed column: a new version of the mapping, with its examples run.

    A run that only its columns held, and of which nothing was read, is read again by the next pass.
    """
    from azalai.app import accepting
    from azalai.pipeline.configured import ask_reload, put_in_force

    with deployment(config) as app:
        made = accepting.prepare(app, name, column, known)
        run = accepting.held_by_columns(app, name)
        for one in made:
            print(f"{one.target}: {one.before} → {one.after}")
            if one.copied:
                print(say("  (copie de la correspondance livrée : le déploiement a désormais la "
                          "sienne)", "  (a copy of the shipped mapping: the deployment has its own "
                          "from now on)"))  # fmt: skip
            print(say(f"  {known} : also « {column} » ; {one.ran} exemple(s) réussi(s)",
                      f"  {known}: also “{column}”; {one.ran} example(s) passed"))  # fmt: skip
        if dry_run:
            print(say("essai : rien n'est écrit", "dry run: nothing is written"))
            return
        with app.store.write() as tx:
            if run is not None:
                accepting.reopen(tx, run, actor())
            accepting.put_in_force(tx, name, made, actor(), reason)
            ask_reload(tx)
    with deployment(config) as app:  # with the mapping as it is now
        put_in_force(app.store, app.digests(), actor())
    if run is not None:
        print(say(f"passe {run.id} rouverte ; À faire : azalai run {name}",
                  f"run {run.id} reopened; to do: azalai run {name}"))  # fmt: skip
    else:
        print(say("les prochains fichiers sont lus avec ce nom",
                  "the next files are read with this name"))  # fmt: skip
