"""Invented vehicle reports as each shape of input: written as a stream, with their mapping."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import psycopg

from azalai.sources import sql_ask

COLUMNS = {"id": 9, "plaque": 8, "code": 2, "jour": 10, "marque": 8, "couleur": 5, "nom": 24}
"""Each column and its width where the line has a fixed one."""
Row = tuple[str, ...]
_MAKES = ("CARIBOU", "DROMA", "FENNEC", "GAZELLE", "HARMAT", "KALAO", "OUADI", "SIROCCO")
_COLOURS = {"BLANC": "white", "NOIR": "black", "ROUGE": "red", "BLEU": "blue"}
_REASONS = {"01": "stolen_vehicle", "02": "carjacking"}
BAD_EVERY = 100

_MAPPING = """\
# Correspondance du banc d'essai, écrite par bench/shapes.py. Toutes les données sont FICTIVES.
mapping: memoire
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service FICTIF
file:
{file}
{segments}columns:
  id:       required
  plaque:   required
  code:     required
  jour:     required
  marque:   optional
  couleur:  optional
  nom:      optional
{more}always:
  action_to_be_taken:  seize_and_notify
  purpose:             recovery_of_property
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                   id
  vehicle.registration:  plaque | upper
  reason:                code
  occurred_on:           jour | date({day})
  vehicle.make:          marque
  vehicle.colour:        couleur | code(couleurs)
  owner.name:            nom | name("NOM, Prénoms")
codes:
  couleurs: couleurs.csv
lifecycle:
  file_holds: {holds}
  missing_from_file: keep
  cancel_reason: not_stated
expect:
  records_max: 100000000
  rejects_max: 2 %
"""


def rows(count: int) -> Iterator[Row]:
    """So many rows, the same ones each time; one in a hundred has a day that does not exist."""
    chance = random.Random(11)
    makes, colours, reasons = list(_MAKES), list(_COLOURS), list(_REASONS)
    for number in range(count):
        bits = chance.getrandbits(60)
        day = f"{bits % 28 + 1:02}/{bits // 28 % 12 + 1:02}/{2010 + bits // 336 % 16}"
        if number % BAD_EVERY == BAD_EVERY - 1:
            day = "31/02/2020"
        yield (
            f"V{number:08}", f"{bits % 10_000:04}{chr(65 + bits % 23)}{chr(65 + bits % 19)}",
            reasons[bits % 2], day, makes[bits // 7 % 8], colours[bits // 11 % 4],
            f"NOM{bits // 13 % 9973}, Prénom{bits // 17 % 7919}",
        )  # fmt: skip


def _delimited(target: Path, count: int) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(COLUMNS) + "\n")
        file.writelines(f'{";".join(row[:-1])};"{row[-1]}"\n' for row in rows(count))


def _fixed_width(target: Path, count: int) -> None:
    widths = tuple(COLUMNS.values())
    with target.open("w", encoding="utf-8", newline="") as file:
        for row in rows(count):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            file.write("".join(cells) + "\n")


def _xml(target: Path, count: int) -> None:
    names = tuple(COLUMNS)
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write("<?xml version='1.0' encoding='utf-8'?>\n<vehicules>\n")
        for row in rows(count):
            inside = "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, row, strict=True))
            file.write(f"<vehicule>{inside}</vehicule>\n")
        file.write("</vehicules>\n")


def _ndjson(target: Path, count: int) -> None:
    names = tuple(COLUMNS)
    with target.open("wb") as file:
        for row in rows(count):
            file.write(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n")


def _sqlite(target: Path, count: int) -> None:
    columns = ", ".join(f"{name} TEXT" for name in COLUMNS)
    link = sqlite3.connect(target)
    try:
        with link:
            link.execute(f"CREATE TABLE vehicules ({columns})")
            link.executemany(f"INSERT INTO vehicules VALUES ({', '.join('?' * len(COLUMNS))})",
                             rows(count))  # fmt: skip
    finally:
        link.close()


def fill_postgresql(url: str, count: int) -> None:
    """The table of so many rows, a new one; its key serves a cursor."""
    columns = ", ".join(f"{name} text NOT NULL" for name in COLUMNS)
    with psycopg.connect(url) as link:
        link.execute("DROP TABLE IF EXISTS vehicules")
        link.execute(f"CREATE TABLE vehicules ({columns}, PRIMARY KEY (id))".encode())
        with link.cursor().copy("COPY vehicules FROM STDIN") as copy:
            for row in rows(count):
                copy.write_row(row)


WRITERS: Mapping[str, Callable[[Path, int], None]] = {
    "delimited": _delimited, "fixed width": _fixed_width, "XML": _xml, "NDJSON": _ndjson,
    "SQL, SQLite": _sqlite,
}  # fmt: skip
"""How a file of each shape is written."""
POSTGRESQL, SPREADSHEET = "SQL, PostgreSQL", "spreadsheet"
UNREAD = ("lieu", "motif", "pv", "remarque", "annee")
"""More columns, of spreadsheets only: their cells are read, no record has them."""
SIZES = {"delimited": 75, "fixed width": 70, "XML": 190, "NDJSON": 135, "SQL, SQLite": 190,
         POSTGRESQL: 300}  # fmt: skip
"""Bytes a row on the disk, a poll's own file counted."""
_FILES: Mapping[str, Mapping[str, Any]] = {
    "delimited": {"format": "delimited", "encoding": "utf-8"},
    "fixed width": {"format": "fixed_width", "encoding": "utf-8"},
    "XML": {"format": "xml", "encoding": "utf-8", "record": "vehicule"},
    "NDJSON": {"format": "ndjson", "encoding": "utf-8"},
    "SQL, SQLite": {"format": "sql", "table": "vehicules"},
    POSTGRESQL: {"format": "sql", "table": "vehicules", "cursor": "id"},
    SPREADSHEET: {"format": "spreadsheet"},
}


def mapping(shape: str, folder: Path) -> Path:
    """The mapping of a shape, written into `folder` with its code list."""
    lines = [f"  {name}: {value}" for name, value in _FILES[shape].items()]
    segments = ""
    if shape == "fixed width":
        ends, at = [], 1
        for name, width in COLUMNS.items():
            ends.append(f"    {name}: {at}-{at + width - 1}")
            at += width
        segments = "\n".join(["segments:", '  "":', *ends, ""])
    holds = "changes" if "cursor" in _FILES[shape] else "everything"
    path = folder / "memoire.yaml"
    sheet = shape == SPREADSHEET
    more = "".join(f"  {name}: ignored, banc d'essai\n" for name in UNREAD) if sheet else ""
    day = "aaaa-mm-jj" if sheet else "jj/mm/aaaa"
    text = _MAPPING.format(
        file="\n".join(lines), segments=segments, holds=holds, more=more, day=day
    )
    path.write_text(text, "utf-8")
    known = "".join(f"{value};{code}\n" for value, code in _COLOURS.items())
    (folder / "couleurs.csv").write_text(f"dans le fichier;valeur commune\n{known}", "utf-8")
    return path


def ask(shape: str, url: str, folder: Path) -> sql_ask.Ask:
    """What a feed asks of the database at `url`."""
    cursor = _FILES[shape].get("cursor")
    return sql_ask.Ask(sql_ask.place(url, folder, "", tls=False, ca=None), "vehicules",
                       cursor=(cursor,) if cursor else ())  # fmt: skip
