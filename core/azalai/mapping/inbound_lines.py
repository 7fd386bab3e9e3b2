"""Checks every line of an inbound mapping: its types and the code lists that it names."""

from collections.abc import Callable, Mapping
from datetime import date

from azalai import clock
from azalai.documents import NOTHING, Map, Place, Scalar, Text
from azalai.plugin.format import Column
from azalai.records import Field

from .code_table import CodeTable, check_against
from .inbound_model import Line, Part, resolve
from .inbound_types import check_line, setting_for
from .report import Report, nearest


def say_at(report: Report, node: Scalar) -> Callable[[str, Text, Text, Text], None]:
    """A function that reports at this place: what `code_table` takes."""

    def say(code: str, what: Text, why: Text, todo: Text) -> None:
        report.add(node.place, code, what, why, todo)

    return say


class LineChecker:
    """Checks the types of every line and the code lists that they use."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        tables: Mapping[str, CodeTable],
        kind_fields: Mapping[str, Field],
        report: Report,
    ) -> None:
        self.names = frozenset(column.name for column in columns)
        self.repeated = frozenset(one.name for one in columns if one.rule == "repeated")
        self.tables = tables
        self.fields = kind_fields
        self.report = report
        self.day: date = clock.now().date()
        self.used: set[str] = set()
        self.checked: set[tuple[str, str]] = set()

    def level(
        self, lines: tuple[Line, ...], parts: tuple[Part, ...], scope: str, set_: frozenset[str]
    ) -> None:
        """Lines and, below them, parts; `set_` are the fields that have their value already."""
        targets = set_ | {line.target for line in lines}
        for line in lines:
            wanted = category_of(line, self.fields)
            self.line(line, scope, categories=wanted is not None and wanted not in targets)
            if line.target in set_:
                self.report.add(
                    line.place,
                    "AZ-M109",
                    Text(
                        f"« {line.target} » est aussi sous « always: »",
                        f"“{line.target}” also stands under “always:”",
                    ),
                    NOTHING,
                    Text("supprimez l'une des deux lignes.", "delete one of the two lines."),
                )
        for part in parts:
            self.level(part.lines, part.parts, part.for_each or scope, set_)

    def line(self, line: Line, scope: str, *, categories: bool) -> None:
        """One line: its types, then the code lists that it names."""
        setting = setting_for(line, self.tables, self.day, categories=categories)
        found = [resolve(name, scope, self.names) for name in line.expression.columns]
        check_line(
            line,
            source_is_list(line, scope, self.names, self.repeated),
            setting,
            self.report,
            repeated=any(name in self.repeated for name in found),
        )
        for call in line.expression.calls:
            if call.name == "code" and call.arguments:
                self._table(line, call.arguments[0].text, call.place)

    def _table(self, line: Line, name: str, place: Place) -> None:
        self.used.add(name)
        table = self.tables.get(name)
        block = self.report.document.root.get("codes")
        node = block.get(name) if isinstance(block, Map) else None
        if node is None:
            near = nearest(name, self.tables)
            self.report.add(
                place,
                "AZ-M120",
                Text(f"Liste de codes inconnue « {name} »", f"Unknown code list “{name}”"),
                NOTHING,
                Text(
                    f"écrivez {near}, ou ajoutez « {name} » sous « codes: ».",
                    f"write {near}, or add “{name}” under “codes:”.",
                )
                if near
                else Text(f"ajoutez « {name} » sous « codes: ».", f"add “{name}” under “codes:”."),
            )
        list_name = line.field.list_name if line.field else None
        if line.target == "cancel_reason":
            list_name = "cancel_reason"
        if table is None or list_name is None or (name, list_name) in self.checked:
            return
        self.checked.add((name, list_name))
        if isinstance(node, Scalar):
            check_against(table, list_name, say_at(self.report, node))

    def unused_tables(self, root: Map) -> None:
        """A warning for each code list that no line uses."""
        block = root.get("codes")
        for entry in block if isinstance(block, Map) else ():
            if entry.key.text not in self.used:
                self.report.add(
                    entry.key.place,
                    "AZ-M119",
                    Text(
                        f"La liste « {entry.key.text} » n'est employée nulle part",
                        f"The list “{entry.key.text}” is used nowhere",
                    ),
                    warning=True,
                )


def category_of(line: Line, kind_fields: Mapping[str, Field]) -> str | None:
    """The field that a code list's category fills beside this line's field, if there is one."""
    if line.field is None or line.field.list_name != "offence":
        return None
    beside = line.target.rsplit(".", 1)[0] + ".category"
    found = kind_fields.get(beside)
    return beside if found and found.list_name == "offence_category" else None


def source_is_list(
    line: Line, scope: str, columns: frozenset[str], repeated: frozenset[str]
) -> bool:
    """Whether several values enter the first step."""
    expression = line.expression
    if expression.mode == "all":
        return True
    found = [resolve(name, scope, columns) for name in expression.columns]
    return any(name in repeated and name != scope for name in found)
