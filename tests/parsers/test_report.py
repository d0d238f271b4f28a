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
    KnownOrgan,
    Page,
    as_item,
    stable_id,
)
from parsers.report import read_page
from tests.parsers.pages import (
    ARCHIVE,
    LANGFANG,
    NINGDE_TRANSPORT,
    QUXIAN,
    SUQIAN,
    misnamed,
    page_of,
    paragraphs,
    read,
)

BODY = """一、主动公开情况
全年主动公开政府信息320条，其中网站公开210条。
二、依申请公开情况
共收到政府信息公开申请12件，均已答复。
三、收费情况
未收取任何费用。
四、行政复议和行政诉讼情况
未发生行政复议、行政诉讼。
五、存在的主要问题和改进措施
公开的及时性有待提高。"""

WATER = KnownOrgan(
    "lf-sw", "廊坊市水务局", None, "131000", "河北省廊坊市", "prefecture", "department"
)

# A name, the page, the registry's organ; title, agency, its evidence, year, date of publication.
REPORTS = [
    (
        "plain government", f"""资阳市2014年政府信息公开工作年度报告
发布时间:2015-03-16   录入:资阳市人民政府
{BODY}""", None,
        ("资阳市2014年政府信息公开工作年度报告", "资阳市人民政府", "title", 2014, "2015-03-16"),
    ),
    (
        "brand throughout", f"""开云体育官网入口2016年政府信息公开工作年度报告
统计期限自201611日起至20161231日止。
{BODY}
开云体育官网入口
2017年1月20日""", WATER,
        ("廊坊市水务局2016年政府信息公开工作年度报告", "廊坊市水务局", "registry", 2016, "2017-01-20"),
    ),
    (
        "brand for the place only", f"""澳门新葡京官网市水务局2016年政府信息公开工作年度报告
{BODY}
澳门新葡京官网市水务局
2016125""", WATER,
        ("廊坊市水务局2016年政府信息公开工作年度报告", "廊坊市水务局", "registry", 2016, "2016-12-05"),
    ),
    (
        "brand on a government's host", f"""亚博体育app教育局2015年度政府信息公开年报
{BODY}
亚博体育app教育局
二〇一六年三月二日""", LANGFANG,
        ("廊坊市教育局2015年度政府信息公开年报", "廊坊市教育局", "signature", 2015, "2016-03-02"),
    ),
    (
        "brand, the page states the organ", f"""名称 bet365官网2013年政府信息公开年度报告
发布机构 沭阳县人民政府办公室 发文日期 2014-02-11
bet365官网2013年政府信息公开年度报告
{BODY}""", None,
        ("沭阳县人民政府办公室2013年政府信息公开年度报告", "沭阳县人民政府办公室", "meta", 2013, "2014-02-11"),
    ),
    (
        "brand, nothing says who", f"""必威体育关于2013年政府信息公开工作情况的报告
{BODY}
必威体育
2014年2月3日""", None,
        ("关于2013年政府信息公开工作情况的报告", None, None, 2013, "2014-02-03"),
    ),
    (
        "domain for the name", f"""www.3344bet.com关于2016年度政府信息公开工作情况的报告
2016年，www.3344bet.com认真贯彻条例。
{BODY}
www.3344bet.com
2016125""", NINGDE_TRANSPORT,
        ("宁德市交通运输局关于2016年度政府信息公开工作情况的报告", "宁德市交通运输局", "registry", 2016, "2016-12-05"),
    ),
    (
        "traditional with pinyin", """沭陽(yáng)縣(xiàn)人民政府2012年政府信息公開(kāi)年度報(bào)告
統(tǒng)計(jì)期限自201211日至20121231日。
一、主動(dòng)公開(kāi)政府信息320條。
二、依申請(qǐng)公開(kāi)收到申請(qǐng)12件。
三、行政復(fù)議0件，行政訴訟0件。
四、存在的問(wèn)題：不足。
沭陽(yáng)縣人民政府
2013年3月1日""", None,
        ("沭阳县人民政府2012年政府信息公开年度报告", "沭阳县人民政府", "signature", 2012, "2013-03-01"),
    ),
    (
        "genuine traditional", """蜀山區教育體育局2022年政府信息公開工作年度報告
主動公開政府信息30條，依申請公開2件，行政復議0件，行政訴訟0件，存在的問題是人員不足。""", None,
        ("蜀山区教育体育局2022年政府信息公开工作年度报告", "蜀山区教育体育局", "title", 2022, None),
    ),
    (
        "no title line", f"""为贯彻《渠县人民政府办公室关于做好2018年政府信息公开工作年度报告编制工作的通知》，特向社会公布渠县文崇镇人民政府2018年政府信息公开工作年度报告。
{BODY}
联系电话:0818-7570191 2019年1月12日""", None,
        ("渠县文崇镇人民政府2018年政府信息公开工作年度报告", "渠县文崇镇人民政府", "title", 2018, "2019-01-12"),
    ),
    (
        "title over two lines", f"""政府信息公开
当前位置：首页 > 年报
广元市朝天区西北乡人民政府
2015年政府信息公开工作年度报告
发布日期：2016-01-11 来源：朝天区
{BODY}""", None,
        ("广元市朝天区西北乡人民政府2015年政府信息公开工作年度报告", "广元市朝天区西北乡人民政府", "title", 2015, "2016-01-11"),
    ),
    (
        "title over three lines", f"""包头市市场监督管理局
2019年
政府信息公开工作年度报告
{BODY}""", None,
        ("包头市市场监督管理局2019年政府信息公开工作年度报告", "包头市市场监督管理局", "title", 2019, None),
    ),
    (
        "column name above the title", f"""市政府信息公开工作年度报告
廊坊市2016年政府信息公开工作进展情况“成绩单”
{BODY}""", LANGFANG,
        ("廊坊市2016年政府信息公开工作进展情况“成绩单”", "廊坊市人民政府", "registry", 2016, None),
    ),
    (
        "report in a covering notice", f"""贺州市人民政府办公室关于公布2009年度政府信息公开工作年度报告的通知
各县（区）人民政府，市政府各部门：
现将《贺州市2009年度政府信息公开工作年度报告》予以公布。
贺州市2009年度政府信息公开工作年度报告
{BODY}
贺州市人民政府办公室
二〇一〇年一月十九日""", None,
        ("贺州市2009年度政府信息公开工作年度报告", "贺州市人民政府办公室", "signature", 2009, "2010-01-19"),
    ),
    (
        "shared characters in the title", f"""2008年张义镇人民政府信息公开工作年度报告
{BODY}""", None,
        ("2008年张义镇人民政府信息公开工作年度报告", "张义镇人民政府", "title", 2008, None),
    ),
    (
        "year first, date in the title line", f"""2014年上海市发展和改革委员会政府信息公开年报（2015年2月16日）
{BODY}
发布日期：2015-02-16""", None,
        ("2014年上海市发展和改革委员会政府信息公开年报", "上海市发展和改革委员会", "title", 2014, "2015-02-16"),
    ),
    (
        "town on its county's host", f"""宝城镇2018年政府信息公开工作年度报告
{BODY}
宝城镇人民政府
2019年1月9日""", QUXIAN,
        ("宝城镇2018年政府信息公开工作年度报告", "渠县宝城镇人民政府", "signature", 2018, "2019-01-09"),
    ),
    (
        "the signature says more than the title", f"""桂花坪街道2020年政府信息公开工作年度报告
{BODY}
长沙市天心区桂花坪街道办事处
2021年1月20日""", None,
        ("桂花坪街道2020年政府信息公开工作年度报告", "长沙市天心区桂花坪街道办事处", "signature", 2020, "2021-01-20"),
    ),
    (
        "the metadata box names the parent", f"""发布机构：马尾区人民政府 发布日期：2013-01-23
马尾区卫生局2012年度政府信息公开工作年度报告
{BODY}""", None,
        ("马尾区卫生局2012年度政府信息公开工作年度报告", "马尾区卫生局", "title", 2012, "2013-01-23"),
    ),
    (
        "the statistics period decides the year", f"""沧州市卫生健康委员会2022年政府信息公开工作年度报告
本报告所列数据的统计期限自2023年1月1日至2023年12月31日。
{BODY}""", None,
        ("沧州市卫生健康委员会2022年政府信息公开工作年度报告", "沧州市卫生健康委员会", "title", 2023, None),
    ),
    (
        "Chinese numerals", f"""渠县水务局二〇一三年政府信息公开年报
{BODY}
渠县水务局
二〇一四年二月二十一日""", QUXIAN,
        ("渠县水务局二〇一三年政府信息公开年报", "渠县水务局", "signature", 2013, "2014-02-21"),
    ),
    (
        "label with inner spaces", f"""索 引 号：QZ09059-3000-2018-89802
名 称：泉州市泉港区卫生局2010年政府信息公开工作年度报告
发布日期：2011-03-21
{BODY}""", None,
        ("泉州市泉港区卫生局2010年政府信息公开工作年度报告", "泉州市泉港区卫生局", "title", 2010, "2011-03-21"),
    ),
    (
        "an empty date label is no date", f"""湖州市气象局2021年政府信息公开工作年度报告
发布时间：
{BODY}""", None,
        ("湖州市气象局2021年政府信息公开工作年度报告", "湖州市气象局", "title", 2021, None),
    ),
    (
        "only our bureau", f"""2014年度政府信息公开工作年度报告
我局认真贯彻条例。
{BODY}""", NINGDE_TRANSPORT,
        ("2014年度政府信息公开工作年度报告", "宁德市交通运输局", "registry", 2014, None),
    ),
    (
        "office of the government", f"""宿迁市政府办公室2015年政府信息公开年度报告
{BODY}""", SUQIAN,
        ("宿迁市政府办公室2015年政府信息公开年度报告", "宿迁市人民政府办公室", "title", 2015, None),
    ),
    (
        "audit bureau", f"""达州市审计局2010年政府信息公开工作年度报告
{BODY}
达州市审计局
2011年12月20日""", None,
        ("达州市审计局2010年政府信息公开工作年度报告", "达州市审计局", "signature", 2010, "2011-12-20"),
    ),
    (
        "suffix on the title", f"""嵊泗县财政局2023年度政府信息公开工作年度报告(文字版)
{BODY}""", None,
        ("嵊泗县财政局2023年度政府信息公开工作年度报告(文字版)", "嵊泗县财政局", "title", 2023, None),
    ),
    (
        "neither 年度 nor 政府", f"""长春市民政局2012年度信息公开工作报告
{BODY}""", None,
        ("长春市民政局2012年度信息公开工作报告", "长春市民政局", "title", 2012, None),
    ),
    (
        "an ambiguous date is left", f"""廊坊市2014年政府信息公开工作年度报告
{BODY}
廊坊市人民政府
2015116""", LANGFANG,
        ("廊坊市2014年政府信息公开工作年度报告", "廊坊市人民政府", "registry", 2014, None),
    ),
]  # fmt: skip

