"""A store's address, and what its server says, in one sentence a user can act on.

Knows which addresses are stores: `sqlite:///FILE`, `duckdb:///FILE`, `postgresql://…`. A password
is never shown. Makes no table: `migrating` does.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from crawler.stores.addresses import DRIVERS, shown
from parsers.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.engine import URL

_FORMS = "sqlite:///reports.sqlite, duckdb:///reports.duckdb or postgresql://user@host/database"
#: Seconds that a writer waits for another one's transaction; a batch takes well under one.
BUSY_SECONDS = 60.0
#: Between two looks whether a DuckDB file is free.
LOOK_SECONDS = 0.05
#: What DuckDB says of a file that another process has; a block that finds no memory is no lock.
_LOCK = re.compile(r"\block\b")


def engine_of(address: str, *, writes: bool = True) -> Engine:
    """Return the engine behind a store's address; connects to nothing yet.

    One that writes keeps other writers of a SQLite file out from the start of each transaction.

    Raises StoreError for an address that is no store's.
    """
    url = _url(address)
    try:
        engine = sqlalchemy.create_engine(
            url.set(drivername=DRIVERS[url.drivername]),
            poolclass=NullPool,
            connect_args=_arguments(url),
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"{shown(address)} needs a driver that is not installed: {error}"
        ) from error
    if url.drivername == "duckdb":
        sqlalchemy.event.listen(engine, "do_connect", _wait_for_file)
    if url.drivername == "sqlite":
        sqlalchemy.event.listen(engine, "connect", _set_up_sqlite)
        if writes:
            sqlalchemy.event.listen(engine, "begin", _begin_to_write)
    return engine


@contextmanager
def told(address: str) -> Iterator[None]:
    """Turn what a driver raises into a StoreError: what happened and the remedy, in a sentence."""
    dialect: Any = engine_of(address).dialect
    try:
        yield
    except BrokenPipeError:
        raise  # of who reads our output, not of the store
    except (SQLAlchemyError, dialect.dbapi.Error, OSError) as error:
        reason = _reason(error)
        if "unable to open" in reason and _lies_read_only(address):
            reason = f"a read-only file system: {reason}"
        raise StoreError(f"the store {shown(address)} {_what(reason)}") from error


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError(f"{shown(address)} is no store's address: write {_FORMS}") from error
    if url.drivername not in DRIVERS:
        raise StoreError(f"{shown(address)} is no store's address: write {_FORMS}")
    if url.drivername != "postgresql":
        _check_file(url)
    return url


def _check_file(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.host:
        raise StoreError(
            f"{url.render_as_string()} names no file: write {url.drivername}:///reports."
            f"{url.drivername} (three slashes; four before an absolute path)"
        )
    path = Path(url.database)
    if path.is_dir():
        raise StoreError(f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise StoreError(f"{path.parent} is no folder: make it, or name another file")


def _arguments(url: URL) -> dict[str, object]:
    if url.drivername == "sqlite":
        return {"timeout": BUSY_SECONDS}
    return {"connect_timeout": 10} if url.drivername == "postgresql" else {}


def _wait_for_file(
    dialect: Any, _record: object, arguments: list[Any], named: dict[str, Any]
) -> Any:
    """Connect to a DuckDB file as soon as no other process has it: one at a time may."""
    begun = time.monotonic()
    while True:
        try:
            return dialect.connect(*arguments, **named)
        except dialect.dbapi.Error as error:
            if not _LOCK.search(str(error)) or time.monotonic() - begun > BUSY_SECONDS:
                raise
            time.sleep(LOOK_SECONDS)


def _set_up_sqlite(connection: object, _record: object) -> None:
    """Let readers read while a batch is written, and let us say where a transaction begins."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin_to_write(connection: sqlalchemy.Connection) -> None:
    # A deferred transaction that reads first cannot wait for another writer: it fails at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lies_read_only(address: str) -> bool:
    """Whether a store's file lies on a disk that nobody writes to. SQLite does not say so."""
    path = make_url(address).database
    folder = Path(path or "").parent
    return bool(path) and folder.is_dir() and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return lines[0] if lines else type(cause).__name__


#: What drivers say → what it means and the remedy. The first that is found in the reason stands.
_MEANINGS = (
    (("password", "authentication", "no pg_hba"), "refuses the name or password: correct them"),
    (("no such table", "relation ", "Table with name"),
     "has no tables of ours: load a feed into it first"),
    (("no equivalent in encoding",), "cannot hold Chinese: create it with ENCODING 'UTF8'"),
    (("pg_trgm", "create extension"),
     "lacks the extension pg_trgm: let its administrator create it"),
    (("too many", "connection slots"), "has no connection left: try again later"),
    (("does not exist",), "does not exist: create it"),
    (("No space left", "disk is full", "could not extend"), "is full: make room"),
    (("Out of Memory", "out of memory", "allocate block", "pin block"),
     "has too little memory: give it more, as in duckdb:///reports.duckdb?memory_limit=4GB"),
    (("readonly", "read-only", "Read-only", "read only"),
     "is read-only: allow writing or name another"),
    (("locked", "lock on file", "Conflicting lock", "lock timeout"),
     "is in use by another process: wait for it"),
    (("not a database", "not a valid DuckDB", "malformed"), "is no database: name another file"),
    (("refused", "timeout", "could not translate", "resolve host", "closed the connection",
      "terminating connection", "starting up", "shutting down", "No such file"),
     "cannot be reached: start it or correct its address"),
    (("ermission denied", "unable to open"), "may not be opened: allow it or name another"),
)  # fmt: skip


def _what(reason: str) -> str:
    for marks, meaning in _MEANINGS:
        if any(mark in reason for mark in marks):
            return f"{meaning} ({reason})"
    return f"failed: {reason}"
