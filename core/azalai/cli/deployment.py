"""What the commands on a deployment share: the configuration option, the account, tables."""

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from azalai.app import App, opened
from azalai.settings import find

Config = Annotated[Path | None, typer.Option("--config", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]


@contextmanager
def deployment(config: Path | None) -> Iterator[App]:
    """The deployment that the configuration describes."""
    with opened(find(config)) as app:
        os.environ.setdefault("AZALAI_LANGUAGE", app.settings.language)
        yield app


def actor() -> str:
    """The account of who acts: the operating system's user, never a flag."""
    return f"os/{getpass.getuser()}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads, columns aligned."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(head[i]), *(len(r[i]) for r in texts)) if texts else len(head[i])
              for i in range(len(head))]  # fmt: skip
    for row in [list(head), *texts]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
