"""`azalai simulate`: the other side."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config
from azalai.cli.help_pages import command
from azalai.cli.speech import say

Received = Annotated[
    Path,
    typer.Option(
        "--dir", help=say("Le dossier de ce qu'il reçoit.", "The folder of what it receives.")
    ),
]
Port = Annotated[
    int, typer.Option("--port", help=say("Le port ; 0 : un libre.", "The port; 0: a free one."))
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        help=say("La même graine donne les mêmes pannes.", "The same seed gives the same faults."),
    ),
]
app = noun("simulate")


@command(
    app,
    "wapis",
    fr="""Un récepteur strict à la manière de WAPIS : un vrai serveur HTTPS, avec des pannes à la
    demande.""",
)
def simulate_wapis(
    folder: Received,
    port: Port = 0,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", help=say("Comme lose=10%.", "As lose=10%."))
    ] = None,
    seed: Seed = 0,
) -> None:
    """A strict WAPIS-style receiver: a real HTTPS server with faults on demand."""
    from azalai.simulate.wapis import serve

    serve(folder, port, fault or (), seed)


@command(
    app,
    "mail",
    fr="""Un récepteur de courrier sûr : un vrai serveur SMTP qui signe des accusés, avec des pannes à
    la demande.""",
)
def simulate_mail(
    folder: Received,
    port: Port = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", help=say("Comme no_receipt=3%.", "As no_receipt=3%.")),
    ] = None,
    seed: Seed = 0,
) -> None:
    """A receiver of secure mail: a real SMTP server that signs receipts, with faults on demand."""
    from azalai.simulate.mail import serve

    serve(folder, port, fault or (), seed)


@command(
    app,
    "records",
    fr="""Des fiches inventées, de forme vraie, au format de la source ; quelques-unes fausses exprès.""",
)
def simulate_records(
    feed: Annotated[
        str,
        typer.Argument(
            help=say(
                "Un connecteur, ou avec --config un flux.", "A connector, or with --config a feed."
            )
        ),
    ],
    number: Annotated[
        int,
        typer.Option("-n", min=0, help=say("Combien de fiches brutes.", "How many raw records.")),
    ],
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            help=say(
                "La même graine donne les mêmes octets.", "The same seed gives the same bytes."
            ),
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            help=say(
                "Le dossier ; par défaut ici, ou celui du flux.",
                "Folder; default here, or the feed's.",
            ),
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Invented, true-shaped records in a source's own format; a few of them wrong on purpose."""
    from azalai.simulate.samples import FILES, write_feed

    connector, folder = feed, out
    if config is not None:
        from azalai import settings

        configured = settings.load(config)
        if given := configured.feeds.get(feed):
            connector = given.connector
            folder = out or (configured.path(given.folder) if given.folder else None)
    named = Path(FILES.get(connector, connector))
    path = (folder or Path()) / f"{named.stem}-{number}-{seed}{named.suffix}"
    write_feed(connector, path, number, seed)
    print(say(f"{path} : {number} enregistrements INVENTÉS", f"{path}: {number} INVENTED records"))


@command(
    app,
    "manifest",
    fr="""Le manifeste signé de ce qu'un récepteur simulé a reçu un jour (UTC), pour `reconcile`. Sa
    clé : DOSSIER/manifest.vkey.""",
)
def simulate_manifest(
    folder: Annotated[
        Path, typer.Option("--dir", help=say("Le dossier du récepteur.", "The receiver's folder."))
    ],
    destination: Annotated[
        str, typer.Argument(help=say("Son nom chez l'émetteur.", "Its name at the sender's."))
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help=say("Le fichier à écrire.", "The file to write."))
    ],
    day: Annotated[
        str | None,
        typer.Option(
            "--day", help=say("AAAA-MM-JJ ; sinon aujourd'hui.", "YYYY-MM-DD; else today.")
        ),
    ] = None,
) -> None:
    """The signed manifest of what a simulated receiver has taken on a day (UTC), for `reconcile`.
    Its key: DIR/manifest.vkey."""
    from datetime import UTC, datetime

    from azalai.cli.given import at_hand
    from azalai.simulate.manifest import write_received

    with at_hand(out):
        made = write_received(folder, destination, day or f"{datetime.now(UTC):%Y-%m-%d}", out)
    print(say(f"{out} : {made.count} message(s)", f"{out}: {made.count} message(s)"))
