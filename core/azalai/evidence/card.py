"""The card: the log's key on one page, signed by hand, kept apart from every export."""

from azalai.evidence import qr
from azalai.evidence.verifier import fingerprint, words_of
from azalai.ledger import Verifier


def card(key: Verifier) -> str:
    """The page to print, in French and English. `azalai-verify.py --card` reads it back; the QR
    code is the key itself (a very long one's fingerprint), for `--vkey` or `verify.html`."""
    digits = fingerprint(key.vkey).hex()
    groups = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    scanned = key.vkey if len(key.vkey) <= qr.BYTES_MAX else digits
    return f"""\
CARTE DU REGISTRE / LEDGER CARD

registre / log: {key.name}
clé / key: {key.vkey}
empreinte / fingerprint: {groups}
mots / words: {" ".join(words_of(key.vkey))}

À garder à l'abri de celui qui tient le registre : l'autorité de contrôle, le tribunal et chaque
partenaire en ont une, signée à la main le jour de l'installation. Au téléphone, comparez les mots.
To be kept away from whoever keeps the ledger: the authority, the court and each partner have one,
signed by hand on the day of installation. By telephone, compare the words.

    python3 azalai-verify.py EXPORT --card carte.txt
    python3 azalai-verify.py EXPORT --words "{" ".join(words_of(key.vkey)[:2])} …"

{qr.draw(scanned.encode())}

date : ____________   nom / name : ______________________   signature : ______________________
"""
