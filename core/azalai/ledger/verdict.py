"""What a verification of the ledger found, and what it cannot prove; French and English."""

from dataclasses import dataclass

from azalai.documents import Text

FINDINGS_MAX = 50
"""Findings that a verdict keeps: the first ones say where to look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not verify: `where` is `entry N`, `tile L/N`, `head` or `checkpoint`."""

    where: str
    what: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of `verify`: nothing is wrong if `findings` is empty.

    `size` counts the entries that the head announces, `covered` those under the checkpoint's
    signature (0 if it does not verify); `root` is what the entries that were read lead to.
    `more` counts the findings beyond the first `FINDINGS_MAX`; `limits` is what remains unproved.
    """

    size: int
    covered: int
    root: bytes
    findings: tuple[Finding, ...]
    more: int
    limits: tuple[Text, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was checked verifies."""
        return not self.findings


class Findings:
    """Collects findings and keeps the first `FINDINGS_MAX`."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.more = 0

    def add(self, where: str, fr: str, en: str) -> None:
        """Note one finding."""
        if len(self.kept) < FINDINGS_MAX:
            self.kept.append(Finding(where, Text(fr=fr, en=en)))
        else:
            self.more += 1


def limits(size: int, covered: int) -> tuple[Text, ...]:
    """What a verification that found nothing still does not prove."""
    always = (
        Text(
            fr="Le registre prouve ce qui y a été inscrit, non que l'inscription disait vrai,"
            " ni que rien n'a été fait sans inscription.",
            en="The ledger proves what was entered, not that the entry told the truth, nor that"
            " nothing was done without an entry.",
        ),
        Text(
            fr="Un autre registre a pu être montré à d'autres : comparez ce scellé avec celui que"
            " détient un partenaire ou un cosignataire.",
            en="Another ledger may have been shown to others: compare this checkpoint with one that"
            " a partner or a witness holds.",
        ),
        Text(
            fr="Les heures sont celles de l'horloge du serveur.",
            en="The times are those of the server's clock.",
        ),
    )
    if covered >= size:
        return always
    late = size - covered
    return (
        *always,
        Text(
            fr=f"Les {late} dernières inscriptions ne sont pas encore sous un scellé vérifié.",
            en=f"The last {late} entries are not yet under a verified checkpoint.",
        ),
    )
