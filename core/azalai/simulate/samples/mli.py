"""Invented criminal cases in the shape of `mli_police`: UTF-8 XML with repeated groups."""

from typing import BinaryIO
from xml.sax.saxutils import escape

from azalai.simulate.samples import words
from azalai.simulate.samples.chance import Chance, Shares, damaged, iso

FILE = "procedures.xml"
NAMESPACE = "urn:fictif:mli-pn:procedures:1"

MISSING = {
    "ouverte_le": 0.05, "juridiction": 0.15, "faits/date": 0.1, "faits/lieu": 0.2,
    "faits/pays": 0.1, "faits/resume": 0.6, "mise_a_jour": 0.5,
}  # fmt: skip
MISSING_PERSON = {
    "nom": 0.03, "sexe": 0.05, "date_naissance": 0.2, "lieu_naissance": 0.4, "pays_naissance": 0.45,
    "nationalite": 0.15, "telephone": 0.7,
}  # fmt: skip
"""The share of elements that are left out, by element."""
UNKNOWN_WAYS = (("infraction", "999"), ("objet", "DRONE"), ("faits/pays", "ZZ"))
BROKEN_WAYS = (
    ("ouverte_le", "2024-02-31"), ("ouverte_le", "12/05/2024"), ("qualite", "XXX"),
    ("peine_mois", "soixante"), ("reference", ""), ("infraction", ""),
)  # fmt: skip

_OFFENCES = Shares({
    "101": 28, "102": 12, "103": 12, "104": 7, "105": 5, "110": 6, "120": 9, "121": 5, "130": 8,
    "140": 4, "160": 3, "170": 0.8, "180": 0.2,
})  # fmt: skip
_OBJECTS = Shares({
    ("TEL", "U"): 35, ("BETAIL", "TETE"): 22, ("ESPECES", "XOF"): 18, ("STUP", "G"): 10,
    ("CARB", "L"): 5, ("MUN", "U"): 3, ("DOC", "U"): 4, ("AUTRE", ""): 3,
})  # fmt: skip
_NATURES = Shares({"PV": 60, "RP": 20, "RI": 10, "PROC": 10})
_ROLES = Shares({"MEC": 74, "REC": 8, "CON": 6, "VIC": 9, "TEM": 3})
_STATES = Shares({"ML": 78, "BF": 6, "NE": 5, "SN": 4, "MR": 3, "CI": 2, "UT": 2})
_HOW_MANY = Shares({1: 70, 2: 22, 3: 8})
_PENALTIES = Shares({"12": 10, "24": 20, "60": 40, "120": 20, "240": 10})


def write(file: BinaryIO, records: int, chance: Chance) -> None:
    """Write the whole file."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<procedures xmlns="{NAMESPACE}">\n'
    file.write(head.encode())
    file.writelines(_case(number, chance).encode() + b"\n" for number in range(1, records + 1))
    file.write(b"</procedures>\n")


def _case(number: int, chance: Chance) -> str:
    year = chance.between(2019, 2025)
    row = {
        "reference": f"PV-{number}/{year % 100}",
        "ouverte_le": iso(chance.day(year, year)),
        "juridiction": f"TGI fictif de {words.place(chance)}",
        "faits/date": iso(chance.day(year - 1, year - 1))[: chance.pick((4, 7, 10, 10))],
        "faits/lieu": words.place(chance),
        "faits/pays": chance.weighted(_STATES),
        "faits/resume": f"faits inventés & sans suite, dossier {number}",
        "qualite": chance.weighted(_ROLES),
        "infraction": chance.weighted(_OFFENCES),
        "peine_mois": chance.weighted(_PENALTIES),
        "objet": "",
        "mise_a_jour": iso(chance.day(2025, 2025)),
    }
    for path, share in MISSING.items():
        if chance.happens(share):
            row[path] = ""
    row = damaged(row, chance, UNKNOWN_WAYS, BROKEN_WAYS)
    facts = "".join(_element(part, row[f"faits/{part}"]) for part in _FACTS)
    return (
        f"<procedure><numero>P{number:06}</numero>"
        f"<references>{_references(row['reference'], number, chance)}</references>"
        f"{_element('ouverte_le', row['ouverte_le'])}{_element('juridiction', row['juridiction'])}"
        f"<faits>{facts}</faits><personnes>{_persons(row['qualite'], chance)}</personnes>"
        f"<infractions>{_offences(row, chance)}</infractions>"
        f"<objets>{_objects(row['objet'], chance)}</objets>"
        f"{_element('mise_a_jour', row['mise_a_jour'])}</procedure>"
    )


_FACTS = ("date", "lieu", "pays", "resume")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _references(first: str, number: int, chance: Chance) -> str:
    found = [("PV", first)]
    found += [
        (chance.weighted(_NATURES), f"FX-{number}-{at}")
        for at in range(1, chance.weighted(_HOW_MANY))
    ]
    return "".join(
        f"<reference><nature>{nature}</nature>{_element('numero', text)}</reference>"
        for nature, text in found
    )


def _persons(first: str, chance: Chance) -> str:
    roles = [first] + [chance.weighted(_ROLES) for _ in range(1, chance.weighted(_HOW_MANY))]
    return "".join(_person(role, chance) for role in roles)


def _person(role: str, chance: Chance) -> str:
    row = {
        "qualite": role,
        "nom": words.name(chance),
        "sexe": chance.pick("MMMMF"),
        "date_naissance": iso(chance.day(1950, 2008))[: chance.pick((4, 4, 7, 10, 10, 10))],
        "lieu_naissance": words.place(chance),
        "pays_naissance": chance.weighted(_STATES),
        "nationalite": chance.weighted(_STATES),
        "telephone": f"000{chance.digits(5)}",
    }
    for name, share in MISSING_PERSON.items():
        if chance.happens(share):
            row[name] = ""
    parts = "".join(_element(name, text) for name, text in row.items())
    return f"<personne>{parts}</personne>"


def _offences(row: dict[str, str], chance: Chance) -> str:
    found = [(row["infraction"], row["peine_mois"])]
    if chance.happens(0.2):
        found.append((chance.weighted(_OFFENCES), chance.weighted(_PENALTIES)))
    return "".join(
        f"<infraction>{_element('code', code)}{_element('peine_mois', penalty)}</infraction>"
        for code, penalty in found
    )


def _objects(first: str, chance: Chance) -> str:
    found = [(first, "")] if first else []
    found += [chance.weighted(_OBJECTS) for _ in range(chance.between(0, 2))]
    return "".join(_object(category, unit, chance) for category, unit in found)


def _object(category: str, unit: str, chance: Chance) -> str:
    quantity = f"{_element('quantite', str(chance.between(1, 400)))}{_element('unite', unit)}"
    return (
        f"<objet>{_element('categorie', category)}"
        f"<description>objet fictif n° {chance.digits(6)}</description>"
        f"{quantity if unit else ''}</objet>"
    )
