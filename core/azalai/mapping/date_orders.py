"""Whether a column's dates are in the order that its mapping declares, over a whole input."""

from dataclasses import dataclass, field

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import DateOrderError
from azalai.plugin.format import Finding

from .results import Rejected

SURE, SURE_SHARE = 3, 0.01
FEW, FEW_SHARE = 2, 0.2
SHOWN = 5


@dataclass(slots=True)
class _Column:
    """One date line's evidence: how many dates exist only when exchanged, and where the first are."""

    count: int = 0
    places: list[Address] = field(default_factory=list)


class DateOrders:
    """Collects the dates of one input that exist only with day and month exchanged.

    `25/12` cannot be `mm/jj`: such a date rejects its record, and enough of them prove that the
    column is not what the mapping says, so that those which could be either (`05/03`) were read
    wrong. Only a rejected date costs anything. One or two in a large input are slips of the pen.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], _Column] = {}

    def add(self, rejected: Rejected) -> None:
        """One rejected raw record; counted where a date in it exists only when exchanged."""
        if rejected.what != DateOrderError.exchanged:
            return
        found = self._columns.setdefault((rejected.column, rejected.rule), _Column())
        found.count += 1
        if len(found.places) < SHOWN:
            found.places.append(rejected.address)

    def findings(self, read: int) -> list[Finding]:
        """What holds the run, of an input of which `read` raw records were translated.

        A column is proven wrong by 3 dates that are 1 % of the records, or by 2 that are 20 %.
        """
        return [
            _finding(*key, found, read)
            for key, found in self._columns.items()
            if (found.count >= SURE and found.count >= SURE_SHARE * read)
            or (found.count >= FEW and found.count >= FEW_SHARE * read)
        ]


def _finding(column: str, rule: str, found: _Column, read: int) -> Finding:
    """The rows that prove it, by their addresses: never a value."""
    more = ", …" if found.count > len(found.places) else ""
    lignes = ", ".join(_place(address, "ligne", "fiche") for address in found.places)
    lines = ", ".join(address.text() for address in found.places)
    return Finding(
        "AZ-F120",
        Text(
            f"la colonne « {column} » n'est pas dans l'ordre déclaré ({rule}) : "
            f"{found.count} date(s) sur {read} fiches n'existent que jour et mois échangés ; "
            f"{lignes}{more}",
            f"column “{column}” is not in the declared order ({rule}): "
            f"{found.count} date(s) in {read} records exist only with day and month exchanged; "
            f"{lines}{more}",
        ),
        Text(
            "déclarez l'ordre qui est dans le fichier, ou faites corriger le fichier à la source.",
            "declare the order that is in the file, or have the file corrected at its source.",
        ),
        found.places[0],
    )


def _place(address: Address, line: str, record: str) -> str:
    """`Address.text` with other words."""
    words = [address.part] if address.part else []
    if address.line is not None:
        words.append(f"{line} {address.line}")
    return " ".join(words) or f"{record} {address.number}"
