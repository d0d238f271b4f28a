"""Bring a store to this version's schema, or say in a sentence why it cannot be used as it is.

A store without tables is made at once. One of an older schema is upgraded by `scrapy store upgrade`
only: a load must not change a database behind its owner's back. The steps are Alembic's, in
`migrations/versions/`; the views belong to the code and are made anew at each upgrade.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.schema import SetColumnComment, SetTableComment

from crawler.stores import views
from crawler.stores.addresses import shown
from crawler.stores.findings import write_findings
from crawler.stores.renaming import name_organs
from crawler.stores.schema import METADATA
from crawler.stores.writers import writer
from parsers.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_FOLDER = Path(__file__).parent / "migrations"


class DuckDBImpl(DefaultImpl):
    """Alembic knows no DuckDB; its plain SQL does."""

    __dialect__ = "duckdb"


def make_ready(engine: Engine, address: str) -> None:
    """Make the tables of a new store. Raises StoreError for one of another schema."""
    with engine.begin() as connection:
        writer(connection).hold()  # two loads may be the first
        version = _version(connection)
        if version == newest():
            return
        if version is None and not inspect(connection).get_table_names():
            _upgrade(connection)
            return
    if version is None:
        raise StoreError(
            f"{shown(address)} holds tables, and none of a store of ours: name another database"
        )
    _refuse(version, address)


def check_schema(version: str, address: str) -> None:
    """Raise StoreError, which names the remedy, for a store of another schema than this one's."""
    if version != newest():
        _refuse(version, address)


def upgrade(engine: Engine) -> None:
    """Bring a store to this version's schema, all of it or nothing."""
    with engine.begin() as connection:
        writer(connection).hold()
        _upgrade(connection)


def newest() -> str:
    """Return the id of the newest step."""
    head: str = ScriptDirectory(str(_FOLDER)).get_current_head() or ""
    return head


def _refuse(version: str, address: str) -> None:
    known = {step.revision for step in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if version in known:
        raise StoreError(
            f"{shown(address)} has an older schema ({version}): run "
            f"`scrapy store upgrade {shown(address)}`, then the same command again"
        )
    raise StoreError(
        f"{shown(address)} has a newer schema ({version}) than this software knows: upgrade it"
    )


def _version(connection: Connection) -> str | None:
    version: str | None = MigrationContext.configure(connection).get_current_revision()
    return version


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    checked = _has_findings(connection)
    views.drop(connection)
    command.upgrade(config, "head")
    name_organs(connection)
    views.create(connection)
    if checked:  # they name organs, too
        write_findings(connection)
    if connection.dialect.supports_comments:
        _say_what_columns_mean(connection)


def _has_findings(connection: Connection) -> bool:
    if not inspect(connection).has_table("findings"):
        return False
    return bool(connection.execute(text("SELECT 1 FROM findings LIMIT 1")).all())


def _say_what_columns_mean(connection: Connection) -> None:
    """Let the database itself say what its tables and columns mean, as the code does now."""
    for table in METADATA.sorted_tables:
        connection.execute(SetTableComment(table))
        for column in table.columns:
            connection.execute(SetColumnComment(column))
