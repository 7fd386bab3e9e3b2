"""`azalai simulate`: the other side."""

from pathlib import Path
from typing import Annotated

import typer

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
