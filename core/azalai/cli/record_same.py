"""`azalai record same`: two records that may be about one act, and what a person says of it."""

from collections.abc import Iterator
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import words
from azalai.cli.deployment import Config, actor, deployment, table
from azalai.cli.speech import say
from azalai.store.record_rows import RecordRow


def same(
    key: Annotated[
        str | None,
        typer.Argument(help=say("Sans clés : ce qui attend.", "Without keys: what waits.")),
    ] = None,
    key2: Annotated[str | None, typer.Argument()] = None,
    is_same: Annotated[
        bool | None,
        typer.Option(
            "--same/--different",
            help=say("Ce que vous dites des deux.", "What you say of the two."),
        ),
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option(
            "--lead",
            help=say(
                "Celle qui est envoyée ; par défaut la première venue.",
                "The one that is sent; by default the first come.",
            ),
        ),
    ] = None,
    config: Config = None,
) -> None:
    """The same warrant, document, VIN or serial number under two keys: one act, or two.

    Without --same or --different it shows what differs, never a value. Exit 1 while one waits.
    """
    from azalai.errors import StopError
    from azalai.store import record_rows

    with deployment(config) as app:
        if key is None or key2 is None:
            raise typer.Exit(_waiting(app))
        one, other = (record_rows.find_any(app.store.db, app.store.keys, name)
                      for name in (key, key2))  # fmt: skip
        first = None if lead is None else record_rows.find_any(app.store.db, app.store.keys, lead)
        if first is not None and (not is_same or first.id not in (one.id, other.id)):
            raise StopError("--lead names one of the two, with --same",
                            fr="--lead nomme l'une des deux, avec --same")  # fmt: skip
        if is_same is None:
            raise typer.Exit(_compare(app, one, other))
        _decide(app, one, other, first, is_same=is_same)


def _decide(
    app: App, one: RecordRow, other: RecordRow, lead: RecordRow | None, *, is_same: bool
) -> None:
    from azalai.pipeline.deciding import decide_link

    made = decide_link(app.store, app.routes(), one, other, "same" if is_same else "different",
                       actor(), lead)  # fmt: skip
    print(say("le même acte : l'une est envoyée, l'autre la suit", "one act: one is sent, the other "
              "follows") if is_same else
          say("deux actes : chacune suit les accords, on ne le demandera plus",
              "two acts: each goes as the agreements say, this is not asked again"))  # fmt: skip
    if made:
        print(say(f"{len(made)} radiation(s) en file, motif : remplacée",
                  f"{len(made)} recall(s) queued, reason: replaced"))  # fmt: skip


def links(app: App, record: RecordRow) -> Iterator[str]:
    """A record's links, one line each."""
    from azalai.store import link_rows, record_rows

    for link in link_rows.of(app.store.db, record.id):
        other = record_rows.by_id(app.store.db, app.store.keys, link.other(record.id))
        lead = ""
        if link.lead is not None:
            lead = (
                say(", envoyée", ", sent") if link.lead == record.id else say(", suit", ", follows")
            )
        yield (f"{say('lien', 'link')} : {other.record_key()}  {other.pseudonym}  "
               f"{words.word(link.state)}{lead}")  # fmt: skip


def still_standing(app: App, lifted: RecordRow) -> Iterator[str]:
    """After a lifting: the records of the same act that still stand, and what to type."""
    from azalai.pipeline.duplicates import in_question
    from azalai.store import link_rows, record_rows

    for link in link_rows.of(app.store.db, lifted.id):
        other = record_rows.by_id(app.store.db, app.store.keys, link.other(lifted.id))
        if link.state == "different" or not in_question(other):
            continue
        yield say(
            f"le même acte est aussi dans {other.pseudonym}, arrêtée, à décider :",
            f"the same act is in {other.pseudonym} too, stopped, to be decided:",
        )
        yield f"  azalai record withdraw {other.pseudonym} --reason …"
        yield f"  azalai record same {lifted.pseudonym} {other.pseudonym} --different"


def _waiting(app: App) -> int:
    from azalai.store import link_rows, record_rows

    found = [[record_rows.by_id(app.store.db, app.store.keys, one).pseudonym
              for one in (link.earlier, link.later)] + [link.at]
             for link in link_rows.possible(app.store.db)]  # fmt: skip
    if found:
        table([say("première", "first"), say("deuxième, retenue", "second, held"),
               say("depuis", "since")], found)  # fmt: skip
        print(f"azalai record same {found[0][0]} {found[0][1]}")
    else:
        print(say("aucun doublon possible", "no possible duplicate"))
    return 1 if found else 0


def _compare(app: App, one: RecordRow, other: RecordRow) -> int:
    from azalai.errors import NotFoundError
    from azalai.pipeline.deciding import differing
    from azalai.store import link_rows, record_rows

    link = link_rows.between(app.store.db, one.id, other.id)
    if link is None:
        raise NotFoundError("these records have no act in common",
                            fr="ces fiches n'ont aucun acte en commun")  # fmt: skip
    with app.store.write() as tx:
        tx.log("consulted", actor=actor(), purpose="record_same",
               pseudonyms=[one.pseudonym, other.pseudonym])  # fmt: skip
    contents = []
    for record in (one, other):
        row = app.store.db.row("records", "last_number", record=record.id)
        last = record_rows.version(app.store.db, record, int(row[0]) if row else 0)
        contents.append({} if last is None else record_rows.payload(record, last))
        print(f"{record.record_key()}  {record.pseudonym}  {record.feed}")
    equal, apart = differing(contents[0], contents[1])
    print(
        say(
            f"{words.word(link.state)} ; {equal} champ(s) égaux, différents : {', '.join(apart)}",
            f"{words.word(link.state)}; {equal} field(s) equal, different: {', '.join(apart)}",
        )
    )
    names = f"{one.pseudonym} {other.pseudonym}"
    print(f"azalai record same {names} --same\nazalai record same {names} --different")
    return 1 if link.state == "possible" else 0
