"""Flaws of records in sheets; what error cells and formulas mean for that of their row."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from azalai.documents import Text
from azalai.formats.workbook_facts import RowMarks
from azalai.plugin.format import Finding

_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a record is not read."""

    code: str
    why: tuple[str, str]
    todo: tuple[str, str]


_ERROR = Flaw(
    "AZ-F035",
    ("la case est une erreur (#REF!, #DIV/0! …)", "the cell is an error (#REF! …)"),
    ("corrigez la formule à la source.", "correct the formula at its source."),
)
_UNSAVED = Flaw(
    "AZ-F038",
    ("formule sans résultat enregistré", "a formula without a saved result"),
    ("ouvrez le classeur, recalculez, enregistrez.", "open the workbook, recalculate, save."),
)
_COMPUTED = Flaw(
    "AZ-F039",
    ("formule dans une colonne « required » : elle peut désigner une autre fiche",
     "a formula in a `required` column: it may come to name another record"),
    ("remplacez-la par sa valeur (copier, coller les valeurs).",
     "replace it by its value (copy, paste values)."),
)  # fmt: skip
LOST = Flaw(
    "AZ-F036",
    ("nombre de plus de 15 chiffres, les derniers sont perdus",
     "a number of more than 15 digits, the last ones are lost"),
    ("mettez la colonne en texte et saisissez à nouveau.",
     "make the column text and enter it again."),
)  # fmt: skip
UNTITLED = Flaw(
    "AZ-F037",
    ("case remplie dans une colonne sans titre", "a cell in a column without title"),
    ("donnez un titre à la colonne, ou videz la case.",
     "give the column a title, or empty the cell."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of a row: its flaw and the column of it; whether it has cells that only look empty; its
    formulas in columns that are read."""

    flaw: tuple[Flaw, int] | None
    hidden: bool
    formulas: tuple[int, ...]


class Judged(dict[RowMarks, Judgement]):
    """Judges rows by their marks; most rows of a sheet have the same ones. Columns count from 0."""

    def __init__(self, ignored: AbstractSet[int], required: AbstractSet[int]) -> None:
        super().__init__()
        self._ignored, self._required = ignored, required

    def __missing__(self, marks: RowMarks) -> Judgement:
        errors, unsaved, formulas = (
            tuple(column for column in columns if column not in self._ignored) for columns in marks
        )
        computed = [column for column in formulas if column in self._required]
        kinds = (_ERROR, errors), (_UNSAVED, unsaved), (_COMPUTED, computed)
        flaw = next(((one, columns[0]) for one, columns in kinds if columns), None)
        judged = Judgement(flaw, bool(errors or unsaved), formulas)
        if len(self) < _KEPT:
            self[marks] = judged
        return judged


def computed(sheet: str, count: int, place: str) -> Finding:
    """The finding where cells of records are computed: what was saved may be old."""
    what = Text(f"feuille « {sheet} » : {count} formule(s), la première en {place}",
                f"sheet `{sheet}`: {count} formula(s), the first in {place}")  # fmt: skip
    todo = Text("demandez les valeurs (copier, coller les valeurs) ; si les résultats"
                " enregistrés conviennent : « file: formulas: saved results ».",
                "ask for the values (copy, paste values); if the saved results will do:"
                " `file: formulas: saved results`.")  # fmt: skip
    return Finding("AZ-F025", what, todo)
