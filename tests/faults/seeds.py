"""Which seeds a fault test runs, and the words that replay one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

WHOLE = os.environ.get("FAULTS") == "all"
"""Set by `make faults`; otherwise only the short part runs, with every other test."""
_ONE = os.environ.get("SEED", "")
_FIRST = int(os.environ.get("FROM", "0") or 0)


def count(name: str, many: int, few: int) -> int:
    """How often, or of how many records: `make faults KILLS=50 RECORDS=1000` says otherwise."""
    return int(os.environ.get(name) or (many if WHOLE else few))


def seeds(many: int, few: int) -> list[int]:
    """The seeds to run: `many` in `make faults`, else `few`; the one that is replayed if so."""
    if _ONE:
        return [int(_ONE)]
    return list(range(_FIRST, _FIRST + (many if WHOLE else few)))


def chunks(many: int, few: int, size: int) -> list[list[int]]:
    """The same in lists of `size`: one test each."""
    found = seeds(many, few)
    return [found[at : at + size] for at in range(0, len(found), size)]


@contextmanager
def replayable(seed: int, test: str) -> Iterator[None]:
    """What fails inside says how it is run again."""
    try:
        yield
    except BaseException as err:
        err.add_note(f"seed {seed}: make faults SEED={seed} ONLY={test}")
        raise
