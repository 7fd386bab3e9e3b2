"""dBase memo files (.dbt of dBase III and IV, .fpt of FoxPro): a block's text, bounds checked."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from azalai.documents import Text
from azalai.errors import FormatError

MOST = 1_000_000
"""Bytes of one text, at most."""
_HEAD, _BLOCK, _CHUNK = 512, 512, 4096
_END = b"\x1a"
_IV_MARK = b"\xff\xff\x08\x00"
_SOFT = b"\x8d\n"  # a line that the editor broke (dBase III, Clipper)
_KINDS = {0x83: "III", 0x8B: "IV", 0x8E: "IV", 0xCB: "IV",
          0x30: "FoxPro", 0x31: "FoxPro", 0x32: "FoxPro", 0xF5: "FoxPro", 0xFB: "FoxPro"}  # fmt: skip


@dataclass(slots=True)
class Memo:
    """One memo file, open. `mark` is its name and the first digits of its SHA-256."""

    stream: BinaryIO
    kind: str
    size: int
    block: int
    mark: str
    read: int = 0

    def text(self, number: int) -> bytes | Text:
        """The bytes of the text that begins at a block, or why there is none.

        FormatError where the texts that were read are longer than the file: rows share them.
        """
        at = number * self.block
        if number < 1 or at < min(_HEAD, self.size) or at >= self.size:
            return Text("bloc de mémo hors du fichier", "a memo block outside the file")
        self.stream.seek(at)
        found = self._ended() if self.kind == "III" else self._counted(at)
        if isinstance(found, bytes):
            self.read += len(found)
            if self.read > self.size:
                raise _refused("des lignes y partagent les mêmes textes",
                               "rows of the table share its texts")  # fmt: skip
        return found

    def _ended(self) -> bytes | Text:
        """DBase III: up to the end mark."""
        found = b""
        while len(found) <= MOST:
            part = self.stream.read(_CHUNK)
            text, mark, _ = part.partition(_END)
            found += text
            if mark:
                return found.replace(_SOFT, b"\n")
            if len(part) < _CHUNK:
                return Text("mémo sans fin", "a memo without its end")
        return _LONG

    def _counted(self, at: int) -> bytes | Text:
        """DBase IV and FoxPro: a head of eight bytes says how long it is."""
        head = self.stream.read(8)
        if len(head) < 8:
            return Text("mémo coupé", "a memo that is cut")
        if self.kind == "IV":
            fits, length = head[:4] == _IV_MARK, int.from_bytes(head[4:], "little") - 8
        else:
            fits, length = head[:4] == b"\0\0\0\x01", int.from_bytes(head[4:], "big")
        if not fits:
            return Text("ce bloc de mémo n'est pas un texte", "this memo block is no text")
        if length < 0 or at + 8 + length > self.size:
            return Text("longueur de mémo impossible", "an impossible memo length")
        return _LONG if length > MOST else self.stream.read(length).rstrip(b"\0\x1a")


_LONG = Text(f"mémo de plus de {MOST} octets", f"a memo of over {MOST} bytes")


def opened(stream: BinaryIO, name: str, version: int) -> Memo:
    """A memo file that belongs to a table of this version. FormatError where it is none, or was
    cut."""
    kind = _KINDS.get(version)
    if kind is None:
        raise _refused(f"une table 0x{version:02X} n'a pas de mémos connus",
                       f"a table 0x{version:02X} has no memos that are known")  # fmt: skip
    whole, size = hashlib.sha256(), 0
    stream.seek(0)
    while part := stream.read(1 << 20):
        whole.update(part)
        size += len(part)
    stream.seek(0)
    head = stream.read(_HEAD)
    if len(head) < _HEAD:
        raise _refused("en-tête coupé", "its header is cut")
    after = int.from_bytes(head[:4], "big" if kind == "FoxPro" else "little")
    block = _BLOCK
    if kind == "IV":
        block = int.from_bytes(head[20:22], "little") or _BLOCK
    elif kind == "FoxPro":
        block = int.from_bytes(head[6:8], "big")
    if not block:
        raise _refused("blocs sans longueur", "blocks without a length")
    if after * block > size + block:
        raise _refused("il est coupé : ses derniers blocs manquent",
                       "it is cut: its last blocks are missing")  # fmt: skip
    return Memo(stream, kind, size, block, f"{name}@{whole.hexdigest()[:12]}")


def block_of(cell: bytes) -> int | None:
    """The number of the block that a row names, 0 for no text; None where it is no number.

    Ten digits, or four bytes in Visual FoxPro.
    """
    if len(cell) == 4:
        return int.from_bytes(cell, "little")
    digits = cell.strip(b" \0")
    if not digits:
        return 0
    return int(digits) if digits.isdigit() else None


def _refused(fr: str, en: str) -> FormatError:
    what = (f"le fichier des mémos ne se lit pas : {fr}", f"the memo file cannot be read: {en}")
    todo = ("copiez la table et son fichier de mémos ensemble, la base fermée.",
            "copy the table and its memo file together, with the database closed.")  # fmt: skip
    return FormatError("AZ-F076", what, todo)
