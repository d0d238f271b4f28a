"""Tell an annual report from its look-alikes, and a section's list page from both.

A report has a report's title, or is named by its opening sentence, or shows what the statute asks
for with figures. Guides, rules, notices about reports, re-posts of the format with blank tables,
interpretations, essay-site models with anonymous organs, translations are none (traps.md). Words
decide, never the host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

from parsers.organs import is_generic, is_organ, is_place
from parsers.shown import shown
from parsers.title_words import BREADCRUMB
from parsers.titles import (
    LINKED,
    Title,
    is_lookalike,
    is_report_title,
    organ_in,
    squeeze,
    tidy,
    year_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Block, Document, Kind, Link

# What articles 49 and 50 of the Regulation (31 and 32 before 2019) ask a report to state.
_STATUTORY = tuple(
    re.compile(words)
    for words in (
        r"主动公开|公开(?:政府)?信息\d|发布(?:政府)?信息",
        r"依申请公开|公开申请|申请公开",
        r"复议|诉讼",
        r"收费|费用|减免",
        r"存在的?(?:主要)?(?:问题|困难|不足)|不足之处|主要问题",
        r"改进|下一步|下步|打算|工作计划|工作重点|努力方向",
        r"统计期限|本年度报告|本报告|本年报|信息公开条例",
    )
)
# The first digit stands first, not what may not stand before it: so the search can leap.
_FIGURES = re.compile(r"\d(?<![\d,.]\d)[\d,.]{0,14}\s?(?:余|多)?\s?(?:条|件|篇|次|份|起|人次|万条)")
_SELF_NAMING = re.compile(
    r"年度报告|年报|统计期限|信息公开(?:工作)?(?:进展)?情况.{0,6}报告|信息公开.{0,10}(?:总结|报告如下)"
)
_ANONYMOUS = re.compile(r"(?:[xX×＊*○]{2}|某某?)(?:省|市|县|区|局|镇|乡|街道|委|单位|部门|公司)")
_ANONYMOUS_SIGNS = "某xX×＊*○"
# 第二十条第(一)项 heads the statutory tables: not an article of a rule.
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百]{1,4}条(?!\s?(?:第|[(（]))")
_COVER = re.compile(
    r"通知$|公告$|函$|(?:印发|公布|发布|报送|公开|上报).{0,40}(?:通知|公告|函|报告)$|的请示$"
)
_FORMAT_NOTICE = re.compile(r"年度报告格式|报告格式》?的?通知|报告(?:编制|编写|模板|样式)")
_GUIDE = re.compile(r"(?:公开指南|申请表|申请流程|办事指南|公开制度|公开目录|公开规定)")
# What a guide calls itself, and what a report does.
_GUIDES, _REPORTS = (
    re.compile(r"本《?指南"),
    re.compile(r"本(?:年度)?(?:报告|年报)|年度工作报告如下"),
)
# 2015年法治工作年度报告: a yearly report on something else than disclosure.
_OTHER_REPORT = re.compile(
    r"\d{4}年(?:度)?(?!年)(?!.{0,200}公开).{2,200}(?:年度报告|工作报告)(?:[(（][^()（）]*[)）])?$"
)
# What a piece of news says became of reports: 各部门2017年政府信息公开年度报告全部发布.
_CAME_OUT = re.compile(
    r"(?:年度报告|年报)(?:已|均|全部|陆续|按时|如期|集中|向社会){0,3}(?:均|全部|陆续|按时|如期|集中)(?:向社会)?(?:发布|公布|公开|出炉|上线)(?:完毕)?$"
)
# How a newspaper's piece begins.
_NEWS = re.compile(
    r"^\s*[（(]?(?:本[报网刊台站]|[\u4e00-\u9fff]{2,8}(?:日报|晚报|新闻网|在线))讯|^.{0,30}[（(](?:记者|通讯员)\s?[\u4e00-\u9fff]"
)
_DATE = re.compile(r"(?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}")
_LATIN, _HAN = re.compile(r"[A-Za-z]"), re.compile(r"[\u4e00-\u9fff]")

# Of seven statutory matters the shortest real narrative report touches three.
MIN_STATUTORY = 3
MIN_STATUTORY_UNTITLED = 4
MIN_ENTRIES = 5
# Prose on a list page is its introduction; the shortest whole report read has about 350 characters.
MAX_LIST_PROSE = 300
MIN_FIGURES = 2
MIN_ARTICLES = 4
MIN_ANONYMOUS = 3


@dataclass(frozen=True)
class _Body:
    """What a page's main text shows."""

    text: str
    articles: int

    @cached_property
    def statutory(self) -> int:
        """How many of the statutory matters it touches."""
        return sum(bool(words.search(self.text)) for words in _STATUTORY)

    @cached_property
    def figures(self) -> int:
        """How many counts it states; most pages are told without."""
        return len(_FIGURES.findall(self.text))


