"""An article that a page tells to a script alone is read; one that is shown is not read twice."""

from __future__ import annotations

import json

import pytest

from parsers.extract import extract
from parsers.report import read_page
from tests.parsers.pages import page_of

TITLE = "云泽市审计局2018年政府信息公开年度报告"
BODY = (
    "<p>一、主动公开</p><p>2018年，我局主动公开政府信息203条。</p>"
    "<p>二、依申请公开</p><p>未收到申请，未发生行政复议、行政诉讼。</p><p>三、存在的问题</p>"
)


def page(shown, content=BODY, **stated):
    detail = json.dumps({"title": TITLE, "content": content, **stated})
    script = f"<script>window._CONFIG={{SID:1,TREE:[],DETAIL:{detail}}};</script>"
    return page_of(f"<meta charset=utf-8><body>{shown}{script}")


@pytest.mark.parametrize("frame", ["<div id=app></div>", "<div>首页 | 政府信息公开</div>"])
def test_an_article_in_a_script_is_read_with_what_is_stated_beside_it(frame):
    item = read_page(page(frame, publisher="云泽市审计局", display_publish_time="2019-02-25"), None)
    assert (item.kind, item.title, item.year) == ("annual_report", TITLE, 2018)
    assert (item.agency.name, item.published_on) == ("云泽市审计局", "2019-02-25")
    assert [fact.value for fact in item.facts if fact.metric == "proactive.total"] == [203]
    assert "首页" not in item.text


def test_an_article_that_is_shown_is_not_read_twice():
    document = extract(page(f"<div class=article-content>{BODY}</div>"))
    assert [block.text for block in document.blocks].count("一、主动公开") == 1


@pytest.mark.parametrize(
    "content",
    [
        "<p>这里说明一年来的公开工作，欢迎阅读全文。</p>",
        BODY.replace("203", "777"),
        BODY.replace("2018年，", "2018年， "),
    ],
    ids=["summary", "neighbour", "spaces"],
)
def test_a_page_that_shows_its_article_is_believed_before_its_script(content):
    item = read_page(page(f"<h1>{TITLE}</h1>{BODY}", content), None)
    assert [fact.value for fact in item.facts if fact.metric == "proactive.total"] == [203]
    assert "这里说明" not in item.text


def test_an_article_that_is_an_attachment_alone_is_read_from_its_script():
    document = extract(page("<div>首页</div>", '<p><a href="/a/1.pdf">年报.pdf</a></p>'))
    assert [block.text for block in document.blocks if block.main] == ["年报.pdf"]


@pytest.mark.parametrize(
    "script",
    ["DETAIL:{content:'<p>x</p>'}", "DETAIL:{", "DETAIL:" + "[" * 9000, 'DETAIL={"content":7}',
     'DETAIL={"a":' + '{"a":' * 90000],
)  # fmt: skip
def test_a_script_that_is_no_json_tells_nothing(script):
    document = extract(page_of(f"<meta charset=utf-8><p>一</p><script>{script}</script>"))
    assert [block.text for block in document.blocks] == ["一"]


def listed(*titles, head=""):
    rows = "".join(f"<li><a href='/{n}'>{t}</a><i>2019-02-2{n}</i></li>" for n, t in titles)
    return page(f"{head}<div>政府信息公开年报</div><ul>{rows}</ul>")


OTHERS = ((1, "云泽市审计局2017年政府信息公开年度报告"), (2, "云泽市审计局2016年年报"))


def test_a_list_in_which_the_article_is_a_row_stays_a_list():
    item = read_page(listed((0, TITLE), *OTHERS), None)
    assert (item.kind, item.facts) == ("list", [])


@pytest.mark.parametrize(
    "frame",
    [
        listed(*OTHERS, (3, "云泽市审计局2015年年报")),
        listed((0, TITLE), OTHERS[0]),
        listed((0, TITLE), *OTHERS, head=f"<title>{TITLE} - 云泽市</title>"),
        page(f"<a href=/>首页</a> &gt; <a href=/n>年报</a> &gt; <a href=/0>{TITLE}</a>"),
        page(f"<ul><li><a href=/0>{TITLE}</a></li><li><a href=/1>公开指南</a></li></ul>"),
        page("<ul><li><a href=/1>公开指南</a></li><li><a href=/2>公开制度</a></li></ul>"),
        listed(("a.html", TITLE), *OTHERS),
        listed(("a.html#top", TITLE), *OTHERS),
    ],
    ids=[
        *("others' rows", "two rows", "its own page", "trail", "no days", "menu"),
        *("the newest beside it", "to its top"),
    ],
)
def test_an_article_beside_links_is_read(frame):
    item = read_page(frame, None)
    assert [fact.value for fact in item.facts if fact.metric == "proactive.total"] == [203]
