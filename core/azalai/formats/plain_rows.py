"""The rows of a part as they stand in its markup; all that is around them is proved XML."""

import re
from collections.abc import Iterator

from azalai.formats.plain_cells import Unplain
from azalai.formats.workbook_xlsx import MAX_ROW
from azalai.formats.workbook_zip import Parts, Proof

_TAIL = 65_536  # bytes, longer than any begin
_STRANGE = re.compile(rb"<!|<\?(?!xml\s)")
_NOTHING = re.compile(rb"(?!)")
MAX_AFTER = 8_000_000


class Around:
    """Finds the rows of one part: they begin directly after `begin`, `row_end` closes each of them,
    and `end` stands after the last, or after what `blank` is. A begin that is `none` has no rows.

    Comments and the like make it Unplain: what stands in one is no row. Once the rows are read,
    `after` is what follows them, and `watched` how often `watch` stands around them.
    """

    def __init__(
        self, begin: re.Pattern[bytes], end: bytes, row_end: bytes, *, none: bytes = b"",
        blank: re.Pattern[bytes] = _NOTHING, watch: re.Pattern[bytes] = _NOTHING,
    ) -> None:  # fmt: skip
        self._begin, self._end, self._row_end = begin, end, row_end
        self._none, self._blank, self._watch = none, blank, watch
        self._proof, self._tail = Proof(), b""
        self.after, self.watched = b"", 0

    def rows(self, parts: Parts, part: str) -> Iterator[str]:
        """The rows of a part, many at a time, each with its end.

        Raises Unplain where it is not so simple; FormatError as `Parts.markup`.
        """
        pieces = parts.chunks(part)
        begun, held = self._before(pieces)
        if begun == self._none:
            self._rest(held, pieces)
            return
        while (at := held.find(self._end)) < 0:
            cut = held.rfind(self._row_end)
            if cut >= 0:
                cut += len(self._row_end)
                yield _decoded(held[:cut])
                held = held[cut:]
            piece = next(pieces, b"")
            if not piece or len(held) > MAX_ROW:
                raise Unplain
            held += piece
        cut = held.rfind(self._row_end, 0, at) + len(self._row_end)
        cut = cut if cut >= len(self._row_end) else 0
        if cut:
            yield _decoded(held[:cut])
        if cut < at and not self._blank.fullmatch(held, cut, at):
            raise Unplain
        self._rest(held[at:], pieces)

    def _before(self, pieces: Iterator[bytes]) -> tuple[bytes, bytes]:
        """Prove what is before the rows; gives the begin and the bytes after it."""
        held = b""
        while (found := self._begin.search(held)) is None:
            piece = next(pieces, b"")
            if not piece:
                raise Unplain
            if held[:-_TAIL]:
                self._prove(held[:-_TAIL])
            held = held[-_TAIL:] + piece
        self._prove(held[: found.end()])
        return found.group(), held[found.end() :]

    def _rest(self, held: bytes, pieces: Iterator[bytes]) -> None:
        """Prove what is after the rows, and keep it."""
        after = [held]
        self._prove(held)
        for piece in pieces:
            self._prove(piece)
            after.append(piece)
            if sum(map(len, after)) > MAX_AFTER:
                raise Unplain
        self._proof.end()
        self.watched += len(self._watch.findall(self._tail))
        self.after = b"".join(after)
        if self._begin.search(self.after):
            raise Unplain

    def _prove(self, piece: bytes) -> None:
        window = self._tail + piece
        cut = max(window.rfind(b"<"), 0)
        if _STRANGE.search(window) or len(window) - cut > _TAIL:
            raise Unplain
        self.watched += len(self._watch.findall(window[:cut]))
        self._tail = window[cut:]
        self._proof.feed(piece)


def _decoded(markup: bytes) -> str:
    try:
        return markup.decode()
    except UnicodeDecodeError as err:
        raise Unplain from err
