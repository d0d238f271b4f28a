from __future__ import annotations

import io
import json
import sqlite3

import pyarrow.parquet as pq
import pytest
from lxml import etree

from crawler.feeds.documents import JsonExporter, XmlExporter
from crawler.feeds.exporters import JsonLinesExporter, ParquetExporter, SqliteExporter
from parsers.errors import FeedError
from parsers.items import as_item
from tests.conftest import a_report


def exported(exporter_class, *items, **options):
    file = io.BytesIO()
    exporter = exporter_class(file, **{"encoding": "utf-8", "fields_to_export": None, **options})
    exporter.start_exporting()
    try:
        for item in items:
            exporter.export_item(item)
    finally:
        exporter.finish_exporting()
    return file.getvalue()


def plain(report):
    return json.loads(json.dumps(as_item(report)))


def database(content, folder):
    path = folder / "reports.sqlite"
    path.write_bytes(content)
    return sqlite3.connect(path)


def test_a_json_line_is_the_item_in_the_contracts_order(report):
    line = exported(JsonLinesExporter, report)
    assert json.loads(line) == plain(report)
    assert list(json.loads(line)) == list(as_item(report))
    assert line.endswith(b"}\n")
    assert "某市人民政府".encode() in line


def test_a_json_line_with_a_lone_surrogate_says_what_the_report_says():
    broken = a_report(title="年报\ud800")
    assert json.loads(exported(JsonLinesExporter, broken))["title"] == "年报\ud800"


def test_half_a_character_is_an_escape_in_whatever_json():
    some = {"fields_to_export": ["title"]}
    broken = a_report(title="年报\ud800\x00")
    assert json.loads(exported(JsonLinesExporter, broken, **some)) == {"title": "年报\ud800\x00"}
    written = exported(JsonExporter, report := a_report(), broken, report)
    assert json.loads(written) == [plain(report), plain(broken), plain(report)]
    assert written.count("某市人民政府".encode()) == 2


def in_xml(content):
    """The items of an XML feed, a dict of nested dicts, lists and texts each."""

    def value(element):
        if not len(element):
            return element.text or ""
        if {child.tag for child in element} == {"value"}:
            return [value(child) for child in element]
        return {child.tag: value(child) for child in element}

    return [value(item) for item in etree.fromstring(content)]


def test_xml_says_what_the_report_says_and_nothing_of_what_it_does_not():
    (item,) = in_xml(exported(XmlExporter, report := a_report(published_on=None)))
    assert item["agency"] == {
        "name": report.agency.name,
        "evidence": "title",
        "level": "prefecture",
    }
    assert [fact["value"] for fact in item["facts"]] == ["12.0"]
    assert item["source"] == {"portal": "a", "official": "true"}
    assert "published_on" not in item


def test_no_text_breaks_an_xml_document():
    odd = "".join(map(chr, [*range(0x100), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x1F600]))
    (item,) = in_xml(exported(XmlExporter, a_report(title=odd, warnings=["a\x00b", "<&>]]>"])))
    assert item["warnings"] == ["a\ufffdb", "<&>]]>"]
    kept = {"\t", "\n", *(character for character in odd if character >= "\x20")}
    lost = set(odd[0x100:0x104])
    wanted = [each if each in kept - lost else "\ufffd" for each in odd]
    wanted[odd.index("\r")] = "\n"
    assert item["title"] == "".join(wanted)


def test_a_feed_of_some_fields_has_those_only(report):
    line = exported(JsonLinesExporter, report, fields_to_export=["year", "title"])
    assert json.loads(line) == {"year": 2023, "title": report.title}


def test_another_spiders_item_goes_out_as_scrapy_writes_it():
    assert json.loads(exported(JsonLinesExporter, {"名": 1})) == {"名": 1}


def test_a_parquet_row_is_the_item():
    reports = [a_report(1), a_report(2, duplicate_of=None, period=None, year=None, facts=[])]
    rows = pq.read_table(io.BytesIO(exported(ParquetExporter, *reports))).to_pylist()
    assert rows == [plain(report) for report in reports]


def test_a_parquet_feed_without_items_still_has_its_columns(report):
    table = pq.read_table(io.BytesIO(exported(ParquetExporter)))
    assert table.num_rows == 0
    assert table.column_names == list(as_item(report))


def test_parquet_types_do_not_depend_on_the_data():
    full = pq.read_schema(io.BytesIO(exported(ParquetExporter, a_report())))
    bare = pq.read_schema(io.BytesIO(exported(ParquetExporter, a_report(facts=[], period=None))))
    assert full == bare
    assert str(full.field("year").type) == "int64"


def test_a_sqlite_feed_is_a_store_with_its_views(tmp_path):
    content = exported(SqliteExporter, a_report(1), a_report(2, facts=[], period=None))
    base = database(content, tmp_path)
    rows = base.execute("SELECT year, period_start FROM reports ORDER BY report_id").fetchall()
    assert rows == [(2023, "2023-01-01"), (2023, None)]
    facts = base.execute("SELECT organ_id, metric, value, evidence FROM facts_current").fetchall()
    assert [row[1:] for row in facts] == [("requests.received", 12.0, "12")]
    assert base.execute("SELECT received FROM panel").fetchall() == [(12.0,)]
    assert base.execute("SELECT quote, count FROM spam").fetchall() == [("某站群", 2)] * 2
    base.close()


def test_the_same_reports_give_the_same_sqlite_bytes(report):
    assert exported(SqliteExporter, report) == exported(SqliteExporter, report)


@pytest.mark.parametrize("exporter", [ParquetExporter, SqliteExporter])
def test_typed_feeds_take_reports_only(exporter):
    with pytest.raises(FeedError, match="holds reports, not items of type dict"):
        exported(exporter, {"a": 1})


@pytest.mark.parametrize("exporter", [ParquetExporter, SqliteExporter])
def test_a_lone_surrogate_does_not_lose_a_typed_row(exporter, tmp_path):
    content = exported(exporter, a_report(title="年报\ud800"))
    if exporter is SqliteExporter:
        base = database(content, tmp_path)
        title = base.execute("SELECT title FROM reports").fetchone()[0]
        base.close()
    else:
        title = pq.read_table(io.BytesIO(content)).to_pylist()[0]["title"]
    assert title == "年报\ufffd"
