"""Rows that a column has in a comment for its script are its list; other comments are nothing."""

from __future__ import annotations

import pytest

from parsers.extract import extract
from parsers.report import read_page
from tests.parsers.pages import page_of

ROWS = "".join(
    f"<li><a href='/c1/{year}.shtml'>云泽市{year}年政府信息公开工作年度报告</a>"
    f"<span>{year + 1}-01-21</span></li>"
    for year in (2017, 2018, 2019)
)
PAGER = "<script>createPageHTML('page_div',3,1,'list','shtml',41);</script>"
FRAME = "<title>政府信息公开年报</title><p>您的位置：首页 &gt; 政府信息公开年报</p>"


def page(markup):
    return page_of(f"<html><head><meta charset=utf-8></head><body>{FRAME}{markup}</body></html>")


def test_a_column_whose_rows_a_script_draws_is_a_list():
    item = read_page(page(f"<ul></ul><!--{ROWS}{PAGER}-->"), None)
    assert (item.kind, item.published_on) == ("list", None)
    assert "云泽市2018年政府信息公开工作年度报告2019-01-21" in item.text


@pytest.mark.parametrize(
    "markup",
    [
        f"<!--{ROWS}-->",
        f"<!--{ROWS}-->{PAGER}",
        f"<p>本栏目公布各部门的年度报告。</p><!--{ROWS}{PAGER}-->",
        f"<!--{ROWS[: ROWS.index('</li>')]}{PAGER}-->",
        f"<!--{ROWS}{PAGER}",
        f"<!--{ROWS}--><!--{PAGER}-->",
        f"<!--{PAGER}--><!--{ROWS}-->",
        f"<li><a href=/c2/1>渠县公告</a>2020-01-21</li><!--{ROWS}{PAGER}-->",
        f"<table><tr><td>收到申请数<td>12<tr><td>答复数<td>12</table><!--{ROWS}{PAGER}-->",
        f"<p>发布时间：2020-01-21</p><p><a href=/a.pdf>年报.pdf</a></p><!--{ROWS}{PAGER}-->",
    ],
    ids=[
        *("no pager", "apart", "sentences", "one row", "no end", "two comments", "pager first"),
        *("other rows shown", "figures shown", "an article's date"),
    ],
)
def test_another_comment_says_nothing(markup):
    document = extract(page(markup))
    assert not any("云泽市2018年" in block.text for block in document.blocks)


def test_rows_that_are_shown_as_well_are_read_once():
    texts = [block.text for block in extract(page(f"{ROWS}<!--{ROWS}{PAGER}-->")).blocks]
    assert sum("云泽市2018年" in text for text in texts) == 1


def test_an_article_keeps_its_comments_to_itself():
    body = "<p>2019年，我局主动公开政府信息203条，收到申请2件。</p>"
    assert "云泽市2018年" not in read_page(page(f"{body}<!--{ROWS}{PAGER}-->"), None).text


def test_a_commented_pager_and_a_template_are_no_rows():
    pager = "".join(
        f"<li><a href=/{n}>{word}</a></li>" for n, word in enumerate(("首页", "下一页", "尾页"))
    )
    template = "".join(f"<li><a href=/{n}>{{{{title}}}}</a></li>" for n in range(3))
    for rows in (pager, template):
        texts = [block.text for block in extract(page(f"<!--<ul>{rows}</ul>{PAGER}-->")).blocks]
        assert texts[-1] == "您的位置：首页 > 政府信息公开年报"
