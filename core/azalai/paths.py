"""Where the files that come with Azalai lie, installed or in a checkout."""

from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_DATA = PACKAGE / "data"
CONFIGURED_BY = "AZALAI_CONFIG"
"""The variable that names the configuration."""
CONFIGURATIONS = ("azalai.yaml", "config/azalai.yaml", "/etc/azalai/azalai.yaml")
"""Where the configuration is looked for, in this order."""


def in_checkout() -> bool:
    """True in a checkout: an installed package has a `data` folder, a checkout has none.

    A `pyproject.toml` further up is no sign: it may be another project's.
    """
    return not _DATA.is_dir()


def connectors() -> Path:
    """The folder that holds one folder a connector."""
    return PACKAGE.parent.parent / "connectors" if in_checkout() else PACKAGE / "connectors"


def mappings() -> Path:
    """The folder that holds one folder of mappings a connector."""
    return PACKAGE.parent.parent / "mappings" if in_checkout() else _DATA / "mappings"


def config() -> Path:
    """The folder with the example deployment."""
    return PACKAGE.parent.parent / "config" if in_checkout() else _DATA / "config"


def connector_path(own: Iterable[str]) -> list[str]:
    """`azalai.connectors.__path__`: its own folder, and the top folder in a checkout."""
    return [*own, str(connectors())] if in_checkout() else list(own)
