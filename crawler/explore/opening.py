"""Which store is explored, and why one cannot be, in one sentence with the remedy.

Knows the forms in which people name a store: `sqlite:///FILE`, or the file. Opens it read-only to
look at its schema; never makes a file where none is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.stores.addresses import is_store, shown
from parsers.errors import StoreError

_MAGIC = b"SQLite format 3\x00"
_EXPORT = (
    "scrapy store export {store} > items.jsonl && scrapy load sqlite:///items.sqlite items.jsonl"
)


def store_file(named: str) -> Path:
    """Return the SQLite file of the store that was named.

    Raises StoreError where it is missing, no store of ours, of another schema, or of a database
    that has to be exported first.
    """
    scheme = named.partition(":")[0]
    if is_store(named) and scheme != "sqlite":
        raise StoreError(
            f"{shown(named)} is no SQLite store, which is what explore reads: make one by "
            f"`{_EXPORT.format(store=shown(named))}`, then explore items.sqlite"
        )
    path = Path(named.removeprefix("sqlite:///"))
    _check_file(path)
    _check_schema(path)
    return path.absolute()


def address_of(path: Path) -> str:
    """Return a file as the address of a SQLite store: `sqlite:///` and its path."""
    return f"sqlite:///{path}"


def reader(path: Path) -> str:
    """Return the URI by which SQLite opens the store and cannot write it.

    Where it may be written meanwhile each query sees a whole state. In a folder that may not be
    written SQLite cannot keep the memory which that takes: then the file is read as it lies.
    """
    quoted = path.absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{quoted}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return f"{quoted}?immutable=1"
    return f"{quoted}?mode=ro"


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path} is a folder: name the SQLite file of a store")
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise StoreError(
            f"{path} does not exist: a crawl or a re-parse writes a store (-O reports.sqlite)"
        ) from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}): allow it") from error
    if magic != _MAGIC:
        raise StoreError(f"{path} is no SQLite file: name a store that -O reports.sqlite wrote")


def _check_schema(path: Path) -> None:
    from crawler.stores.migrating import check_schema  # noqa: PLC0415 (Alembic takes a second)

    try:
        with closing(sqlite3.connect(reader(path), uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            row = (
                connection.execute("SELECT version_num FROM alembic_version").fetchone()
                if "alembic_version" in tables
                else None
            )
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read as a store ({error}): name another") from error
    if row is None:
        raise StoreError(
            f"{path} is SQLite and no store of reports: name one that -O reports.sqlite wrote"
        )
    check_schema(row[0], address_of(path))
