"""Code lists of an inbound mapping: CSV files, checked, with their validity dates."""

import csv
import difflib
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from azalai.canonical import digest
from azalai.documents import NOTHING, Text
from azalai.errors import StepError
from azalai.records import LISTS

from .dates import date_order, iso, read_date

Say = Callable[[str, Text, Text, Text], None]
_HEADERS: dict[str, str] = {
    "dans le fichier": "value",
    "in the file": "value",
    "valeur commune": "code",
    "common value": "code",
    "depuis": "since",
    "since": "since",
    "jusqu'à": "until",
    "until": "until",
    "catégorie art. 3": "category",
    "article 3 category": "category",
    "valid_from": "since",
    "valid from": "since",
    "valid_until": "until",
    "valid until": "until",
    "source": "source",
    "décidée par": "decided_by",
    "decided by": "decided_by",
}
_ORDERS = tuple(order for text in ("iso", "jj/mm/aaaa") if (order := date_order(text)))
LAST_DAY = "9999-12-31"
_SHOWN = 12  # lines that one message names
_BEARERS = ("congolais", "guineen", "soudanais", "dominicain")
_ENDINGS = ("", "s", "e", "es", "ne", "nes")
AMBIGUOUS = frozenset(stem + ending for stem in _BEARERS for ending in _ENDINGS)
"""Adjectives that mean two states or more, folded: they always park (architecture section 5)."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One row: the file's value, the common code, from and until (ISO days, both included).

    `category` is empty too where nobody is named who decided it: what nobody decided waits. `source` says where the entry comes from.
    """

    value: str
    code: str
    since: str
    until: str
    category: str
    line: int
    source: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A code list of a mapping; `version` is the start of the SHA-256 of its file."""

    name: str
    file: str
    entries: tuple[CodeEntry, ...]
    has_categories: bool
    version: str
    has_deciders: bool = False

    @property
    def decides(self) -> bool:
        """Whether it has the columns for categories of article 3 and for who decided them."""
        return self.has_categories and self.has_deciders

    def on(self, day: date) -> dict[str, CodeEntry]:
        """The entries in force on a day, by the file's value."""
        text = day.isoformat()
        return {one.value: one for one in self.entries if one.since <= text <= one.until}


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def read_table(name: str, file: str, data: bytes, say: Say) -> CodeTable:
    """Read a code list's CSV (`;`, UTF-8 with or without BOM); `say` takes every mistake."""
    version = digest(data)[:12]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        _wrong_encoding(file, err.start + 1, say)
        return CodeTable(name, file, (), has_categories=False, version=version)
    rows = rows_of(file, text, say)
    header = named(next(rows, []))
    if header[:2] != ["value", "code"]:
        say(
            "AZ-C202",
            Text(
                f"{file} ligne 1 : l'en-tête n'est pas celui d'une liste de codes",
                f"{file} line 1: the header is not that of a code list",
            ),
            NOTHING,
            Text(
                "commencez par dans le fichier;valeur commune;depuis;jusqu'à;source",
                "start with in the file;common value;since;until;source",
            ),
        )
        return CodeTable(name, file, (), has_categories=False, version=version)
    entries = tuple(_entries(file, header, rows, say))
    _check_repeats(file, entries, say)
    return CodeTable(name, file, entries, "category" in header, version, "decided_by" in header)


