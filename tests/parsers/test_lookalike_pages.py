"""Dates, lists and articles learnt from h151 to h206, beside what looks like them and is none."""

from __future__ import annotations

import json

import pytest

from parsers.dates import english_date
from tests.parsers.lookalikes import BODY, TITLE, drawn, item, report, table, values


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Posted on March 5, 2015 by admin", "2015-03-05"),
        ("发布时间：Thu Mar 05 10:22:11 CST 2015", "2015-03-05"),
        ("Published: 2015-03-05", "2015-03-05"),
        ("云泽发布 2015-03-05 17:35 发表于四川", "2015-03-05"),
        ("Posted by admin, Mar 5 2015", None),
        ("Release 4.2, May 2015", None),
        ("Posted on June 31, 2015", None),
        ("Thu Mar 05 10:22:11 CST 2015", None),
        ("2015年3月5日市政府常务会议通过 来源：办公室", None),
        ("2014-01-01 00:00 至 2014-12-31 24:00", None),
        ("2015-03-05 09:30，我局公布本报告。", None),
        ("<a href=/1>关于召开会议的通知</a> 2015-09-09 08:00", None),
    ],
)
def test_a_line_under_the_title_dates_the_page_where_it_is_of_its_head(line, day):
    menu = "".join(f"<p>{name}</p>" for name in "一二三四五六七八九十子丑寅卯")
    assert item(f"{menu}<h1>{TITLE}</h1><p>{line}</p>{drawn(BODY)}").published_on == day


def test_an_english_date_is_whole_or_none():
    assert english_date("9 March 2018 in Beijing") == "2018-03-09"
    assert english_date("Mar 2018") is None
    assert english_date("Chapter 9, 2018") is None


def test_a_page_that_is_no_report_is_dated_under_what_it_calls_itself():
    rule = "云泽市林业局政府信息公开年度报告制度"
    for line, day in (("2020-04-13 11:02", "2020-04-13"), ("（2020年4月13日修订）", None)):
        found = item(f"<h2>{rule}</h2><p>{line}</p><p>一、局办公室负责编制。</p>")
        assert (found.kind, found.title, found.published_on) == ("other", rule, day)


@pytest.mark.parametrize(
    ("last", "day"),
    [
        ("<p>云泽市财政局</p><p>2015年2月3日</p>", "2015-02-03"),
        ("<p><a href=/>云泽市财政局</a> 2015年2月3日</p>", "2015-02-03"),
        ("<p><a href=/>2015年2月3日</a></p>", "2015-02-03"),
        ("<p><a href=/1>云泽市财政局2015年政府信息公开年报</a> 2016-02-03</p>", None),
    ],
)
def test_a_dated_link_signs_nothing(last, day):
    assert report(last).published_on == day


ORGANS = ("财政局", "民政局", "水务局", "教育局", "司法局", "宝城镇")


def rows(names):
    return "".join(f"<li><a href=/{n}>{name}</a></li>" for n, name in enumerate(names))


@pytest.mark.parametrize(
    ("heading", "names", "kind"),
    [
        ("政府信息公开年报", ORGANS, "list"),
        ("政府信息公开年报", ORGANS[:4], "other"),
        ("政府信息公开年报", ("首页", "机构", "政策", "解读", "互动"), "other"),
        ("政府信息公开指南", ORGANS, "other"),
        ("云泽市2014年政府信息公开年报", ORGANS, "annual_report"),
    ],
)
def test_a_column_leads_to_organs_by_their_names(heading, names, kind):
    assert item(f"<h1>{heading}</h1>{rows(names)}<p>共46份</p>").kind == kind


def test_a_report_beside_a_list_of_organs_is_one():
    assert item(f"<h1>政府信息公开年报</h1>{rows(ORGANS)}{drawn(TITLE, BODY)}").kind != "list"


@pytest.mark.parametrize(
    ("links", "kind"),
    [
        ([f"{TITLE}.docx", f"{TITLE}.pdf"], "annual_report"),
        ([f"{TITLE}.docx", "上一篇：云泽市财政局2013年政府信息公开年报"], "annual_report"),
        (["云泽市财政局2013年政府信息公开年报", "云泽市财政局2012年政府信息公开年报"], "list"),
    ],
)
def test_files_of_one_report_and_ways_to_the_next_are_no_list(links, kind):
    linked = (f"<p><a href=/{n}.pdf>{words}</a></p>" for n, words in enumerate(links))
    assert item(f"<h1>{TITLE}</h1>{''.join(linked)}").kind == kind


def state(*articles, page_title="", name=""):
    told = json.dumps({"props": {"list": articles}}, ensure_ascii=False)
    told = told.replace("<", "\\u003c")
    script = f"<script>{name}{told}</script>"
    return item(f"<div id=__next></div>{script}", f"<title>{page_title}</title>")


