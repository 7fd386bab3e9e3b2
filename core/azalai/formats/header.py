"""A header line against the declared columns."""

from collections import Counter
from collections.abc import Iterable, Sequence

from azalai.errors import FormatError
from azalai.plugin.format import Column, Shape


def declared(shapes: Sequence[Shape]) -> dict[str, Column]:
    """All columns of a feed's shapes by name; spellings under `also` are joined."""
    columns: dict[str, Column] = {}
    for column in (c for shape in shapes for c in shape.columns):
        known = columns.get(column.name)
        also = tuple(dict.fromkeys((known.also if known else ()) + column.also))
        columns[column.name] = Column(column.name, column.rule, also)
    return columns


def match(cells: Sequence[str], columns: dict[str, Column], line: int) -> list[str]:
    """The declared name of each cell of the header, in its order.

    Raises FormatError that lists what is missing, new and double. A first line in which no
    declared column stands is not repeated: it may be a record.
    """
    spelt = {s: c.name for c in columns.values() for s in (*c.also, c.name)}
    found = [cell.strip() for cell in cells]
    names = [spelt.get(cell, "") for cell in found]
    if not any(names):
        what = (f"ligne {line} : ce n'est pas l'en-tête, aucune colonne déclarée n'y figure",
                f"line {line}: not the header, none of the declared columns is in it")  # fmt: skip
        todo = ("vérifiez le séparateur, l'encodage, ou « header_lines: ».",
                "check the delimiter, the encoding, or `header_lines:`.")  # fmt: skip
        raise FormatError("AZ-F002", what, todo, line=line)
    missing = [name for name in columns if name not in names]
    new = [cell for cell, name in zip(found, names, strict=True) if not name]
    double = [name for name, count in Counter(n for n in names if n).items() if count > 1]
    if missing or new or double:
        raise _differs(missing, new, double, line)
    return names


_LOST = (
    "demandez l'export entier ; si le registre n'a plus cette colonne, ôtez-la de la correspondance.",
    "ask for the whole export; if the register has this column no more, take it out of the mapping.",
)
_TWICE = ("faites nommer chaque colonne autrement à la source.",
          "have each column named differently at the source.")  # fmt: skip


def _differs(missing: list[str], new: list[str], double: list[str], line: int) -> FormatError:
    lists = (
        (missing, "absente", "missing"),
        (new, "nouvelle", "new"),
        (double, "double", "double"),
    )
    what = ("; ".join(f"{fr} : {_shown(names)}" for names, fr, _ in lists if names),
            "; ".join(f"{en}: {_shown(names)}" for names, _, en in lists if names))  # fmt: skip
    todo = ("une colonne renommée : « azalai feed accept » (ou « also: ») ; sinon déclarez-la.",
            "a renamed column: `azalai feed accept` (or `also:`); else declare it.")  # fmt: skip
    if not new:
        todo = _LOST if missing else _TWICE
    before = (f"ligne {line}, colonnes : ", f"line {line}, columns: ")
    return FormatError(
        "AZ-F001", (before[0] + what[0], before[1] + what[1]), todo, line=line, offset=0,
        missing=missing, new=new,
    )  # fmt: skip


def _shown(names: Iterable[str]) -> str:
    return ", ".join(shown(name[:60]) if name else "(vide)" for name in names)


def shown(name: str) -> str:
    """A name out of a file as a message may hold it: what cannot be seen, or commands a screen, is
    shown by its number."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
