"""One Hypothesis profile: a busy machine is no reason to fail, and a failure replays."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile(
    "azalai", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("azalai")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command run in this process leaves no logging behind for the next test."""
    yield
    structlog.reset_defaults()
