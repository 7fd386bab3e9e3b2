"""`azalai record`: one record's life, who has it, lifting."""

from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import (
    record_erase,
    record_expired,
    record_find,
    record_origin,
    record_same,
    record_sheet,
    words,
)
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.help_pages import command
from azalai.cli.options import DryRun
from azalai.cli.speech import language, say

app = noun("record")
command(
    app,
    "find",
    fr="""Les fiches qui ont un numéro de mandat, d'affaire, de PV ou local ; espaces, barres et casse
    sont ignorés.

    --person : nom, naissance et documents se demandent à l'écran, ou se lisent dans un fichier,
    jamais en argument ; c'est vous qui dites laquelle de celles trouvées. Le registre dit qui a
    cherché. Code 1 si rien n'est trouvé. Leurs inscriptions au registre : « azalai ledger search
    --person ».""",
)(record_find.find)
command(
    app,
    "sheet",
    fr="""L'avis qu'une fiche, ou un de ses mandats, est levée : à qui cela a été dit, qui a confirmé.

    FR, EN et AR sur une page A4 à imprimer (HTML) et en texte signé, mode 0600 ; les noms des
    fichiers ne disent rien de la personne. `ledger verify --note FICHIER` vérifie le texte.""",
)(record_sheet.sheet)
command(
    app,
    "same",
    fr="""Le même mandat, document, VIN ou numéro de série sous deux clés : un acte, ou deux.

    Sans --same ni --different, montre ce qui diffère, jamais une valeur. Code 1 tant que l'un
    attend.""",
)(record_same.same)
command(
    app,
    "expired",
    fr="""Les fiches en vigueur dont le jour d'expiration ou de révision est passé et qui attendent
    une décision, par le jour qui les a trouvées. Code 1 s'il en reste.""",
)(record_expired.expired)
command(
    app,
    "erase",
    fr="""Effacer une fiche : sa clé et tout ce qui était scellé sous elle. Rien ne la ramène.

    Refusé tant qu'un envoi est ouvert, qu'un destinataire la détient ou qu'une décision de justice
    la garde (code 1) ; --override demande une deuxième personne pour les deux premiers (code 4).
    --by-order : les fichiers qui la contiennent encore sont comptés « verrouillées ».""",
)(record_erase.erase)
command(
    app,
    "keep",
    fr="""Une décision de justice garde une fiche jusqu'à un jour : rien n'en est effacé ni élagué.
    --end la lève plus tôt.

    --due --until JOUR : celles de « record due » reviennent après ce jour.""",
)(record_erase.keep)
command(
    app,
    "due",
    fr="""Les fiches qui ont passé leur durée de conservation, par le jour qui les a trouvées, et
    celles qu'une décision de justice garde. Code 1 s'il en reste.""",
)(record_erase.due)
command(
    app,
    "erased",
    fr="""Ce qui est effacé, et depuis quand c'est irrécupérable ; -o FICHIER écrit le certificat.""",
)(record_erase.erased)


def _looked(app: App, pseudonym: str, purpose: str) -> None:
    """The ledger says who looked at which record, before anything is shown."""
    with app.store.write() as tx:
        tx.log("consulted", actor=actor(), purpose=purpose, pseudonym=pseudonym)


@command(
    app, "show", fr="Les versions et les envois d'une fiche ; CLÉ est sa clé ou son pseudonyme."
)
def record_show(key: str, config: Config = None) -> None:
    """A record's versions and deliveries; KEY is its key or its pseudonym."""
    from azalai.store import delivery_rows, notes, record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        _looked(app, found.pseudonym, "record_show")
        for line in record_same.links(app, found):
            print(line)
        lock = f", {say('levée', 'lifted')}: {found.lock}" if found.lock else ""
        force = say("en vigueur", "in force") if found.in_force else say("retirée", "withdrawn")
        print(f"{found.pseudonym}  {found.kind}  {force}{lock}")
        for number, operation, _, reason, run, at in app.store.db.rows(
            "records", "versions", record=found.id
        ):
            print(
                f"  v{number} {words.word(operation)} {reason or ''} {say('passe', 'run')} {run or '-'} {at}"
            )
            for line in record_origin.lines(app, found, number):
                print(line)
        for at, text in notes.of(app.store, f"record/{found.pseudonym}"):
            print(f"  {at} {say('acte', 'act')} : {text}")
        for row in app.store.db.rows("deliveries", "list", destination=None, state=None,
                                     record=found.id, most=1000):  # fmt: skip
            d = delivery_rows.delivery_of(row)
            print(f"  {d.destination} v{d.version} {words.word(d.operation)} : {words.word(d.state)} "
                  f"({d.rule}) {d.last_reason or ''}")  # fmt: skip