def kind_of(document: Document, title: Title | None) -> Kind:
    """Return `annual_report`, `list` or `other`; `title` is the report's, where one was found."""
    blocks = [block for block in document.blocks if block.main and block.hidden is None]
    body = _body(blocks)
    headline = headline_of(document)
    if (
        _is_list(blocks, body)
        or _is_of_a_search(document, blocks)
        or _is_column_of_organs(blocks, body, headline)
    ):
        return "list"
    if _is_of_another_kind(document, blocks, body, title, headline):
        return "other"
    if headline and is_lookalike(headline) and not is_report_title(headline):
        return "annual_report" if _encloses(headline, title, body) else "other"
    if title is not None:
        return "annual_report" if _fills(title, body) else "other"
    return "annual_report" if _shows_report(body) else "other"


def _is_of_another_kind(
    document: Document, blocks: list[Block], body: _Body, title: Title | None, headline: str | None
) -> bool:
    """Whether the text is surely no report, whatever it is titled: a translation, a rule, news."""
    if _is_foreign(body.text) or _is_anonymous(title, body.text) or body.articles >= MIN_ARTICLES:
        return True
    if _GUIDES.search(body.text) and not _REPORTS.search(body.text):
        return True
    if title is None and headline and _OTHER_REPORT.search(headline):
        return True
    if headline and _CAME_OUT.search(headline):
        return True
    if _is_of_a_yearbook(document):
        return True
    return any(_NEWS.search(block.text) for block in blocks[:_FIRST])


def _is_of_a_yearbook(document: Document) -> bool:
    """Whether the page's title or its breadcrumb says so: 滨海年鉴（2016） > 政务."""
    if "年鉴" not in f"{document.page_title}{shown(document).text}":
        return False
    trails = (block.text for block in _above(document) if BREADCRUMB.search(block.text))
    return any(_YEARBOOK.search(text) for text in (document.page_title or "", *trails))


def _above(document: Document) -> list[Block]:
    """Return the first blocks that are shown and say something."""
    visible = (block for block in document.blocks if block.text and block.hidden is None)
    return list(islice(visible, _FIRST))


# A statistics bureau's menu has 统计年鉴, too.
_YEARBOOK = re.compile(r"(?<!统计)年鉴")


def _body(blocks: list[Block]) -> _Body:
    lines = _lines(blocks)
    articles = sum(bool(_ARTICLE.match(line)) for line in lines if line[0] == "第")
    return _Body("\n".join(lines), articles)


