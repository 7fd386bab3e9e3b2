"""What the commands on a deployment share: the configuration option, the account, tables."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer

from azalai.app import App, opened
from azalai.app.persons import Person, who
from azalai.cli.speech import say
from azalai.settings import Account, Settings, find

Config = Annotated[
    Path | None,
    typer.Option("--config", help=say("Le fichier de configuration.", "The configuration file.")),
]
_ACCOUNTS: ContextVar[dict[str, Account]] = ContextVar("accounts", default={})  # noqa: B039
Json = Annotated[
    bool, typer.Option("--json", help=say("Pour les machines, en JSON.", "For machines."))
]


@contextmanager
def deployment(config: Path | None) -> Iterator[App]:
    """The deployment that the configuration describes."""
    with opened(find(config)) as app:
        remember_accounts(app.settings)
        yield app


def remember_accounts(settings: Settings) -> None:
    """From now on `person` goes by these accounts, and speech by this language."""
    os.environ.setdefault("AZALAI_LANGUAGE", settings.language)
    _ACCOUNTS.set(settings.accounts)


def actor() -> str:
    """The account of who acts, from the operating system's user, never a flag."""
    return person().actor


def person() -> Person:
    """Who acts, by the accounts of the deployment that is open."""
    return who(_ACCOUNTS.get())


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads, columns aligned."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(head[i]), *(len(r[i]) for r in texts)) if texts else len(head[i])
              for i in range(len(head))]  # fmt: skip
    for row in [list(head), *texts]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
