"""ODBC by pyodbc: one plain dialect for every driver, whose SQL is what they have in common."""

from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler


class _Compiler(SQLCompiler):
    """SQL-92 as all drivers take it: no AS before the name of a subquery, which Oracle refuses."""

    def get_render_as_alias_suffix(self, alias_name_text: str) -> str:
        return " " + alias_name_text


class OdbcDialect(DefaultDialect):
    """What SQLAlchemy needs to know of a database of which nothing is known: names between the
    quotes that the driver names, where they need any, `?` for values. It never asks for a part of a result (`LIMIT`,
    `TOP`, `FETCH FIRST` differ)."""

    name = "odbc"
    driver = "pyodbc"
    default_paramstyle = "qmark"
    statement_compiler = _Compiler
    supports_statement_cache = True
    supports_native_boolean = True

    def initialize(self, connection: Any) -> None:
        """Ask the driver what it puts around names."""
        super().initialize(connection)
        link = connection.connection.driver_connection
        mark = str(link.getinfo(self.loaded_dbapi.SQL_IDENTIFIER_QUOTE_CHAR)).strip() or '"'
        preparer = self.identifier_preparer
        preparer.initial_quote = preparer.final_quote = preparer.escape_quote = mark
        preparer.escape_to_quote = mark * 2
