"""The step `code(list)`: the common value of a code list, or a record that waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

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
    name = table.name
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
                (f"n'est pas dans la liste « {name} »", f"is not in the list “{name}”"),
                (
                    "corrigez la valeur à la source, ou ajoutez-la à la liste",
                    "correct the value at its source, or add it to the list",
                ),
            )
        raise UnknownCodeError(name, text, *_why_parked(table, text, ambiguous, text in entries))

    return look_up


def _why_parked(
    table: CodeTable, text: str, ambiguous: bool, listed: bool
) -> tuple[tuple[str, str], tuple[str, str]]:
    add = (f"azalai code add {table.name}", f"azalai code add {table.name}")
    if ambiguous:
        return (
            (
                "cet adjectif désigne deux États : il n'est jamais traduit seul",
                "this adjective means two states: it is never translated by itself",
            ),
            (
                "demandez l'État au service, corrigez à la source",
                "ask the service for the state, correct it at its source",
            ),
        )
    if listed:
        return (
            (
                "ce code n'a pas de catégorie (article 3) décidée par une personne nommée",
                "this code has no category (article 3) decided by a named person",
            ),
            (
                f"remplissez « catégorie art. 3 » et « décidée par » dans {table.file}",
                f"fill “article 3 category” and “decided by” in {table.file}",
            ),
        )
    if any(entry.value == text for entry in table.entries):
        return (
            (
                f"l'entrée de la liste « {table.name} » n'est pas en vigueur",
                f"the entry of the list “{table.name}” is not in force",
            ),
            (
                f"vérifiez depuis et jusqu'à dans {table.file}",
                f"check since and until in {table.file}",
            ),
        )
    return (
        (
            f"la liste « {table.name} » n'a pas cette valeur ; la fiche attend",
            f"the list “{table.name}” does not have this value; the record waits",
        ),
        add,
    )
