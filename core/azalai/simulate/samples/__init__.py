"""Invented, true-shaped files for the shipped feeds: any number of records, by seed."""

import os
from pathlib import Path

from azalai.errors import StopError
from azalai.simulate.samples import bfa, mli, mrt, ner, tcd
from azalai.simulate.samples.chance import BROKEN, UNKNOWN, Chance

__all__ = ["BROKEN", "FILES", "UNKNOWN", "write_feed"]

_FEEDS = {
    "bfa_police": bfa,
    "mli_police": mli,
    "mrt_police": mrt,
    "ner_police": ner,
    "tcd_police": tcd,
}
FILES = {connector: feed.FILE for connector, feed in _FEEDS.items()}
"""Connector → the name that its file usually has."""


def write_feed(connector: str, path: Path, records: int, seed: int) -> None:
    """Write `records` invented raw records in a connector's format: about 1 % broken, 0.5 % with a
    code that no list knows. The seed decides every byte; the first n records do not depend on how
    many follow. Memory does not grow; the file appears under its name when it is whole.
    StopError for a connector that has no generator.
    """
    feed = _FEEDS.get(connector)
    if feed is None:
        raise StopError(f"no invented records for {connector}", hint=", ".join(_FEEDS))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            feed.write(file, records, Chance(f"{connector}/{seed}"))
        os.replace(part, path)  # noqa: PTH105 - one step on every file system of ours
    finally:
        part.unlink(missing_ok=True)
