"""What is marked `faults` runs in `make faults` only; seeds are printed."""

import pytest

from faults import seeds


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if seeds.WHOLE:
        return
    away = [item for item in items if item.get_closest_marker("faults")]
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]
