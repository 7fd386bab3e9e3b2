"""`azalai init`: a new deployment, or one for training."""

import re
import secrets
import shlex
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import say


class Start(StrEnum):
    """How the daemon comes by the master key after a start."""

    UNATTENDED = "unattended"
    ATTENDED = "attended"


def init_command(
    folder: Annotated[Path, typer.Argument(help=say("Un nouveau dossier.", "A new folder."))],
    training: Annotated[
        bool,
        typer.Option(
            "--training",
            help=say(
                "Données inventées, simulateurs comme destinataires.",
                "Invented data, simulators as destinations.",
            ),
        ),
    ] = False,
    start: Annotated[
        Start | None,
        typer.Option(
            "--start",
            help=say(
                "unattended : repart seul ; attended : attend une phrase secrète. Sinon demandé.",
                "unattended: starts by itself; attended: waits for a passphrase. Else asked.",
            ),
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin",
            help=say(
                "Le nom du registre, pour toujours ; sinon azalai.invalid/DOSSIER.",
                "The log's name, for good; else azalai.invalid/FOLDER.",
            ),
        ),
    ] = None,
) -> None:
    """Write a deployment: commented configuration, keys, folders."""
    from azalai.errors import StopError

    if training and (start is not None or origin is not None):
        raise StopError("--start and --origin do not go with --training",
                        fr="--start et --origin ne vont pas avec --training")  # fmt: skip
    if training:
        init_training(folder)
    else:
        _free(folder)
        init(folder, origin=origin, passphrase=_passphrase(start or _start_asked()))


def _start_asked() -> Start:
    """What the person at the terminal says; where there is none, that it starts by itself."""
    from azalai.errors import StopError

    if not sys.stdin.isatty():
        return Start.UNATTENDED
    print(say("Après une coupure de courant, « unattended » repart seul, et qui prend la machine a la "
              "clé ; « attended » ne lit et n'envoie rien tant que personne n'a tapé la phrase secrète, "
              "et qui prend la machine n'a rien.",
              "After a power cut, `unattended` starts by itself, and who takes the machine has the key; "
              "`attended` reads and sends nothing until a person has typed the passphrase, and who "
              "takes the machine has nothing."))  # fmt: skip
    said = str(typer.prompt(say("Démarrage", "Start"), default=Start.UNATTENDED.value)).strip()
    if said not in {one.value for one in Start}:
        raise StopError(f"{said}: unattended or attended", fr=f"{said} : unattended ou attended")
    return Start(said)


def _passphrase(start: Start) -> str | None:
    from azalai.cli.passphrase import asked

    return asked(new=True) if start is Start.ATTENDED else None


def _free(folder: Path) -> None:
    from azalai.errors import StopError

    if (folder / "azalai.yaml").exists():
        raise StopError(say(f"{folder} a déjà une configuration", f"{folder} has a configuration"))


