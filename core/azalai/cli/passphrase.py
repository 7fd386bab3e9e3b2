"""A passphrase as a command gets it: at a prompt, or on standard input; never on its line."""

import sys

from azalai.cli.speech import say

_WORDS = ("Phrase secrète de la clé maîtresse", "Passphrase of the master key")


def asked(*, new: bool = False) -> str:
    """The passphrase: typed unseen, twice where it is a new one; or the first line of what is piped
    in. StopError where there is none."""
    import typer

    from azalai.errors import StopError

    if sys.stdin.isatty():
        return str(typer.prompt(say(*_WORDS), hide_input=True, confirmation_prompt=new))
    found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise StopError("no passphrase on standard input", fr="pas de phrase secrète à lire",
                        hint="type it at a terminal, or pipe one line in",
                        hint_fr="tapez-la à un terminal, ou donnez une ligne en entrée")  # fmt: skip
    return found
