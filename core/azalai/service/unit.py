"""The systemd unit of a deployment, from the template in `config/azalai.service`."""

from pathlib import Path

from azalai import paths
from azalai.errors import ConfigurationError
from azalai.settings import MailDestination, Settings

NAME = "azalai.service"
STOP_MARGIN_S = 20
_HOMES = ("/home", "/root", "/run/user")


def render(settings: Settings, user: str, python: Path) -> str:
    """The unit's text: who runs it, with which configuration, and where it may write.

    ConfigurationError for a path that a unit file cannot hold.
    """
    config = Path(settings.source).resolve()
    home = any(str(p).startswith(_HOMES) for p in (python, config, *writes(settings)))
    values = {
        "@USER@": user,
        "@PYTHON@": _word(python).replace("$", "$$"),
        "@CONFIG@": _word(config).replace("$", "$$"),
        "@STOP_S@": str(settings.drain_s + STOP_MARGIN_S),
        "@WRITES@": "\n".join(f"ReadWritePaths={_word(path)}" for path in writes(settings)),
        "@HOME@": "read-only" if home else "yes",
    }
    text = (paths.config() / NAME).read_text(encoding="utf-8")
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def writes(settings: Settings) -> list[Path]:
    """The folders that the daemon writes in: the store's; those it clears of files taken; the
    Maildir that receipts come to."""
    found = {settings.state}
    for feed in settings.feeds.values():
        if feed.afterwards.move_to is not None or feed.afterwards.delete_after_days is not None:
            found.add(settings.path(feed.folder))
    for destination in settings.destinations.values():
        if isinstance(destination, MailDestination):
            found.add(settings.path(destination.receipts))
    return sorted(found)


def _word(path: Path) -> str:
    """A path as one word of a unit file: quoted, `%` doubled (systemd.syntax(7)).

    ConfigurationError for a path that a unit file cannot hold.
    """
    if not str(path).isprintable():
        raise ConfigurationError("a path with a line break or another control character",
                                 fr="un chemin avec un retour à la ligne ou un autre caractère de "
                                 "commande")  # fmt: skip
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"' if any(c in text for c in " '\"\\;") else text
