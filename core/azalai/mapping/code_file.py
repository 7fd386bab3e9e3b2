"""One line more in a code list's CSV: everything else of the file stays as it is."""

import csv
import io
from collections.abc import Mapping

from azalai.errors import StopError

from .code_table import named

BOM = b"\xef\xbb\xbf"
_LABELS = ("libellé", "label", "source")


def with_line(data: bytes, cells: Mapping[str, str]) -> bytes:
    """The file with a last line more: `cells` by column (value, code, since, until, category,
    decided_by, source, label).

    Byte order mark, line ends and columns stay. A label goes into the column of that name, else
    into `source`. StopError where the file is no code list, or has no column for a cell.
    """
    text = data.removeprefix(BOM).decode()
    first, _, _ = text.partition("\n")
    header = next(csv.reader([first.rstrip("\r")], delimiter=";"), [])
    names = named(header)
    if names[:2] != ["value", "code"]:
        raise StopError("this file is not a code list",
                        fr="ce fichier n'est pas une liste de codes")  # fmt: skip
    row = [cells.get(name or "", "") for name in names]
    for name in ("since", "until", "category", "decided_by", "source"):
        if cells.get(name) and name not in names:
            raise StopError(f"this list has no column for `{name}`",
                            fr=f"cette liste n'a pas de colonne pour « {name} »")  # fmt: skip
    if cells.get("label"):
        row[_label_column(header)] = cells["label"]
    end = "\r\n" if first.endswith("\r") else "\n"
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=";", lineterminator=end).writerow(row)
    ended = data if data.endswith(b"\n") else data + end.encode()
    return ended + line.getvalue().encode()


def _label_column(header: list[str]) -> int:
    plain = [cell.strip().casefold() for cell in header]
    found = next((plain.index(name) for name in _LABELS if name in plain), None)
    if found is None:
        raise StopError("this list has no column for a label",
                        fr="cette liste n'a pas de colonne pour un libellé")  # fmt: skip
    return found
