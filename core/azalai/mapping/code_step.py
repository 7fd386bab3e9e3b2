"""The step `code(list)`: the common value of a code list, or a record that waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from azalai.documents import Text
from azalai.errors import StepError, UnknownCodeError

from .code_table import AMBIGUOUS, CodeTable, fold


@dataclass(frozen=True, slots=True)
class Need:
    """What the field needs: the `bare` common value, a state, an article 3 category.

    Where a category is needed, an entry that has none, or one that nobody is named for, is as
    good as unknown: the record waits until a person has decided.
    """

    bare: bool = False
    countries: bool = False
    categories: bool = False


def coder(table: CodeTable, day: date, need: Need, *, rejects: bool) -> Callable[[str], Any]:
    """A function from the file's value to the common one.

    Without an entry in force it raises UnknownCodeError (the record waits), or StepError if the
    mapping `rejects`; an adjective that means two states and an offence without its category
    always wait.
    """
    entries = table.on(day)
    name, asked = table.name, _asked(table)
    known: dict[str, Any] = {}
    for value, entry in entries.items():
        if need.countries and fold(value) in AMBIGUOUS:
            continue
        if need.categories and not entry.category:
            continue
        known[value] = (
            entry.code
            if need.bare
            else {
                "code": entry.code,
                "list": name,
                "version": entry.since or table.version,
                "original": value,
            }
        )

    def look_up(text: str) -> Any:
        found = known.get(text)
        if found is not None:
            return found
        ambiguous = need.countries and fold(text) in AMBIGUOUS
        if rejects and not ambiguous and text not in entries:
            raise StepError(
                "AZ-R106",
                (f"n'est pas dans la liste {asked.fr}", f"is not in the list {asked.en}"),
                (
                    "corrigez la valeur à la source, ou ajoutez-la à la liste",
                    "correct the value at its source, or add it to the list",
                ),
            )
        raise UnknownCodeError(name, text, *_why_parked(table, text, ambiguous, text in entries))

    return look_up


def _asked(table: CodeTable) -> Text:
    """The list with the version that was asked, so that a later one can be told from it."""
    return Text(f"« {table.name} » (version {table.version})",
                f"“{table.name}” (version {table.version})")  # fmt: skip


def _why_parked(
    table: CodeTable, text: str, ambiguous: bool, listed: bool
) -> tuple[tuple[str, str], tuple[str, str]]:
    add = (f"azalai code add {table.name}", f"azalai code add {table.name}")
    asked = _asked(table)
    if ambiguous:
        return (
            (
                f"cet adjectif désigne deux États : il n'est jamais traduit seul (liste {asked.fr})",
                f"this adjective means two states: it is never translated by itself (list {asked.en})",
            ),
            (
                "demandez l'État au service, corrigez à la source",
                "ask the service for the state, correct it at its source",
            ),
        )
    if listed:
        return (
            (
                f"dans la liste {asked.fr}, ce code n'a pas de catégorie (article 3) décidée par une personne nommée",
                f"in the list {asked.en} this code has no category (article 3) decided by a named person",
            ),
            (
                f"remplissez « catégorie art. 3 » et « décidée par » dans {table.file}",
                f"fill “article 3 category” and “decided by” in {table.file}",
            ),
        )
    if any(entry.value == text for entry in table.entries):
        return (
            (
                f"l'entrée de la liste {asked.fr} n'est pas en vigueur",
                f"the entry of the list {asked.en} is not in force",
            ),
            (
                f"vérifiez depuis et jusqu'à dans {table.file}",
                f"check since and until in {table.file}",
            ),
        )
    return (
        (
            f"la liste {asked.fr} n'a pas cette valeur ; la fiche attend",
            f"the list {asked.en} does not have this value; the record waits",
        ),
        add,
    )
