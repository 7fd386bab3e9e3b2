"""Spreadsheets (xlsx, ods, xls): a row under the header is one record; hostile until proven."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from azalai.documents import Text
from azalai.errors import ConfigurationError, FormatError
from azalai.formats import counting, header, lines
from azalai.formats.settings import Settings
from azalai.formats.sheet_rows import End, Sheet
from azalai.formats.workbook_facts import MAX_FILE
from azalai.formats.workbook_sheets import Sheets
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

_WAIVED = "saved results"


class Spreadsheet:
    """Reads spreadsheets. Settings (`file:`):

    `sheet` (where no mapping has `takes: sheet`; without it, one sheet only may be filled);
    `header_row` (from 1; what stands above is title); `header_rows` (`2`: two rows are joined
    with ` / `); `ignored_sheets`; `end` (`starts`, `count`: as in delimited text, the end row's
    first cell and the number, from 1, of the column that states how many records there are);
    `formulas` (`saved results`: they are read without holding the run). Hidden sheets, rows and
    columns are read like all others.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self._sheet = settings.text("sheet")
        self._header_row = settings.number("header_row", 1) or 1
        self._header_rows = settings.number("header_rows", 1) or 1
        self._ignored = frozenset(settings.texts("ignored_sheets"))
        self._waived = settings.text("formulas", among=(_WAIVED,)) == _WAIVED
        self._end = _end(settings.part("end"))
        settings.done()
        if self._header_rows > 2:
            raise ConfigurationError(
                "`file: header_rows` is 1 or 2", fr="« file: header_rows » vaut 1 ou 2"
            )
        tags: list[str | None] = list(dict.fromkeys(s.tag for s in shapes if s.tag is not None))
        if tags and self._sheet:
            raise ConfigurationError(
                "`file: sheet` and `takes: sheet` name the sheet twice",
                fr="« file: sheet » et « takes: sheet » nomment deux fois la feuille",
            )
        self._columns: dict[str | None, dict[str, Column]] = {
            tag: header.declared([s for s in shapes if s.tag in (None, tag)])
            for tag in tags or [self._sheet]
        }

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's part is the sheet, its line the row.

        Memory is bounded by `workbook_facts`: what is not plain is read whole, sheet by sheet.
        """
        data = stream.read(MAX_FILE + 1)
        sheets = Sheets(data, list(self._columns), whole=self._header_rows > 1)
        number, stated, taken = 0, None, set[str]()
        known, wanted = list[str](), dict[str, dict[str, Column]]()
        while name := next((one for one in sheets.names if one not in taken), None):
            taken.add(name)
            if sheets.names != known:
                known, wanted = list(sheets.names), dict(self._wanted(sheets))
            if name not in wanted:
                sheets.leave(name)
                if name not in self._ignored and sheets.filled(name):
                    yield _undeclared(name)
                continue
            one = Sheet(name, digest, self._header_row, self._header_rows, self._end, sheets)
            before = number
            yield from one.read(wanted[name], number)
            number = one.number
            if self._end and self._end.count is not None:
                if finding := counting.compare(one.stated, number - before, one.end_row):
                    yield finding
                stated = (stated or 0) + (one.stated or 0)
            if not self._waived and (finding := one.formulas()):
                yield finding
        self._wanted(sheets)
        yield Ending(stated, marked=True)

    def _wanted(self, sheets: Sheets) -> Mapping[str, dict[str, Column]]:
        """The sheets to read with their columns."""
        names = sheets.names
        for tag in self._columns:
            if tag is not None and tag not in names:
                raise _missing(tag, names)
        if None not in self._columns:
            return {tag: columns for tag, columns in self._columns.items() if tag is not None}
        filled = [name for name in names if name not in self._ignored and sheets.filled(name)]
        if sheets.names != names:  # the look has shown that it is not plain
            return self._wanted(sheets)
        if not filled:
            raise lines.empty()
        if len(filled) > 1:
            raise _several(filled)
        return {filled[0]: self._columns[None]}


def _end(part: Settings | None) -> End | None:
    if part is None:
        return None
    starts, count = part.text("starts"), part.number("count")
    if starts is None:
        raise part.required("starts")
    part.done()
    return End(starts, count)


def _missing(name: str, names: list[str]) -> FormatError:
    there = ", ".join(f"« {header.shown(one[:60])} »" for one in names[:20])
    here = ", ".join(f"`{header.shown(one[:60])}`" for one in names[:20])
    what = (f"la feuille « {name} » manque ; il y a : {there}",
            f"the sheet `{name}` is missing; there are: {here}")  # fmt: skip
    todo = ("si elle a changé de nom, corrigez « takes: sheet » ou « file: sheet ».",
            "if it was renamed, correct `takes: sheet` or `file: sheet`.")  # fmt: skip
    return FormatError("AZ-F054", what, todo)


def _several(names: list[str]) -> FormatError:
    there = ", ".join(f"« {header.shown(one[:60])} »" for one in names[:20])
    here = ", ".join(f"`{header.shown(one[:60])}`" for one in names[:20])
    what = (f"plusieurs feuilles sont remplies : {there}", f"several sheets are filled: {here}")
    todo = ("dites laquelle : « file: sheet », « takes: sheet » ou « ignored_sheets ».",
            "say which one: `file: sheet`, `takes: sheet` or `ignored_sheets`.")  # fmt: skip
    return FormatError("AZ-F055", what, todo)


def _undeclared(name: str) -> Finding:
    what = Text(f"la feuille « {header.shown(name[:60])} » est remplie et n'est pas déclarée",
                f"the sheet `{header.shown(name[:60])}` is filled and not declared")  # fmt: skip
    todo = Text("donnez-lui une correspondance (« takes: sheet ») ou nommez-la sous"
                " « file: ignored_sheets ».",
                "give it a mapping (`takes: sheet`) or name it under"
                " `file: ignored_sheets`.")  # fmt: skip
    return Finding("AZ-F024", what, todo)
