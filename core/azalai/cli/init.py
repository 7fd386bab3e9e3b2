"""`azalai init`: a new deployment, or one for training."""

import shlex
import shutil
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import say


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
) -> None:
    """Write a deployment: commented configuration, keys, folders."""
    if training:
        init_training(folder)
    else:
        init(folder)


def init(folder: Path, *, quiet: bool = False) -> None:
    """Write a deployment into `folder`. StopError where one is there already."""
    from azalai import paths
    from azalai.errors import StopError
    from azalai.ledger import keys
    from azalai.store.seal import create_kek

    if (folder / "azalai.yaml").exists():
        raise StopError(say(f"{folder} a déjà une configuration", f"{folder} has a configuration"))
    for name in ("agreements", "connectors", "mappings", "incoming", "keys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(paths.config() / "azalai.yaml", folder / "azalai.yaml")
    shutil.copy(paths.config() / "organisations.yaml", folder / "organisations.yaml")
    create_kek(folder / "keys" / "kek")
    keys.create(folder / "keys" / "ledger.pem", f"azalai.invalid/{folder.resolve().name}")
    if quiet:
        return
    print(say(f"{folder} est prêt. Sans keys/kek, aucune fiche ne s'ouvre : faites-en une copie hors "
              "de ce serveur, et relisez-la :",
              f"{folder} is ready. Without keys/kek no record opens: make a copy of it away from this "
              "server, and read it back:"))  # fmt: skip
    config = f"--config {shlex.quote(str(folder / 'azalai.yaml'))}"
    print(f"  azalai key copy -o {say('feuille', 'sheet')}.txt {config}")
    print(f"  azalai key copy --confirm --from {say('feuille', 'sheet')}.txt {config}")


def init_training(folder: Path) -> None:
    """Write a training deployment: every shipped source, simulators as the only destinations,
    an authority of its own that no partner knows. StopError as `init`."""
    from azalai import paths
    from azalai.simulate import sides

    init(folder, quiet=True)
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
    text = _configuration(folder.resolve().name, feeds, blocks)
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


def _configuration(name: str, feeds: dict[str, str], destinations: str) -> str:
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
origin: azalai.invalid/formation/{name}
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
