"""SQL lives in .sql files: `-- name`, a line of why, the statement."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- ([a-z_]+) --$", re.MULTILINE)


@cache
def load(room: str, engine: str = "") -> dict[str, str]:
    """The statements of `sql/<room>.sql` by name; those of `sql/<engine>/<room>.sql` instead."""
    folder = files("azalai.store") / "sql"
    found: dict[str, str] = {}
    for place in (folder, folder / engine) if engine else (folder,):
        file = place / f"{room}.sql"
        if place is folder or file.is_file():
            parts = _NAME.split(file.read_text(encoding="utf-8"))
            found |= {name: body.strip().rstrip(";")
                      for name, body in zip(parts[1::2], parts[2::2], strict=True)}  # fmt: skip
    return found


def migrations(engine: str = "") -> list[tuple[int, str]]:
    """The numbered schema files in order: the shared ones, or an engine's own."""
    folder = files("azalai.store") / "sql"
    numbered = [item for item in (folder / engine if engine else folder).iterdir()
                if re.fullmatch(r"\d{3}_[a-z_]+\.sql", item.name)]  # fmt: skip
    return sorted((int(item.name[:3]), item.read_text(encoding="utf-8")) for item in numbered)
