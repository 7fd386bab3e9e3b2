"""`azalai ledger witness`: who cosigns our ledger, and cosigning the ledgers of partners."""

import json
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from azalai.app.asking_witnesses import Asked
from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.given import at_hand
from azalai.cli.help_pages import Group, command
from azalai.cli.options import Reason
from azalai.cli.speech import language, say
from azalai.cli.witness_words import answer_of, kind_of, state_lines

app = typer.Typer(
    name="witness", cls=Group, no_args_is_help=True,
    help=say("Les cosignataires : qui cosigne notre registre, et cosigner celui d'un partenaire.",
             "Witnesses: who cosigns our ledger, and cosigning a partner's."),
)  # fmt: skip


@command(
    app,
    "list",
    fr="""Où en est la cosignature de notre registre, et ce qui ne concorde pas. Code 1 si quelque
    chose demande attention.""",
)
def witness_list(config: Config = None, as_json: Json = False) -> None:
    """How far our ledger is cosigned, and what does not fit together. Exit 1 if it needs attention."""
    from azalai.app import cosigned

    with deployment(config) as opened:
        found = cosigned.look(opened)
        now = opened.clock()
    if found is None:
        print(say("Aucun cosignataire : écrivez « witnesses: » dans azalai.yaml.",
                  "No witness: write `witnesses:` in azalai.yaml."))  # fmt: skip
        return
    if as_json:
        print(json.dumps(cosigned.as_values(found)))
    else:
        if found.told:
            table([say("cosignataire", "witness"), say("tient", "holds"), say("demandé", "asked"),
                   say("réponse", "answer")],
                  [[name, *(("-", "-", "-") if one is None else
                            (one.size, one.asked_at[:19], answer_of(one.answer)))]
                   for name, one in found.told.items()])  # fmt: skip
        print("\n".join(state_lines(found, now)))
    raise typer.Exit(1 if found.late or found.views else 0)


