"""The formats in which items leave: JSON lines, Parquet, SQLite, each a Scrapy item exporter.

Knows the item contract through `parsers.items`, so that a new field needs no line here. A live
crawl and a re-parse use the same classes, which is why their feeds are equal byte for byte. Never
opens a target: `storages` does. Parquet and SQLite hold reports only; JSON lines takes any
item.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import types
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Union, get_args, get_origin

import orjson
from backports import zstd
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter
from scrapy.utils.serialize import ScrapyJSONEncoder

from parsers.errors import FeedError
from parsers.items import Report, as_item

#: What no typed column can hold: lone surrogates, and the NUL that ends a text in many programs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def json_line(report: Report) -> bytes:
    """Return `report` as one line of UTF-8 JSON, keys in the contract's order, with its line feed.

    A lone surrogate has no UTF-8: a report that holds one is written in ASCII with escapes, so
    that the line stays valid JSON and says what the report says.
    """
    try:
        return orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        text = json.dumps(as_item(report), separators=(",", ":"))
        return text.encode("ascii") + b"\n"


class Escaping:
    """For Scrapy's exporters of JSON: an item with a lone surrogate is written in ASCII."""

    encoder: Any
    _kwargs: dict[str, Any]

    def export_item(self, item: Any) -> None:
        """Write one item; Scrapy's exporters write nothing before they have encoded all of it."""
        try:
            super().export_item(item)  # type: ignore[misc]  # of the class beside this one
        except UnicodeEncodeError:
            plain = self.encoder
            self.encoder = ScrapyJSONEncoder(**self._kwargs | {"ensure_ascii": True})
            try:
                super().export_item(item)  # type: ignore[misc]
            finally:
                self.encoder = plain


class JsonLinesExporter(Escaping, JsonLinesItemExporter):
    """Scrapy's JSON lines; a report in the contract's order and by orjson."""

    def export_item(self, item: Any) -> None:
        """Write one line. A feed that asks for some fields only is Scrapy's own matter."""
        if isinstance(item, Report) and self.fields_to_export is None:
            self.file.write(json_line(item))
        else:
            super().export_item(item)


class ParquetExporter(BaseItemExporter):
    """Reports as a typed, nested Parquet table (zstd): one row a report."""

    _kind = "ReportTable"

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def start_exporting(self) -> None:
        """Begin the table; one without rows still has its schema."""
        # Scrapy loads every exporter class of the settings; a crawl without such a feed must not
        # pay for Arrow (28 MB of memory).
        from crawler.feeds import parquet  # noqa: PLC0415

        self._table = getattr(parquet, self._kind)(self._file)

    def export_item(self, item: Any) -> None:
        """Add one report. Raises FeedError for any other item."""
        self._table.add(json_line(a_report(item, "parquet")))

    def finish_exporting(self) -> None:
        """Write the last rows and the footer."""
        self._table.close()


class FactsParquetExporter(ParquetExporter):
    """The figures of reports as a flat Parquet table: one row a figure."""

    _kind = "FactTable"


class SqliteExporter(BaseItemExporter):
    """Reports as a SQLite database: a store (`crawler.stores`) of its own, views included.

    The items wait as JSON lines in a temporary folder; the database is built at the end and copied,
    so it goes wherever a feed can go. The same reports give the same bytes.
    """

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def start_exporting(self) -> None:
        """Open the waiting lines."""
        self._folder = TemporaryDirectory(prefix="reports-")
        self._lines = (Path(self._folder.name) / "reports.jsonl").open("wb")

    def export_item(self, item: Any) -> None:
        """Take one report. Raises FeedError for any other item."""
        self._lines.write(json_line(a_report(item, "sqlite")))

    def finish_exporting(self) -> None:
        """Build the database and copy it into the feed."""
        # Its drivers are not for a crawl without such a feed: see `crawler.stores.addresses`.
        from crawler.stores.building import build_file  # noqa: PLC0415

        self._lines.close()
        built = build_file(Path(self._lines.name))
        with built.open("rb") as file:
            shutil.copyfileobj(file, self._file)
        self._folder.cleanup()


class GzipLinesExporter(JsonLinesExporter):
    """JSON lines, gzipped; the same items give the same bytes."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        self._packed = gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0)
        super().__init__(self._packed, **kwargs)  # type: ignore[arg-type]  # as Scrapy uses it

    def finish_exporting(self) -> None:
        """End the gzip member; the feed's own file stays open."""
        self._packed.close()


class ZstdLinesExporter(JsonLinesExporter):
    """JSON lines as zstd: a fifth smaller than gzip and written several times as fast."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        self._packed = zstd.ZstdFile(file, mode="wb")
        super().__init__(self._packed, **kwargs)  # type: ignore[arg-type]  # as Scrapy uses it

    def finish_exporting(self) -> None:
        """End the frame; the feed's own file stays open."""
        self._packed.close()


def without_none(hint: Any) -> tuple[Any, bool]:
    """Return the type in `hint` and whether it may be None."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    some = [kind for kind in get_args(hint) if kind is not types.NoneType]
    return some[0], True


def a_report(item: Any, form: str) -> Report:
    """Return the item, a report. Raises FeedError for any other in a feed of format `form`."""
    if not isinstance(item, Report):
        kind = type(item).__name__
        raise FeedError(
            f"a {form} feed holds reports, not items of type {kind}: write .jsonl or .csv, or name "
            "the classes that it takes in the feed's item_classes"
        )
    return item


def well_formed(value: Any) -> Any:
    """Return `value` with NUL and lone surrogates, which no typed column can hold, as U+FFFD."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: well_formed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [well_formed(each) for each in value]
    return value