ANOTHERS = [
    ("guide", """廊坊市水务局政府信息公开指南
为了方便获取信息，编制本指南。一、主动公开 二、依申请公开 三、收费标准 四、行政复议或者诉讼"""),
    ("notice about reports", """关于做好2014年政府信息公开工作年度报告编制工作的通知
各县人民政府：请于2015年3月31日前公布2014年政府信息公开工作年度报告，内容包括主动公开、依申请公开、收费、复议、存在问题。"""),
    ("re-post of the format", """关于印发《政府信息公开工作年度报告格式》的通知
现将格式印发给你们。一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、行政复议、行政诉讼情况 五、存在的主要问题"""),
    ("website return", "2018年政府网站工作年度报表\n网站名称 廊坊市人民政府 信息发布总数 320条"),
    ("interpretation", """《廊坊市2020年政府信息公开工作年度报告》解读
一、主动公开320条。二、依申请公开12件。三、行政复议2件。四、存在问题。"""),
    ("picture interpretation", "一图读懂廊坊市2020年政府信息公开工作年度报告\n主动公开320条，依申请公开12件，复议0件"),
    ("essay model", """某市环保局2015年度政府信息公开工作报告
xx市环保局主动公开320条，依申请公开12件，行政复议0件，收费0元，存在问题。xx市 xx局"""),
    ("rule of law report", """廊坊市2020年法治政府建设年度报告
一、总体情况 主动公开行政处罚320条，行政复议12件，行政诉讼3件，存在问题，下一步打算。"""),
    ("performance report", "南县住房和城乡建设局2018年度整体支出绩效评价报告\n一、总体情况 支出320万元。"),
    ("a rule on reports", """山西省人民政府办公厅政府信息公开年度报告制度(试行)
第一条 为规范主动公开。
第二条 依申请公开情况应当报告。
第三条 行政复议、诉讼情况应当报告。
第四条 收费情况应当报告。
第五条 存在的问题应当报告。"""),
    ("quarterly self-check", "渠县水务局2019年第三季度政府信息公开自查报告\n主动公开20条，依申请公开0件，复议0件，存在问题。"),
    ("summary and plan", "市水利局2024年度政务公开工作总结及2025年工作计划\n主动公开20条，依申请公开0件，存在问题。"),
    ("English summary", """水利部2017年政府信息公开工作年度报告
This is a machine summary of the annual report on open government information of the Ministry in 2017."""),
]  # fmt: skip


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
