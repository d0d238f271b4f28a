"""Small reports written out as HTML, and what is read in them."""

from __future__ import annotations

from parsers.report import read_page
from tests.parsers.pages import page_of

TITLE = "云泽市财政局2014年政府信息公开工作年度报告"

BODY = """一、概述
2014年我局认真贯彻《条例》，按照要求做好各项公开工作。
二、主动公开情况
全年主动公开政府信息300条，其中网站公开200条。
三、依申请公开情况
未收到政府信息公开申请。
四、复议、诉讼情况
未发生行政复议、行政诉讼。
五、存在的问题
公开不够及时。"""


def drawn(*lines):
    return "".join(f"<p>{line}</p>" for text in lines for line in text.splitlines())


def item(html, head=""):
    return read_page(page_of(f"<meta charset=utf-8>{head}<body>{html}"), None)


def report(*below, under="", head="", title=TITLE):
    return item(f"<h1>{title}</h1>{under}{drawn(BODY)}{''.join(below)}", head)


def table(*rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def values(found):
    return {fact.metric: fact.value for fact in found.facts if fact.scope == "organ"}


def prose(sentence, heading):
    return values(item(drawn(TITLE, BODY.splitlines()[1], heading, sentence)))
