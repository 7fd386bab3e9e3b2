"""Where the files lie that a mapping joins to the one that is read."""

from pathlib import Path

from azalai.errors import InputError
from azalai.translate.plan import FeedPlan


def find(name: str, beside: Path, feed: FeedPlan | None) -> Path:
    """The file of this name: in the feed's folders, beside the main file, where the code lists
    lie, beside the mapping. Raises InputError where it is in none of them."""
    own = (*feed.beside, *(one.parent for one in feed.mappings)) if feed else ()
    folders = (*(feed.folders if feed else ()), beside.parent, *own)
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    what = (f"{name} manque : la correspondance le joint à ce fichier",
            f"{name} is missing: the mapping joins it to this file")  # fmt: skip
    todo = ("posez-le à côté du fichier, ou à côté de la correspondance.",
            "put it beside the file, or beside the mapping.")  # fmt: skip
    raise InputError(what, todo, code="AZ-F068")
