"""Invented wanted persons in the shape of `bfa_police`: cp1252, `;`, French headers."""

from typing import BinaryIO

from azalai.simulate.samples import words
from azalai.simulate.samples.chance import Chance, Shares, damaged, french

FILE = "personnes.csv"
HEADER = (
    "N° fiche;Nom et prénoms;Alias;Sexe;Date de naissance;Lieu de naissance;Pays de naissance;"
    "Filiation;Nationalité;Autre nationalité;Type de pièce;N° de pièce;Pays de la pièce;Qualité;"
    "Mesure;Titre;Infraction;Date des faits;Peine encourue (mois);N° de mandat;Date du mandat;"
    "Autorité;Taille (cm);Yeux;Cheveux;Signes particuliers;Mis à jour le"
)
COLUMNS = tuple(HEADER.split(";"))

MISSING = {
    "Alias": 0.85, "Lieu de naissance": 0.15, "Pays de naissance": 0.2, "Filiation": 0.6,
    "Autre nationalité": 0.93, "Type de pièce": 0.4, "Date des faits": 0.25, "Taille (cm)": 0.3,
    "Yeux": 0.35, "Cheveux": 0.35, "Signes particuliers": 0.8, "Mis à jour le": 0.4,
}  # fmt: skip
"""The share of empty cells, by column; the others are never empty."""
UNKNOWN_WAYS = (
    ("Nationalité", "Syldave"), ("Infraction", "XYZ"), ("Pays de naissance", "Bordurie"),
    ("Yeux", "vairons"), ("Nationalité", "Guinéenne"),
)  # fmt: skip
BROKEN_WAYS = (
    ("Date du mandat", "31/02/2024"), ("Date du mandat", "2024-05-12"), ("N° de mandat", ""),
    ("Mesure", "à voir"), ("Peine encourue (mois)", "douze"), ("Taille (cm)", "17"),
    ("Date de naissance", "45/13/1985"), ("Sexe", "Z"), ("Nom et prénoms", "FICTIF SANS VIRGULE"),
)  # fmt: skip

_NOTHING = Shares({"": 80, "-": 8, "NEANT": 7, "INCONNU": 5})
_SEXES = Shares({"M": 86, "F": 14})
_NATIONS = Shares({
    "Burkinabè": 55, "Malienne": 12, "Nigérienne": 9, "Ivoirienne": 6, "Ghanéenne": 4,
    "Togolaise": 4, "Béninoise": 3, "Nigériane": 3, "Sénégalaise": 2, "Utopienne": 2,
})  # fmt: skip
_COUNTRIES = Shares({
    "Burkina Faso": 60, "Mali": 11, "Niger": 9, "Côte d'Ivoire": 8, "Ghana": 5, "Utopie": 7,
})  # fmt: skip
_PAPERS = Shares({
    "CNIB": 55, "Passeport": 25, "Carte consulaire": 8, "Permis de conduire": 7,
    "Carte d'électeur": 3, "Titre de séjour": 2,
})  # fmt: skip
_MEASURES = Shares({"arrestation": 88, "localisation": 8, "surveillance": 4})
_STATUSES = Shares({"recherché": 70, "suspect": 20, "condamné": 10})
_OFFENCES = Shares({
    "VOL": 26, "VMA": 14, "ESC": 13, "STU": 12, "BET": 9, "FAU": 7, "HOM": 6, "ARM": 5, "TEH": 3,
    "BLC": 3, "TER": 1.4, "DIF": 0.3, "DES": 0.3,
})  # fmt: skip
_PENALTIES = Shares({"6": 4, "12": 6, "24": 15, "36": 15, "60": 25, "120": 25, "240": 10})
_EYES = Shares({"noirs": 70, "marron": 25, "verts": 2, "gris": 2, "bleus": 1})
_HAIR = Shares({"noirs": 75, "bruns": 12, "châtains": 4, "gris": 5, "blancs": 3, "roux": 1})
_PRECISION = Shares({"day": 70, "year": 24, "month": 6})


def write(file: BinaryIO, records: int, chance: Chance) -> None:
    """Write the whole file."""
    file.write(f"{HEADER}\n".encode("cp1252"))
    for number in range(1, records + 1):
        row = damaged(_row(number, chance), chance, UNKNOWN_WAYS, BROKEN_WAYS)
        line = ";".join([_cell(row[column]) for column in COLUMNS])
        file.write((line + "\n").encode("cp1252"))


def _row(number: int, chance: Chance) -> dict[str, str]:
    status = chance.weighted(_STATUSES)
    warrant = chance.between(2019, 2025)
    row = {
        "N° fiche": f"2024-{number:06}",
        "Nom et prénoms": words.name(chance),
        "Alias": "|".join(words.given(chance) for _ in range(chance.between(1, 2))),
        "Sexe": chance.weighted(_SEXES),
        "Date de naissance": _born(chance),
        "Lieu de naissance": words.place(chance),
        "Pays de naissance": chance.weighted(_COUNTRIES),
        "Filiation": f"enfant de {words.family(chance)}",
        "Nationalité": chance.weighted(_NATIONS),
        "Autre nationalité": "Utopienne",
        "Type de pièce": chance.weighted(_PAPERS),
        "N° de pièce": f"FX{chance.digits(8)}",
        "Pays de la pièce": chance.weighted(_COUNTRIES),
        "Qualité": status,
        "Mesure": chance.weighted(_MEASURES),
        "Titre": "Jugement définitif" if status == "condamné" else "Mandat d'arrêt",
        "Infraction": chance.weighted(_OFFENCES),
        "Date des faits": french(chance.day(warrant - 4, warrant - 1)),
        "Peine encourue (mois)": chance.weighted(_PENALTIES),
        "N° de mandat": f"MA-{number:05}/{warrant % 100}",
        "Date du mandat": french(chance.day(warrant, warrant)),
        "Autorité": f"TGI fictif de {words.place(chance)}",
        "Taille (cm)": str(chance.between(150, 200)),
        "Yeux": chance.weighted(_EYES),
        "Cheveux": chance.weighted(_HAIR),
        "Signes particuliers": words.mark(chance),
        "Mis à jour le": french(chance.day(2025, 2025)),
    }
    for column, share in MISSING.items():
        if chance.happens(share):
            row[column] = chance.weighted(_NOTHING)
    if row["Type de pièce"] in _NOTHING.values:
        row["N° de pièce"] = row["Pays de la pièce"] = ""
    return row


def _born(chance: Chance) -> str:
    year, month, day = chance.day(1950, 2009)
    known = chance.weighted(_PRECISION)
    if known == "year":
        return f"00/00/{year}"
    return f"00/{month:02}/{year}" if known == "month" else french((year, month, day))


def _cell(text: str) -> str:
    return f'"{text}"' if ";" in text else text
