"""Items out of a store, equal to those that went in (see `rows` for what text cannot be stored).

The way back for whoever wants another format: `scrapy store export`. Reads only, one item at a
time, in the order of `reading_id`.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import orjson
from sqlalchemy import select

from crawler.feeds.exporters import without_none
from crawler.stores import schema
from parsers.items import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

#: Readings whose parts are fetched by one query a table.
_AT_ONCE = 500


def items(connection: Connection, *, current: bool = True) -> Iterator[dict[str, Any]]:
    """Give each reading as the item that it was, by `reading_id`; only the newest parser's, or all.

    Facts, checks and all other lists are in the item's order.
    """
    names = _names(connection, current=current)
    for start in range(0, len(names), _AT_ONCE):
        yield from _some(connection, names[start : start + _AT_ONCE])


def _names(connection: Connection, *, current: bool) -> list[str]:
    reports = schema.REPORTS
    query = select(reports.c.reading_id).order_by(reports.c.reading_id)
    if current:
        later = reports.alias()
        newer = select(later.c.reading_id).where(
            later.c.capture_id == reports.c.capture_id,
            later.c.parser_order > reports.c.parser_order,
        )
        query = query.where(~newer.exists())
    return [row.reading_id for row in connection.execute(query)]


def _some(connection: Connection, names: list[str]) -> Iterator[dict[str, Any]]:
    reports, captures = schema.REPORTS, schema.CAPTURES
    query = (
        select(reports, *(column for column in captures.columns if column.name != "capture_id"))
        .join(captures, captures.c.capture_id == reports.c.capture_id)
        .where(reports.c.reading_id.in_(names))
        .order_by(reports.c.reading_id)
    )
    parts = {table.name: _parts(connection, table, names) for table in schema.PARTS}
    for row in connection.execute(query).mappings():
        yield _item(dict(row), parts)


def _parts(
    connection: Connection, table: Table, names: list[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return reading → its rows of `table` as the item's objects, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = (
        select(table)
        .where(table.c.reading_id.in_(names))
        .order_by(table.c.reading_id, table.c.position)
    )
    for row in connection.execute(query).mappings():
        values = dict(row)
        reading = values.pop("reading_id")
        del values["position"]
        values.pop("evidence", None)
        found.setdefault(reading, []).append(values)
    return found


def _item(row: dict[str, Any], parts: dict[str, dict[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    reading = row["reading_id"]
    row["warnings"] = orjson.loads(row["warnings"])
    row |= {name: parts[table.name].get(reading, []) for table, name in schema.PARTS.items()}
    hints = get_type_hints(Report)
    return {each.name: _field(row, each.name, hints[each.name]) for each in fields(Report)}


def _field(row: dict[str, Any], name: str, hint: Any) -> Any:
    """Return a field's value: a column of its name, or an object of its fields' columns."""
    kind, nullable = without_none(hint)
    if get_origin(kind) in (list, tuple):
        return _ordered(row[name], get_args(kind)[0])
    if not (is_dataclass(kind) and isinstance(kind, type)):
        return row[name]
    value = {each.name: row[f"{name}_{each.name}"] for each in fields(kind)}
    absent = nullable and all(part is None for part in value.values())
    return None if absent else value


def _ordered(parts: list[Any], kind: Any) -> list[Any]:
    """Return the objects with their fields in the contract's order."""
    if not is_dataclass(kind):
        return parts
    return [{each.name: part[each.name] for each in fields(kind)} for part in parts]
