"""Helps of all commands: French first, English on demand, nothing without its line."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

_PROGRAM = """
import json, typer
from azalai.cli import app
from azalai.cli.commands import load
from azalai.cli.help_pages import page
found = {}
def walk(command, parent, name):
    ctx = typer.Context(command, parent=parent, info_name=name)
    found[ctx.command_path] = page(command, ctx)
    for part, one in getattr(command, "commands", {}).items():
        walk(load(part) if parent is None else one, ctx, part)
walk(typer.main.get_command(app), None, "azalai")
print(json.dumps(found))
"""


@cache
def pages(language: str) -> dict[str, str]:
    """Every command's help by its path."""
    environment = {**os.environ, "AZALAI_LANGUAGE": language, "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


_TITLES = ("Arguments", "Options", "Commandes", "Commands")


def rows(page: str) -> list[tuple[str, str]]:
    """The arguments, options and commands of a help: how each is written, what is said of it."""
    lines = page.split("\n")
    del lines[: next(i for i, line in enumerate(lines) if line.rstrip(" :") in _TITLES)]
    found = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("  ") and not line.startswith("   ") and "  " in line.strip():
            name, text = line.strip().split("  ", 1)
            found.append((name, text.strip()))
        elif line.startswith("  -"):  # too wide for its column: what is said follows
            found.append((line.strip(), after.strip()))
    return found


def test_every_command_has_a_help_in_both_languages() -> None:
    fr, en = pages("fr"), pages("en")

    assert list(fr) == list(en)
    assert len(fr) > 100
    assert [path for path in fr if fr[path].split("\n")[2] == en[path].split("\n")[2]] == []


def test_every_option_and_argument_says_what_it_is_in_both_languages() -> None:
    """A word that is the same in both is one that has no language, as an address."""
    wrong = []
    for path, page in pages("fr").items():
        french, english = rows(page), rows(pages("en")[path])
        assert len(french) == len(english), path
        wrong += [f"{path} {name}: {text}" for (name, text), (_, other) in
                  zip(french, english, strict=True) if not text.partition("[")[0] or text == other]  # fmt: skip

    assert wrong == []


def test_the_words_around_are_french_too() -> None:
    """Nothing of the library's own English stands in a French help."""
    whole = "\n".join(pages("fr").values())

    assert [word for word in ("Usage: ", "[default", "required]", "Commands:", "Show this message",
                              "<str>", "Arguments:") if word in whole] == []  # fmt: skip
    assert "[défaut : 100]" in whole
    assert "obligatoire]" in whole


def test_a_help_is_what_the_configuration_speaks(tmp_path: Path) -> None:
    """The variable wins, then the configuration, then French."""
    (tmp_path / "azalai.yaml").write_text("name: x\nlanguage: en  # ours\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text('language: "fr"\n', encoding="utf-8")

    def first(*words: str, **more: str) -> str:
        environment = {k: v for k, v in os.environ.items() if k != "AZALAI_LANGUAGE"} | more
        command = [sys.executable, "-m", "azalai", *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False,
                              env=environment)  # fmt: skip
        return (done.stdout + done.stderr).split("\n")[0]

    assert first("--help").startswith("Usage: ")
    assert first("--help", AZALAI_LANGUAGE="fr").startswith("Usage : ")
    assert first("status", "--confog", "other.yaml").endswith("there is no option --confog")
    assert "n'existe pas" in first("status", "--confog", "--config", "other.yaml")
    assert "n'existe pas" in first("fed", AZALAI_CONFIG=str(tmp_path / "other.yaml"))
