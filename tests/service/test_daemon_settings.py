"""The daemon's settings: refused at their line, and what may not change while it runs."""

from pathlib import Path

import pytest

from azalai import documents, settings
from azalai.app import opened
from azalai.app.checking import check
from azalai.app.loading import digest
from azalai.clock import now
from azalai.errors import ConfigurationError, DocumentError
from azalai.translate import Worker
from daemon_rig import DOCUMENTS
from deployment_rig import CONFIG, Deployment, agreement

MAIL = """\
  courrier:
    connector: interpol_mail
    server: mail.essai.invalid
    ca: ca.pem
    sender: nous@essai.invalid
    recipient: eux@essai.invalid
    certificate: nous.pem
    key: nous.key
    recipient_certificate: eux.pem
    receipts: recus
    receipt_signer: eux.pem
"""
FEED = "origin: azalai.invalid/essai\nfeeds:\n  a:\n    connector: x\n    folder: y\n    "


@pytest.mark.parametrize(
    ("line", "shown"),
    [("schedule: cron 0 6 * * 0", "mon-fri"), ("schedule: daily", "every 15 min"),
     ("arrives: soon", "with FILE.ok"), ("afterwards: burn", "move to done/"),
     ("time_zone: Niamey", "Africa/Niamey")],
)  # fmt: skip
def test_a_wrong_line_is_shown_with_what_is_understood(
    tmp_path: Path, line: str, shown: str
) -> None:
    file = tmp_path / "azalai.yaml"
    file.write_text(FEED + line + "\n")
    with pytest.raises(DocumentError) as caught:
        settings.load(file)
    text = documents.render(caught.value.problems, "fr")

    assert "azalai.yaml:6:5" in text
    assert shown in text


@pytest.mark.parametrize("address", ["0.0.0.0:8321", "192.0.2.1:8321", "127.0.0.1", "[::]:80"])
def test_health_is_for_this_machine_only(tmp_path: Path, address: str) -> None:
    file = tmp_path / "azalai.yaml"
    file.write_text(f"origin: azalai.invalid/essai\nhealth: '{address}'\n")
    with pytest.raises(DocumentError):
        settings.load(file)
    file.write_text("origin: azalai.invalid/essai\nhealth: '[::1]:8321'\n")

    assert settings.load(file).health == "[::1]:8321"


@pytest.fixture
def place(tmp_path: Path) -> Deployment:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    return made


def test_quiet_is_no_sign_of_a_whole_file_without_an_end(place: Deployment) -> None:
    """A CSV without an end line: refused at the start and by `check`, with what to write."""
    file = place.folder / "azalai.yaml"
    text = CONFIG.format(port=1, held="no")
    file.write_text(text.replace("    pattern", "    arrives: quiet 60 s\n    pattern"))
    with pytest.raises(ConfigurationError, match="cut") as caught, opened(file):
        pass
    assert "renamed" in (caught.value.hint or "")
    assert any(one.code == "AZ-S002" and "quiet" in one.what.fr for one in check(file, now()))
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    marked = mapping.read_text().replace("file:\n", "file:\n  end:\n    starts: FIN\n", 1)
    mapping.write_text(marked)

    with opened(file) as app:
        assert app.settings.feeds["essai"].arrives.quiet_s == 60


def test_a_child_that_starts_late_takes_only_what_is_in_force(place: Deployment) -> None:
    """A mapping edited on the disk after the start is not read by a new child: reload first."""
    file = place.folder / "azalai.yaml"
    file.write_text(CONFIG.format(port=1, held="no"))
    with opened(file) as app:
        reader: Worker = app.feed("essai").reader
        mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
        mapping.write_text(mapping.read_text() + "\n# FICTIF\n")
        with pytest.raises(ConfigurationError, match="not in force"):
            reader.start()
    with opened(file) as app:
        app.feed("essai").reader.start()


def test_the_digest_of_settings_follows_every_line(tmp_path: Path) -> None:
    """Of each kind of destination too; not of the place where the file lies."""
    text = CONFIG.format(port=1, held="no") + MAIL
    found = []
    for number, change in enumerate(("", "attempts_max: 7", "sender: other@essai.invalid")):
        file = tmp_path / str(number) / "azalai.yaml"
        file.parent.mkdir()
        name = change.partition(":")[0]
        kept = [one for one in text.splitlines() if not change or f"    {name}:" not in one]
        file.write_text("\n".join([*kept, f"    {change}"] if change else kept) + "\n")
        found.append(digest(settings.load(file)))
    again = tmp_path / "again.yaml"
    again.write_text(text)

    assert len(set(found)) == 3
    assert digest(settings.load(again)) == found[0]