@command(
    app,
    "ask",
    fr="""Demander maintenant aux cosignataires de cosigner ; le démon le fait après chaque scellé.

    -o FICHIER : pour un cosignataire sans liaison, par courrier ou clé USB ; sa réponse revient par
    `import`. Code 1 si l'un n'a pas cosigné.""",
)
def witness_ask(
    only: Annotated[
        list[str] | None,
        typer.Option("--witness", help=say("Ce cosignataire seul.", "This witness only.")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", help=say("Le fichier à lui porter.", "The file to bring to it.")),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Ask the witnesses to cosign now; the daemon does after every checkpoint.

    -o FILE: for a witness without a link, by mail or USB stick; its answer comes back by `import`.
    Exit 1 if one did not cosign.
    """
    from azalai.app import asking_witnesses

    with deployment(config) as opened:
        if out is not None:
            name, data = asking_witnesses.request_file(opened, *(only or [])[:1])
            with at_hand(out):
                out.write_bytes(data)
            print(say(f"{out} : à porter à {name}, qui fera azalai ledger witness sign",
                      f"{out}: for {name}, who types azalai ledger witness sign"))  # fmt: skip
            return
        found = asking_witnesses.ask(opened, only=only or ())
    _say_asked(found, as_json=as_json)


def _say_asked(found: Sequence[Asked], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{"witness": one.witness, "answer": one.answer, "size": one.size}
                          for one in found]))  # fmt: skip
    for one in found if not as_json else ():
        print(
            f"{one.witness}: {answer_of(one.answer)} ({one.size} {say('inscriptions', 'entries')})"
        )
    if not found and not as_json:
        print(say("Aucun cosignataire n'a d'adresse : -o FICHIER.",
                  "No witness has an address: -o FILE."))  # fmt: skip
    raise typer.Exit(0 if found and all(one.ok for one in found) else 1)


@command(
    app,
    "import",
    fr="""Prendre la réponse d'un cosignataire, revenue par courrier ou clé USB.

    Elle est vérifiée avec sa clé et contre notre registre. Code 3 si elle montre un autre
    registre.""",
)
def witness_import(
    file: Annotated[Path, typer.Argument(help=say("La réponse.", "The answer."))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take a witness's answer that came back by mail or USB stick.

    It is checked with its key and against our ledger. Exit 3 if it shows another ledger.
    """
    from azalai.app import asking_witnesses
    from azalai.ledger.witness import REQUEST_MAX

    with deployment(config) as opened:
        found = asking_witnesses.take_file(opened, _bounded(file, REQUEST_MAX))
    if any(not one.ok for one in found):
        print(f"{found[0].witness}: {kind_of(found[0].answer)}")
        raise typer.Exit(3)
    _say_asked(found, as_json=as_json)


@command(
    app,
    "sign",
    fr="""Cosigner la demande d'un partenaire, venue par courrier ou clé USB.

    Les mêmes règles que par la liaison : jamais en arrière, jamais deux registres. Code 3 si elle
    est refusée ; la réponse dit alors ce que ce nœud en tient.""",
)
def witness_sign(
    file: Annotated[Path, typer.Argument(help=say("La demande.", "The request."))],
    out: Annotated[
        Path, typer.Option("-o", help=say("La réponse à renvoyer.", "The answer to send back."))
    ],
    config: Config = None,
) -> None:
    """Cosign a partner's request that came by mail or USB stick.

    The same rules as over the link: never backwards, never two ledgers. Exit 3 if it is refused;
    the answer then says what this node holds of it.
    """
    from azalai.app.witness import Witness
    from azalai.ledger.witness import REQUEST_MAX

    data = _bounded(file, REQUEST_MAX)
    with deployment(config) as opened:
        answer, note = Witness(opened.store, opened.settings).answer_file(data)
    if note is not None:
        with at_hand(out):
            out.write_bytes(note)
    if answer.status != 200:
        print(answer.why[0 if language() == "fr" else 1])
        if note is not None:
            print(say(f"{out} : ce que ce nœud tient, à renvoyer", f"{out}: what this node holds, "
                      "to be sent back"))  # fmt: skip
        raise typer.Exit(3)
    print(say(f"{out} : cosigné, à renvoyer", f"{out}: cosigned, to be sent back"))


@command(
    app,
    "serve",
    fr="""Cosigner les registres des partenaires par la liaison, jusqu'à SIGTERM (« cosigning: »).

    Le démon le fait aussi quand « listen: » est écrit ; ceci est pour un nœud sans démon.""",
)
def witness_serve(config: Config = None) -> None:
    """Cosign partners' ledgers over the link, until SIGTERM (`cosigning:`).

    The daemon does too where `listen:` is written; this is for a node without one.
    """
    from azalai.app.witness import configured
    from azalai.errors import ConfigurationError
    from azalai.service.witness_server import WitnessServer

    ended = threading.Event()
    with deployment(config) as opened:
        given = configured(opened.settings)
        if given.listen is None:
            raise ConfigurationError("cosigning: no `listen:`", source=opened.settings.source,
                                     fr="cosigning: pas de « listen: »")  # fmt: skip
        server = WitnessServer(opened.settings, opened.store.another)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        print(say(f"cosignataire {given.name} sur {given.listen}, {len(given.logs)} registre(s)",
                  f"witness {given.name} at {given.listen}, {len(given.logs)} log(s)"),
              flush=True)  # fmt: skip
        ended.wait()
        server.close()


@command(
    app,
    "key",
    fr="""La clé publique de ce nœud comme cosignataire, à donner aux partenaires ; faite s'il n'y en
    a pas.""",
)
def witness_key(config: Config = None) -> None:
    """This node's public key as a witness, for the partners; made where there is none."""
    from azalai.app.witness import signing_key

    with deployment(config) as opened:
        print(signing_key(opened.settings, make=True).cosigner.vkey)


@command(
    app,
    "settle",
    fr="Dire qu'une personne a vu à un registre qui ne concorde pas, et pourquoi.",
)
def witness_settle(
    number: Annotated[int, typer.Argument(help=say("Son numéro.", "Its number."))],
    reason: Reason,
    config: Config = None,
) -> None:
    """Say that a person has seen to a ledger that does not fit, and why."""
    from azalai.store import notes, witness_rows

    with deployment(config) as opened, opened.store.write() as tx:
        witness_rows.settle(tx, number, actor(), notes.keep(tx, "ledger", reason))
    print(say("fait, et inscrit au registre", "done, and entered in the ledger"))


def _bounded(path: Path, most: int) -> bytes:
    """StopError for a file that cannot be read or is longer than it may be."""
    from azalai.errors import StopError

    with at_hand(path), path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise StopError(f"{path}: too long", fr=f"{path} : trop long")
    return data
