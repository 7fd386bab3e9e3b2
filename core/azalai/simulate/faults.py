"""Faults on demand: `refuse=5%`, `lose=10%`, `429=5%`, `503=2%`, `reset=3%`; seeded."""

import random
import threading
from collections.abc import Iterable, Sequence
from hashlib import sha256

from azalai.errors import StopError

KINDS = ("refuse", "lose", "429", "503", "reset")
MAIL_KINDS = ("refuse", "defer", "lose", "no_receipt", "wrong_signer", "never_receipt")


class Faults:
    """Which fault happens now. A refusal depends on the key alone, so it is always the same."""

    def __init__(self, wanted: Iterable[str], seed: int, kinds: Sequence[str] = KINDS) -> None:
        self._shares = dict(_parse(one, kinds) for one in wanted)
        self._random = random.Random(seed)  # noqa: S311 (faults, not secrets)
        self._lock = threading.Lock()
        self._seed = seed

    def happens(self, kind: str) -> bool:
        """Whether a passing fault happens for this request."""
        with self._lock:
            return self._random.random() < self._shares.get(kind, 0.0)

    def refuses(self, reference: str) -> bool:
        """Whether the record of this reference is one that is always refused."""
        return self._falls("refuse", f"{self._seed}/{reference}")

    def strikes(self, kind: str, subject: str) -> bool:
        """Whether a fault happens to this subject: by the seed and its name alone."""
        return self._falls(kind, f"{self._seed}/{kind}/{subject}")

    def _falls(self, kind: str, name: str) -> bool:
        number = int.from_bytes(sha256(name.encode()).digest()[:4], "big")
        return number / 2**32 < self._shares.get(kind, 0.0)


def _parse(text: str, kinds: Sequence[str]) -> tuple[str, float]:
    kind, _, share = text.partition("=")
    try:
        number = float(share.removesuffix("%")) / 100
    except ValueError:
        number = -1.0
    if kind not in kinds or not 0 <= number <= 1:
        raise StopError(
            f"no such fault: {text}",
            fr=f"panne inconnue : {text}",
            hint=f"one of {', '.join(kinds)}, as `lose=10%`",
        )
    return kind, number
