"""The card: the log's key on one page, signed by hand, kept apart from every export."""

from collections.abc import Sequence

from azalai.evidence import qr
from azalai.evidence.verifier import fingerprint, words_of
from azalai.ledger import Verifier
from azalai.ledger.cosignature import Quorum


def card(
    key: Verifier, ended: Sequence[tuple[Verifier, str]] = (), quorum: Quorum | None = None
) -> str:
    """The page to print, in French and English. `azalai-verify.py --card` reads it back; the QR
    code is the key itself (a very long one's fingerprint), for `--vkey` or `verify.html`.

    `ended` are earlier keys with the instant of their end, `quorum` who must cosign."""
    digits = fingerprint(key.vkey).hex()
    groups = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    scanned = key.vkey if len(key.vkey) <= qr.BYTES_MAX else digits
    return f"""\
CARTE DU REGISTRE / LEDGER CARD

registre / log: {key.name}
clé / key: {key.vkey}
empreinte / fingerprint: {groups}
mots / words: {" ".join(words_of(key.vkey))}
{_beside(ended, quorum)}
À garder à l'abri de celui qui tient le registre : l'autorité de contrôle, le tribunal et chaque
partenaire en ont une, signée à la main le jour de l'installation. Au téléphone, comparez les mots.
To be kept away from whoever keeps the ledger: the authority, the court and each partner have one,
signed by hand on the day of installation. By telephone, compare the words.

    python3 azalai-verify.py EXPORT --card carte.txt
    python3 azalai-verify.py EXPORT --words "{" ".join(words_of(key.vkey)[:2])} …"

{qr.draw(scanned.encode())}

date : ____________   nom / name : ______________________   signature : ______________________
"""


def _beside(ended: Sequence[tuple[Verifier, str]], quorum: Quorum | None) -> str:
    """The log's earlier keys and its witnesses, a line each."""
    lines = [f"ancienne clé / old key: {key.vkey} until {until}" for key, until in ended]
    if quorum is not None:
        lines.append(f"cosignataires exigés / witnesses, quorum: {quorum.least}")
        lines += [f"cosignataire / witness: {one.vkey}" for one in quorum.witnesses.values()]
    return "".join(f"{line}\n" for line in lines)
