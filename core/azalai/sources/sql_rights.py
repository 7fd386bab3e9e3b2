"""Whether an account that only needs to read may also write: `check` warns of it."""

import re
from typing import Any

from azalai.sources.sql_ask import Ask
from azalai.sources.sql_engines import needed

_READS = re.compile(r"(?i)GRANT (USAGE|SELECT|SHOW VIEW|SHOW DATABASES|, )+ ON ")


def may_write(ask: Ask, connection: Any) -> bool:
    """Whether the account's rights go further than reading. A SQLite file is opened read-only,
    whatever its rights; of a query in PostgreSQL only a superuser is told. By ODBC nobody knows:
    True, unless the driver says that the source is read-only."""
    if ask.place.engine == "sqlite":
        return False
    if ask.place.engine == "odbc":
        fact = needed("pyodbc").SQL_DATA_SOURCE_READ_ONLY
        return not connection.connection.driver_connection.getinfo(fact)
    text = needed("sqlalchemy").text
    if ask.place.engine == "mariadb":
        grants = [row[0] for row in connection.execute(text("SHOW GRANTS"))]
        return any(_READS.match(grant) is None for grant in grants)
    if connection.execute(
        text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    ).scalar():
        return True
    if not ask.table:
        return False
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in ask.table.split("."))
    asked = text("SELECT has_table_privilege(current_user, cast(:name AS text), "
                 "'INSERT, UPDATE, DELETE, TRUNCATE')")  # fmt: skip
    return bool(connection.execute(asked, {"name": quoted}).scalar())
