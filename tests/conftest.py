"""One Hypothesis profile: a busy machine is no reason to fail, and a failure replays."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

import engines
import postgres_server

settings.register_profile(
    "azalai", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("azalai")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command run in this process leaves no logging behind for the next test."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """One PostgreSQL server for all tests of this process; `new_database` gives each its own."""
    with postgres_server.started() as server:
        yield server


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """A test of the store runs once on each engine: its rigs put their stores there."""
    name: str = request.param
    server = request.getfixturevalue("postgres") if name == "postgres" else None
    with engines.chosen(server):
        yield name
