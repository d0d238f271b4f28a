"""`scrapy checks`: what organs carried over from year to year, read from feeds of every form."""

from __future__ import annotations

import json

import pytest

from crawler.commands.checks import items_of
from crawler.feeds.exporters import JsonLinesExporter, ParquetExporter, SqliteExporter
from parsers.carry import carried_over
from parsers.errors import DisclosureError
from parsers.items import Agency
from tests.conftest import a_report
from tests.parsers import forms
from tests.parsers.prose import document_of, facts_of, lay_out, table

EXPORTERS = {
    ".jsonl": JsonLinesExporter,
    ".parquet": ParquetExporter,
    ".sqlite": SqliteExporter,
}


def report_of(year, carried_in, carried_out):
    rows = [
        forms.bars(["二、上年结转政府信息公开申请数量", *"000000", str(carried_in)]),
        forms.bars(["四、结转下年度继续办理", *"000000", str(carried_out)]),
    ]
    facts = facts_of(lay_out(document_of(table(*forms.REQUEST_HEADER, *rows))), year)
    report = a_report(facts=facts, text="")
    report.kind, report.year, report.capture_id = "annual_report", year, f"c{year}"
    report.agency = Agency(name="沭阳县教育局", region_code="321322")
    return report


def feed_of(folder, ending):
    feed = folder / f"reports{ending}"
    with feed.open("w+b") as file:
        exporter = EXPORTERS[ending](file)
        exporter.start_exporting()
        for report in (report_of(2021, 1, 5), report_of(2022, 5, 3), report_of(2023, 4, 0)):
            exporter.export_item(report)
        exporter.finish_exporting()
    return feed


@pytest.mark.parametrize("ending", EXPORTERS)
def test_a_break_is_found_in_every_form_of_feed(tmp_path, ending):
    checks = [one.check for one in carried_over(items_of(feed_of(tmp_path, ending)))]
    told = {check.where: (check.status, check.detail) for check in checks}
    assert told["2021-2022.total"] == ("pass", None)
    assert told["2022-2023.total"] == ("fail", "3 = 4")
    assert len(told) == 14


def test_the_command_prints_a_line_a_check_and_says_how_many(bench):
    done = bench.run("checks", feed_of(bench.folder, ".jsonl"))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    (broken,) = (row for row in rows if row["status"] == "fail")
    assert (broken["organ"], broken["where"], broken["detail"]) == (
        "沭阳县教育局",
        "2022-2023.total",
        "3 = 4",
    )
    assert (broken["earlier"], broken["later"]) == ("c2022", "c2023")
    assert "14 checks from year to year: 13 pass, 1 fail" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("no.jsonl", None, "is no feed"),
        ("reports.csv", b"a,b\n", "is no feed"),
        ("torn.jsonl", b'{"kind": "annual', "does not hold report items"),
        ("other.jsonl", b'{"a": 1}\n', "does not hold report items"),
        ("other.sqlite", b"no database", "is no database"),
        ("other.parquet", b"no table", "does not hold report items"),
    ],
)
def test_what_is_no_feed_is_one_sentence(tmp_path, name, content, told):
    feed = tmp_path / name
    if content is not None:
        feed.write_bytes(content)
    with pytest.raises(DisclosureError, match=told):
        list(carried_over(items_of(feed)))
