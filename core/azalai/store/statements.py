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
    return {
        name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def migrations() -> list[tuple[int, str]]:
    """The numbered schema files in order."""
    folder = files("azalai.store") / "sql"
    numbered = [item for item in folder.iterdir() if re.fullmatch(r"\d{3}_[a-z_]+\.sql", item.name)]
    return sorted((int(item.name[:3]), item.read_text(encoding="utf-8")) for item in numbered)
