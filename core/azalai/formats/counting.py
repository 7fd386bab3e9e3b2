"""An input's own count against what was read."""

from azalai.documents import Text
from azalai.plugin.format import Finding

_RECORDS = Text("fiches", "records")
LINES = Text("lignes", "lines")


def stated(text: str) -> int | None:
    """The count that a trailer or attribute states, None where it is no whole number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def compare(
    count: int | None, read: int, line: int | None, *, what_of: Text = _RECORDS
) -> Finding | None:
    """A finding where the stated count is unreadable or not what was read; `what_of` is counted."""
    place = (f"ligne {line} : ", f"line {line}: ") if line else ("", "")
    if count is None:
        what = Text(f"{place[0]}le nombre de {what_of.fr} annoncé n'est pas lisible",
                    f"{place[1]}the stated count cannot be read")  # fmt: skip
        return Finding("AZ-F021", what)
    if count == read:
        return None
    what = Text(f"{place[0]}le fichier annonce {count} {what_of.fr}, il en contient {read}",
                f"{place[1]}the file states {count} {what_of.en} and holds {read}")  # fmt: skip
    todo = Text("demandez au service un fichier complet ; ne libérez que s'il l'explique.",
                "ask the service for a complete file; release only if it can explain.")  # fmt: skip
    return Finding("AZ-F020", what, todo)
