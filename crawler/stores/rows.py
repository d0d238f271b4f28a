"""An item as rows of the store. Pure: dicts in, tuples and columns out.

The columns are read off `schema`: a field that the contract gains is a column there and no line
here. Figures go from the item straight into columns: Arrow takes them as they are, and rows are
made of them without a step of Python each. Text that no database can hold (lone surrogates, NUL) is
U+FFFD already: `feeds.lines`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from crawler.feeds.lines import portions, storable
from crawler.stores import schema
from crawler.stores.organs import latest_name, organ_id, succession
from parsers.items import stable_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Table

Row = tuple[Any, ...]

#: The objects of an item whose fields are columns of `reports` (`agency_name`).
_OBJECTS = ("source", "agency", "period", "attached_to", "duplicate_of")
#: Where and when the same content was met says nothing of how it was read.
_NOT_READ = ("url", "final_url", "fetched_at", "archive")
#: Of each part's table: how to take the columns behind `position` out of the item's object.
#: `evidence`, the last of a fact's, is cut from the text.
_FIELDS = {
    table.name: [itemgetter(name) for name in table.columns.keys()[2:] if name != "evidence"]
    for table in schema.PARTS
}
_NUMBERS = re.compile(r"\d+")


class Parts:
    """The rows of one table that hang on a batch's readings, column by column."""

    def __init__(self, table: Table) -> None:
        self._columns: list[list[Any]] = [[] for _ in table.columns]
        self._fields = _FIELDS[table.name]
        self._spans: dict[str, slice] = {}

    def add(self, reading: str, parts: list[dict[str, Any]], text: str) -> None:
        """Take a reading's objects; they stand in the place of those that it had before."""
        readings, places, *columns = self._columns
        begin = len(readings)
        readings.extend(repeat(reading, len(parts)))
        places.extend(range(len(parts)))
        for column, field_of in zip(columns, self._fields, strict=False):
            column.extend(map(field_of, parts))
        if len(columns) > len(self._fields):
            columns[-1].extend([text[part["start"] : part["end"]] for part in parts])
        self._spans[reading] = slice(begin, len(readings))

    def of(self, readings: Collection[str]) -> list[list[Any]]:
        """Return the columns of what hangs on `readings`, each as long as the others."""
        spans = [self._spans[reading] for reading in readings]
        if sum(span.stop - span.start for span in spans) == len(self._columns[0]):
            return self._columns  # a first load: nothing is left out, nothing is copied
        return [
            list(chain.from_iterable(column[span] for span in spans)) for column in self._columns
        ]


@dataclass(slots=True)
class Batch:
    """The rows of some items, each key once: the last item of a reading stands.

    `parts` holds, per table, what hangs on the readings.
    """

    captures: dict[str, Row] = field(default_factory=dict)
    organs: dict[str, Row] = field(default_factory=dict)
    successions: dict[str, Row] = field(default_factory=dict)
    reports: dict[str, Row] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Parts] = field(
        default_factory=lambda: {table.name: Parts(table) for table in schema.PARTS}
    )
    portals: set[str] = field(default_factory=set)
    items: int = 0


def batches(lines: Iterable[bytes], items: int, size: int) -> Iterator[Batch]:
    """Part a feed of JSON lines into batches of `items`, fewer where they reach `size` bytes.

    Raises ValueError for a bad line.
    """
    for portion in portions(lines, items, size):
        batch = Batch()
        for line in portion:
            add(batch, storable(line))
        yield batch


def add(batch: Batch, item: dict[str, Any]) -> None:
    """Put an item's rows into `batch`."""
    batch.items += 1
    capture = _row(schema.CAPTURES, _opened(item, ("archive",)))
    _keep_first(batch.captures, item["capture_id"], capture)
    organ = add_organ(batch, item["agency"], item["year"])
    if item["source"]["portal"]:
        batch.portals.add(item["source"]["portal"])
    reading = stable_id(item["capture_id"], item["parser_version"])
    batch.reports[reading] = _report(reading, organ, item)
    batch.digests[reading] = batch.reports[reading][-1]
    for table, name in schema.PARTS.items():
        batch.parts[table.name].add(reading, item[name], item["text"])


def add_organ(batch: Batch, agency: dict[str, Any], year: int | None) -> str | None:
    """Put the organ that a report of `year` names into `batch`; return its id."""
    organ = organ_id(agency)
    if organ is None:
        return None
    named = {"organ_id": organ, "name": agency["name"] or agency["id"], "name_year": year}
    _keep_latest_name(batch.organs, organ, _row(schema.ORGANS, {**agency, **named}))
    ended = succession(agency)
    if ended:
        # Of all its names the one that the id is made of: any order of loading gives the same row.
        values = {"organ_id": organ, "name": latest_name(agency["name"]), **asdict(ended)}
        batch.successions[organ] = _row(schema.SUCCESSIONS, values)
    return organ


def _report(reading: str, organ: str | None, item: dict[str, Any]) -> Row:
    values = _opened(item, _OBJECTS)
    values |= {
        "reading_id": reading,
        "organ_id": organ,
        "parser_order": sortable(item["parser_version"]),
        "warnings": orjson.dumps(item["warnings"]).decode(),
        "item_digest": _digest(item),
    }
    return _row(schema.REPORTS, values)


def _opened(item: dict[str, Any], objects: tuple[str, ...]) -> dict[str, Any]:
    """Return the item with each named object's fields beside its own."""
    values = dict(item)
    for name in objects:
        inner = item[name] or {}
        values |= {f"{name}_{key}": each for key, each in inner.items()}
    return values


def _row(table: Table, values: dict[str, Any]) -> Row:
    return tuple(map(values.get, table.columns.keys()))


def _keep_first(captures: dict[str, Row], capture: str, row: Row) -> None:
    """Keep the earliest capture of one content: (fetched_at, file, offset) decide."""
    if capture not in captures or captured(row) < captured(captures[capture]):
        captures[capture] = row


def captured(row: Row) -> tuple[str, str, int]:
    """Return what orders captures of one content: time, file, offset."""
    _, _, _, fetched_at, filename, offset, *_ = row
    return fetched_at, filename, offset


def _keep_latest_name(organs: dict[str, Row], organ: str, row: Row) -> None:
    if organ not in organs or _named(row) < _named(organs[organ]):
        organs[organ] = row


def _named(row: Row) -> tuple[int, str]:
    _, name, year, *_ = row
    return -(year or 0), name


def sortable(version: str) -> str:
    """Return a version as a text that sorts by age.

    >>> sortable("0.9.0") < sortable("0.10.0")
    True
    """
    return _NUMBERS.sub(lambda number: number[0].zfill(6), version)


def _digest(item: dict[str, Any]) -> str:
    read = {key: value for key, value in item.items() if key not in _NOT_READ}
    return hashlib.sha256(orjson.dumps(read)).hexdigest()
