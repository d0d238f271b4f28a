"""What comes back from any format equals what went in, whatever a page put into a report.

Text that no typed column can hold (NUL, a lone surrogate) comes back as U+FFFD; JSON lines keep it.
Stores have theirs in `tests/stores`, CSV and workbooks of headline figures in `test_spreadsheets`.
"""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crawler.feeds import exporters, spreadsheets
from crawler.feeds.dataset import write_dataset
from crawler.feeds.exporters import json_line, well_formed
from crawler.feeds.flat import FACT_COLUMNS, fact_rows
from crawler.feeds.lines import report_of, storable
from crawler.feeds.opensearch import _lines
from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.reading import items
from parsers.items import Agency, Check, Cut, Fact, Section, as_item
from tests.conftest import a_report
from tests.test_exporters import exported
from tests.test_spreadsheets import TRAPS

#: Lone surrogates and NUL among them, which `st.text()` alone leaves out.
ANY = st.sampled_from(TRAPS) | st.text(st.characters(), max_size=25)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)


@st.composite
def odd_reports(draw):
    """Reports with odd text wherever text may stand, and odd numbers."""
    text = draw(st.text(st.characters(), max_size=40))
    end = draw(st.integers(0, len(text)))
    facts = st.builds(
        lambda value, label: Fact(
            "requests.received", value, "件", "organ", label, "prose", 0, end
        ),
        NUMBERS,
        ANY,
    )
    return a_report(
        draw(st.integers(0, 10**6)),
        title=draw(st.none() | ANY),
        agency=Agency(name=draw(st.none() | ANY)),
        year=draw(st.none() | st.integers(2003, 2026)),
        text=text,
        url=f"http://a.example/{draw(ANY)}",
        sections=[Section(1, draw(ANY), draw(ANY), 0, end)],
        facts=draw(st.lists(facts, max_size=3)),
        checks=[Check(draw(ANY), "total", "fail", draw(st.none() | ANY))],
        spam=[Cut("link_farm", draw(ANY), "removed", "farm", draw(st.none() | ANY), 2)],
        warnings=draw(st.lists(ANY, max_size=2)),
    )


def plain(report):
    """The item as JSON has it: tuples are lists."""
    return json.loads(json.dumps(as_item(report)))


def lines_of(content):
    return [plain(report_of(line)) for line in content.splitlines()]


JSON = {
    exporters.JsonLinesExporter: lines_of,
    exporters.GzipLinesExporter: lambda content: lines_of(gzip.decompress(content)),
    exporters.ZstdLinesExporter: lambda content: lines_of(zstd.decompress(content)),
}
several = given(st.lists(odd_reports(), min_size=1, max_size=3, unique_by=lambda r: r.capture_id))
often = settings(max_examples=10, derandomize=True, deadline=None)


@pytest.mark.parametrize("exporter", JSON, ids=lambda each: each.__name__)
@often
@several
def test_json_lines_give_back_what_went_in(exporter, reports):
    assert JSON[exporter](exported(exporter, *reports)) == [plain(each) for each in reports]


@often
@several
def test_parquet_gives_back_what_went_in(reports):
    table = pq.read_table(io.BytesIO(exported(exporters.ParquetExporter, *reports)))
    assert table.to_pylist() == [well_formed(plain(each)) for each in reports]


@often
@several
def test_flat_parquet_gives_back_what_went_in(reports):
    table = pq.read_table(io.BytesIO(exported(exporters.FactsParquetExporter, *reports)))
    wanted = [row for each in reports for row in fact_rows(well_formed(plain(each)))]
    assert [list(row.values()) for row in table.to_pylist()] == wanted


@often
@several
def test_a_dataset_gives_back_what_went_in(reports):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        feed = folder / "feed.jsonl"
        feed.write_bytes(b"".join(map(json_line, reports)))
        write_dataset(feed, folder / "panel")
        parts = {each: _read(folder / "panel" / each) for each in ("reports", "facts")}
    items = [well_formed(plain(each)) for each in reports]
    wanted = [{**item, "year": str(item["year"]).lower()} for item in items]
    assert sorted(parts["reports"], key=repr) == sorted(_without_order(wanted), key=repr)
    at = list(FACT_COLUMNS).index("year")
    figures = [
        {**dict(zip(FACT_COLUMNS, row, strict=True)), "year": str(row[at]).lower()}
        for item in items
        for row in fact_rows(item)
    ]
    assert sorted(parts["facts"], key=repr) == sorted(_without_order(figures), key=repr)


def _read(folder):
    """Every row of a table's files, the year out of the folder's name."""
    found = []
    for path in folder.rglob("*.parquet"):
        year = path.parent.name.removeprefix("year=")
        found += [{**row, "year": year} for row in pq.ParquetFile(path).read().to_pylist()]
    return _without_order(found)


def _without_order(rows):
    return [dict(sorted(row.items())) for row in rows]


@settings(max_examples=4, derandomize=True, deadline=None)
@several
def test_a_sqlite_feed_gives_back_what_went_in(reports):
    with tempfile.TemporaryDirectory() as name:
        feed = Path(name, "feed.jsonl")
        feed.write_bytes(b"".join(map(json_line, reports)))
        address = f"sqlite:///{name}/a.db"
        load(address, feed)
        with engine_of(address, writes=False).connect() as connection:
            found = list(items(connection))
    wanted = [well_formed(plain(each)) for each in reports]
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


@settings(max_examples=6, derandomize=True, deadline=None)
@several
def test_a_workbook_gives_back_figures_to_sixteen_digits(reports):
    wanted = [row for each in reports for row in fact_rows(well_formed(plain(each)))]
    content = exported(spreadsheets.WorkbookExporter, *reports)
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    _, *rows = book.get_sheet_by_name("facts").to_python()
    value, start = (list(FACT_COLUMNS).index(name) for name in ("value", "start"))
    # A spreadsheet shows fifteen digits of a number; its writer keeps sixteen.
    due = [(float(f"{row[value]:.16G}"), row[start]) for row in wanted]
    assert [(row[value], row[start]) for row in rows] == due
    assert b"<f>" not in content


@often
@several
def test_a_bulk_request_is_a_line_an_action_and_a_line_a_document(reports):
    documents = {each.capture_id: orjson.dumps(storable(json_line(each))) for each in reports}
    body = _lines(documents)
    lines = body.split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["index"]["_id"] for line in lines[::2]] == list(documents)
    assert [json.loads(line) for line in lines[1::2]] == [well_formed(plain(r)) for r in reports]


def test_a_text_too_long_for_a_cell_is_cut_with_a_word_and_spoils_nothing():
    fact = Fact("requests.received", 1.0, "件", "organ", "长" * 40_000, "prose", 0, 2)
    content = exported(spreadsheets.WorkbookExporter, a_report(title="题" * 40_000, facts=[fact]))
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    for sheet in ("reports", "facts"):
        _, row = book.get_sheet_by_name(sheet).to_python()
        (long,) = (cell for cell in row if isinstance(cell, str) and len(cell) > 1000)
        assert len(long) == spreadsheets.CELL
        assert long.endswith("the whole is in the other formats]")
