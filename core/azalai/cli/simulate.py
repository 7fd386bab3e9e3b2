"""`azalai simulate`: the other side."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import say

app = typer.Typer(no_args_is_help=True, help="The other side.")


@app.command("wapis")
def simulate_wapis(
    folder: Annotated[Path, typer.Option("--dir")],
    port: Annotated[int, typer.Option("--port")] = 0,
    fault: Annotated[list[str] | None, typer.Option("--fault", help="As lose=10%.")] = None,
    seed: Annotated[int, typer.Option("--seed")] = 0,
) -> None:
    """A strict WAPIS-style receiver: a real HTTPS server with faults on demand."""
    from azalai.simulate.wapis import serve

    serve(folder, port, fault or (), seed)


@app.command("mail")
def simulate_mail(
    folder: Annotated[Path, typer.Option("--dir")],
    port: Annotated[int, typer.Option("--port")] = 0,
    fault: Annotated[list[str] | None, typer.Option("--fault", help="As no_receipt=3%.")] = None,
    seed: Annotated[int, typer.Option("--seed")] = 0,
) -> None:
    """A receiver of secure mail: a real SMTP server that signs receipts, with faults on demand."""
    from azalai.simulate.mail import serve

    serve(folder, port, fault or (), seed)


@app.command("records")
def simulate_records(
    feed: Annotated[str, typer.Argument(help="A connector, or with --config a feed.")],
    number: Annotated[int, typer.Option("-n", min=0, help="How many raw records.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")],
    out: Annotated[
        Path | None, typer.Option("-o", help="Folder; default here, or the feed's.")
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
