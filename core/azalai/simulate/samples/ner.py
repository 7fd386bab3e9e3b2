"""Invented documents and vehicles in the shape of `ner_police`: fixed width, cp850, segments."""

from typing import BinaryIO

from azalai.simulate.samples import words
from azalai.simulate.samples.chance import Chance, Shares, damaged, packed

FILE = "objets.txt"
DOCUMENT = {
    "NUM_DECL": 12, "STATUT": 1, "TYPE_DOC": 3, "NUM_DOC": 15, "NUM_FIN": 15, "PAYS_DOC": 3,
    "DATE_DELIV": 8, "DATE_EXP": 8, "DATE_FAITS": 8, "LIEU_FAITS": 25, "MOTIF": 2, "REF_DECL": 15,
    "DATE_DECL": 8, "TITULAIRE": 40, "NAISS_TIT": 8, "DATE_MAJ": 8,
}  # fmt: skip
VEHICLE = {
    "NUM_DECL": 12, "STATUT": 1, "IMMAT": 12, "PAYS_IMMAT": 3, "VIN": 17, "CHASSIS": 15,
    "MOTEUR": 15, "CATEGORIE": 2, "MARQUE": 15, "MODELE": 15, "COULEUR": 2, "ANNEE": 4,
    "DATE_FAITS": 8, "LIEU_FAITS": 25, "MOTIF": 2, "REF_PLAINTE": 15, "DATE_DECL": 8,
    "PROPRIETAIRE": 40, "DATE_MAJ": 8,
}  # fmt: skip
"""The fields of the segments 10 and 20 with their widths in characters, from the third on."""

VEHICLES = 0.35
_DATE = "00000000"
MISSING_DOCUMENT = {
    "DATE_DELIV": 0.3, "DATE_EXP": 0.35, "DATE_FAITS": 0.2, "LIEU_FAITS": 0.25, "TITULAIRE": 0.1,
    "NAISS_TIT": 0.3, "DATE_MAJ": 0.6,
}  # fmt: skip
MISSING_VEHICLE = {
    "IMMAT": 0.2, "PAYS_IMMAT": 0.25, "VIN": 0.55, "MOTEUR": 0.7, "MARQUE": 0.05, "MODELE": 0.3,
    "COULEUR": 0.15, "ANNEE": 0.3, "DATE_FAITS": 0.2, "LIEU_FAITS": 0.25, "PROPRIETAIRE": 0.2,
    "DATE_MAJ": 0.6,
}  # fmt: skip
"""The share of empty fields; a date that is not known is eight zeros, or eight blanks."""
UNKNOWN_DOCUMENT = (("PAYS_DOC", "000"), ("TYPE_DOC", "ZZZ"), ("MOTIF", "88"))
UNKNOWN_VEHICLE = (("PAYS_IMMAT", "000"), ("COULEUR", "ZZ"), ("CATEGORIE", "XX"), ("MOTIF", "88"))
CUT = "cut"
BROKEN_DOCUMENT = (
    ("DATE_DECL", "20240231"), ("STATUT", "X"), ("REF_DECL", ""), ("DATE_DELIV", "ABCDEFGH"),
    ("NUM_DOC", ""), (CUT, CUT),
)  # fmt: skip
BROKEN_VEHICLE = (
    ("DATE_DECL", "20240231"), ("STATUT", "X"), ("REF_PLAINTE", ""), ("ANNEE", "1066"),
    ("VIN", "FXOIQ000000000001"), (CUT, CUT),
)  # fmt: skip

_COUNTRIES = Shares({"227": 82, "226": 4, "223": 4, "234": 4, "229": 3, "235": 2, "999": 1})
_KINDS = Shares({"CNI": 48, "PAS": 26, "PCO": 12, "CCO": 5, "TSE": 4, "LPA": 2, "CGR": 3})
_LOST = Shares({("P", "03"): 52, ("V", "01"): 30, ("I", "05"): 8, ("P", "04"): 4, ("V", "02"): 4,
                ("R", "07"): 1.5, ("B", "06"): 0.5})  # fmt: skip
_STOLEN = Shares({("V", "11"): 72, ("V", "12"): 12, ("D", "13"): 9, ("S", "14"): 5, ("R", "15"): 2})
_TYPES = Shares({"MO": 55, "VP": 22, "PU": 9, "TT": 6, "TR": 4, "CA": 3, "MB": 1})
_COLOURS = Shares({"BL": 30, "RO": 18, "NO": 18, "GR": 12, "BE": 10, "VE": 5, "AR": 5, "JA": 2})
_MAKES = ("FICTIVA", "UTOPIA", "INVENTO", "NULLEPART", "CHIMERE", "MIRAGE F")


