"""Invented vehicles and firearms in the shape of `tcd_police`: xlsx, codes as numbers."""

from datetime import date, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from azalai.errors import StopError
from azalai.simulate.samples import words
from azalai.simulate.samples.chance import Chance, Shares, damaged

FILE = "signalements.xlsx"
MOST = 1_400_000
"""Records a workbook can hold: a sheet has 1,048,576 rows, and 70 % of the records are vehicles."""
VEHICLES = 0.7
HEADER_ROW = 3
"""The header's row from 0: three title rows stand before it."""
VEHICLE = (
    "N° fiche", "Statut", "Immatriculation", "Pays", "VIN", "N° châssis", "N° moteur", "Catégorie",
    "Marque", "Modèle", "Couleur", "Année", "Date des faits", "Lieu", "Motif", "N° PV",
    "Date du PV", "Propriétaire", "Tél. du plaignant", "Mis à jour le",
)  # fmt: skip
FIREARM = (
    "N° fiche", "Statut", "Catégorie", "N° de série", "Marque", "Modèle", "Calibre",
    "Pays de fabrication", "Marquages", "Date des faits", "Lieu", "Motif", "N° PV", "Date du PV",
    "Détenteur", "Mis à jour le",
)  # fmt: skip

MISSING_VEHICLE = {
    "Immatriculation": 0.15, "Pays": 0.2, "VIN": 0.6, "N° moteur": 0.7, "Marque": 0.05,
    "Modèle": 0.3, "Couleur": 0.15, "Année": 0.35, "Date des faits": 0.15, "Lieu": 0.25,
    "Propriétaire": 0.2, "Tél. du plaignant": 0.5, "Mis à jour le": 0.6,
}  # fmt: skip
MISSING_FIREARM = {
    "Marque": 0.2, "Modèle": 0.35, "Calibre": 0.2, "Pays de fabrication": 0.4, "Marquages": 0.7,
    "Date des faits": 0.15, "Lieu": 0.25, "Détenteur": 0.45, "Mis à jour le": 0.6,
}  # fmt: skip
"""The share of cells with nothing in them; some say it with `néant` or a hyphen."""
NUMBERLESS = "without any number"
UNKNOWN_VEHICLE: tuple[tuple[str, Any], ...] = (("Couleur", 99), ("Pays", 0), ("Catégorie", 77))
UNKNOWN_FIREARM: tuple[tuple[str, Any], ...] = (("Catégorie", 77), ("Pays de fabrication", 0))
BROKEN_VEHICLE: tuple[tuple[str, Any], ...] = (
    ("N° PV", None), ("Date du PV", "31/02/2026"), ("Statut", 9), ("VIN", "FXO00000000000001"),
    ("VIN", "FX00000000000001"), ("Année", 1066), (NUMBERLESS, None),
)  # fmt: skip
BROKEN_FIREARM: tuple[tuple[str, Any], ...] = (
    ("N° PV", None), ("Date du PV", "31/02/2026"), ("Statut", 9), ("Date du PV", None),
)  # fmt: skip

_NOTHING: Shares[Any] = Shares({None: 85, "néant": 10, "-": 5})
_STATES = Shares({148: 70, 562: 6, 120: 6, 729: 5, 434: 4, 140: 3, 566: 3, 12: 2, 999: 1})
_MAKERS = Shares({156: 40, 643: 30, 56: 10, 250: 10, 148: 10})
_STOLEN = Shares({(1, 1): 62, (1, 2): 20, (2, 3): 9, (3, 4): 6, (4, 5): 3})
_ARMS = Shares({(1, 1): 30, (2, 2): 15, (3, 3): 35, (3, 4): 15, (4, 4): 2, (5, 5): 3})
_TYPES = Shares({20: 52, 10: 15, 11: 14, 12: 9, 40: 4, 21: 3, 30: 2, 43: 1})
_WEAPONS = Shares({4: 45, 3: 18, 1: 14, 5: 9, 9: 8, 6: 2, 7: 2, 10: 2})
_COLOURS = Shares({1: 40, 4: 14, 2: 14, 3: 10, 10: 8, 5: 6, 6: 4, 8: 2, 7: 1, 9: 1})
_MODELS: Shares[Any] = Shares({"Modele A": 40, "Modele 4x4": 30, 206: 10, "Dune 12": 20})
_GUNS: Shares[Any] = Shares({47: 40, "Modele F": 40, "M 12": 20})
_CALIBRES: Shares[Any] = Shares({"7,62 mm": 50, "9 mm": 30, 12: 20})
_MAKES = ("FICTIVA", "UTOPIA", "INVENTO", "NULLEPART", "CHIMERE")


def write(file: BinaryIO, records: int, chance: Chance) -> None:
    """Write the whole workbook, row by row to files of its own. StopError over `MOST` records."""
    if records > MOST:
        raise StopError(f"a workbook holds at most {MOST} records", hint="make several files")
    book = Workbook(file, {"constant_memory": True, "use_zip64": True})
    book.set_properties({
        "title": "Données FICTIVES", "comments": "FICTIF", "created": datetime(2026, 1, 1),  # noqa: DTZ001 - a workbook's dates have no zone
    })  # fmt: skip
    vehicles = _Sheet(book, "Véhicules", VEHICLE)
    firearms = _Sheet(book, "Armes", FIREARM)
    for _ in range(records):
        if chance.happens(VEHICLES):
            vehicles.add(_vehicle(1_000_001 + vehicles.count, chance))
        else:
            firearms.add(_firearm(2_000_001 + firearms.count, chance))
    for sheet in (vehicles, firearms):
        sheet.end()
    notice = book.add_worksheet("Notice")
    notice.write_string(0, 0, "DONNÉES FICTIVES : codes inventés, aucun registre réel")
    book.close()


