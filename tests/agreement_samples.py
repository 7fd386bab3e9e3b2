"""Fictitious agreements, organisations and records for tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from azalai.agreements import AgreementSet, DestinationFacts, load_agreement, load_organisations
from azalai.agreements.organisations import NO_ORGANISATIONS, Organisations
from record_samples import sample

HUB = DestinationFacts("hub", (), ("ORG-REGIONALE",), nominal=False, mark="test")
MALI = DestinationFacts("mli_platform", ("MLI",), (), nominal=False, mark="test")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)

SHARE = """share:
  - rule: P1
    what: WantedPerson
    if: { measure: [ arrest ] }
    send: [ identity, offences ]
    basis: art. 5
"""


def document(body: str = SHARE, **changes: str) -> str:
    """An agreement's text: a head whose lines `changes` replace, then `body`."""
    head = {
        "agreement": "essai", "version": "1", "title": "Accord fictif", "reference": "fictif",
        "owner": "Service fictif", "destinations": "[ hub ]", "from": "2027-01-01",
        "until": "2029-12-31", "time_zone": "Africa/Niamey",
    }  # fmt: skip
    head |= {key.rstrip("_"): value for key, value in changes.items()}
    return "".join(f"{key}: {value}\n" for key, value in head.items() if value) + body


def rules(tmp_path: Path, *texts: str, organisations: str | None = None) -> AgreementSet:
    """A set of these documents."""
    found = []
    for number, text in enumerate(texts):
        path = tmp_path / f"agreement{number}.yaml"
        path.write_text(text, encoding="utf-8")
        found.append(load_agreement(path, destinations=None))
    return AgreementSet(found, memberships(tmp_path, organisations))


def memberships(tmp_path: Path, text: str | None) -> Organisations:
    """The organisations of a text, or none."""
    if text is None:
        return NO_ORGANISATIONS
    path = tmp_path / "organisations.yaml"
    path.write_text(text, encoding="utf-8")
    return load_organisations(path)


def wanted(birth: str | None = "1985", **changes: Any) -> dict[str, Any]:
    """A fictitious wanted person, born at `birth` (None: unknown)."""
    record = sample("WantedPerson") | changes
    precision = {4: "year", 7: "month", 10: "day"}
    record["person"]["birth"] = (
        {"date": {"value": birth, "precision": precision[len(birth)]}} if birth else {}
    )
    return record
