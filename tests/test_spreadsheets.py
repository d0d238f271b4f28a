from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crawler.feeds.exporters import GzipLinesExporter, ZstdLinesExporter, well_formed
from crawler.feeds.flat import (
    FACT_COLUMNS,
    REPORT_COLUMNS,
    fact_rows,
    guarded,
    report_row,
    unguarded,
)
from crawler.feeds.headlines import HEADLINES, headlines
from crawler.feeds.parquet import pq
from crawler.feeds.spreadsheets import FactsCsvExporter, ReportCsvExporter, WorkbookExporter
from parsers.items import Fact, as_item
from tests.conftest import a_report
from tests.test_exporters import exported

#: What a spreadsheet or a careless program takes for more than text.
TRAPS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x", " =1", "\ufeff=1", "'",
    "'=1", '"', 'a"b', "a,b", "a;b", "a\nb", "a\r\nb", "\u202e", "_x0041_", "\x01", "\x1b[31m",
    '=HYPERLINK("http://a.example")', "|cmd", "%0A",
)  # fmt: skip
ANY_TEXT = st.sampled_from(TRAPS) | st.text(max_size=30)


def table(content):
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def as_text(value):
    return "" if value is None else str(value)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_csv_gives_back_what_went_in(title, label):
    fact = Fact("requests.received", -12.5, "件", "organ", label, "prose", 0, 2)
    report = a_report(title=title, facts=[fact])
    plain = well_formed(as_item(report))
    head, row = table(exported(ReportCsvExporter, report))
    assert head == list(REPORT_COLUMNS)
    assert list(map(unguarded, row)) == list(map(as_text, report_row(plain)))
    _, facts = table(exported(FactsCsvExporter, report))
    assert list(map(unguarded, facts)) == list(map(as_text, *fact_rows(plain)))


@pytest.mark.parametrize("text", TRAPS[:12])
def test_no_cell_of_text_is_a_formula(text):
    _, row = table(exported(ReportCsvExporter, a_report(title=text)))
    assert row[list(REPORT_COLUMNS).index("title")].startswith("'")


def test_a_negative_figure_stays_a_number():
    fact = Fact("proactive.total", -3.0, "条", "organ", "减", "table", 0, 1)
    _, row = table(exported(FactsCsvExporter, a_report(facts=[fact])))
    assert row[list(FACT_COLUMNS).index("value")] == "-3.0"


def test_another_spiders_item_is_scrapys_csv():
    assert table(exported(ReportCsvExporter, {"a": "1"})) == [["a"], ["1"]]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_a_workbook_gives_back_what_went_in(titles):
    # Line ends are one character in a workbook's XML, and NUL and noncharacters are not XML at all.
    titles = [title.replace("\r", "") for title in titles]
    reports = [a_report(number, title=title) for number, title in enumerate(titles)]
    book = CalamineWorkbook.from_object(io.BytesIO(exported(WorkbookExporter, *reports)))
    assert book.sheet_names == ["reports", "facts", "columns"]
    head, *rows = book.get_sheet_by_name("reports").to_python()
    place = head.index("title")
    wanted = [well_formed(title) for title in titles]
    assert [row[place] for row in rows] == wanted


def test_a_workbooks_formula_is_a_string():
    content = exported(WorkbookExporter, a_report(title="=1+1"))
    rows = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_name("reports")
    assert "=1+1" in rows.to_python()[1]
    assert b"<f>" not in content


def test_packed_lines_are_the_plain_ones(report):
    import gzip  # noqa: PLC0415

    from backports import zstd  # noqa: PLC0415

    from crawler.feeds.exporters import JsonLinesExporter  # noqa: PLC0415

    plain = exported(JsonLinesExporter, report, report)
    assert gzip.decompress(exported(GzipLinesExporter, report, report)) == plain
    assert zstd.decompress(exported(ZstdLinesExporter, report, report)) == plain
    assert exported(GzipLinesExporter, report) == exported(GzipLinesExporter, report)


def test_a_flat_parquet_has_a_row_a_figure(report):
    from crawler.feeds.exporters import FactsParquetExporter  # noqa: PLC0415

    rows = pq.read_table(io.BytesIO(exported(FactsParquetExporter, report))).to_pylist()
    assert [list(row.values()) for row in rows] == list(fact_rows(as_item(report)))
    assert list(rows[0]) == list(FACT_COLUMNS)


def test_a_headline_figure_is_the_tables_before_the_sentences():
    facts = [
        Fact("requests.received", 5.0, "件", "organ", "收到", "prose", 0, 1),
        Fact("requests.new.total", 6.0, "件", "organ", "新收", "table", 0, 1),
        Fact("requests.granted.total", 2.0, "件", "part", "予以公开", "table", 0, 1),
    ]
    stated = headlines(as_item(a_report(facts=facts))["facts"])
    assert stated["received"] == 6.0
    assert stated["granted"] is None
    assert list(stated) == list(HEADLINES)


def test_a_sum_of_which_a_part_is_not_stated_is_no_figure():
    direct = Fact("remedies.litigation_direct.total", 1.0, "件", "organ", "", "table", 0, 1)
    after = Fact("remedies.litigation_after_review.total", 2.0, "件", "organ", "", "table", 0, 1)
    assert headlines(as_item(a_report(facts=[direct]))["facts"])["litigation"] is None
    assert headlines(as_item(a_report(facts=[direct, after]))["facts"])["litigation"] == 3.0


def test_the_guard_comes_off():
    assert [unguarded(guarded(text)) for text in TRAPS] == list(TRAPS)
