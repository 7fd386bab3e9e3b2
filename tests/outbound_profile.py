"""An outbound profile that is invented for tests: JSON and fixed width, in a folder of its own."""

import shutil
from pathlib import Path
from typing import Any

from azalai import paths
from azalai.mapping import OutboundMapping, RenderJob, load_outbound

REGIONAL = Path(__file__).parent / "profiles" / "regional"
WANTED, VEHICLE = "regional_wanted_person.yaml", "regional_reported_vehicle.yaml"


def laid_out(folder: Path, *changes: tuple[str, str], name: str = WANTED) -> Path:
    """The profile's files and its code lists in a folder; `changes` of one document's text."""
    shutil.copytree(REGIONAL, folder, dirs_exist_ok=True)
    shutil.copytree(paths.mappings() / "wapis" / "codes_out", folder / "codes_out",
                    dirs_exist_ok=True)  # fmt: skip
    path = folder / name
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)
    return path


def loaded(folder: Path, *changes: tuple[str, str], name: str = WANTED) -> OutboundMapping:
    """One of its mappings."""
    return load_outbound(laid_out(folder, *changes, name=name))


def job(values: dict[str, Any], operation: str = "create", **more: Any) -> RenderJob:
    """A message to make of a record."""
    given = {"allowed": None, "message_key": "FICTIF-K1", "record_version": 7} | more
    return RenderJob(operation=operation, key=values["key"], record=values, **given)
