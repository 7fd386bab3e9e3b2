"""Lines of machine readable zones: two or three make one raw record (ICAO Doc 9303)."""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError
from azalai.formats import encodings, lines
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

COLUMN = "zone"
# How each line of a zone is written, parts 4 to 7, section 4.2: TD3 and MRV-A, TD2 and MRV-B, TD1.
_DAY = r"[0-9<]{6}[0-9<]"
_SECOND = r"[0-9A-Z<]{9}[0-9<][A-Z<]{3}" + _DAY + r"[A-Z<]" + _DAY
_LINES = {
    44: (r"[A-Z][A-Z<]{43}", _SECOND + r"[0-9A-Z<]{16}"),
    36: (r"[A-Z][A-Z<]{35}", _SECOND + r"[0-9A-Z<]{8}"),
    30: (r"[ACI][0-9A-Z<][A-Z<]{3}[0-9A-Z<]{25}",
         _DAY + r"[A-Z<]" + _DAY + r"[A-Z<]{3}[0-9A-Z<]{11}[0-9<]", r"[A-Z<]{30}"),
}  # fmt: skip
LINES = {width: tuple(map(re.compile, kinds)) for width, kinds in _LINES.items()}


class Zones:
    """Reads lines of zones, whole and in order: 2 of 44 or 36 characters, 3 of 30. Settings
    (`file:`): `encoding`, `ends_with` (see `lines`).

    A record has one column, `zone`: its lines, one after the other. Check digits are the step
    `mrz`'s. A line that is no next line of a zone makes unreadable what it interrupts, or itself;
    the zones after it are read. Empty lines are none.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"))
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        settings.done()
        if {column.name for shape in shapes for column in shape.columns} != {COLUMN}:
            raise ConfigurationError(
                f"`file: format: mrz` has one column, `{COLUMN}`",
                fr=f"« file: format: mrz » a une seule colonne, « {COLUMN} »",
            )

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address is that of the zone's first line."""
        source, number = Lines(stream, self.encoding), 0
        open_: list[str] = []
        begun = (0, 0)
        for raw in source.raws():
            text = source.text(raw).strip(" \t\r\n\x1a")
            if not text:
                continue
            if open_ and not _follows(open_, text):
                number += 1
                yield _broken(Address(digest, number, *begun))
                open_ = []
            if not open_:
                begun = (source.line, source.offset - len(raw))
                if not _begins(text):
                    number += 1
                    yield _broken(Address(digest, number, *begun))
                    continue
            open_.append(text)
            if len(open_) == len(LINES[len(text)]):
                number += 1
                yield RawRecord(Address(digest, number, *begun), {COLUMN: "".join(open_)})
                open_ = []
        if open_:
            yield _broken(Address(digest, number + 1, *begun))
        if source.line == 0:
            raise lines.empty()
        if self._whole and not source.whole:
            raise lines.cut(source.line, lines.NO_LINE_END, waive=True)
        yield from source.doubt()
        yield Ending(None, marked=False)


def _begins(text: str) -> bool:
    return len(text) in LINES and bool(LINES[len(text)][0].fullmatch(text))


def _follows(before: Sequence[str], text: str) -> bool:
    kinds = LINES[len(before[0])]
    return bool(kinds[len(before)].fullmatch(text))


def _broken(address: Address) -> Unreadable:
    what = Text(f"ligne {address.line} : pas une zone de lecture automatique entière",
                f"line {address.line}: no whole machine readable zone")  # fmt: skip
    todo = Text("2 lignes de 36 ou 44 caractères, 3 de 30 (A-Z 0-9 <) : une ligne manque, ou un "
                "caractère est mal lu.",
                "2 lines of 36 or 44 characters, 3 of 30 (A-Z 0-9 <): a line is missing, or a "
                "character is misread.")  # fmt: skip
    return Unreadable(address, "AZ-F090", what, todo)