@command(
    app, "why", fr="Pour chaque destinataire : le verdict sur la fiche, sa règle et sa phrase."
)
def record_why(key: str, config: Config = None) -> None:
    """For each destination: the verdict on the record, its rule and its sentence."""
    from azalai.store import delivery_rows, record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        _looked(app, found.pseudonym, "record_why")
        for row in app.store.db.rows("deliveries", "list", destination=None, state=None,
                                     record=found.id, most=1000):  # fmt: skip
            d = delivery_rows.delivery_of(row)
            print(f"v{d.version} → {d.destination} : {words.word(d.state)}, {d.rule}")
            print(f"    {d.sentence.say(language())}")


@command(app, "holders", fr="Qui détient, ou peut détenir, la fiche.")
def record_holders(key: str, config: Config = None) -> None:
    """Who has, or may have, the record."""
    from azalai.pipeline.lifting import holders
    from azalai.store import record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        _looked(app, found.pseudonym, "record_holders")
        for holder in holders(app.store, found):
            sure = (
                say("détient", "has") if holder.accepted else say("détient peut-être", "may have")
            )
            settled = (
                f", {say('radiation', 'recall')} {words.word(holder.settled)}"
                if holder.settled
                else ""
            )
            print(f"{holder.destination}: {sure} v{holder.accepted or '?'}{settled}")


@command(
    app,
    "withdraw",
    fr="""Lever une fiche partout, ou un de ses mandats : une personne suffit.

    Les fichiers suivants qui la contiennent encore ne la font pas revenir.""",
)
def record_withdraw(
    key: str,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help=say(
                "Un code : lifted (levée), executed (exécutée), …", "A code: lifted, executed, …"
            ),
        ),
    ],
    act: Annotated[
        str, typer.Option("--act", help=say("L'acte qui la lève.", "The act that lifts it."))
    ] = "",
    warrant: Annotated[
        str | None,
        typer.Option(
            "--warrant",
            help=say(
                "Ce mandat seulement ; les autres demeurent.",
                "Only this warrant; the others stand.",
            ),
        ),
    ] = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Lift a record everywhere, or one of its warrants: one person is enough.

    Later files that still hold it do not bring it back.
    """
    from azalai.errors import StopError
    from azalai.pipeline.correcting import lift_warrant, taken_out
    from azalai.pipeline.lifting import holders, lift
    from azalai.records import LISTS
    from azalai.store import record_rows

    if reason not in LISTS["cancel_reason"]:
        raise StopError(say(f"motif inconnu : {reason}", f"unknown reason: {reason}"),
                        hint=", ".join(LISTS["cancel_reason"].codes))  # fmt: skip
    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        if warrant is not None:
            taken_out(app.store, found, warrant)
        for holder in holders(app.store, found):
            print(f"{holder.destination}: {say('sera prévenu', 'will be told')}")
        if dry_run:
            return
        if warrant is None:
            made = lift(app.store, found, reason, actor(), app.routes(), act)
            print(say(f"{len(made)} radiation(s) en file", f"{len(made)} recall(s) queued"))
        else:
            done = lift_warrant(app.store, found, warrant, reason, actor(), app.routes(), act)
            print(say(f"{len(done.deliveries)} correction(s) en file",
                      f"{len(done.deliveries)} correction(s) queued"))  # fmt: skip
            for name in done.without:
                print(say(f"{name} : n'a jamais eu ce mandat", f"{name}: never had this warrant"))
        for line in record_same.still_standing(app, found):
            print(line)
        told = [holder.destination for holder in holders(app.store, found)]
        if told:
            print(say("à prévenir aussi de vive voix, tant qu'ils n'ont pas confirmé : ",
                      "tell them by voice too, until they have confirmed: ") + ", ".join(told))  # fmt: skip
        print(say("fiche de levée : ", "notice of lifting: ")
              + f"azalai record sheet {found.pseudonym} -o fiche")  # fmt: skip
