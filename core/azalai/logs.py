"""Logs: JSON lines on standard error, only keys from an allow-list."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "feed", "run", "destination", "delivery", "pseudonym",
        "kind", "state", "operation", "reason", "rule", "count", "counts", "size", "duration_s",
        "attempt", "attempts", "input", "batch", "connector", "mapping", "version", "code",
        "status", "port", "pid", "signal", "error", "until", "next", "entry", "name", "line",
    }
)  # fmt: skip


def _only_allowed(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every key that is not named in ALLOWED, and say how many were dropped."""
    kept = {key: _plain(value) for key, value in event.items() if key in ALLOWED}
    if dropped := len(event) - len(kept):
        kept["dropped_keys"] = dropped
    return kept


def _plain(value: Any) -> Any:
    """Numbers, short codes and dicts of them; anything else is named by its type only."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, str):
        return value[:200]
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return type(value).__name__


def configure(stream: TextIO | None = None, *, quiet: bool = False) -> None:
    """Send structlog's events to `stream` (standard error) as JSON lines. Called once, by the CLI.

    `quiet` leaves out what is only information: a person at a terminal reads the command's words.
    """
    least = logging.WARNING if quiet else logging.NOTSET
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=True, sort_keys=True),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def get() -> Any:
    """A logger; events are `area.thing_happened`, facts are keys."""
    return structlog.get_logger()
