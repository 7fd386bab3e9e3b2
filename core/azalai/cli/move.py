"""`azalai move`: another server, one that sends at a time."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.help_pages import command
from azalai.cli.options import DryRun, Reason
from azalai.cli.speech import say

app = noun("move")

Phrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help=say(
            "Un fichier qui la contient ; sinon elle est demandée.",
            "A file that holds it; none: asked.",
        ),
    ),
]


@command(
    app,
    "pack",
    fr="""Emballer la base, les documents et, à part sous une phrase secrète, les clés ; puis retirer
ce serveur : il ne démarre plus. Arrêtez d'abord le démon.""",
)
def pack_command(
    folder: Annotated[
        Path,
        typer.Argument(
            help=say("Un dossier neuf : clé USB, partage.", "A new folder: a stick, a share.")
        ),
    ],
    reason: Reason,
    passphrase_file: Phrase = None,
    dry_run: DryRun = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Pack store, documents and, apart and under a passphrase, the keys; then retire this server:
    it starts no more. Stop the daemon first."""
    from azalai.app.packing import pack

    with deployment(config) as opened, at_hand(folder):
        if dry_run:
            _foresee(opened.settings.source)
            return
        done = pack(opened, folder, _phrase(passphrase_file, twice=True), actor(), reason)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    print(say(f"{folder} : {done.size} inscriptions, {done.documents} documents. Ce serveur ne "
              "démarre plus.",
              f"{folder}: {done.size} entries, {done.documents} documents. This server starts no "
              "more."))  # fmt: skip
    print(say(f"{folder / 'keys.box'} : {done.keys} clés sous la phrase secrète. Portez-la à part, "
              "jamais sur le même support.",
              f"{folder / 'keys.box'}: {done.keys} keys under the passphrase. Carry it apart, never "
              "on the same medium."))  # fmt: skip
    for feed, count in done.left.items():
        print(say(f"reste ici : {count} fichier(s) dans le dossier du flux {feed}",
                  f"stays here: {count} file(s) in the folder of feed {feed}"))  # fmt: skip
    print(say("Sur l'autre serveur : azalai move unpack DOSSIER NOUVEAU --keys keys.box --reason …",
              "On the other server: azalai move unpack FOLDER NEW --keys keys.box --reason …"))  # fmt: skip


@command(
    app,
    "unpack",
    fr="""Vérifier tout ce qui a été emballé, le mettre ici, et retenir : rien n'est envoyé avant
« move confirm ».""",
)
def unpack_command(
    pack: Annotated[
        Path, typer.Argument(help=say("Ce que « move pack » a écrit.", "What `move pack` wrote."))
    ],
    target: Annotated[Path, typer.Argument(help=say("Un dossier neuf.", "A new folder."))],
    keys: Annotated[Path, typer.Option("--keys", help=say("La boîte de clés.", "The key box."))],
    reason: Reason,
    passphrase_file: Phrase = None,
    as_json: Json = False,
) -> None:
    """Check a pack whole, put it here, and hold: nothing is sent before `move confirm`."""
    from azalai.app.persons import who
    from azalai.app.unpacking import unpack
    from azalai.clock import now

    phrase = _phrase(passphrase_file, twice=False)
    with at_hand(target):
        done = unpack(pack, keys, target, phrase, who({}).actor, reason, now)
    if as_json:
        print(json.dumps(asdict(done) | {"configuration": str(done.configuration)}))
        return
    print(say(f"{done.configuration} : {done.size} inscriptions vérifiées, {done.documents} "
              f"documents, instance {done.number}, époque {done.epoch}.",
              f"{done.configuration}: {done.size} entries verified, {done.documents} documents, "
              f"instance {done.number}, epoch {done.epoch}."))  # fmt: skip
    print(say("Rien n'est envoyé d'ici. À taper :", "Nothing is sent from here. To type:"))
    print(f"  azalai check --config {done.configuration}")
    print(f'  azalai move confirm --config {done.configuration} --reason "…"')


@command(
    app,
    "confirm",
    fr="Dire qu'aucune autre copie de cette base ne travaille ni ne travaillera : celle-ci envoie.",
)
def confirm_command(reason: Reason, config: Config = None, as_json: Json = False) -> None:
    """Say that no other copy of this store works, nor will: this one sends again."""
    from azalai.app import instance

    with deployment(config) as opened:
        made = instance.confirm(opened.store, opened.settings, actor(), reason)
    if as_json:
        print(json.dumps({"instance": made.number, "epoch": made.epoch}))
        return
    print(say(f"noté : instance {made.number}, époque {made.epoch} ; les envois reprennent",
              f"noted: instance {made.number}, epoch {made.epoch}; sending goes on"))  # fmt: skip


def _foresee(source: str) -> None:
    print(say(f"emballe la base, les documents et les clés de {source}, puis retire ce serveur ; "
              "rien n'est fait (--dry-run)",
              f"packs store, documents and keys of {source}, then retires this server; nothing is "
              "done (--dry-run)"))  # fmt: skip


def _phrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase, from a file or asked at a prompt; never an argument."""
    from azalai.errors import StopError

    if file is None:
        words = say("Phrase secrète (12 caractères ou plus)", "Passphrase (12 characters or more)")
        return str(typer.prompt(words, hide_input=True, confirmation_prompt=twice))
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as err:
        raise StopError(f"{file}: cannot be read", fr=f"{file} : illisible") from err
