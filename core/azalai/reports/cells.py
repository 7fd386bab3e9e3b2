"""A report as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
import re

from azalai.reports.page import Chart, Facts, Page, Prose, Table, plain

BOM = "\ufeff"
_FORMULA = re.compile("(^|[,;\\t\\r\\n])([\\s\"']*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
"""What a spreadsheet may take for a formula: at the beginning of a cell, or of what a wrong
separator would make one; the wide forms of East Asian keyboards too."""


def safe(text: str) -> str:
    """A cell that is text in any spreadsheet: no sign that begins a formula stands first."""
    return _FORMULA.sub(r"\1\2'", plain(text).replace("\t", " ").replace("\r", " ")).lstrip()


def to_csv(page: Page) -> bytes:
    """UTF-8 with its mark, every cell quoted (RFC 4180), `;` between cells (`,` in English).

    The first table's heads are the first line; further tables follow after an empty line and
    their title, then the facts, sentences and limits, in two columns.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if page.language == "en" else ";",
                        quoting=csv.QUOTE_ALL, lineterminator="\r\n")  # fmt: skip
    first = True
    for block in page.blocks:
        if isinstance(block, Table):
            if not first:
                writer.writerow([])
                writer.writerow([safe(block.title)])
            first = False
            writer.writerow([safe(head) for head in block.head])
            writer.writerows([safe(cell) for cell in row] for row in block.rows)
            if not block.rows:
                writer.writerow([safe(block.empty)])
    if not first:
        writer.writerow([])
    writer.writerows([safe(cell) for cell in row] for row in _about(page))
    return (BOM + out.getvalue()).encode()


def _about(page: Page) -> list[tuple[str, ...]]:
    """What stands around the tables."""
    rows: list[tuple[str, ...]] = [(page.title, page.subtitle)]
    rows += [("", page.band)] if page.band else []
    for block in page.blocks:
        if isinstance(block, Facts):
            rows += list(block.rows)
        elif isinstance(block, Prose):
            rows.append((block.title, block.text))
        elif isinstance(block, Chart):
            rows.append((block.title, *block.series))
            rows += [(label, *map(str, values)) for label, values in block.rows]
    return [*rows, *page.basis, *(("", limit) for limit in page.limits)]
