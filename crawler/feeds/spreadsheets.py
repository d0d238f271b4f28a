"""Feeds for people who open a table: CSV in two shapes, and a workbook of both.

`csv` has a row a report with its headline figures, `facts-csv` a row a figure with its evidence,
`xlsx` both as sheets and a third that says what each column means. Reports only in the latter two;
`csv` leaves other spiders' items to Scrapy. Never opens a target: `crawler.feeds.storages` does.
"""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from scrapy.exporters import BaseItemExporter, CsvItemExporter

from crawler.feeds.exporters import a_report, well_formed
from crawler.feeds.flat import (
    FACT_COLUMNS,
    MEANING_COLUMNS,
    REPORT_COLUMNS,
    Value,
    fact_rows,
    guarded,
    report_row,
)
from parsers.items import Report, as_item

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a cell of a workbook holds at most, characters; and rows of a sheet, its head included.
#: Source: ECMA-376 as spreadsheet programs implement it.
CELL = 32_767
ROWS = 1_048_576
_CUT = "…[cut: the whole is in the other formats]"


class ReportCsvExporter(CsvItemExporter):
    """One row a report; any other item as Scrapy writes it."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(file, **kwargs)  # type: ignore[arg-type]  # any binary file will do
        self._table: _Csv | None = None
        self._target = file

    def export_item(self, item: Any) -> None:
        """Write one row. A feed that asks for some fields only is Scrapy's own matter."""
        if not isinstance(item, Report) or self.fields_to_export is not None:
            super().export_item(item)
            return
        self._table = self._table or _Csv(self._target, REPORT_COLUMNS)
        self._table.add(report_row(well_formed(as_item(item))))


class FactsCsvExporter(BaseItemExporter):
    """One row a figure."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def start_exporting(self) -> None:
        """Write the head: a feed without figures still has its columns."""
        self._table = _Csv(self._file, FACT_COLUMNS)

    def export_item(self, item: Any) -> None:
        """Write the figures of one report. Raises FeedError for any other item."""
        for row in fact_rows(well_formed(as_item(a_report(item, "facts-csv")))):
            self._table.add(row)


class WorkbookExporter(BaseItemExporter):
    """An XLSX workbook: sheets `reports`, `facts` and `columns`. Every text is a typed string."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def start_exporting(self) -> None:
        """Begin the workbook in a temporary folder; rows go to the disk as they come."""
        # Scrapy loads every exporter of the settings: a crawl without a workbook pays nothing.
        import xlsxwriter  # noqa: PLC0415

        self._folder = TemporaryDirectory(prefix="workbook-")
        self._path = Path(self._folder.name) / "reports.xlsx"
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._book = xlsxwriter.Workbook(str(self._path), options)
        self._reports = _Sheet(self._book, "reports", REPORT_COLUMNS)
        self._facts = _Sheet(self._book, "facts", FACT_COLUMNS)

    def export_item(self, item: Any) -> None:
        """Add one report and its figures. Raises FeedError for any other item."""
        plain = well_formed(as_item(a_report(item, "xlsx")))
        self._reports.add(report_row(plain))
        for row in fact_rows(plain):
            self._facts.add(row)

    def finish_exporting(self) -> None:
        """Add the sheet of meanings, close the workbook and copy it into the feed."""
        meanings = _Sheet(self._book, "columns", MEANING_COLUMNS)
        for sheet, columns in (("reports", REPORT_COLUMNS), ("facts", FACT_COLUMNS)):
            for name, meaning in columns.items():
                meanings.add([sheet, name, meaning])
        self._book.close()
        with self._path.open("rb") as built:
            shutil.copyfileobj(built, self._file)
        self._folder.cleanup()


class _Csv:
    """A CSV file in UTF-8 with CRLF and a head, as RFC 4180 has it."""

    def __init__(self, file: IO[bytes], columns: Iterable[str]) -> None:
        self._file = file
        # A feed that is appended to (-o) has its head already.
        if not (file.seekable() and file.tell()):
            self._write(list(columns))

    def add(self, row: list[Value]) -> None:
        self._write([guarded(value) if isinstance(value, str) else value for value in row])

    def _write(self, row: list[Value]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(["" if value is None else value for value in row])
        self._file.write(line.getvalue().encode())


class _Sheet:
    """A sheet with a bold, frozen head; goes on in a second one where it is full."""

    def __init__(self, book: Any, name: str, columns: Iterable[str]) -> None:
        self._book, self._name, self._columns = book, name, list(columns)
        self._sheets = 0
        self._begin()

    def add(self, row: list[Value]) -> None:
        if self._row >= ROWS:
            self._begin()
        for column, value in enumerate(row):
            self._put(column, value)
        self._row += 1

    def _begin(self) -> None:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name} {self._sheets}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"bold": True})
        for column, title in enumerate(self._columns):
            self._sheet.write_string(0, column, title, bold)
        self._row = 1

    def _put(self, column: int, value: Value) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, str):
            text = value if len(value) <= CELL else value[: CELL - len(_CUT)] + _CUT
            self._sheet.write_string(self._row, column, text)
        elif value is not None:
            self._sheet.write_number(self._row, column, value)
