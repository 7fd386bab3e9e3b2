"""Invented, true-shaped files for the shipped feeds: any number of records, by seed."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from azalai.errors import StopError

_FIRST = ("Ka", "Zo", "Mi", "Té", "Lu", "Bra", "Né", "Si", "Fa", "Dro", "Vé", "Pa", "Gui", "Ço")
_LAST = ("bran", "zel", "mour", "tik", "vane", "lou", "drek", "nian", "phor", "quis", "zar", "mée")
BROKEN, UNKNOWN = 0.01, 0.005


def write_feed(connector: str, path: Path, records: int, seed: int) -> None:
    """Write `records` invented raw records in a connector's format, about 1 % broken and 0.5 %
    with a code that no list knows. StopError for a connector that has no generator."""
    made = _MAKERS.get(connector)
    if made is None:
        raise StopError(f"no invented records for {connector}", hint=", ".join(_MAKERS))
    path.parent.mkdir(parents=True, exist_ok=True)
    # The numbers make invented files, they keep no secret.
    chance = random.Random(f"{connector}/{seed}")  # noqa: S311
    with path.open("wb") as file:
        for part in made(records, chance):
            file.write(part)


def _name(chance: random.Random) -> str:
    family = (chance.choice(_FIRST) + chance.choice(_LAST) + chance.choice(_LAST)).upper()
    return f"FICTIF {family}, {chance.choice(_FIRST)}{chance.choice(_LAST)}"


def _day(chance: random.Random, first: int, last: int) -> tuple[int, int, int]:
    return chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28)


def _french(day: tuple[int, int, int]) -> str:
    return f"{day[2]:02}/{day[1]:02}/{day[0]}"


def _maybe(chance: random.Random, text: str, share: float = 0.85) -> str:
    return text if chance.random() < share else ""


_BFA = (
    "N° fiche;Nom et prénoms;Alias;Sexe;Date de naissance;Lieu de naissance;Pays de naissance;"
    "Filiation;Nationalité;Autre nationalité;Type de pièce;N° de pièce;Pays de la pièce;Qualité;"
    "Mesure;Titre;Infraction;Date des faits;Peine encourue (mois);N° de mandat;Date du mandat;"
    "Autorité;Taille (cm);Yeux;Cheveux;Signes particuliers;Mis à jour le"
)


def _bfa(records: int, chance: random.Random) -> Iterator[bytes]:
    yield f"{_BFA}\n".encode("cp1252")
    for number in range(1, records + 1):
        fate = chance.random()
        born = chance.choice(["00/00/", "00/03/", "15/07/"]) + str(chance.randint(1955, 2009))
        nation = "Syldave" if fate < UNKNOWN else chance.choice(
            ["Burkinabè", "Malienne", "Nigérienne", "Utopienne"])  # fmt: skip
        warrant = "31/02/2024" if UNKNOWN <= fate < UNKNOWN + BROKEN else _french(
            _day(chance, 2019, 2025))  # fmt: skip
        row = [
            f"2024-{number:06}", _name(chance), _maybe(chance, "", 0.9), chance.choice("MF"),
            born, _maybe(chance, "Ville-Fictive"), _maybe(chance, "Utopie"), "",
            nation, "", *(("Passeport", f"FX{number:07}", "Utopie") if number % 3 else ("", "", "")),
            "recherché", "surveillance" if number % 41 == 0 else "arrestation", "Mandat d'arrêt",
            chance.choice(["VOL", "VMA", "STU", "ESC", "BET", "TER" if number % 7 == 0 else "FAU"]),
            _maybe(chance, _french(_day(chance, 2015, 2018))),
            chance.choice(["9", "24", "60", "120"]), f"MA-{number:05}/24", warrant,
            "TGI fictif", _maybe(chance, str(chance.randint(150, 200))),
            _maybe(chance, "noirs"), _maybe(chance, "châtains"), _maybe(chance, "cicatrice", 0.2),
            "",
        ]  # fmt: skip
        yield (";".join(row) + "\n").encode("cp1252")


def _ner(records: int, chance: random.Random) -> Iterator[bytes]:
    yield b"00FICHIER FICTIF\r\n"
    for number in range(1, records + 1):
        fate, broken = chance.random(), UNKNOWN + BROKEN
        country = "000" if fate < UNKNOWN else "227"
        declared = "20240231" if UNKNOWN <= fate < broken else _packed(_day(chance, 2018, 2025))
        line = _vehicle if number % 3 == 0 else _document
        yield (line(number, country, declared, chance) + "\r\n").encode("cp850")
    yield f"99{records:08}\r\n".encode()


def _packed(day: tuple[int, int, int]) -> str:
    return f"{day[0]}{day[1]:02}{day[2]:02}"


def _document(number: int, country: str, declared: str, chance: random.Random) -> str:
    status, reason = chance.choice([("V", "01"), ("P", "03"), ("I", "05")])
    return (
        f"10{f'D{number:09}':<12}{status}PAS{f'FX{number:07}':<15}{'':<15}{country:<3}"
        f"{'20200115'}{'20300114'}{_packed(_day(chance, 2016, 2017))}{'Ville-Fictive':<25}{reason}"
        f"{f'REF-{number:06}':<15}{declared}{_name(chance)[:40]:<40}{'19850000'}{'00000000'}"
    )


def _vehicle(number: int, country: str, declared: str, chance: random.Random) -> str:
    return (
        f"20{f'V{number:09}':<12}V{f'XX{number:06}':<12}{country:<3}{'':<17}"
        f"{f'CH{number:08}':<15}{'':<15}VP{'FICTIVA':<15}{'Modele 1':<15}BL2015"
        f"{_packed(_day(chance, 2016, 2017))}{'Ville-Fictive':<25}11{f'PL-{number:06}':<15}"
        f"{declared}{_name(chance)[:40]:<40}{'00000000'}"
    )


def _mli(records: int, chance: random.Random) -> Iterator[bytes]:
    space = "urn:fictif:mli-pn:procedures:1"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<procedures xmlns="{space}">\n'.encode()
    for number in range(1, records + 1):
        yield (_case(number, chance) + "\n").encode()
    yield b"</procedures>\n"


def _case(number: int, chance: random.Random) -> str:
    fate = chance.random()
    code = "999" if fate < UNKNOWN else chance.choice(["101", "102", "103"])
    opened = "2024-02-31" if UNKNOWN <= fate < UNKNOWN + BROKEN else f"2024-03-{number % 28 + 1:02}"
    people = "".join(
        f"<personne><qualite>{role}</qualite><nom>{escape(_name(chance))}</nom><sexe>M</sexe>"
        f"<date_naissance>{chance.randint(1955, 1999)}</date_naissance>"
        f"<nationalite>ML</nationalite></personne>"
        for role in ("MEC", "VIC")[: 1 + number % 2]
    )
    return (
        f"<procedure><numero>P{number:06}</numero>"
        f"<references><reference><nature>PV</nature><numero>PV-{number}/24</numero></reference>"
        f"</references><ouverte_le>{opened}</ouverte_le><juridiction>TGI fictif</juridiction>"
        f"<faits><date>2024-02</date><lieu>Ville-Fictive</lieu><pays>ML</pays></faits>"
        f"<personnes>{people}</personnes><infractions><infraction><code>{code}</code>"
        f"<peine_mois>60</peine_mois></infraction></infractions><objets><objet>"
        f"<categorie>TEL</categorie><description>appareil fictif</description></objet></objets>"
        f"</procedure>"
    )


_MAKERS: dict[str, Callable[[int, random.Random], Iterator[bytes]]] = {
    "bfa_police": _bfa, "ner_police": _ner, "mli_police": _mli,
}  # fmt: skip