def _lines(blocks: list[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        if block.rows:
            lines += [cell.text for row in block.rows for cell in row if cell.text]
        elif block.text:
            lines.append(block.text)
    return lines


def _is_list(blocks: list[Block], body: _Body) -> bool:
    """Whether the page is an index: rows of links with titles or dates, and hardly any prose."""
    sentences = (block.text for block in blocks if not block.links and "。" in block.text)
    prose = sum(len(text) for text in sentences if not _OF_THE_COLUMN.search(text))
    if prose > MAX_LIST_PROSE or body.statutory >= MIN_STATUTORY_UNTITLED + 1:
        return False
    if prose == 0 and _rows_of_titles(blocks) >= MIN_ENTRIES:
        return True
    rows = [block for block in blocks if block.links and not _BESIDE.match(block.text)]
    dated = sum(sum(map(_is_worded, row.links)) for row in rows if _DATE.search(row.text))
    linked = (tidy(link.text) for row in rows for link in row.links)
    titled = [title for title in linked if is_report_title(title)]
    if max(dated, len(titled)) >= MIN_ENTRIES:
        return True
    # A report's page may link to it as .doc and as .pdf.
    return len({_ENDING.sub("", title) for title in titled}) > 1 and prose == 0


def _is_column_of_organs(blocks: list[Block], body: _Body, headline: str | None) -> bool:
    """Whether a page headed 政府信息公开年报 alone leads to organs' reports by their names."""
    if not headline or body.statutory >= MIN_STATUTORY or not is_report_title(headline):
        return False
    if year_in(headline) is not None or organ_in(headline) is not None:
        return False
    leading = [block for block in blocks if block.links]
    cells = (cell.text for block in leading for row in block.rows for cell in row)
    linked = (link.text for block in leading for link in block.links)
    names = {squeeze(text) for text in chain(linked, cells)}
    return sum(is_organ(name) or is_place(name) for name in names) >= MIN_ENTRIES


def _is_of_a_search(document: Document, blocks: list[Block]) -> bool:
    """Whether a page that says that it was found by a search leads to reports, told in excerpts."""
    if not _SEARCHED.search(document.page_title or ""):
        return False
    linked = (tidy(link.text) for block in blocks for link in block.links)
    return sum(map(is_report_title, linked)) >= MIN_ENTRIES


_SEARCHED = re.compile(r"(?:搜索|检索|查询)(?:的)?结果|站内搜索|全站搜索|全文检索")


def _is_worded(link: Link) -> bool:
    return bool(link.text)


_ENDING = re.compile(r"\.[A-Za-z]{2,5}$")
# The way to the next page: 上一篇：渠县2021年政府信息公开工作年度报告.
_BESIDE = re.compile(r"\W{0,4}[上下前后][一1][篇条页个]")
# What a column says it is for: 本栏目集中公开各部门的年度报告.
_OF_THE_COLUMN = re.compile(r"^[^。\d]{0,6}本(?:栏目|专栏|专题|页面)[^。\d]{0,60}。$")


def _rows_of_titles(blocks: list[Block]) -> int:
    """Return how many different report titles stand as lines: a list whose links were lost."""
    lines = {tidy(line) for line in _lines(blocks) if len(line) <= _LONG}
    return sum(map(is_report_title, lines))


def _is_foreign(text: str) -> bool:
    # Three bytes a Han character and one a Latin letter: most pages need no counting.
    wide = (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2
    if 2 * wide > len(text):
        return False
    return len(_LATIN.findall(text)) > len(_HAN.findall(text))


def _is_anonymous(title: Title | None, text: str) -> bool:
    if title and _ANONYMOUS.search(title.text):
        return True
    # Most texts have none of the signs, of which a name has one or two.
    signs = sum(map(text.count, _ANONYMOUS_SIGNS))
    return signs >= MIN_ANONYMOUS and len(_ANONYMOUS.findall(text)) >= MIN_ANONYMOUS


def headline_of(document: Document) -> str | None:
    """Return what the page says it is: by `<meta>`, heading, `<title>`, or a line.

    A line counts where it names a year or says 关于: menus hold 政府信息公开指南, too.
    """
    meta = {name.lower(): value for name, value in document.meta}
    if meta.get("articletitle"):
        return tidy(meta["articletitle"])
    for block in document.blocks:
        if block.tag == "h1" and block.text and _is_topical(block.text):
            return tidy(block.text)
    title = (document.page_title or "").split("_")[0].split("|")[0].strip()
    if title and _is_topical(title) and re.search(r"(?:19|20)\d{2}|关于", title):
        return tidy(title)
    return next(_first_lines(document), None)


_FIRST = 14
_SHORT, _LONG = 10, 90


def _first_lines(document: Document) -> Iterator[str]:
    for block in _above(document):
        text = block.text
        topical = _is_topical(text) and re.search(r"(?:19|20)\d{2}|关于", text)
        if topical and _SHORT <= len(text) <= _LONG and not re.search(r"[。；>»]", text):
            yield tidy(text)


def _is_topical(text: str) -> bool:
    return bool(re.search(r"信息公开|政务公开|年度报告|年报|报表", text))


def _encloses(headline: str, title: Title | None, body: _Body) -> bool:
    """Whether a covering notice holds the report itself, not only words about reports."""
    if not _COVER.search(headline) or _FORMAT_NOTICE.search(headline):
        return False
    named = title is not None and title.year is not None and title.block >= 0
    return named and body.statutory >= MIN_STATUTORY and body.figures >= MIN_FIGURES


def _fills(title: Title, body: _Body) -> bool:
    """Whether there is a report under its title: its matters, or only the file with it."""
    if body.statutory >= MIN_STATUTORY:
        return True
    if title.block == LINKED:
        return body.figures >= MIN_FIGURES
    if title.year is None and (title.organ is None or is_generic(title.organ)):
        return False
    return len(squeeze(body.text)) <= _ONLY_A_FILE or body.figures >= MIN_FIGURES


# A page that only links to the report's file has its chrome and two or three lines.
_ONLY_A_FILE = 800


def _shows_report(body: _Body) -> bool:
    """Whether an untitled text is a report by what it states."""
    if body.statutory < MIN_STATUTORY_UNTITLED or body.figures < MIN_FIGURES:
        return False
    guides = len(_GUIDE.findall(body.text))
    return bool(_SELF_NAMING.search(body.text)) and guides <= body.figures
