"""`azalai key copy`: copies of the master key, on paper or under a passphrase."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.given import at_hand, write_private
from azalai.cli.options import Reason
from azalai.cli.passphrase import asked
from azalai.cli.speech import say

Out = Annotated[Path | None, typer.Option("-o", help=say("Un nouveau fichier.", "A new file."))]
Sealed = Annotated[
    bool, typer.Option("--sealed", help=say("Sous une phrase secrète.", "Under a passphrase."))
]
Confirm = Annotated[
    bool, typer.Option("--confirm", help=say("Relire une copie.", "Read a copy back."))
]
From = Annotated[
    Path | None,
    typer.Option("--from", help=say("La copie : fichier, mots tapés, code lu.",
                                    "The copy: a file, typed words, the scanned code.")),
]  # fmt: skip
Destroyed = Annotated[
    int | None,
    typer.Option("--destroyed", help=say("Cette copie est détruite.", "This copy is destroyed.")),
]
Number = Annotated[int | None, typer.Option("--number", help=say("Quelle copie.", "Which copy."))]
PutBack = Annotated[
    Path | None,
    typer.Option("--put-back", help=say("Remettre la clé d'une copie.",
                                        "Put the key of a copy back.")),
]  # fmt: skip


def key_copy(
    out: Out = None, sealed: Sealed = False, confirm: Confirm = False, origin: From = None,
    number: Number = None, destroyed: Destroyed = None, put_back: PutBack = None,
    reason: Reason = "", config: Config = None,
) -> None:  # fmt: skip
    """Make a copy of the master key, confirm it by reading it back, say that it was destroyed.

    -o FILE: a sheet to print (words and QR code), or with --sealed a file under a passphrase.
    --confirm reads a copy back. --put-back FILE puts the key of a copy where it belongs.
    """
    from azalai.errors import StopError

    if sum([out is not None, confirm, destroyed is not None, put_back is not None]) != 1:
        raise StopError("say one of -o FILE, --confirm, --destroyed N, --put-back FILE",
                        fr="dites l'un de : -o FICHIER, --confirm, --destroyed N, --put-back "
                        "FICHIER")  # fmt: skip
    if out is not None:
        _make(out, config, sealed=sealed)
    elif confirm:
        _confirm(origin, number, config)
    elif destroyed is not None:
        _destroyed(destroyed, reason, config)
    elif put_back is not None:
        _put_back(put_back, config)


def _make(out: Path, config: Path | None, *, sealed: bool) -> None:
    from azalai.app import key_copies, key_files
    from azalai.evidence import key_sheet

    phrase = asked(new=True) if sealed else None
    with deployment(config) as app, at_hand(out):
        if out.exists():
            raise FileExistsError(17, "", str(out))
        form = key_copies.SHEET if phrase is None else key_copies.SEALED
        number, kek = key_copies.note(app, actor(), form)
        sheet = key_sheet.Sheet(app.settings.origin, number, f"{app.clock():%Y-%m-%d}")
        write_private(out, key_sheet.page(kek, sheet).encode() if phrase is None else
                      key_files.seal_up(kek, phrase))  # fmt: skip
    print(say(f"{out} : copie {number}. Portez-la à sa place, puis relisez-la : azalai key copy "
              f"--confirm --from {out}",
              f"{out}: copy {number}. Carry it to its place, then read it back: azalai key copy "
              f"--confirm --from {out}"))  # fmt: skip
    if not sealed:
        print(say("Imprimez-la et détruisez le fichier : il ouvre toutes les fiches.",
                  "Print it and destroy the file: it opens every record."))  # fmt: skip


def _confirm(origin: Path | None, number: int | None, config: Path | None) -> None:
    from azalai.app import key_copies

    kek = _read(origin)
    with deployment(config) as app:
        one = key_copies.confirm(app, actor(), kek, number)
    print(say(f"copie {one.id} confirmée : elle est la clé {one.kek}",
              f"copy {one.id} is confirmed: it is the key {one.kek}"))  # fmt: skip


def _read(origin: Path | None) -> bytes:
    """The key of a copy: its file, or its words typed from the paper."""
    import sys

    from azalai.app import key_files
    from azalai.app.key_box import HEADER
    from azalai.evidence import key_sheet

    if origin is None:
        if sys.stdin.isatty():
            print(say("Tapez les mots de la feuille, dans l'ordre, puis Ctrl-D :",
                      "Type the words of the sheet, in order, then Ctrl-D:"))  # fmt: skip
        return key_sheet.read_back(sys.stdin.read())
    with at_hand(origin):
        data = origin.read_bytes()
    if data.startswith(HEADER):
        return key_files.unsealed(data, asked())
    return key_sheet.read_back(data.decode("utf-8", "replace"))


def _destroyed(number: int, reason: str, config: Path | None) -> None:
    from azalai.app import key_copies
    from azalai.errors import StopError

    if not reason:
        raise StopError("--reason is missing: who saw it destroyed, and how",
                        fr="il manque --reason : qui l'a vue détruire, et comment")  # fmt: skip
    with deployment(config) as app:
        gone = key_copies.destroyed(app, actor(), number, reason)
    print(say(f"copie {number} : détruite ; {gone} fiche(s) effacée(s) irrécupérable(s)",
              f"copy {number}: destroyed; {gone} erased record(s) unrecoverable"))  # fmt: skip


def _put_back(copy: Path, config: Path | None) -> None:
    from azalai import settings as configuration
    from azalai.app import key_copies

    settings = configuration.load(configuration.find(config))
    kek = _read(copy)
    phrase = asked(new=True) if settings.start == "attended" else None
    key_copies.put_back(settings, kek, phrase)
    with deployment(config):
        print(say("la clé est à sa place et ouvre la base",
                  "the key is in its place and opens the store"))  # fmt: skip
