"""`azalai.yaml`: every mistake at once, at its own line, in French and English."""

from pathlib import Path

import pytest

from azalai import settings
from azalai.documents import Problem
from azalai.errors import DocumentError

HTTPS = """\
  regional:
    connector: wapis
    url: https://receiver.invalid
    ca: ca.pem
    certificate: c.pem
    key: k.pem
"""
MAIL = """\
  interpol:
    connector: interpol_mail
    server: mail.invalid
    ca: ca.pem
    sender: a@node.invalid
    recipient: b@hub.invalid
    certificate: c.pem
    key: k.pem
    recipient_certificate: r.pem
    receipts: receipts
    receipt_signer: s.pem
"""


def load(folder: Path, destinations: str, more: str = "") -> settings.Settings:
    file = folder / "azalai.yaml"
    file.write_text(f"origin: azalai.invalid/test\n{more}destinations:\n{destinations}")
    return settings.load(file)


def problems(folder: Path, destinations: str, more: str = "") -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        load(folder, destinations, more)
    return [p for p in caught.value.problems if isinstance(p, Problem)]


def test_a_destination_is_known_by_what_carries_it(tmp_path: Path) -> None:
    """`url` makes an HTTPS destination, `server` one by mail."""
    made = load(tmp_path, HTTPS + MAIL).destinations

    assert isinstance(made["regional"], settings.HttpsDestination)
    assert isinstance(made["interpol"], settings.MailDestination)


@pytest.mark.parametrize(
    ("line", "name", "todo"),
    [
        ("    batch: many\n", "destinations.regional.batch", "nombre entier"),
        ("    batch: 0\n", "destinations.regional.batch", "au moins 1"),
        ("    nominal: perhaps\n", "destinations.regional.nominal", "yes ou no"),
        (
            "    on_unknown: guess\n",
            "destinations.regional.on_unknown",
            "'ask', 'resend' ou 'hold'",
        ),
        ("    windows: 25:00-06:00\n", "destinations.regional.windows.0", "deux heures"),
        ("    sender: a@b.invalid\n", "destinations.regional.sender", "supprimez"),
    ],
)
def test_a_wrong_value_says_where_and_what_is_wanted(
    tmp_path: Path, line: str, name: str, todo: str
) -> None:
    """The message names the setting as written, at its own line, and says what to write."""
    [problem] = problems(tmp_path, HTTPS + line)

    assert name in problem.what.fr
    assert todo in problem.todo.fr
    assert problem.place.line == 9


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """A missing line, an unknown one and a wrong zone are told together."""
    found = problems(tmp_path, HTTPS.replace("    key: k.pem\n", "    kay: k.pem\n"),
                     "time_zone: Africa/Nowhere\n")  # fmt: skip

    assert len(found) == 3
    for name in ("time_zone", "destinations.regional.kay", "destinations.regional.key"):
        assert any(f"« {name} »" in p.what.fr for p in found)


def test_http_in_clear_is_refused(tmp_path: Path) -> None:
    """A record never leaves in clear."""
    [problem] = problems(tmp_path, HTTPS.replace("https:", "http:"))

    assert "^https://" in problem.todo.fr
