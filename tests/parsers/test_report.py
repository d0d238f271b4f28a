"""Small whole pages, as portals and copiers write them, give the item that a person would write."""

# ruff: noqa: E501 (Chinese characters count for two columns)

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from parsers.items import (
    AttachedTo,
    Context,
    DuplicateOf,
    Page,
    as_item,
    stable_id,
)
from parsers.report import read_page
from tests.parsers.pages import (
    ARCHIVE,
    LANGFANG,
    QUXIAN,
    misnamed,
    page_of,
    paragraphs,
    read,
)
from tests.parsers.small_pages import ANOTHERS, BODY, REPORTS, WATER


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [case[1:] for case in REPORTS],
    ids=[case[0] for case in REPORTS],
)
def test_a_report_is_as_a_person_reads_it(text, known, expected):
    report = read(text, known)
    agency = report.agency
    assert report.kind == "annual_report"
    assert (
        report.title, agency.name, agency.evidence, report.year, report.published_on,
    ) == expected  # fmt: skip


@pytest.mark.parametrize("text", [text for _, text in ANOTHERS], ids=[name for name, _ in ANOTHERS])
def test_a_lookalike_is_no_report(text):
    report = read(text, LANGFANG)
    assert (report.kind, report.template, report.facts) == ("other", None, [])
    assert report.title == text.partition("\n")[0].replace(" ", "")


def test_a_page_of_links_to_reports_is_a_list():
    rows = "".join(
        f"<li><a href='/a/{year}.html'>廊坊市{year}年政府信息公开工作年度报告</a> {year + 1}-03-01</li>"
        for year in range(2010, 2019)
    )
    report = read_page(page_of(f"<html><body><ul>{rows}</ul></body></html>"), LANGFANG)
    assert (report.kind, report.template, report.title) == ("list", None, None)


def test_a_page_that_only_holds_the_file_is_the_reports_page():
    page = page_of(
        "<html><head><meta name='ArticleTitle' content='渠县水务局2021年政府信息公开工作年度报告'></head>"
        "<body><div class='TRS_Editor'><a href='./P01.pdf'>渠县水务局年报.pdf</a></div></body></html>"
    )
    report = read_page(page, QUXIAN)
    assert (report.kind, report.year) == ("annual_report", 2021)
    assert [(a.url, a.filename) for a in report.attachments] == [
        ("http://www.example.gov.cn/P01.pdf", "P01.pdf")
    ]


def test_an_attachment_takes_its_reports_id_from_its_page():
    context = Context(attached_to=AttachedTo("http://a.gov.cn/x", "年报.pdf", "report-1"))
    page = Page("u", "u", 200, (), b"%PDF-1.7\n", "", ARCHIVE, context)
    report = read_page(page, None)
    assert (report.report_id, report.kind) == ("report-1", "other")
    assert report.warnings == ["the PDF is damaged"]


def test_an_attachment_without_a_title_bears_its_links():
    link = AttachedTo(
        "http://a.gov.cn/x", "渠县水务局2016年政府信息公开工作年度报告.txt", "report-1"
    )
    body = "主动公开政府信息320条\n依申请公开2件\n行政复议0件".encode()
    page = Page("u", "u", 200, (), body, "", ARCHIVE, Context(attached_to=link))
    report = read_page(page, None)
    assert (report.kind, report.title) == ("annual_report", link.link_text.removesuffix(".txt"))
    assert (report.year, report.agency.name) == (2016, "渠县水务局")


def test_ids_depend_on_content_and_address_alone():
    first, again = read(REPORTS[1][1], WATER), read(REPORTS[1][1], WATER)
    assert as_item(first) == as_item(again)
    assert first.report_id == stable_id("廊坊市水务局", "2016", first.title)
    assert first.capture_id == stable_id("http://www.example.gov.cn/a.html", "sha256:0")
    elsewhere = read(REPORTS[1][1], WATER, "http://www.example.gov.cn/b.html")
    assert elsewhere.report_id == first.report_id
    assert elsewhere.capture_id != first.capture_id


def test_the_registry_fills_in_what_it_knows():
    agency = read(REPORTS[1][1], WATER).agency
    assert (agency.region_code, agency.region, agency.level, agency.type) == (
        "131000", "河北省廊坊市", "prefecture", "department",
    )  # fmt: skip


def test_without_a_registry_the_division_is_told_by_the_name():
    agency = read(f"渠县宝城镇人民政府2018年政府信息公开工作年度报告\n{BODY}").agency
    assert (agency.region_code, agency.region, agency.level, agency.type) == (
        "511725", "四川省达州市渠县", "township", "government",
    )  # fmt: skip


def test_metadata_of_the_page_is_read():
    text = f"""索引号：014320144/2014-00083 发布日期：2014-03-04
文 号：泉港卫〔2011〕12号
渠县水务局2013年政府信息公开年度报告
{BODY}
网站标识码：5117250001"""
    report = read(text)
    assert report.index_number == "014320144/2014-00083"
    assert report.document_number == "泉港卫〔2011〕12号"
    assert report.agency.site_id == "5117250001"


def test_a_conflict_is_said_in_a_warning():
    report = read(REPORTS[18][1])
    assert "meta names 马尾区人民政府, title names 马尾区卫生局" in report.warnings
    late = read(REPORTS[19][1])
    assert "the title says 2022, the statistics period 2023" in late.warnings
    assert late.period is not None


def test_a_copy_on_a_foreign_host_says_whose_it_is():
    text = f"沭阳县水务局2013年政府信息公开年度报告\n网址：http://www.shuyang.gov.cn/\n{BODY}"
    copy = read(text, None, "http://sy-shop.example/a.html")
    assert (copy.source.official, copy.source.mirror_of) == (False, "www.shuyang.gov.cn")
    own = read(text, None, "http://www.shuyang.gov.cn/a.html")
    assert (own.source.official, own.source.mirror_of) == (True, None)


def test_facts_lie_in_the_text():
    report = read(f"渠县水务局2013年政府信息公开年度报告\n{BODY}")
    assert report.facts
    for fact in report.facts:
        assert 0 <= fact.start < fact.end <= len(report.text)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"<", b"<table><tr><td>", "<p>年度报告".encode("gbk"), b"%PDF", b"{}"],
)
def test_a_page_that_cannot_be_read_still_gives_an_item(body):
    report = read_page(page_of(body), None)
    assert report.kind == "other"
    assert json.dumps(as_item(report))


def test_one_file_is_printed_as_json(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(paragraphs(REPORTS[0][1]), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "parsers", str(file), "--url", "http://www.example.gov.cn/"],
        check=True, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert json.loads(ran.stdout)["title"] == "资阳市2014年政府信息公开工作年度报告"


def test_a_file_that_is_not_there_gives_one_sentence(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "parsers", str(tmp_path / "none")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.endswith("cannot be read (No such file or directory): name a file\n")


def test_an_item_has_the_fields_of_the_contract_and_no_other():
    text = f"廊坊市水务局2019年政府信息公开工作年度报告\n（2019年1月1日至2019年12月31日）\n{BODY}"
    report = read(text, WATER)
    report.duplicate_of = DuplicateOf("0" * 32, "exact", 1.0)
    assert misnamed(report) == set()
    report.agency.nmae = "廊坊市水务局"
    del report.facts[0].unit
    assert misnamed(report) == {("Agency", "nmae"), ("Fact", "unit")}
