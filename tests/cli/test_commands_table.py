"""The table of commands: what it says is what the commands say, and starting loads nothing."""

import subprocess
import sys

import pytest

from azalai.cli.commands import NOUNS, VERBS, load


@pytest.mark.parametrize("name", [*VERBS, *NOUNS])
def test_the_first_help_says_what_the_command_says(name: str) -> None:
    """Word for word, or the first sentences of it; the English of a verb is its docstring."""
    fr, en = VERBS[name][2:] if name in VERBS else NOUNS[name]
    command = load(name)

    assert " ".join(command.help.split()) == " ".join(fr.split())
    assert name in NOUNS or " ".join(command.callback.__doc__.split()).startswith(en)


@pytest.mark.parametrize("words", [["--help"], ["transalte"], ["translate", "nowhere.yaml", "x"],
                                   ["translate", "--help"]])  # fmt: skip
def test_a_help_or_a_mistake_loads_nothing_heavy(words: list[str]) -> None:
    """Neither the schema, the store, nor a library that takes long (typer itself needs pydantic)."""
    program = (
        "import sys\nfrom azalai.cli import main\n"
        f"sys.argv = ['azalai', *{words!r}]\n"
        "try:\n main()\nexcept SystemExit:\n pass\n"
        "heavy = {'azalai.app', 'azalai.records', 'azalai.mapping', 'httpx', 'structlog'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
