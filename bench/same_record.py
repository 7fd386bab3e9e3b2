"""Written by hand with pydantic, no library of ours: it writes the same record as our mapping.

`same_record.py IN OUT`: decode, map, validate, reject bad rows, write JSON lines; prints counts.
Nested models with evidence (originals, lists, versions, rules), the mandatory handling fields and
the provenance with line and byte offset. What an expert would write once for this one file: code
lists are ready-made values, dates are read by slicing, models check patterns and enumerations.
"""

import csv
import hashlib
import sys
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field

CODES = Path(__file__).parent / "mappings" / "codes"
EMPTY = {"", "-", "NEANT", "INCONNU"}

Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Months = Annotated[int, Field(ge=0, le=1200)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Code(Part):
    list: Text
    version: Text
    original: Text


class Country(Code):
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Sex(Code):
    code: Literal["F", "M", "X"]


class DocumentType(Code):
    code: Literal["passport", "id_card", "driving_licence", "residence_permit"]


class OffenceCode(Code):
    code: Literal[
        "theft", "homicide", "drug_trafficking", "fraud", "human_trafficking", "weapons",
        "money_laundering", "forgery",
    ]  # fmt: skip


class Eyes(Code):
    code: Literal["blue", "brown", "green", "black", "grey"]


class Hair(Code):
    code: Literal["brown", "blond", "black", "red", "chestnut"]


class PartialDate(Part):
    value: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    precision: Literal["year", "month", "day"]
    original: Text
    rule: Text


class Name(Part):
    original: Text
    family: Text | None = None
    given: list[Text] | None = None


class Birth(Part):
    date: PartialDate
    place: Text | None
    country: Country | None


class Document(Part):
    type: DocumentType | None
    number: Text | None
    issuing_country: Country | None
    expires_on: Day | None


class Description(Part):
    height_cm: Annotated[int, Field(ge=50, le=260)] | None
    eyes: Eyes | None
    hair: Hair | None
    marks: Text | None


class Person(Part):
    name: Name
    birth_name: Text | None
    aliases: list[Text] | None
    sex: Sex
    birth: Birth
    nationalities: Annotated[list[Country], Field(min_length=1)]
    documents: list[Document] | None
    description: Description | None


class Offence(Part):
    code: OffenceCode
    category: Literal["none", "political", "military", "religious", "racial"]
    committed_on: Day | None
    maximum_penalty_months: Months


class Warrant(Part):
    number: Text
    issued_on: Day
    authority: Text


class Provenance(Part):
    feed: Text
    mapping: Text
    mapping_version: Annotated[int, Field(ge=1)]
    input_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    number: Annotated[int, Field(ge=1)]
    line: Annotated[int, Field(ge=1)]
    offset: Annotated[int, Field(ge=0)]


class WantedPerson(Part):
    kind: Literal["WantedPerson"]
    schema_version: Literal[1]
    key: Annotated[str, Field(pattern=r"^[^/]+/[^/]+/.+$")]
    mark: Literal["test", "production"]
    issuing_country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    issuing_agency: Text
    purpose: Literal["prosecution", "execution_of_sentence"]
    legal_ground: Literal["national_warrant", "enforceable_judgment"]
    handling: Literal["police_use_only", "judicial_use_only"]
    reason: Text
    action_to_be_taken: Literal["arrest_and_notify", "locate_and_notify"]
    review_on: Day
    source_updated_on: Day | None
    provenance: Provenance
    measure: Literal["arrest", "locate", "discreet_check"]
    person_status: Literal["wanted", "suspect", "convicted"]
    person: Person
    offences: Annotated[list[Offence], Field(min_length=1)]
    warrants: Annotated[list[Warrant], Field(min_length=1)]


def coded(file: str, name: str) -> dict[str, dict[str, str]]:
    data = (CODES / file).read_bytes()
    version = hashlib.sha256(data).hexdigest()[:12]
    rows = list(csv.reader(data.decode().splitlines(), delimiter=";"))[1:]
    return {r[0]: {"code": r[1], "list": name, "version": version, "original": r[0]} for r in rows}


def column(file: str, at: int) -> dict[str, str]:
    rows = list(csv.reader((CODES / file).read_text("utf-8").splitlines(), delimiter=";"))[1:]
    return {r[0]: r[at] for r in rows}


SEXES = coded("sexes.csv", "sexes")
COUNTRIES = coded("nationalites.csv", "nationalities")
DOCUMENTS = coded("documents.csv", "documents")
OFFENCES = coded("infractions.csv", "offences")
CATEGORIES = column("infractions.csv", 5)
REASONS = column("motifs.csv", 1)
EYES = coded("yeux.csv", "eyes")
HAIR = coded("cheveux.csv", "hair")


def parts(text: str) -> tuple[str, str, str]:
    """Year, month, day of jj/mm/aaaa. ValueError for anything else."""
    if len(text) != 10 or text[2] != "/" or text[5] != "/":
        raise ValueError("date")
    day, month, year = text[:2], text[3:5], text[6:]
    if not (day + month + year).isdigit() or year == "0000" or month > "12":
        raise ValueError("date")
    if month == "00":
        if day != "00":
            raise ValueError("date")
    elif int(day) > monthrange(int(year), int(month))[1]:
        raise ValueError("date")
    return year, month, day


def whole_day(text: str) -> str:
    year, month, day = parts(text)
    if day == "00":
        raise ValueError("date")
    return f"{year}-{month}-{day}"


def partial(text: str) -> dict[str, str]:
    year, month, day = parts(text)
    value, precision = f"{year}-{month}-{day}", "day"
    if month == "00":
        value, precision = year, "year"
    elif day == "00":
        value, precision = f"{year}-{month}", "month"
    return {"value": value, "precision": precision, "original": text,
            "rule": "date(jj/mm/aaaa, partial)"}  # fmt: skip


OUMOU = {"Oumou", "OUMOU"}


def in_five_years(day: str) -> str:
    year = int(day[:4]) + 5
    if day[5:] == "02-29" and monthrange(year, 2)[1] == 28:
        return f"{year}-02-28"
    return f"{year}{day[4:]}"


def parts_of(words: list[str]) -> list[str]:
    """Oumou is never a part alone: it stays with what follows."""
    if OUMOU.isdisjoint(words):
        return words
    found, held = [], []
    for word in words:
        held.append(word)
        if word not in OUMOU:
            found.append(" ".join(held))
            held = []
    return [*found, " ".join(held)] if held else found


def name(text: str) -> dict[str, Any]:
    family, comma, given = text.partition(",")
    family, given = family.strip(), given.strip()
    if not comma and " " not in family:
        return {"original": text}
    if not comma or not family or "," in given:
        raise ValueError("name")
    if not given:
        return {"original": text, "family": family}
    return {"original": text, "family": family, "given": parts_of(given.split())}


def number(text: str, low: int, high: int) -> int:
    if not text.isdigit() or not low <= int(text) <= high:
        raise ValueError("number")
    return int(text)


def filled(part: dict[str, Any]) -> dict[str, Any] | None:
    return part if any(v is not None for v in part.values()) else None


def description(*cells: str | None) -> dict[str, Any] | None:
    height, eyes, hair, marks = cells
    return filled({
        "height_cm": number(height, 50, 260) if height else None,
        "eyes": EYES[eyes] if eyes else None,
        "hair": HAIR[hair] if hair else None,
        "marks": marks,
    })  # fmt: skip


def mapped(row: list[str], provenance: dict[str, Any]) -> dict[str, Any]:
    """The record's values. KeyError or ValueError: the row is rejected."""
    c = [None if (t := cell.strip()) in EMPTY else t for cell in row]
    (num, nom, ne, alias, sexe, naissance, lieu, pays, nat, nat2, doc, num_doc, pays_doc, exp,
     code, faits, mandat, du, autorite, peine, taille, yeux, cheveux, signes, maj) = c  # fmt: skip
    if not (num and nom and sexe and naissance and nat and code and mandat and du and autorite
            and peine):  # fmt: skip
        raise ValueError("required")
    issued = whole_day(du)
    document = filled({
        "type": DOCUMENTS[doc] if doc else None,
        "number": num_doc,
        "issuing_country": COUNTRIES[pays_doc] if pays_doc else None,
        "expires_on": whole_day(exp) if exp else None,
    })  # fmt: skip
    return {
        "kind": "WantedPerson",
        "schema_version": 1,
        "key": f"BENCH-PN/personnes/{num}",
        "mark": "test",
        "issuing_country": "FRA",
        "issuing_agency": "Service FICTIF",
        "purpose": "prosecution",
        "legal_ground": "national_warrant",
        "handling": "police_use_only",
        "reason": REASONS[code],
        "action_to_be_taken": "arrest_and_notify",
        "review_on": in_five_years(issued),
        "source_updated_on": whole_day(maj) if maj else None,
        "provenance": provenance,
        "measure": "arrest",
        "person_status": "wanted",
        "person": {
            "name": name(nom),
            "birth_name": ne,
            "aliases": [a for x in alias.split("|") if (a := x.strip())] if alias else None,
            "sex": SEXES[sexe],
            "birth": {
                "date": partial(naissance),
                "place": lieu,
                "country": COUNTRIES[pays] if pays else None,
            },
            "nationalities": [COUNTRIES[n] for n in (nat, nat2) if n],
            "documents": [document] if document else None,
            "description": description(taille, yeux, cheveux, signes),
        },
        "offences": [
            {
                "code": OFFENCES[code],
                "category": CATEGORIES[code],
                "committed_on": whole_day(faits) if faits else None,
                "maximum_penalty_months": number(peine, 0, 1200),
            }
        ],
        "warrants": [{"number": mandat, "issued_on": issued, "authority": autorite}],
    }


class Lines:
    """Decoded lines; `line` and `offset` of the one that comes next."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.line, self.offset = file, 1, 0

    def __iter__(self) -> Iterator[str]:
        for raw in self.file:
            self.line += 1
            self.offset += len(raw)
            yield raw.decode("iso-8859-1")


def main() -> None:
    validate = WantedPerson.__pydantic_validator__.validate_python
    dump = WantedPerson.__pydantic_serializer__.to_json
    good = bad = count = 0
    with Path(sys.argv[1]).open("rb") as file, Path(sys.argv[2]).open("wb") as out:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        lines = Lines(file)
        rows = csv.reader(lines, delimiter=";")
        next(rows)
        line, offset = lines.line, lines.offset
        for row in rows:
            count += 1
            provenance = {"feed": "bench", "mapping": "fpr_wanted", "mapping_version": 1,
                          "input_digest": digest, "number": count, "line": line,
                          "offset": offset}  # fmt: skip
            line, offset = lines.line, lines.offset
            try:  # a row with too many or too few cells does not unpack: ValueError
                record = validate(mapped(row, provenance))
            except (KeyError, ValueError):
                bad += 1
            else:
                out.write(dump(record, exclude_none=True) + b"\n")
                good += 1
    print(good, bad)


if __name__ == "__main__":
    main()
