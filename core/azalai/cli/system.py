"""`azalai system`: join the machine's services."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from azalai import system_words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config
from azalai.cli.help_pages import command
from azalai.cli.options import DryRun
from azalai.cli.speech import say

app = noun("system")

UNITS = "etc/systemd/system"
BOOTED = Path("/run/systemd/system")
_ACCOUNT = r"[a-z_][a-z0-9_-]{0,30}"

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        help=say(
            "Écrire dans une image de système, rien d'autre.",
            "Write into a system image, nothing else.",
        ),
    ),
]
Step = tuple[str, Callable[[], object]]


@command(app, "install", fr="Écrire l'unité systemd durcie, créer le compte, activer le service.")
def install(
    user: Annotated[
        str,
        typer.Option(
            "--user", help=say("Le compte sous lequel il tourne.", "The account it runs as.")
        ),
    ] = "azalai",
    dry_run: DryRun = False,
    root: Root = None,
    config: Config = None,
) -> None:
    """Write the hardened systemd unit, make the account, enable the service."""
    import re

    from azalai import settings as configuration
    from azalai.app.secret_files import secret_files
    from azalai.errors import ConfigurationError
    from azalai.service import unit

    if not re.fullmatch(_ACCOUNT, user):
        raise ConfigurationError(f"{user}: no name of an account",
                                 fr=f"{user} : pas un nom de compte")  # fmt: skip
    settings = configuration.load(configuration.find(config))
    text = unit.render(settings, user, Path(sys.executable))
    target = _target(root)
    steps: list[Step] = []
    if root is None:
        steps += _account(user)
        steps += [(f"mkdir -p {p}", partial(p.mkdir, 0o700, parents=True, exist_ok=True))
                  for p in unit.writes(settings) if not p.exists()]  # fmt: skip
        steps.append((f"chown -R {user}: {settings.state}", lambda: _own(settings.state, user)))
        steps += [(f"chown {user}: {p}", partial(shutil.chown, p, user, user))
                  for p in secret_files(settings)]  # fmt: skip
    steps.append((say(f"écrire {target}", f"write {target}"), lambda: _write(target, text)))
    if root is None and BOOTED.is_dir():
        steps += [_systemctl("daemon-reload"), _systemctl("enable", unit.NAME)]
    if dry_run:
        print(text)
    _do(steps, dry_run=dry_run, needs_root=root is None)
    if not dry_run:
        print(say("installé ; pour démarrer : systemctl start azalai",
                  "installed; to start it: systemctl start azalai"))  # fmt: skip


@command(
    app,
    "remove",
    fr="""Arrêter le service et supprimer son unité ; compte, configuration et données restent.""",
)
def remove(dry_run: DryRun = False, root: Root = None) -> None:
    """Stop the service and delete its unit; account, configuration and data stay."""
    from azalai.service import unit

    target = _target(root)
    steps: list[Step] = []
    if root is None and BOOTED.is_dir() and target.exists():
        steps.append(_systemctl("disable", "--now", unit.NAME))
    steps.append((say(f"supprimer {target}", f"delete {target}"),
                  lambda: target.unlink(missing_ok=True)))  # fmt: skip
    if root is None and BOOTED.is_dir():
        steps.append(_systemctl("daemon-reload"))
    _do(steps, dry_run=dry_run, needs_root=root is None)
    print(say("le compte, la configuration et les données restent",
              "account, configuration and data stay"))  # fmt: skip


@command(
    app,
    "clock-is-right",
    fr="""Dire que l'horloge de cette machine est juste bien que le registre soit en avance sur elle.
    Les envois reprennent.""",
)
def clock_is_right(
    reason: Annotated[
        str,
        typer.Option("--reason", help=say("Comment cela a été vérifié.", "How it was checked.")),
    ],
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Say that this machine's clock is right although the ledger is ahead of it. Sending goes on."""
    from azalai.app import clock_trust
    from azalai.cli.deployment import actor, deployment

    with deployment(config) as opened:
        found = clock_trust.verdict(opened.store, opened.clock())
        if found.trusted:
            print(say("horloge sûre : rien à faire", "the clock is trusted: nothing to do"))
            return
        if found.cause == "peers":
            print(say("les horloges des destinataires la contredisent : azalai status",
                      "the destinations' clocks say otherwise: azalai status"))  # fmt: skip
            raise typer.Exit(1)
        told = say(f"le registre avance de {found.behind_s} s sur l'horloge ; ses heures restent "
                   "celles de sa dernière inscription jusqu'à ce qu'elle la rattrape",
                   f"the ledger is {found.behind_s} s ahead of the clock; its times stay those of "
                   "its last entry until the clock has caught up")  # fmt: skip
        print(told)
        if dry_run:
            return
        clock_trust.vouch(opened.store, actor(), reason)
        print(say("noté : les envois reprennent", "noted: sending goes on"))


def _target(root: Path | None) -> Path:
    from azalai.service import unit

    return (root or Path("/")) / UNITS / unit.NAME


def _do(steps: list[Step], *, dry_run: bool, needs_root: bool) -> None:
    """Show each step, then do it. StopError where root's rights are missing or a step fails."""
    from azalai.errors import StopError

    if needs_root and os.geteuid() != 0 and not dry_run:
        raise StopError(
            "this needs root's rights", hint="sudo, or `--root DIR`, or `--dry-run` to look",
            fr="il faut les droits de root",
            hint_fr="sudo, ou « --root DOSSIER », ou « --dry-run » pour regarder",
        )  # fmt: skip
    for shown, act in steps:
        print(f"  {shown}")
        if dry_run:
            continue
        try:
            act()
        except (OSError, LookupError, subprocess.CalledProcessError) as err:
            why = type(err).__name__
            fr, en = system_words.said(err) if isinstance(err, OSError) else (why, why)
            raise StopError(f"failed: {shown} ({en})", fr=f"échec : {shown} ({fr})") from err


def _account(user: str) -> list[Step]:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        words = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/",
                 "--shell", "/usr/sbin/nologin", user]  # fmt: skip
        return [_command(words)]
    return []


def _systemctl(*words: str) -> Step:
    return _command(["systemctl", *words])


def _command(words: list[str]) -> Step:
    return " ".join(words), lambda: subprocess.run(words, check=True)  # noqa: S603 (our own words)


def _own(folder: Path, user: str) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            shutil.chown(path, user, user)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o644)
    fresh.replace(target)
