"""Training: a deployment of invented data that nothing turns into a real one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def azalai(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_LANGUAGE": "fr"}
    command = [sys.executable, "-m", "azalai", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formation") / "ici"
    done = azalai("init", str(folder), "--training")

    assert done.returncode == 0, done.stderr
    assert f"azalai simulate wapis --dir {folder}/wapis" in done.stdout
    assert f"azalai simulate records ner_police -n 500 --seed 1 --config {folder}" in done.stdout
    assert azalai("status", "--config", str(folder / "azalai.yaml")).returncode == 0
    return folder


def changed(place: Path, old: str, new: str) -> subprocess.CompletedProcess[str]:
    text = (place / "azalai.yaml").read_text(encoding="utf-8")
    assert old in text
    other = place / "other.yaml"
    other.write_text(text.replace(old, new), encoding="utf-8")
    return azalai("status", "--config", str(other))


def test_status_says_that_it_is_training(place: Path) -> None:
    """The first line, and a field for machines."""
    config = str(place / "azalai.yaml")

    assert azalai("status", "--config", config).stdout.startswith("FORMATION, données inventées")
    assert json.loads(azalai("status", "--json", "--config", config).stdout)["training"] is True


def test_training_is_never_production(place: Path) -> None:
    """`mark: production` is refused where it stands."""
    done = changed(place, "mark: test", "mark: production")

    assert done.returncode == 2
    assert "une formation reste « test »" in done.stderr


def test_training_sends_nothing_elsewhere(place: Path) -> None:
    """A destination on another machine, or a production one, is refused and named."""
    for old, new in (("https://127.0.0.1", "https://receiver.invalid"),
                     ("    states:", "    mark: production\n    states:")):  # fmt: skip
        done = changed(place, old, new)

        assert done.returncode == 2
        assert "pas regional" in done.stderr


def test_a_training_store_stays_one(place: Path) -> None:
    """Deleting the line does not make the store a real one; nor does adding it to another."""
    done = changed(place, "training: yes", "training: no")

    assert done.returncode == 2
    assert "training store" in done.stderr

    real = place.parent / "vrai"
    assert azalai("init", str(real)).returncode == 0
    config = real / "azalai.yaml"
    assert azalai("status", "--config", str(config)).returncode == 0
    config.write_text("training: yes\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    done = azalai("status", "--config", str(config))

    assert done.returncode == 2
    assert "not a training store" in done.stderr


def test_records_fall_into_the_feeds_folder(place: Path) -> None:
    """With a configuration the feed's name is enough; the same seed gives the same bytes."""
    words = ("simulate", "records", "mli_police", "-n", "20", "--seed", "5")
    done = azalai(*words, "--config", str(place / "azalai.yaml"))
    here = azalai(*words, "-o", str(place / "autre"))

    assert (done.returncode, here.returncode) == (0, 0)
    (first,) = (place / "incoming" / "mli_police").iterdir()
    assert first.suffix == ".xml"
    assert first.read_bytes() == (place / "autre" / first.name).read_bytes()


def test_a_feed_that_nobody_invents_is_named(tmp_path: Path) -> None:
    """Exit 2, with the names that there are."""
    done = azalai(
        "simulate", "records", "nulle_part", "-n", "1", "--seed", "1", "-o", str(tmp_path)
    )

    assert done.returncode == 2
    assert "nulle_part" in done.stderr
    assert "ner_police" in done.stderr
    assert list(tmp_path.iterdir()) == []
