"""Faults on demand: `refuse=5%`, `lose=10%`, `429=5%`, `503=2%`, `reset=3%`; seeded."""

import random
import threading
from collections.abc import Iterable
from hashlib import sha256

from azalai.errors import StopError

KINDS = ("refuse", "lose", "429", "503", "reset")


class Faults:
    """Which fault happens now. A refusal depends on the key alone, so it is always the same."""

    def __init__(self, wanted: Iterable[str], seed: int) -> None:
        self._shares = dict(_parse(one) for one in wanted)
        self._random = random.Random(seed)  # noqa: S311 (faults, not secrets)
        self._lock = threading.Lock()
        self._seed = seed

    def happens(self, kind: str) -> bool:
        """Whether a passing fault happens for this request."""
        with self._lock:
            return self._random.random() < self._shares.get(kind, 0.0)

    def refuses(self, reference: str) -> bool:
        """Whether the record of this reference is one that is always refused."""
        number = int.from_bytes(sha256(f"{self._seed}/{reference}".encode()).digest()[:4], "big")
        return number / 2**32 < self._shares.get("refuse", 0.0)


def _parse(text: str) -> tuple[str, float]:
    kind, _, share = text.partition("=")
    try:
        number = float(share.removesuffix("%")) / 100
    except ValueError:
        number = -1.0
    if kind not in KINDS or not 0 <= number <= 1:
        raise StopError(f"no such fault: {text}", hint=f"one of {', '.join(KINDS)}, as `lose=10%`")
    return kind, number