def write(file: BinaryIO, records: int, chance: Chance) -> None:
    """Write the whole file, its end line with the number of lines."""
    file.write(b"00FICHIER FICTIF\r\n")
    lines = (_line(number, chance) for number in range(1, records + 1))
    file.writelines(line.encode("cp850") + b"\r\n" for line in lines)
    file.write(f"99{records:08}\r\n".encode())


def _line(number: int, chance: Chance) -> str:
    if chance.happens(VEHICLES):
        row = _emptied(_vehicle(number, chance), MISSING_VEHICLE, chance)
        row = damaged(row, chance, UNKNOWN_VEHICLE, BROKEN_VEHICLE)
        tag, widths = "20", VEHICLE
    else:
        row = _emptied(_document(number, chance), MISSING_DOCUMENT, chance)
        row = damaged(row, chance, UNKNOWN_DOCUMENT, BROKEN_DOCUMENT)
        tag, widths = "10", DOCUMENT
    line = tag + "".join([row[field].ljust(width) for field, width in widths.items()])
    return line[:97] if CUT in row else line


def _emptied(row: dict[str, str], missing: dict[str, float], chance: Chance) -> dict[str, str]:
    for field, share in missing.items():
        if chance.happens(share):
            dated = field.startswith(("DATE", "NAISS"))
            row[field] = _DATE if dated and chance.happens(0.8) else ""
    if not row.get("TITULAIRE", "-"):
        row["NAISS_TIT"] = _DATE  # a birth date belongs to somebody
    return row


def _document(number: int, chance: Chance) -> dict[str, str]:
    status, reason = chance.weighted(_LOST)
    issued = chance.day(2014, 2020)
    declared = chance.between(2021, 2025)
    return {
        "NUM_DECL": f"D{number:09}",
        "STATUT": status,
        "TYPE_DOC": chance.weighted(_KINDS),
        "NUM_DOC": f"FX{chance.digits(8)}A",
        "NUM_FIN": f"FX{chance.digits(8)}Z" if status == "B" else "",
        "PAYS_DOC": chance.weighted(_COUNTRIES),
        "DATE_DELIV": packed(issued),
        "DATE_EXP": packed((issued[0] + 10, *issued[1:])),
        "DATE_FAITS": _partial(chance, declared - 1),
        "LIEU_FAITS": words.place(chance),
        "MOTIF": reason,
        "REF_DECL": f"REF-{number:06}/{declared % 100}",
        "DATE_DECL": packed(chance.day(declared, declared)),
        "TITULAIRE": _short_name(chance),
        "NAISS_TIT": _partial(chance, chance.between(1945, 2006)),
        "DATE_MAJ": packed(chance.day(2025, 2025)),
    }


def _vehicle(number: int, chance: Chance) -> dict[str, str]:
    status, reason = chance.weighted(_STOLEN)
    declared = chance.between(2021, 2025)
    return {
        "NUM_DECL": f"V{number:09}",
        "STATUT": status,
        "IMMAT": words.plate(chance, "NE"),
        "PAYS_IMMAT": chance.weighted(_COUNTRIES),
        "VIN": words.vin(chance),
        "CHASSIS": f"FXC{chance.digits(9)}",  # never empty: a vehicle has at least one number
        "MOTEUR": f"FXM{chance.digits(9)}",
        "CATEGORIE": chance.weighted(_TYPES),
        "MARQUE": chance.pick(_MAKES),
        "MODELE": f"Modele {chance.between(1, 60)}",
        "COULEUR": chance.weighted(_COLOURS),
        "ANNEE": str(chance.between(1998, 2024)),
        "DATE_FAITS": _partial(chance, declared - 1),
        "LIEU_FAITS": words.place(chance),
        "MOTIF": reason,
        "REF_PLAINTE": f"PL-{number:06}/{declared % 100}",
        "DATE_DECL": packed(chance.day(declared, declared)),
        "PROPRIETAIRE": _short_name(chance),
        "DATE_MAJ": packed(chance.day(2025, 2025)),
    }


def _partial(chance: Chance, year: int) -> str:
    """A day, or with zeros for what is not known of it."""
    if chance.happens(0.12):
        return f"{year}0000"
    return packed(chance.day(year, year))


def _short_name(chance: Chance) -> str:
    name = words.name(chance)
    return name if len(name) <= 40 else f"{words.family(chance)}, X"