def init(
    folder: Path, *, origin: str | None = None, quiet: bool = False, passphrase: str | None = None
) -> None:  # fmt: skip
    """Write a deployment into `folder`, its log named `origin` (else by the folder); with a
    `passphrase` the key file is under it and the start attended. StopError where one is there
    already or the name is none, ConfigurationError for a passphrase too short."""
    from azalai import paths
    from azalai.app import key_files
    from azalai.errors import StopError
    from azalai.ledger import keys
    from azalai.ledger.note import is_name
    from azalai.store.seal import KEY_BYTES

    _free(folder)
    origin = origin or f"azalai.invalid/{_named(folder)}"
    if not is_name(origin):
        raise StopError(f"{origin}: a log's name has no spaces and no `+`",
                        fr=f"{origin} : le nom d'un registre est sans espace et sans « + »")  # fmt: skip
    key_files.write(folder / "keys" / "kek", secrets.token_bytes(KEY_BYTES), passphrase)
    for name in ("agreements", "connectors", "mappings", "incoming", "keys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(paths.config() / "organisations.yaml", folder / "organisations.yaml")
    keys.create(folder / "keys" / "ledger.pem", origin)
    text = (paths.config() / "azalai.yaml").read_text(encoding="utf-8")
    start = Start.UNATTENDED if passphrase is None else Start.ATTENDED
    text = re.sub(r"(?m)^origin: \S+", lambda _: f"origin: {origin}", text, count=1)
    text = text.replace(f"# start: {Start.UNATTENDED}  ", f"start: {start:<14}", 1)
    (folder / "azalai.yaml").write_text(text, encoding="utf-8")
    if quiet:
        return
    print(say(f"{folder} est prêt. Sans keys/kek, aucune fiche ne s'ouvre : faites-en une copie hors "
              "de ce serveur, et relisez-la :",
              f"{folder} is ready. Without keys/kek no record opens: make a copy of it away from this "
              "server, and read it back:"))  # fmt: skip
    config = f"--config {shlex.quote(str(folder / 'azalai.yaml'))}"
    print(f"  azalai key copy -o {say('feuille', 'sheet')}.txt {config}")
    print(f"  azalai key copy --confirm --from {say('feuille', 'sheet')}.txt {config}")


def _named(folder: Path) -> str:
    """A folder's name as part of a log's, which has no spaces and no `+`."""
    return re.sub(r"[\s+]", "-", folder.resolve().name)


def init_training(folder: Path) -> None:
    """Write a training deployment: every shipped source, simulators as the only destinations,
    an authority of its own that no partner knows. StopError as `init`."""
    from azalai import paths
    from azalai.simulate import sides

    origin = f"azalai.invalid/formation/{_named(folder)}"
    init(folder, origin=origin, quiet=True)
    for agreement in sorted((paths.config() / "agreements").glob("*.yaml")):
        shutil.copy(agreement, folder / "agreements")
    others = (sides.Side("regional", "wapis", folder / "wapis"),
              sides.Side("interpol", "mail", folder / "interpol"))  # fmt: skip
    for side in others:
        sides.prepare(side)
    feeds = _sources()
    for connector in feeds:
        (folder / "incoming" / connector).mkdir(exist_ok=True)
    blocks = "".join(sides.settings(side, side.folder.name) for side in others)
    text = _configuration(origin, feeds, blocks)
    (folder / "azalai.yaml").write_text(text, encoding="utf-8")
    _tell(folder, list(feeds), [side.words() for side in others])


def _sources() -> dict[str, str]:
    """Every shipped source that records can be invented for, and what its files are called."""
    from azalai.plugin.registry import find
    from azalai.simulate.samples import FILES

    return {
        name: f"*{Path(FILES[name]).suffix}"
        for name, one in sorted(find().items())
        if one.manifest.direction == "source" and name in FILES
    }


def _configuration(origin: str, feeds: dict[str, str], destinations: str) -> str:
    streams = "".join(
        f"  {feed}:\n    connector: {feed}\n    folder: incoming/{feed}\n    pattern: '{pattern}'\n"
        for feed, pattern in feeds.items()
    )
    return f"""\
# FORMATION, données inventées. Les destinataires sont des simulateurs de cette machine.
# Ce dossier et sa base ne peuvent pas devenir une mise en service : `azalai init` en fait une autre.
language: fr
training: yes                     # refuse mark: production et tout destinataire d'une autre machine
mark: test
origin: {origin}
held_at_first: no                 # pour apprendre la retenue : yes, puis azalai feed release
feeds:
{streams}destinations:
{destinations}"""


def _tell(folder: Path, feeds: list[str], others: list[list[str]]) -> None:
    """The commands to type next."""
    place = shlex.quote(str(folder))
    config = f"--config {place}/azalai.yaml"
    print(say("FORMATION, données inventées.", "TRAINING, invented data."))
    print()
    for side in others:
        print(say("Dans un autre terminal :", "In another terminal:"))
        print(f"  {shlex.join(['azalai', *side])}")
    print(say("Ici :", "Here:"))
    for feed in feeds:
        print(f"  azalai simulate records {feed} -n 500 --seed 1 {config}")
    for words in ("run --until-idle", "status"):
        print(f"  azalai {words} {config}")
