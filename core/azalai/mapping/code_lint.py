"""What is doubtful in a code list: nothing that stops it, all that a person should look at."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from azalai.documents import NOTHING, Place, Problem, Text
from azalai.records import LISTS

from .code_table import (
    AMBIGUOUS,
    LAST_DAY,
    CodeEntry,
    CodeTable,
    fold,
    named,
    read_table,
    rows_of,
)

_LINE = re.compile(r"\bligne ([0-9]+)\b")
_SPACES = re.compile(r"[\s\u00a0'\u2019._-]+")
_LABEL = ("libellé", "libelle", "label", "traduction", "translation", "تسمية")


def read_alone(file: str, data: bytes) -> tuple[CodeTable, list[Problem]]:
    """A code list by itself, with every mistake of it."""
    found: list[Problem] = []

    def say(code: str, what: Text, why: Text, todo: Text) -> None:
        match = _LINE.search(what.fr)
        line = int(match[1]) if match else 1
        plain = Text(*(re.sub(r"^.*?(?:ligne|line) [0-9]+ ?: ", "", text) for text in what))
        found.append(_problem(file, data, line, (code, plain, why, todo), warning=False))

    return read_table(file, file, data, say), found


def lint(table: CodeTable, data: bytes, today: date) -> list[Problem]:
    """All that is doubtful in a list that reads, as warnings."""
    told = [
        *_alike(table.entries), *_two_categories(table.entries), *_expired(table.entries, today),
        *_two_states(table.entries), *_undecided(table), *_without_source(table.entries), *_without_label(data),
    ]  # fmt: skip
    return [_problem(table.file, data, line, said, warning=True) for line, said in sorted(told)]


Said = tuple[int, tuple[str, Text, Text, Text]]


def _alike(entries: Sequence[CodeEntry]) -> Iterator[Said]:
    """One value in two spellings, with two meanings: one of the two is wrong."""
    groups: dict[str, list[CodeEntry]] = {}
    for entry in entries:
        groups.setdefault(_SPACES.sub("", fold(entry.value)), []).append(entry)
    for one, other in (pair for group in groups.values() for pair in combinations(group, 2)):
        meet = one.since <= other.until and other.since <= one.until
        if meet and one.value != other.value and one.code != other.code:
            yield other.line, (
                "AZ-C209",
                Text(f"« {other.value} » donne {other.code}, « {one.value} » (ligne {one.line}) "
                     f"donne {one.code}",
                     f"“{other.value}” gives {other.code}, “{one.value}” (line {one.line}) gives "
                     f"{one.code}"),
                Text("les deux ne diffèrent que par la casse, les accents ou les espaces.",
                     "the two differ in case, accents or spaces only."),
                Text("corrigez celle qui est fausse.", "correct the one that is wrong."),
            )  # fmt: skip


def _two_categories(entries: Sequence[CodeEntry]) -> Iterator[Said]:
    """One offence in two categories of article 3."""
    first: dict[str, CodeEntry] = {}
    for entry in (one for one in entries if one.category):
        other = first.setdefault(entry.code, entry)
        if other.category != entry.category:
            yield entry.line, (
                "AZ-C210",
                Text(f"{entry.code} est {entry.category} ici, {other.category} à la ligne "
                     f"{other.line}",
                     f"{entry.code} is {entry.category} here, {other.category} on line "
                     f"{other.line}"),
                NOTHING,
                Text("la personne qui décide des catégories le confirme, ou corrige.",
                     "who decides the categories confirms it, or corrects it."),
            )  # fmt: skip


def _expired(entries: Sequence[CodeEntry], today: date) -> Iterator[Said]:
    """An entry that ended and that nothing follows: later records wait."""
    day = today.isoformat()
    for entry in entries:
        later = any(one.value == entry.value and one.until > entry.until for one in entries)
        if entry.until < min(day, LAST_DAY) and not later:
            yield entry.line, (
                "AZ-C212",
                Text(f"« {entry.value} » n'est plus en vigueur depuis le {entry.until}, rien ne "
                     "lui succède",
                     f"“{entry.value}” is no longer in force since {entry.until}, nothing "
                     "follows it"),
                Text("une fiche plus récente qui la porte attend.",
                     "a later record that has it waits."),
                Text("ajoutez l'entrée qui suit, si le registre s'en sert encore.",
                     "add the entry that follows, if the register still uses it."),
            )  # fmt: skip


def _two_states(entries: Sequence[CodeEntry]) -> Iterator[Said]:
    """An adjective that means two states: the record waits whatever the list says."""
    for entry in entries:
        if fold(entry.value) in AMBIGUOUS and entry.code in LISTS["country"]:
            yield entry.line, (
                "AZ-C216",
                Text(f"« {entry.value} » désigne deux États : cette ligne ne sert jamais",
                     f"“{entry.value}” means two states: this line is never used"),
                Text("une fiche qui le porte attend.", "a record that has it waits."),
                Text("demandez l'État au service ; ôtez la ligne.",
                     "ask the service for the state; take the line away."),
            )  # fmt: skip


def _undecided(table: CodeTable) -> Iterator[Said]:
    for entry in table.entries if table.has_categories else ():
        if not entry.category:
            yield entry.line, (
                "AZ-C211",
                Text(f"« {entry.value} » : catégorie de l'article 3 non décidée, ou par personne "
                     "de nommé",
                     f"“{entry.value}”: its article 3 category is undecided, or nobody is named "
                     "who decided it"),
                Text("les fiches qui la portent attendent.", "records that have it wait."),
                Text("faites décider, et nommez qui a décidé.", "have it decided, and name by whom."),
            )  # fmt: skip


def _without_source(entries: Sequence[CodeEntry]) -> Iterator[Said]:
    """Some entries say where they come from, this one does not."""
    if any(entry.source for entry in entries):
        for entry in (one for one in entries if not one.source):
            yield entry.line, (
                "AZ-C213",
                Text(f"« {entry.value} » n'a pas de source", f"“{entry.value}” has no source"),
                NOTHING,
                Text("dites d'où vient l'entrée (une note, une personne).",
                     "say where the entry comes from (a note, a person)."),
            )  # fmt: skip


def _without_label(data: bytes) -> Iterator[Said]:
    """A column of labels or of their translations, not filled for this entry."""
    try:
        rows = rows_of("", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return
    header = next(rows, [])
    known = named(header)
    places = [n for n, cell in enumerate(header)
              if known[n] is None and cell.strip().casefold().startswith(_LABEL)]  # fmt: skip
    for line, row in enumerate(rows, 2):
        lacking = [header[n].strip() for n in places if n >= len(row) or not row[n].strip()]
        if lacking and any(cell.strip() for cell in row):
            shown = ", ".join(lacking)
            yield line, (
                "AZ-C214",
                Text(f"libellé vide : {shown}", f"empty label: {shown}"), NOTHING,
                Text("traduisez-le, ou retirez la colonne.", "translate it, or drop the column."),
            )  # fmt: skip


def _problem(
    file: str, data: bytes, line: int, said: tuple[str, Text, Text, Text], *, warning: bool
) -> Problem:
    lines = data.decode("utf-8-sig", "replace").splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    code, what, why, todo = said
    return Problem(file, Place(line, 1), code, what, why, todo, shown, warning)
