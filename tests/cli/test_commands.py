"""The command line as a user meets it: messages, exit codes, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

from azalai import paths

MAPPINGS = sorted((Path(paths.mappings())).glob("*/*.yaml"))


def azalai(*words: str, language: str = "fr") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_LANGUAGE": language}
    command = [sys.executable, "-m", "azalai", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_shipped_mappings_check() -> None:
    """Every mapping that ships is without a mistake."""
    done = azalai("mapping", "check", *map(str, MAPPINGS))

    assert done.returncode == 0, done.stdout
    assert "0 faute" in done.stdout


def test_a_typo_is_shown_where_it_stands(tmp_path: Path) -> None:
    """Position, line, reason and remedy; exit 2; nothing on a traceback."""
    source = paths.mappings() / "wapis"
    for file in [*source.glob("wapis_style_wanted_person.*")]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "codes_out").symlink_to(source / "codes_out")
    broken = tmp_path / "wapis_style_wanted_person.yaml"
    text = broken.read_text().replace("Person/FamilyName: ", "Person/FamillyName:")
    broken.write_text(text)
    done = azalai("mapping", "check", str(broken))

    assert done.returncode == 2
    assert "AZ-O301" in done.stdout
    assert "Person/FamilyName" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_missing_file_is_one_message() -> None:
    """No such file: said, exit 2."""
    done = azalai("mapping", "check", "no_such.yaml", language="en")

    assert done.returncode == 2
    assert "Cannot read the file" in done.stdout


def test_schema_lists_and_kinds() -> None:
    """The schema is readable by people and by machines; a wrong kind names the right ones."""
    lists = json.loads(azalai("schema", "--list", "measure", "--json").stdout)
    groups = json.loads(azalai("schema", "WantedPerson", "--groups", "--json").stdout)
    wrong = azalai("schema", "StolenPassport", language="en")

    assert lists["arrest"]["fr"]
    assert "offences.code" in groups["offences"]
    assert wrong.returncode == 2
    assert "WantedPerson" in wrong.stderr


def test_connectors_are_listed_without_their_code() -> None:
    """The shipped connectors are found by their manifests."""
    found = json.loads(azalai("connector", "list", "--json").stdout)

    assert "wapis" in {c["name"] for c in found}


def test_translate_shows_the_mistakes_of_its_mapping(tmp_path: Path) -> None:
    """As `mapping check` does, in the user's language: not their number."""
    source = paths.mappings() / "bfa_police" / "bfa_wanted.yaml"
    broken = tmp_path / "bfa_wanted.yaml"
    broken.write_text(source.read_text().replace("| code(sexes", "| kode(sexes"))
    (tmp_path / "codes").symlink_to(source.parent / "codes")
    (tmp_path / "vide.csv").touch()
    done = azalai("translate", str(broken), str(tmp_path / "vide.csv"))

    assert done.returncode == 2
    assert "bfa_wanted.yaml:68" in done.stderr
    assert "kode(sexes" in done.stderr
    assert "À faire" in done.stderr


def test_a_folder_is_not_said_to_be_missing(tmp_path: Path) -> None:
    done = azalai("translate", str(MAPPINGS[0]), str(tmp_path))

    assert (done.returncode, "dossier" in done.stderr) == (2, True)
