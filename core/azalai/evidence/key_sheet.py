"""The key sheet: the master key on one page, as words and as a QR code, and the way back."""

import hashlib
import re
from dataclasses import dataclass

from azalai.errors import VerificationError
from azalai.evidence import qr
from azalai.evidence.verifier import WORDS
from azalai.store.seal import KEY_BYTES, kek_name

SCANNED = "azalai-kek:"
COUNT = KEY_BYTES + 1
"""One word a byte, and one that tells a mistake."""
_A_LINE = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a sheet beside the key: the log's name, the copy's number, the day."""

    origin: str
    number: int
    day: str


def words_of(kek: bytes) -> list[str]:
    """The key as 33 words: each says one byte, the last one is of its SHA-256."""
    return [WORDS[byte] for byte in (*kek, hashlib.sha256(kek).digest()[0])]


def page(kek: bytes, sheet: Sheet) -> str:
    """The page to print. Whoever holds it opens every record: it is kept as the key is."""
    words = [f"{n:2d} {word:<10}" for n, word in enumerate(words_of(kek), 1)]
    rows = "\n".join("    " + "".join(words[at : at + _A_LINE]).rstrip()
                     for at in range(0, COUNT, _A_LINE))  # fmt: skip
    return f"""\
FEUILLE DE CLÉ / KEY SHEET                                  SECRET

base / store: {sheet.origin}
clé maîtresse / master key: {kek_name(kek)}     copie / copy: {sheet.number}     {sheet.day}

Cette page ouvre toutes les fiches. Sous enveloppe scellée, dans un coffre, loin du serveur ; jamais
en photo, jamais par courriel. Après une rotation de la clé : la détruire, et le dire
(azalai key copy --destroyed {sheet.number}).
This page opens every record. In a sealed envelope, in a safe, away from the server; no photograph,
no mail. After a rotation of the key: destroy it, and say so.

{rows}

{qr.draw((SCANNED + kek.hex()).encode())}

Pour la remettre / to put it back: azalai key copy --put-back FICHIER (les mots, ou le code lu)

reçue par / received by: ______________________  le / on: ____________  signature: ____________
"""


def read_back(text: str) -> bytes:
    """The key of a sheet: of the scanned code, or of its words in order, numbered or not.

    VerificationError where there is no key in it, or a word is wrong.
    """
    scanned = re.search(rf"{SCANNED}([0-9a-f]{{{2 * KEY_BYTES}}})", text)
    if scanned is not None:
        return bytes.fromhex(scanned[1])
    found = [WORDS.index(word) for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS]
    for start in range(len(found) - COUNT + 1):
        kek, last = bytes(found[start : start + KEY_BYTES]), found[start + KEY_BYTES]
        if hashlib.sha256(kek).digest()[0] == last:
            return kek
    raise VerificationError("no key of ours, or a word of it is wrong", where="key sheet")
