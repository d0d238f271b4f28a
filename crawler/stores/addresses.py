"""Which addresses are stores, and how one is shown. Knows strings only: no driver is imported.

Scrapy loads every storage class and every command of a project at each start; what they need of the
stores is here, so that a crawl without a store pays nothing for SQLAlchemy (25 MB of memory).
"""

from __future__ import annotations

import re

#: Scheme → SQLAlchemy's driver for it.
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "duckdb": "duckdb"}
#: Schemes of all places that take items rather than a file: `crawler.feeds.batches`.
PLACES = frozenset({*DRIVERS, "dataset", "opensearch", "opensearch+https", "kafka"})
#: What Scrapy calls the format that a store is fed with.
FORMAT = "jsonlines"

_BATCH = re.compile(r"[?&]batch=\d+$")
# Up to the last @: a password that should have been escaped is one as well, and so is one behind a
# slash too few, which is no address and is shown to say so.
_PASSWORD = re.compile(r"\A([\w+.-]*:/{0,2}[^/@:]*):.*@", re.DOTALL)
_IN_QUERY = re.compile(r"(?<=[?&]password=)[^&]+")


def is_store(address: str) -> bool:
    """Whether an address names a store, rather than a file or a bucket."""
    scheme, colon, rest = address.partition(":")
    return bool(colon) and scheme in DRIVERS and rest.startswith("//")


def takes_items(address: str) -> bool:
    """Whether an address names a place that takes items: a store, a dataset, a service."""
    scheme, colon, _ = address.partition(":")
    return scheme in PLACES and bool(colon) and (scheme == "dataset" or "://" in address)


def with_batch(address: str, number: int) -> str:
    """Return the address of a batch on its way to a place: it waits in a file of its own.

    >>> without_batch(with_batch("postgresql://db/reports?sslmode=require", 3))
    'postgresql://db/reports?sslmode=require'
    """
    return f"{address}{'&' if '?' in address else '?'}batch={number}"


def without_batch(address: str) -> str:
    """Return the address of the place itself."""
    return _BATCH.sub("", address)


def shown(address: str) -> str:
    """Return an address without its password, to be shown.

    >>> shown("postgresql://reader:secret@db.example/reports")
    'postgresql://reader:***@db.example/reports'
    >>> shown("postgresql://reader@db.example/reports?password=secret&sslmode=require")
    'postgresql://reader@db.example/reports?password=***&sslmode=require'
    >>> shown("postgresql:/reader:se@cret@db.example/reports")
    'postgresql:/reader:***@db.example/reports'
    """
    return _IN_QUERY.sub("***", _PASSWORD.sub(r"\1:***@", address))