class _Sheet:
    """One sheet, written from top to bottom; `count` records so far."""

    def __init__(self, book: Workbook, name: str, columns: tuple[str, ...]) -> None:
        self.count = 0
        self._columns = columns
        self._sheet: Worksheet = book.add_worksheet(name)
        self._day = book.add_format({"num_format": "dd/mm/yyyy"})
        titles = ("DONNÉES FICTIVES", f"Registre inventé : {name}", "Service FICTIF")
        for row, title in enumerate(titles):
            self._sheet.merge_range(row, 0, row, len(columns) - 1, title)
        for at, column in enumerate(columns):
            self._sheet.write_string(HEADER_ROW, at, column)

    def add(self, record: dict[str, Any]) -> None:
        """One more row; None is an empty cell."""
        self.count += 1
        row, sheet = HEADER_ROW + self.count, self._sheet
        for at, column in enumerate(self._columns):
            value = record[column]
            if isinstance(value, str):
                sheet.write_string(row, at, value)
            elif isinstance(value, date):
                sheet.write_datetime(row, at, value, self._day)
            elif value is not None:
                sheet.write_number(row, at, value)

    def end(self) -> None:
        """The last row: how many there are."""
        row = HEADER_ROW + self.count + 1
        self._sheet.write_string(row, 0, "TOTAL")
        self._sheet.write_number(row, 1, self.count)


def _vehicle(number: int, chance: Chance) -> dict[str, Any]:
    status, reason = chance.weighted(_STOLEN)
    year = chance.between(2021, 2025)
    row: dict[str, Any] = {
        "N° fiche": number,
        "Statut": status,
        "Immatriculation": _plate(chance),
        "Pays": chance.weighted(_STATES),
        "VIN": words.vin(chance),
        "N° châssis": _serial(chance),
        "N° moteur": _serial(chance),
        "Catégorie": chance.weighted(_TYPES),
        "Marque": chance.pick(_MAKES),
        "Modèle": chance.weighted(_MODELS),
        "Couleur": chance.weighted(_COLOURS),
        "Année": chance.between(1998, 2025),
        "Date des faits": _when(chance, year - 1),
        "Lieu": words.place(chance),
        "Motif": reason,
        "N° PV": f"PV-{number % 1_000_000:05}/{year % 100}",
        "Date du PV": date(*chance.day(year, year)),
        "Propriétaire": _person(chance),
        "Tél. du plaignant": "00 00 00 00",
        "Mis à jour le": date(*chance.day(2025, 2025)),
    }
    row = damaged(_emptied(row, MISSING_VEHICLE, chance), chance, UNKNOWN_VEHICLE, BROKEN_VEHICLE)
    if NUMBERLESS in row:
        row |= dict.fromkeys(("Immatriculation", "VIN", "N° châssis", "N° moteur"))
    return row


def _firearm(number: int, chance: Chance) -> dict[str, Any]:
    status, reason = chance.weighted(_ARMS)
    year = chance.between(2021, 2025)
    row: dict[str, Any] = {
        "N° fiche": number,
        "Statut": status,
        "Catégorie": chance.weighted(_WEAPONS),
        "N° de série": _serial(chance),
        "Marque": chance.pick(_MAKES),
        "Modèle": chance.weighted(_GUNS),
        "Calibre": chance.weighted(_CALIBRES),
        "Pays de fabrication": chance.weighted(_MAKERS),
        "Marquages": f"poinçon fictif {chance.digits(3)}",
        "Date des faits": _when(chance, year - 1),
        "Lieu": words.place(chance),
        "Motif": reason,
        "N° PV": f"PV-{number % 1_000_000:05}/{year % 100}",
        "Date du PV": date(*chance.day(year, year)),
        "Détenteur": _person(chance),
        "Mis à jour le": date(*chance.day(2025, 2025)),
    }
    row = _emptied(row, MISSING_FIREARM, chance)
    return damaged(row, chance, UNKNOWN_FIREARM, BROKEN_FIREARM)


def _emptied(row: dict[str, Any], missing: dict[str, float], chance: Chance) -> dict[str, Any]:
    for column, share in missing.items():
        if chance.happens(share):
            row[column] = chance.weighted(_NOTHING)
    return row


def _when(chance: Chance, year: int) -> Any:
    """A day as a date, a month as a text, a year as a number: as people type them."""
    known = chance.between(1, 20)
    if known == 1:
        return year
    return f"{year}-{chance.between(1, 12):02}" if known <= 3 else date(*chance.day(year, year))


def _serial(chance: Chance) -> Any:
    """A number that is a text with zeros in front, a text with letters, or a number."""
    kind = chance.between(1, 3)
    if kind == 1:
        return chance.between(1_000_000, 99_999_999)
    return f"FX-{chance.digits(8)}" if kind == 2 else f"000{chance.digits(7)}"


def _plate(chance: Chance) -> str:
    letters = chr(65 + chance.between(0, 25)) + chr(65 + chance.between(0, 25))
    return chance.pick((" ", "-", "")).join(("FX", chance.digits(4), letters))


def _person(chance: Chance) -> str:
    return f"{words.family(chance)} {words.givens(chance)}"