def rows_of(file: str, text: str, say: Say | None = None) -> Iterator[list[str]]:
    """The rows of a code list, up to one that is no row: that is said."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    try:
        for row in rows:
            yield row
            line = rows.line_num + 1
    except csv.Error:
        if say is not None:
            say("AZ-C217",
                Text(f"{file} ligne {line} : guillemets mal placés ou case trop longue",
                     f"{file} line {line}: misplaced quotes, or a cell too long"),
                Text("rien de ce qui suit ne compterait.", "nothing that follows would count."),
                Text("un guillemet se ferme ; dans un texte il se double.",
                     "a quote is closed; inside a text it is doubled."))  # fmt: skip


def named(header: Sequence[str]) -> list[str | None]:
    """What each column of a code list is: value, code, since, until, category, decided_by, source;
    None: our notes and labels."""
    return [_HEADERS.get(cell.strip().replace("\u2019", "'")) for cell in header]


def _wrong_encoding(file: str, byte: int, say: Say) -> None:
    say(
        "AZ-C201",
        Text(f"{file} n'est pas en UTF-8 (octet {byte})", f"{file} is not UTF-8 (byte {byte})"),
        Text("Excel enregistre souvent en Windows-1252.", "Excel often saves Windows-1252."),
        Text(
            "dans LibreOffice : Enregistrer sous, cocher « Éditer les paramètres du filtre », "
            "jeu de caractères UTF-8.",
            "in LibreOffice: Save as, tick “Edit filter settings”, character set UTF-8.",
        ),
    )


def _entries(
    file: str, header: Sequence[str | None], rows: Iterator[list[str]], say: Say
) -> Iterator[CodeEntry]:
    halves = []
    for line, row in enumerate(rows, 2):
        cells = {key: cell.strip() for key, cell in zip(header, row, strict=False) if key}
        if not any(cell.strip() for cell in row):
            continue
        if not cells.get("value") or not cells.get("code"):
            halves.append(line)
            continue
        category = cells.get("category", "")
        if category and category not in LISTS["offence_category"]:
            say("AZ-C206", *_not_in_list(file, line, category, "offence_category"))
        since = _day(file, line, cells.get("since", ""), "", say)
        until = _day(file, line, cells.get("until", ""), LAST_DAY, say)
        if until < since:
            say("AZ-C208", *_backwards(file, line))
        by = cells.get("decided_by", "")
        if not by:
            category = ""
        yield CodeEntry(cells["value"], cells["code"], since, until, category, line,
                        cells.get("source", ""), by)  # fmt: skip
    if halves:
        say("AZ-C207", *_half_filled(file, halves))


def _half_filled(file: str, lines: Sequence[int]) -> tuple[Text, Text, Text]:
    first, *others = lines
    shown = ", ".join(map(str, others[:_SHOWN])) + (", …" if len(others) > _SHOWN else "")
    also = Text(f" ; {len(others)} autre(s) : {shown}", f"; {len(others)} more: {shown}")
    more = also if others else NOTHING
    return (
        Text(f"{file} ligne {first} : une des deux premières cases est vide{more.fr}",
             f"{file} line {first}: one of the first two cells is empty{more.en}"),
        NOTHING,
        Text("remplissez-la, ou supprimez la ligne : la valeur attendra son code.",
             "fill it, or delete the line: the value will wait for its code."),
    )  # fmt: skip


def _backwards(file: str, line: int) -> tuple[Text, Text, Text]:
    return (
        Text(f"{file} ligne {line} : « jusqu'à » est avant « depuis »",
             f"{file} line {line}: “until” is before “since”"),
        Text("l'entrée ne serait jamais en vigueur.", "the entry would never be in force."),
        Text("corrigez l'une des deux dates.", "correct one of the two dates."),
    )  # fmt: skip


def _day(file: str, line: int, text: str, default: str, say: Say) -> str:
    if not text:
        return default
    for order in _ORDERS:
        try:
            return iso(*read_date(text, order, partial=False))[0]
        except StepError:
            continue
    say(
        "AZ-C205",
        Text(
            f"{file} ligne {line} : « {text} » n'est pas une date",
            f"{file} line {line}: “{text}” is not a date",
        ),
        NOTHING,
        Text("écrivez jj/mm/aaaa ou aaaa-mm-jj.", "write dd/mm/yyyy or yyyy-mm-dd."),
    )
    return default


def _check_repeats(file: str, entries: Sequence[CodeEntry], say: Say) -> None:
    """The same value twice is a mistake, unless the periods do not meet."""
    seen: dict[str, list[CodeEntry]] = {}
    for entry in entries:
        for other in seen.setdefault(entry.value, []):
            if entry.since <= other.until and other.since <= entry.until:
                say(
                    "AZ-C204",
                    Text(
                        f"{file} ligne {entry.line} : « {entry.value} » est déjà à la ligne "
                        f"{other.line}",
                        f"{file} line {entry.line}: “{entry.value}” already stands on line "
                        f"{other.line}",
                    ),
                    Text("une seule des deux compterait.", "only one of them would count."),
                    Text(
                        "supprimez l'une des deux, ou datez-les.",
                        "delete one of them, or date them.",
                    ),
                )
                break
        seen[entry.value].append(entry)


def check_against(table: CodeTable, list_name: str, say: Say) -> None:
    """Check every common value against the common list of the field that uses the table."""
    for entry in table.entries:
        if entry.code not in LISTS[list_name]:
            say("AZ-C203", *_not_in_list(table.file, entry.line, entry.code, list_name))


def _not_in_list(file: str, line: int, code: str, list_name: str) -> tuple[Text, Text, Text]:
    near = nearest_code(code, list_name)
    fr = f" (sans doute {near})" if near else ""
    en = f" (probably {near})" if near else ""
    return (
        Text(
            f"{file} ligne {line} : « {code} » n'est pas dans la liste commune « {list_name} »",
            f"{file} line {line}: “{code}” is not in the common list “{list_name}”",
        ),
        admitted(list_name),
        Text(
            f"corrigez la ligne {line}{fr} ; « azalai schema --list {list_name} » montre toute la "
            "liste.",
            f"correct line {line}{en}; `azalai schema --list {list_name}` shows the whole list.",
        ),
    )


def admitted(list_name: str) -> Text:
    """The sentence that names a common list's codes, the first thirty of a long list."""
    codes = sorted(LISTS[list_name].codes)
    shown = ", ".join(codes[:30]) + (", …" if len(codes) > 30 else "")
    return Text(f"valeurs admises : {shown}.", f"admitted values: {shown}.")


def nearest_code(text: str, list_name: str) -> str | None:
    """The code that was probably meant: by its label, its spelling or its first letter."""
    codes, wanted = LISTS[list_name].codes, fold(text)
    for code, labels in codes.items():
        if wanted in (fold(code), fold(labels.fr), fold(labels.en)):
            return code
    close = difflib.get_close_matches(wanted, [fold(code) for code in codes], 1, 0.6)
    return next((code for code in codes if close and fold(code) == close[0]), None)
