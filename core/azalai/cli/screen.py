"""What a terminal is given: nothing out of a record commands it or turns its text round."""

import re
import sys
from typing import Any, TextIO, cast

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""All control characters but tab and line end; line separators; what sets a direction by force
(Unicode UAX #9). The marks that Arabic and French texts need are none of these."""


def plain(text: str) -> str:
    """The text with such characters shown by their numbers."""
    return _COMMANDS.sub(lambda mark: f"\\u{ord(mark.group()):04x}", text)


class Screen:
    """A text stream that is a terminal; what is written to it is `plain`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """See `TextIO.write`."""
        return self._stream.write(plain(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard() -> None:
    """Guard standard output and error where they are terminals. What goes into files and pipes
    stays as it is: programs read it."""
    if sys.stdout.isatty():
        sys.stdout = cast(TextIO, Screen(sys.stdout))
    if sys.stderr.isatty():
        sys.stderr = cast(TextIO, Screen(sys.stderr))
