"""Which addresses are stores, and how one is shown. Knows strings only: no driver is imported.

Scrapy loads every storage class and every command of a project at each start; what they need of the
stores is here, so that a crawl without a store pays nothing for SQLAlchemy (25 MB of memory).
"""

from __future__ import annotations

import hashlib
import re

#: Scheme → SQLAlchemy's driver for it.
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "duckdb": "duckdb"}
#: Schemes of all places that take items rather than a file: `crawler.feeds.batches`.
PLACES = frozenset({*DRIVERS, "dataset", "opensearch", "opensearch+https", "kafka"})
#: What Scrapy calls the format that a store is fed with.
FORMAT = "jsonlines"

_BATCH = re.compile(r"[?&]batch=\d+$")
# The user, who may hold an @ (Azure's `reader@server`), behind a scheme that may have a slash too
# few or too many: what is no address is shown as well, to say so. A file has neither.
_USER = r"\A(?!(?:sqlite|duckdb):///|dataset:)((?>[\w+.-]*:/{1,3}|[\w+.-]*//|)[^/?#:]*):"
# A password ends at the last @ of the authority; one that should have been escaped, as the secrets
# of S3 are, at the last @ that a host and a path follow. Neither reaches into a place's own path.
_SURE = r"[^?#]*@(?=[^@?#]*/)|[^/?#]*@"
# Behind a port, an @ is of the path or the query; behind anything else it may be a password's.
_LIKELY = r"(?!\d{1,5}(?:[,/?#]|\Z)).*@"
_PASSWORD = re.compile(f"{_USER}(?:{_SURE})")
_PERHAPS = re.compile(f"{_USER}(?:{_SURE}|{_LIKELY})", re.DOTALL)
_IN_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&]+")


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
    return _IN_QUERY.sub(r"\1***", _PERHAPS.sub(r"\1:***@", address))


def identity(address: str) -> str:
    """Return what tells a place from every other, whatever its password. Never shown or stored.

    Where `shown` can only suppose what a password is, two places may look alike; here they do not.

    >>> identity("postgresql://reader:secret@db.example/reports")
    'postgresql://reader:***@db.example/reports'
    """
    return _IN_QUERY.sub(r"\1***", _PASSWORD.sub(r"\1:***@", address))


def digest(address: str) -> str:
    """Return the identity of a place as a file may hold it."""
    return hashlib.sha256(identity(address).encode()).hexdigest()[:16]
