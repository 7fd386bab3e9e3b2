"""SQL lives in .sql files: `-- name`, a line of why, the statement."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- ([a-z_]+) --$", re.MULTILINE)


@cache
def load(room: str) -> dict[str, str]:
    """The statements of `sql/<room>.sql` by name."""
    text = (files("azalai.store") / "sql" / f"{room}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2])}


def migrations() -> list[tuple[int, str]]:
    """The numbered schema files in order."""
    found = []
    for item in (files("azalai.store") / "sql").iterdir():
        if match := re.fullmatch(r"(\d{3})_[a-z_]+\.sql", item.name):
            found.append((int(match[1]), item.read_text(encoding="utf-8")))
    return sorted(found)
