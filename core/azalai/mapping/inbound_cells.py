"""Reading cells of a raw record: trimmed, with the declared empty texts taken for nothing."""

from typing import Any

from azalai.errors import StepError


class Cells:
    """Reads raw values; `empty` are the texts that mean that nothing was entered."""

    def __init__(self, empty: frozenset[str]) -> None:
        self.empty = empty

    def cell(self, raw: Any) -> str | None:
        """A single cell, or None if nothing is in it."""
        if raw is None:
            return None
        if raw.__class__ is not str:
            if isinstance(raw, list) and len(raw) == 1 and isinstance(raw[0], str):
                raw = raw[0]
            elif isinstance(raw, dict):
                raise _not_joined(raw)
            else:
                raise _several()
        text: str = raw.strip()
        return None if not text or text in self.empty else text

    def cells(self, raw: Any) -> list[str]:
        """A column that may occur several times: its filled cells."""
        found = raw if isinstance(raw, list) else [raw]
        return [text for one in found if (text := self.cell(one)) is not None]

    def items(self, raw: Any) -> list[dict[str, Any]]:
        """A repeated part: its occurrences, each with names of its own."""
        if raw is None or raw == "":
            return []
        found = raw if isinstance(raw, list) else [raw]
        if not all(isinstance(one, dict) for one in found):
            raise StepError(
                "AZ-R110",
                ("la partie répétée n'a pas de colonnes", "the repeated part has no columns"),
            )
        return found


def _several() -> StepError:
    return StepError(
        "AZ-R110",
        ("la colonne est plusieurs fois dans la fiche", "the column occurs several times"),
        ("déclarez-la « repeated » sous « columns: »", "declare it `repeated` under `columns:`"),
    )


def _not_joined(fault: dict[str, Any]) -> StepError:
    """What a format puts where a table to be joined has no row with the key, or several."""
    if table := fault.get("absent"):
        return StepError(
            "AZ-R111",
            (f"{table} n'a pas de ligne avec cette clé", f"{table} has no row with this key"),
            (
                "complétez la table, ou écrivez « absent: empty » si c'est permis",
                "complete the table, or write `absent: empty` if that is allowed",
            ),
        )
    if table := fault.get("several"):
        return StepError(
            "AZ-R112",
            (
                f"{table} a plusieurs lignes avec cette clé : rien n'est choisi au hasard",
                f"{table} has several rows with this key: none is taken by guess",
            ),
            (
                "corrigez la table, ou déclarez-la « repeated » sous « columns: »",
                "correct the table, or declare it `repeated` under `columns:`",
            ),
        )
    return _several()


def no_key() -> StepError:
    """The raw record has no key."""
    return StepError(
        "AZ-R108",
        ("le numéro de fiche est vide", "the record's number is empty"),
        ("complétez-le à la source", "complete it at its source"),
    )


def required_empty() -> StepError:
    """A column declared required is empty."""
    return StepError(
        "AZ-R101",
        ("vide, la colonne est « required »", "empty, the column is `required`"),
        (
            "complétez la fiche à la source ; si le vide est permis, écrivez « optional »",
            "complete the record at its source; if it may be empty, write `optional`",
        ),
    )
