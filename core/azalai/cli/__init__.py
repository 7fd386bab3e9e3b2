"""The command line: noun, then verb; no traceback unless `--debug`."""

import os
import sys
from typing import Annotated

import typer

from azalai import __version__
from azalai.cli.commands import Commands
from azalai.cli.screen import guard
from azalai.cli.speech import language, say, settle
from azalai.cli.usage import asks_for_help, stop
from azalai.errors import AzalaiError, DocumentError, StopError, VerificationError

EXIT_ATTENTION, EXIT_STOP, EXIT_UNVERIFIED = 1, 2, 3

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"azalai {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Azalai carries police records between national and international systems."""
    del version
    if debug:
        os.environ["AZALAI_DEBUG"] = "1"


def main() -> None:
    """Run the command line; every error of ours becomes one clear message and an exit code."""
    settle(sys.argv[1:])
    guard()
    try:
        words = _debug_taken(sys.argv[1:])
        sys.exit(app(words, prog_name="azalai", standalone_mode=False))
    except AzalaiError as err:
        if os.environ.get("AZALAI_DEBUG"):
            raise
        sys.exit(_tell(err))
    except typer.TyperException as err:
        if asks_for_help(err):
            print(err.message, file=sys.stderr)
            sys.exit(EXIT_STOP)
        sys.exit(_tell(stop(err)))
    except typer.Abort:
        print(say("azalai : abandonné", "azalai: given up"), file=sys.stderr)
        sys.exit(EXIT_ATTENTION)
    except BrokenPipeError:  # the reader of our output went away, `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as err:
        if os.environ.get("AZALAI_DEBUG"):
            raise
        kind = type(err).__name__
        print(say(f"azalai : erreur interne ({kind}) ; --debug montre où",
                  f"azalai: internal error ({kind}); --debug shows where"),
              file=sys.stderr)  # fmt: skip
        sys.exit(EXIT_ATTENTION)


def _debug_taken(words: list[str]) -> list[str]:
    """The words without `--debug`, which counts wherever it stands before a `--`; at the beginning
    it is the program's own option."""
    end = words.index("--") if "--" in words else len(words)
    kept = [word for at, word in enumerate(words) if word != "--debug" or at >= end or not at]
    if len(kept) < len(words):
        os.environ["AZALAI_DEBUG"] = "1"
    return kept


def _tell(err: AzalaiError) -> int:
    if isinstance(err, DocumentError):
        from azalai import documents

        print(documents.render(err.problems, language()), file=sys.stderr)
    else:
        spoken = 0 if language() == "fr" else 1
        print(f"azalai: {err.said[spoken]}", file=sys.stderr)
        if err.hint_said[spoken]:
            print(say("À faire : ", "To do: ") + err.hint_said[spoken], file=sys.stderr)
    if isinstance(err, VerificationError):
        return EXIT_UNVERIFIED
    return EXIT_STOP if isinstance(err, StopError) else EXIT_ATTENTION
