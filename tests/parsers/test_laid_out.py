"""A short report that a table lays out is prose; a table with a wordy cell stays a table."""

from __future__ import annotations

import pytest

from parsers.extract import extract
from tests.parsers.pages import page_of

SENTENCES = (
    "现将我乡2008年政府信息公开工作情况报告如下，请予审阅，不妥之处请批评指正。",
    "2008年，我乡共公开政府信息46条，其中政务公开栏公开41条，县政府网站公开5条。",
    "全年没有收到要求公开政府信息的申请，没有发生行政复议和行政诉讼。",
    "存在的问题：交通通讯不便，公开栏更新慢，群众知晓率不高。",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in SENTENCES)
BROKEN = "<br>".join(("", *SENTENCES))
MENU = "<td>乡镇导航<br>草海镇<br>迤那镇</td>"


def rows_of(markup):
    blocks = extract(page_of(f"<meta charset=utf-8><body>{markup}</body>")).blocks
    return [row for block in blocks for row in block.rows]


@pytest.mark.parametrize("text", [PARAGRAPHS, BROKEN, f"<div>{PARAGRAPHS}</div>"])
def test_a_report_beside_a_menu_is_read_as_paragraphs(text):
    banner = "<tr><td colspan=2><img src=top.jpg></td></tr>"
    markup = f"<table>{banner}<tr>{MENU}<td>{text}</td></tr></table>"
    blocks = extract(page_of(f"<meta charset=utf-8><body>{markup}</body>")).blocks
    assert rows_of(markup) == []
    assert [block.text for block in blocks if "。" in block.text] == list(SENTENCES)


NUMBERS = "<tr><td>主动公开政府信息数</td><td>条</td><td>46</td></tr>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<table>{NUMBERS}<tr>{'<td>1</td>' * 9}</tr><tr><td>{PARAGRAPHS}</td></tr></table>",
        f"<table>{NUMBERS * 6}<tr><td>备注</td><td></td><td>{PARAGRAPHS}</td></tr></table>",
        f"<table><tr><td>{PARAGRAPHS}</td><td>{PARAGRAPHS}</td></tr></table>",
        f"<table>{NUMBERS}<tr><td>备注</td><td>条</td><td>{''.join(SENTENCES)}</td></tr></table>",
        f"<table>{NUMBERS}<tr><td>备注</td><td><p>{''.join(SENTENCES)}</p></td></tr></table>",
        "<table><tr><td>公开栏</td><td>" + "<p>41条。</p>" * 5 + "</td></tr></table>",
        f"<table>{NUMBERS}<tr><td>说明</td><td>{PARAGRAPHS}</td></tr></table>",
        f"<table><tr><td>收到申请数</td><td>0</td></tr><tr><td>说明</td><td>{BROKEN}</td></tr></table>",
        "<table><tr><td>栏目</td><td>"
        + "<p>政务公开栏公开情况一览</p>" * 14
        + "</td></tr></table>",
    ],
    ids=[
        "many columns",
        "many rows",
        "two texts",
        "one line",
        "one paragraph",
        "short",
        "a number above",
        "a zero above",
        "no sentences",
    ],
)
def test_a_table_with_a_wordy_cell_stays_a_table(markup):
    assert len(rows_of(markup)) >= 1