ARTICLE = {"title": TITLE, "content": drawn(BODY), "publishTime": "2015-02-03 10:00"}

OTHER = {"title": "云泽市财政局2013年年报", "content": "<p>另一篇文章的正文。</p>"}


@pytest.mark.parametrize("name", ["", "window.__INITIAL_STATE__ = "])
def test_an_article_in_the_state_of_a_page_is_read(name):
    found = state(ARTICLE, name=name)
    assert (found.title, found.published_on) == (TITLE, "2015-02-03")
    assert values(found)["proactive.total"] == 300


def test_of_several_articles_in_a_state_the_page_is_titled_by_its_own():
    assert state(ARTICLE, OTHER, page_title=f"{TITLE}-云泽市").title == TITLE
    assert state(ARTICLE, OTHER, page_title="云泽市人民政府").facts == []


@pytest.mark.parametrize(
    "article",
    [{"content": drawn(BODY)}, {"title": TITLE, "content": "见附件"}, {"title": TITLE}],
    ids=["no title", "no markup", "no body"],
)
def test_a_state_without_an_article_tells_nothing(article):
    assert state(article).facts == []


ENTRY = """【政府信息公开】2014年，全县主动公开政府信息8214条，收到政府信息公开申请41件，
发布2013年度政府信息公开工作年度报告，未发生行政复议，未收取费用，存在的问题减少。"""


@pytest.mark.parametrize(
    ("head", "above", "kind"),
    [
        ("<title>政府信息公开_滨海年鉴2015</title>", "", "other"),
        ("", "滨海年鉴（2015） &gt; 政务", "other"),
        ("", "统计年鉴 &gt; 信息公开 &gt; 年报", "annual_report"),
        ("", "统计年鉴", "annual_report"),
    ],
)
def test_a_yearbooks_entry_is_no_report(head, above, kind):
    assert item(drawn(above, ENTRY.replace("\n", "")), head).kind == kind


ROW = {"title": TITLE, "pubDate": "2015-02-03", "urls": '{"pc":"/c/1.html"}'}


def listed(shown, *articles, name="articleList"):
    told = json.dumps(articles, ensure_ascii=False)
    return item(f"<div>政府信息公开年报</div>{shown}<script>var a={{{name}:{told}}};</script>")


def test_the_rows_that_a_script_alone_has_make_a_list():
    found = listed("", *({**ROW, "title": f"{year}年{TITLE}"} for year in range(2010, 2016)))
    assert (found.kind, len(found.text.splitlines())) == ("list", 7)


@pytest.mark.parametrize(
    ("shown", "articles", "name"),
    [
        ("<p>渠县水务局2013年年报 2014-01-02</p>", [ROW], "articleList"),
        ("<p>本栏目发布年报。</p>", [ROW], "articleList"),
        ("", [{"title": TITLE}, {"title": " ", "url": "/1"}, "年报", 3], "articleList"),
        ("", [{"title": TITLE, "urls": "{"}, {"title": TITLE, "urls": '{"pc":1}'}], "articleList"),
        ("", [ROW], "articles"),
    ],
    ids=["shows rows", "shows prose", "no addresses", "broken addresses", "other name"],
)
def test_rows_that_lead_nowhere_or_are_shown_are_not_read(shown, articles, name):
    assert TITLE not in listed(shown, *articles, name=name).text


@pytest.mark.parametrize(
    ("head", "kind"),
    [("<title>搜索结果-渠县</title>", "list"), ("<title>渠县</title>", "annual_report")],
)
def test_what_a_search_found_is_a_list_though_it_is_told_in_excerpts(head, kind):
    excerpt = f"…{''.join(BODY.splitlines()[1::2])}…"
    hits = (f"<h3><a href=/{n}>云泽市{n}年政府信息公开年报</a></h3>" for n in range(2010, 2016))
    assert item("".join(f"{hit}<p>{excerpt}</p>" for hit in hits), head).kind == kind


def test_a_report_found_by_a_search_is_one():
    assert report(head="<title>搜索结果</title>").kind == "annual_report"


def viewed(*names):
    lines = ([n, name, "2014年度", f"2015-01-{n + 11}", "<a href=/>查看</a>"] for n, name in names)
    return item(f"<h1>政府信息公开年报</h1>{table(*lines)}<p>共46条</p>").kind


def test_a_table_of_organs_and_ways_to_their_reports_is_a_list():
    assert viewed(*enumerate(ORGANS)) == "list"
    assert viewed(*enumerate(["机构", "政策", "解读", "互动", "首页", "更多"])) == "other"
