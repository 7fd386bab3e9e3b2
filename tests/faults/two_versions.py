"""Records of which every tenth changes half-way, and the order in which a receiver got them."""

from pathlib import Path

import apsw
from lxml import etree

from deployment_rig import row
from faults.places import HTTPS, Place

CHANGED = 10
"""Every tenth record has a second version in a later file."""


def newer(records: int) -> list[str]:
    """The rows again, every tenth with a longer sentence."""
    return [row(n, peine_mois="72") if n % CHANGED == 0 else row(n) for n in range(records)]


def messages(records: int) -> int:
    """How many messages that makes."""
    return records + len(range(0, records, CHANGED))


def versions(received: Path) -> dict[str, list[int]]:
    """The versions of each record in the order in which they came for the first time."""
    found: dict[str, list[int]] = {}
    db = apsw.Connection(str(received))
    try:
        for (body,) in db.execute("SELECT body FROM received ORDER BY rowid"):
            root = etree.fromstring(bytes(body))
            said = [root.find(f".//{{*}}{name}") for name in ("SourceReference", "RecordVersion")]
            reference, version = (str(one.text) for one in said if one is not None)
            found.setdefault(reference, []).append(int(version))
    finally:
        db.close()
    return found


def in_order(place: Place, records: int) -> None:
    """What the HTTPS receiver remembers: all records, each version after the one before."""
    came = versions(place.folder / HTTPS / "received.db")
    assert len(came) == records
    assert all(seen == sorted(set(seen)) for seen in came.values())
    assert sum(seen[-1] == 2 for seen in came.values()) == len(range(0, records, CHANGED))
