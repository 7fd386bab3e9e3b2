"""`azalai code`: values that no code list knows, and what waits for them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.app import App
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.help_pages import command
from azalai.cli.reject import DryRun, Reason, outcome
from azalai.cli.speech import language, say

app = noun("code")


@command(
    app,
    "list",
    fr="""Les valeurs qui attendent un code : combien de fois, depuis quand, où regarder. Code 1 s'il
    y en a.

    Les valeurs viennent des fichiers : le registre dit qui a regardé.""",
)
def code_list(
    feed: Annotated[
        str | None, typer.Argument(help=say("Un flux ; aucun : tous.", "One feed; none: all."))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Values that wait for a code: how often, since when, where to look. Exit 1 if one does.

    The values come from the files: the ledger says who looked.
    """
    with deployment(config) as app:
        if feed is not None:
            app.feed(feed)
        rows = app.store.db.rows("runs", "parked_values", feed=feed)
        if rows:
            with app.store.write() as tx:
                tx.log("consulted", actor=actor(), purpose="correction",
                       subject=f"codes/{feed or 'all'}")  # fmt: skip
        found = _values(app, rows)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)
    raise typer.Exit(1 if found else 0)


@command(
    app,
    "add",
    fr="""Ajouter une entrée à une liste de codes, puis libérer ce qui l'attendait, dans l'ordre
    d'origine.""",
)
def code_add(
    name: Annotated[
        str,
        typer.Argument(
            metavar="LIST",
            help=say(
                "La liste, du nom que lui donne la correspondance.",
                "The list, as the mapping names it.",
            ),
        ),
    ],
    value: Annotated[
        str,
        typer.Argument(
            help=say(
                "La valeur, telle qu'elle est dans le fichier.",
                "The value, as it stands in the file.",
            )
        ),
    ],
    code: Annotated[str, typer.Argument(help=say("La valeur commune.", "The common value."))],
    feed: Annotated[
        str | None,
        typer.Option(
            "--feed", help=say("Le flux dont c'est la liste.", "The feed whose list it is.")
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            help=say("La correspondance dont c'est la liste.", "The mapping whose list it is."),
        ),
    ] = None,
    label: Annotated[
        str,
        typer.Option(
            "--label",
            help=say("Une note à côté (colonne source).", "A note beside it (column source)."),
        ),
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help=say("À partir de ce jour.", "From this day on."))
    ] = "",
    until: Annotated[
        str, typer.Option("--until", help=say("Jusqu'à ce jour inclus.", "To this day, included."))
    ] = "",
    source: Annotated[
        str,
        typer.Option("--source", help=say("D'où vient l'entrée.", "Where the entry comes from.")),
    ] = "",
    category: Annotated[
        str,
        typer.Option(
            "--category", help=say("Article 3, pour une infraction.", "Article 3, of an offence.")
        ),
    ] = "",
    decided_by: Annotated[
        str,
        typer.Option(
            "--decided-by", help=say("Qui a décidé de la catégorie.", "Who decided the category.")
        ),
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Add an entry to a code list, then release what waited for it, in its original order."""
    from azalai.app import code_lists
    from azalai.errors import StopError
    from azalai.pipeline.configured import ask_reload
    from azalai.pipeline.rerun import chosen, rerun
    from azalai.store.run_rows import value_lookup

    value = value.strip()
    if not value or not value.isprintable():
        raise StopError("an empty value", fr="une valeur vide")
    cells = {"value": value, "code": code.strip(), "since": since, "until": until,
             "category": category, "decided_by": decided_by.strip(), "source": source,
             "label": label}  # fmt: skip
    with deployment(config) as app:
        same = _same_file(app, name, value, feed, mapping)
        entry = code_lists.prepare(app.settings, same, cells)
        waiting = sorted(
            {one for use in {(u.feed, u.name) for u in same}
             for one in chosen(app.store, feed=use[0],
                               value=value_lookup(app.store.keys, use[1], value))},
            key=lambda one: (one[1], one[0]),
        )  # fmt: skip
        if not as_json:
            _say_entry(entry, len(waiting))
        if dry_run:
            if as_json:
                print(json.dumps({"file": str(entry.target), "waiting": len(waiting)}))
            return
        with app.store.write() as tx:
            code_lists.put_in_force(tx, same[0], entry, actor(), reason)
            ask_reload(tx)
    with deployment(config) as app:  # with the list as it is now
        again = rerun(app.store, app.feed, app.routes(), waiting, actor(), reason=reason)
    raise typer.Exit(outcome(again, dry_run=False, as_json=as_json))


@command(
    app,
    "check",
    fr="""Tout ce qui est faux ou douteux dans les listes de codes, d'un coup. Code 2 s'il y a à
    corriger.""",
)
def code_check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help=say(
                "Listes de codes ; aucune : toutes celles du déploiement.",
                "Code lists; none: all of the deployment.",
            )
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Everything wrong or doubtful in code lists, at once. Exit 2 if something is wrong."""
    from azalai.app import code_lists
    from azalai.clock import now
    from azalai.documents import render
    from azalai.mapping.code_lint import lint, read_alone

    found: list[Any] = []
    for file in files or []:
        with at_hand(file):
            data = file.read_bytes()
        table, mistakes = read_alone(str(file), data)
        found += mistakes + (lint(table, data, now().date()) if not mistakes else [])
    count = len(files or [])
    if not files:
        with deployment(config) as app:
            every = list(code_lists.uses(app.settings, app.connectors))
            found = code_lists.doubts(every, now().date())
            count = len({(one.connector.name, one.file) for one in every})
    if found:
        print(render(found, language()))
    wrong = sum(not one.warning for one in found)
    print(say(f"{count} liste(s) de codes, {wrong} faute(s), {len(found) - wrong} doute(s)",
              f"{count} code list(s), {wrong} mistake(s), {len(found) - wrong} doubt(s)"))  # fmt: skip
    raise typer.Exit(2 if wrong else 0)


def _values(app: App, rows: list[Any]) -> list[dict[str, Any]]:
    """One entry a value that waits. The values are found by mapping first raw records again."""
    from azalai.mapping import Parked
    from azalai.pipeline.rerun import mapped_again

    found = []
    first = {row[3]: row for row in rows if row[0] in app.settings.feeds}
    chosen = [(number, 0, row[0]) for number, row in first.items()]
    for reject, result in mapped_again(app.store, app.feed, chosen):
        feed, name, column, number, count, since, rule = first[reject.id]
        waits = isinstance(result, Parked) and result.code_list == name
        todo = result.todo.say(language()) if waits and isinstance(result, Parked) else ""
        found.append({
            "feed": feed, "list": name, "mapping": str(rule).partition("@")[0], "column": column,
            "value": result.value if waits and isinstance(result, Parked) else None,
            "count": count, "first_seen": since, "reject": number, "run": reject.run,
            "line": reject.line, "part": reject.part, "number": reject.number,
            "todo": "" if todo.startswith("azalai code add ") else todo,
        })  # fmt: skip
    return found


def _print(found: list[dict[str, Any]]) -> None:
    for one in found:
        value = one["value"]
        shown = say("(a un code depuis)", "(has a code since)") if value is None else f"« {value} »"
        place = f"{say('ligne', 'line')} {one['line']}" if one["line"] else one["part"] or ""
        print(f"{one['feed']}  {one['list']}  {shown} : {one['count']} "
              f"{say('en attente', 'waiting')}, {say('depuis', 'since')} {one['first_seen'][:10]}")  # fmt: skip
        print(f"     {say('colonne', 'column')} {one['column']}, {say('passe', 'run')} {one['run']}"
              f" {place} (azalai reject show {one['reject']})")  # fmt: skip
        todo = one["todo"] or (f"azalai reject rerun {one['feed']}" if value is None else
                f"azalai code add {one['list']} {_quoted(value)} CODE --feed {one['feed']}")  # fmt: skip
        print(f"     {say('À faire', 'To do')} : {todo}")
    if not found:
        print(say("Aucune valeur n'attend de code.", "No value waits for a code."))


def _quoted(value: str) -> str:
    import shlex

    return shlex.quote(value)


def _say_entry(entry: Any, waiting: int) -> None:
    print(f"{entry.target}: {entry.line}")
    if entry.copied:
        print(say("  (copie de la liste livrée : le déploiement a désormais la sienne)",
                  "  (a copy of the shipped list: the deployment has its own from now on)"))  # fmt: skip
    print(say(f"  {waiting} fiche(s) l'attendent", f"  {waiting} record(s) wait for it"))


def _same_file(
    app: App, name: str, value: str, feed: str | None, mapping: str | None
) -> list[Any]:  # fmt: skip
    """Every use of the one file that is meant. StopError where it is none, or one of several."""
    from azalai.app import code_lists
    from azalai.errors import StopError

    every = list(code_lists.uses(app.settings, app.connectors))
    named = [u for u in every if name in (u.name, u.file)
             and feed in (None, u.feed) and mapping in (None, u.mapping.name)]  # fmt: skip
    files = {(u.connector.name, u.file) for u in named}
    if len(files) > 1:
        waits = [u for u in named if _waits(app, u, value)]
        files = {(u.connector.name, u.file) for u in waits} or files
    if len(files) == 1:
        file = files.pop()
        return [u for u in every if (u.connector.name, u.file) == file]
    if not files:
        known = ", ".join(sorted({u.name for u in every if feed in (None, u.feed)}))
        raise StopError(f"no code list {name}", fr=f"aucune liste de codes {name}",
                        hint=f"lists: {known}", hint_fr=f"listes : {known}")  # fmt: skip
    which = ", ".join(sorted({f"--feed {u.feed} --mapping {u.mapping.name}" for u in named}))
    raise StopError(f"several lists are called {name}", fr=f"plusieurs listes s'appellent {name}",
                    hint=f"say which: {which}", hint_fr=f"dites laquelle : {which}")  # fmt: skip


def _waits(app: App, use: Any, value: str) -> bool:
    """Whether a raw record that this mapping took waits for the value."""
    from azalai.store import run_rows

    lookup = run_rows.value_lookup(app.store.keys, use.name, value)
    return any(
        str(rule).partition("@")[0] == use.mapping.name
        for (rule,) in app.store.db.rows("runs", "waiting_for", feed=use.feed, value=lookup)
    )
