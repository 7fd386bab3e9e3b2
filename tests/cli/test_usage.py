"""Wrong usage: said in the user's language, what, where, what to do; exit 2, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def azalai(*words: str, language: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_LANGUAGE": language}
    environment.pop("AZALAI_CONFIG", None)
    command = [sys.executable, "-m", "azalai", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, cwd=folder
    )


WRONG = {
    "demo --foo": ("demo : l'option « --foo » n'existe pas", "demo: there is no option --foo"),
    "demo --recrods 5": ("peut-être --records", "maybe --records"),
    "translate": ("translate : il manque CORRESPONDANCE", "translate: MAPPING is missing"),
    "translate a.yaml": ("translate : il manque FICHIERS", "translate: INPUTS is missing"),
    "demo --records many": ("--records : « many » n'est pas un nombre",
                            "--records: `many` is not a number"),
    "demo --records 0": ("« 0 » est trop petit : au moins 1", "`0` is too small: 1 or more"),
    "demo --records": ("l'option --records attend une valeur",
                       "the option --records needs a value"),
    "demo --json=yes": ("l'option --json n'a pas de valeur", "the option --json takes no value"),
    "schema WantedPerson more": ("de trop : « more »", "too many words: `more`"),
    "shcema": ("la commande « shcema » n'existe pas", "there is no command shcema"),
    "mapping chek": ("mapping : la commande « chek » n'existe pas", "maybe check"),
    "--debug": ("il manque la commande", "the command is missing"),
    "mapping new missing.csv": ("missing.csv : ce fichier n'existe pas",
                                "missing.csv: no such file"),
    "code check missing.csv": ("missing.csv : ce fichier n'existe pas",
                               "missing.csv: no such file"),
    "mapping new .": (". : c'est un dossier", ".: it is a folder"),
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_wrong_usage_is_said_in_our_form(words: str, language: str, tmp_path: Path) -> None:
    """One message of what and where, then what to do; nothing of the library's English."""
    done = azalai(*words.split(), language=language, folder=tmp_path)

    assert done.returncode == 2
    assert WRONG[words][language == "en"] in done.stderr
    assert done.stderr.startswith("azalai: ")
    assert ("\nÀ faire : " if language == "fr" else "\nTo do: ") in done.stderr
    assert [word for word in ("Traceback", "Error", "Usage", "Try ", "Invalid", "No such option")
            if word in done.stderr] == []  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["--debug mapping new missing.csv", "mapping --debug new missing.csv",
     "mapping new --debug missing.csv", "mapping new missing.csv --debug",
     "schema --debug NoKind"],
)  # fmt: skip
def test_debug_counts_wherever_it_stands(words: str, tmp_path: Path) -> None:
    """It is no part of what the command is given."""
    done = azalai(*words.split(), language="en", folder=tmp_path)

    assert "Traceback" in done.stderr
    assert "there is no option" not in done.stderr


def test_behind_two_dashes_it_is_a_name(tmp_path: Path) -> None:
    done = azalai("mapping", "new", "--", "--debug", language="en", folder=tmp_path)

    assert "--debug: no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_noun_alone_shows_its_verbs(tmp_path: Path) -> None:
    done = azalai("mapping", language="fr", folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("Usage : azalai mapping [OPTIONS] COMMANDE …")
