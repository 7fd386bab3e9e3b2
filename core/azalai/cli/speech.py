"""Which language the command line speaks: French first."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from azalai.paths import CONFIGURATIONS, CONFIGURED_BY

_VARIABLE = "AZALAI_LANGUAGE"
_LINE = re.compile(rb"""^language:\s*["']?(fr|en)\b""", re.MULTILINE)
_HEAD = 1 << 20  # bytes of a configuration that are looked at


def settle(words: Sequence[str]) -> None:
    """Set the language for this process: the variable's, else the configuration's.

    `words` are the command line's. It is done before helps and mistakes are said, so the
    configuration is looked at, never read as a whole: its own mistakes are said by who reads it.
    """
    if _VARIABLE in os.environ:
        return
    given = next((words[i + 1] for i, word in enumerate(words[:-1]) if word == "--config"), None)
    given = given or next((w[9:] for w in words if w.startswith("--config=")), None)
    named = given or os.environ.get(CONFIGURED_BY)
    for place in [named] if named else CONFIGURATIONS:
        try:
            with Path(place).open("rb") as file:
                found = _LINE.search(file.read(_HEAD))
        except OSError:
            continue
        if found:
            os.environ[_VARIABLE] = found[1].decode()
        return


def language() -> str:
    """`AZALAI_LANGUAGE` (fr or en), else French: cron and systemd run under the C locale."""
    return "en" if os.environ.get(_VARIABLE, "fr").lower().startswith("en") else "fr"


def say(fr: str, en: str) -> str:
    """The sentence in the language spoken."""
    return fr if language() == "fr" else en
