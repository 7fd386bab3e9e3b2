"""The exact place a raw value came from: input, sheet or segment, line, byte, path."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where a raw record lies in its input.

    `line` counts from 1 and is the record's first line; `offset` is the byte offset of its first
    byte; `part` is the sheet, segment type or XPath, whichever the format has. What a format does
    not have is None.
    """

    input_digest: str  # SHA-256 of the whole input, lower-case hex
    number: int  # the raw record's number in its input, from 1
    line: int | None = None
    offset: int | None = None
    part: str | None = None

    def text(self) -> str:
        """A short form for people: `line 185`, `Feuille1 line 3`, `/cases/case[4]`."""
        words = [self.part] if self.part else []
        if self.line is not None:
            words.append(f"line {self.line}")
        return " ".join(words) or f"record {self.number}"
