"""Everything here is promised on both engines."""

import pytest


@pytest.fixture(autouse=True)
def on_both_engines(engine: str) -> str:
    """Each test runs once on SQLite and once on PostgreSQL."""
    return engine
