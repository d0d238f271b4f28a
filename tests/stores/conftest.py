"""A store of each kind for a test: two files, and a database of a real PostgreSQL."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from crawler.feeds.exporters import json_line
from crawler.stores import schema
from crawler.stores.engines import engine_of
from tests.servers.postgres import database, postgresql

KINDS = ("sqlite", "duckdb", "postgresql")


@pytest.fixture(scope="session")
def server():
    with postgresql() as address:
        yield address


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """The address of a new, empty store."""
    if request.param == "postgresql":
        with database(request.getfixturevalue("server"), f"t{uuid.uuid4().hex}") as address:
            yield address
    else:
        yield f"{request.param}:///{tmp_path / 'store.db'}"


@pytest.fixture
def feed(tmp_path):
    """Writes reports as a feed of JSON lines; gives its path."""

    def written(*reports, name="feed.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"".join(map(json_line, reports)))
        return path

    return written


def rows(address, query):
    with engine_of(address, writes=False).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query)).all()]


def contents(address):
    """Every table's rows; when a feed was loaded is the clock's."""
    loaded = {
        table.name: sorted(rows(address, str(table.select())), key=repr)
        for table in schema.METADATA.sorted_tables
    }
    loaded["runs"] = [(run, name, items) for run, name, _, items, _ in loaded["runs"]]
    return loaded
