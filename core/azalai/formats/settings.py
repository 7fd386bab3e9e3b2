"""A mapping's `file:` block, read setting by setting; nothing unknown passes."""

from collections.abc import Collection, Mapping
from typing import Any

from azalai.errors import ConfigurationError


class Settings:
    """The settings of one file. `text`, `number`, `span`, `part` take one each; `done` refuses
    what nobody took. All raise ConfigurationError that names the setting."""

    def __init__(self, values: Mapping[str, Any], where: str = "file") -> None:
        self._values = dict(values)
        self._where = where

    def text(
        self, name: str, default: str | None = None, *, among: Collection[str] = ()
    ) -> str | None:
        """A text, `default` where the line is missing; one of `among` if that is given."""
        value = self._values.pop(name, None)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            raise self._wrong(name, "attend un seul texte", "takes one text")
        if among and value not in among:
            raise self._wrong(name, f"vaut {', '.join(among)}", f"is one of {', '.join(among)}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self._values.pop(name, None) or []
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
            raise self._wrong(name, "attend une liste de textes", "takes a list of texts")
        return tuple(items)

    def file(self, name: str) -> str | None:
        """The name of a file beside the one that is read: no folder."""
        value = self.text(name)
        if value and ("/" in value or "\\" in value or value.startswith(".")):
            raise self._wrong(name, "attend un nom sans dossier", "takes a name without a folder")
        return value

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number from 1."""
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            raise self._wrong(
                name, "attend un nombre entier, au moins 1", "takes a whole number from 1"
            )
        return int(value)

    def span(self, name: str) -> tuple[int, int] | None:
        """Positions `3-10`, counted from 1, both included; `7` is one position."""
        value = self.text(name)
        if value is None:
            return None
        first, _, last = value.partition("-")
        if not all(n.isascii() and n.isdigit() for n in (first, last or first)):
            raise self._wrong(
                name, "attend des positions, comme 3-10", "takes positions such as 3-10"
            )
        span = int(first), int(last or first)
        if not 1 <= span[0] <= span[1]:
            raise self._wrong(
                name, "attend des positions, comme 3-10", "takes positions such as 3-10"
            )
        return span

    def part(self, name: str) -> "Settings | None":
        """A block of settings of its own."""
        value = self._values.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self._wrong(name, "attend un bloc de lignes", "takes a block of lines")
        return Settings(value, f"{self._where}.{name}")

    def required(self, name: str) -> ConfigurationError:
        """The error for a missing line."""
        return self._wrong(name, "manque", "is missing")

    def done(self) -> None:
        """Raise for settings that nobody took."""
        for name in self._values:
            raise self._wrong(
                name, "n'est pas un réglage de ce format", "is no setting of this format"
            )

    def _wrong(self, name: str, fr: str, en: str) -> ConfigurationError:
        return ConfigurationError(f"`{self._where}: {name}` {en}",
                                  fr=f"« {self._where}: {name} » {fr}")  # fmt: skip
