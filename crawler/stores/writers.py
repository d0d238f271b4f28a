"""Rows into a database, by each driver's bulk path; one class a database, behind one interface.

SQLite: `executemany`. PostgreSQL: COPY, for what may be there already into a staging table with one
upsert after it. DuckDB: Arrow tables, read where they lie. A writer works inside the transaction of
the connection that it was given, and holds out other writers until that ends.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import text

from crawler.stores import engines
from crawler.stores.schema import REPORTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection, Table

    from crawler.stores.rows import Row

#: One key for all writers of a database: the transaction lock of PostgreSQL takes a number.
_LOCK = 20_080_501  # the day from which the reports are a duty


class Writer(ABC):
    """Bulk writing inside one transaction; what is one SQL in all three databases is here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection

    @abstractmethod
    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Add rows that are not there."""

    def insert_columns(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Add rows that are not there, given as the columns of the table, each of one length."""
        self.insert(table, zip(*columns, strict=True))

    @abstractmethod
    def upsert(self, table: Table, rows: Sequence[Row], unless: str = "") -> None:
        """Add rows, or put them in the place of those with their key.

        `unless` is SQL of `new` and `old`: the old row stays where it holds.
        """

    def hold(self) -> None:  # noqa: B027 (two of the three need nothing)
        """Wait until no other writer is at work; keep others out until the transaction ends."""

    def digests(self, readings: Collection[str]) -> dict[str, str]:
        """Return the item digest of each of the readings that is there."""
        query = sqlalchemy.select(REPORTS.c.reading_id, REPORTS.c.item_digest).where(
            REPORTS.c.reading_id.in_(list(readings))
        )
        return {row.reading_id: row.item_digest for row in self._connection.execute(query)}

    def remove(self, table: Table, readings: Collection[str]) -> None:
        """Delete what hangs on the readings in a table."""
        if readings:
            hanging = table.c.reading_id.in_(list(readings))
            self._connection.execute(table.delete().where(hanging))


def writer(connection: Connection) -> Writer:
    """Return the writer for a connection's database."""
    kinds: dict[str, type[Writer]] = {
        "sqlite": SqliteWriter,
        "postgresql": PostgresqlWriter,
        "duckdb": DuckDBWriter,
    }
    return kinds[connection.dialect.name](connection)


class SqliteWriter(Writer):
    """By `executemany` of the standard library's driver. BEGIN IMMEDIATE holds others out."""

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Do so, as `Writer` says."""
        self._driver.executemany(_insert(table, _marks(table, "?")), rows)

    def upsert(self, table: Table, rows: Sequence[Row], unless: str = "") -> None:
        """Do so, as `Writer` says."""
        if rows:
            sql = _insert(table, _marks(table, "?")) + _conflict(table, unless)
            self._driver.executemany(sql, rows)


class PostgresqlWriter(Writer):
    """By COPY; an upsert goes through a staging table that ends with the transaction."""

    def hold(self) -> None:
        """Do so, as `Writer` says; one that never ends is not waited for."""
        patience = int(engines.BUSY_SECONDS * 1000)
        self._connection.execute(text(f"SET LOCAL lock_timeout = {patience}"))
        self._connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Do so, as `Writer` says."""
        self._copy(table, table.name, rows)

    def upsert(self, table: Table, rows: Sequence[Row], unless: str = "") -> None:
        """Do so, as `Writer` says."""
        if not rows:
            return
        staged = f"staged_{table.name}"
        like = f'CREATE TEMP TABLE IF NOT EXISTS {staged} (LIKE "{table.name}") ON COMMIT DROP'
        self._connection.execute(text(like))
        self._connection.execute(text(f"TRUNCATE {staged}"))
        self._copy(table, staged, rows)
        source = f"SELECT {_columns(table)} FROM {staged}"  # noqa: S608 (names of our own)
        self._connection.execute(text(_insert(table, source) + _conflict(table, unless)))

    def _copy(self, table: Table, target: str, rows: Iterable[Row]) -> None:
        sql = f'COPY "{target}" ({_columns(table)}) FROM STDIN'
        with self._driver.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)


class DuckDBWriter(Writer):
    """By Arrow tables. DuckDB lets one process write at a time."""

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Do so, as `Writer` says."""
        self._from_arrow(table, list(zip(*rows, strict=True)), "")

    def insert_columns(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Do so, as `Writer` says."""
        self._from_arrow(table, columns, "")

    def upsert(self, table: Table, rows: Sequence[Row], unless: str = "") -> None:
        """Do so, as `Writer` says."""
        self._from_arrow(table, list(zip(*rows, strict=True)), _conflict(table, unless))

    def _from_arrow(self, table: Table, columns: Sequence[Sequence[Any]], tail: str) -> None:
        if not columns or not columns[0]:
            return
        # Importing Arrow takes 28 MB that a load into another database must not pay.
        import pyarrow as pa  # noqa: PLC0415

        arrays = [
            pa.array(values, type=_arrow(pa, column))
            for column, values in zip(table.columns, columns, strict=True)
        ]
        staged = pa.table(arrays, names=[column.name for column in table.columns])
        self._driver.register("staged", staged)
        source = f"SELECT {_columns(table)} FROM staged"  # noqa: S608 (names of our own)
        self._driver.execute(_insert(table, source) + tail)
        self._driver.unregister("staged")


def _arrow(pa: Any, column: Any) -> Any:
    kinds = {"TEXT": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64()}
    kinds["BIGINT"] = pa.int64()
    return kinds.get(str(column.type), pa.bool_())


def _insert(table: Table, source: str) -> str:
    return f'INSERT INTO "{table.name}" ({_columns(table)}) {source}'


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _marks(table: Table, mark: str) -> str:
    return f"VALUES ({', '.join(mark for _ in table.columns)})"


def _conflict(table: Table, unless: str) -> str:
    """Return the end of an upsert: the row's columns, the key apart, become the new ones."""
    keys = [column.name for column in table.primary_key.columns]
    rest = [column.name for column in table.columns if column.name not in keys]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    where = unless.replace("new.", "excluded.").replace("old.", f'"{table.name}".')
    tail = f" WHERE NOT ({where})" if unless else ""
    key = ", ".join(f'"{name}"' for name in keys)
    # SQLite needs a WHERE before ON CONFLICT where the source is a SELECT; ours there is VALUES.
    return f" ON CONFLICT ({key}) DO UPDATE SET {changes}{tail}"
