"""How one destination is treated."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tenacity.wait import wait_base

from azalai.outbox import retry


@dataclass(frozen=True, slots=True)
class Policy:
    """One destination's policy; durations in seconds.

    `on_unknown` is ask, resend or hold; unknown outcomes are asked for `ask_for_s`, then resent
    inside the destination's own memory of keys, else held. What is put off is given up after
    `attempts_max` attempts or `deadline_s` from the first, outages not counted. Nothing leaves that other `rules` (the
    digest of the agreements in force) decided. The ledger is told whose it is (`states`, ISO 3166-1)
    and by which `connector` (`wapis@1`) it is reached. Outside its `windows` (times of day in
    `zone`) only recalls leave.
    """

    name: str
    on_unknown: str = "ask"
    ask_for_s: int = 86_400
    attempts_max: int = 50
    deadline_s: int | None = None
    wait: wait_base = field(default_factory=retry.backoff)
    breaker_cap_s: float = 300.0
    rules: str | None = None
    rate_per_minute: int | None = None
    windows: tuple[str, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    states: tuple[str, ...] = ()
    connector: str = ""
