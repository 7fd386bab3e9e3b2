"""What a person's request says, as a file of lines `name: …`: never as arguments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azalai.errors import StopError
from azalai.reports.person_search import Asked

_FIELDS = {
    "nom": "names", "name": "names", "naissance": "birth", "birth": "birth",
    "document": "documents", "demande": "request", "request": "request",
    "motif": "reason", "reason": "reason", "fiche": "chosen", "record": "chosen",
}  # fmt: skip
NONE = "none"
"""Instead of a pseudonym after `record:`: none of those that were found is the one."""
SIZE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Request:
    """A search, why, and which of the records found are the person's (None: not said yet)."""

    asked: Asked
    reason: str
    chosen: tuple[str, ...] | None


def read(text: str, said: Mapping[str, list[str]] | None = None) -> Request:
    """The request in a file: `name:`, `birth:`, `document:`, `request:`, `reason:`, `record:` (or
    `nom:`, `naissance:`, `document:`, `demande:`, `motif:`, `fiche:`), those of several values
    more than once; `said` is what is known of it already. StopError, without a value, for any other
    line."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        name, mark, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _FIELDS.get(name.strip().casefold())
        if key is None or not mark:
            raise StopError(
                f"line {number}: not one of name, birth, document, request, reason, record",
                fr=f"ligne {number} : ni nom, naissance, document, demande, motif, ni fiche",
            )
        if value.strip():
            found.setdefault(key, []).append(value.strip())
    return made(found | dict(said or {}), found.get("chosen"))


def made(found: dict[str, list[str]], chosen: Sequence[str] | None) -> Request:
    """A request of its values. StopError where nobody is named, or no reason is."""
    asked = Asked(tuple(found.get("names", ())), _birth(" ".join(found.get("birth", ()))),
                  tuple(found.get("documents", ())), " ".join(found.get("request", ())))  # fmt: skip
    if not asked.names and not asked.documents:
        raise StopError("whom? a name or a document number",
                        fr="qui ? un nom ou un numéro de document")  # fmt: skip
    if not (reason := " ".join(found.get("reason", ()))):
        raise StopError("why? this is entered in the ledger, sealed",
                        fr="pourquoi ? cela s'inscrit au registre, scellé")  # fmt: skip
    return Request(asked, reason, None if chosen is None else tuple(chosen))


def _birth(text: str) -> str:
    """A birth date as far as it is known, year first; 00 is what is not known. StopError."""
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    found = parts and parts.groups()
    if turned := re.fullmatch(r"(?:(?:(\d\d?)/)?(\d\d?)/)?(\d{4})", text):
        found = turned.groups()[::-1]
    if not found or int(found[1] or 0) > 12 or int(found[2] or 0) > 31:
        raise StopError("a birth date is written 1985, 1985-12 or 1985-12-31",
                        fr="une naissance s'écrit 1985, 12/1985 ou 31/12/1985")  # fmt: skip
    known = [found[0], *(part.zfill(2) for part in found[1:] if part and int(part))]
    return "-".join(known)


def sealed(request: Request) -> str:
    """What is kept of it, sealed: the reason and the reference. Not the name: it would outlive the
    erasure of the person's records; whose records were looked at, the ledger has by pseudonym."""
    return (
        f"{request.reason} ({request.asked.request})" if request.asked.request else request.reason
    )
