"""Read what a page states about itself: 索引号, 文号, dates of publication, 网站标识码.

From lines, from the cells of metadata boxes (label and value in one cell, in two, or in two
lines) and from `<meta>` by the convention of portals.md 1.9 and 3. Labels are often empty: an
empty label is no value. Never reads an address.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from parsers.dates import dates_in, english_date, first_date, iso
from parsers.extract.head import PUBLISHED_PROPERTIES
from parsers.organs import is_organ
from parsers.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Document
    from parsers.shown import Lines

_PUBLISHED = (
    re.compile(r"(?:发布时间|发布日期|公开日期|公开时间|发文日期|发文时间|发稿时间|上网日期|发表时间|发表日期|公布日期|公布时间|提交时间|提交日期|添加日期|添加时间|发布\s?[:：于])"),
    re.compile(r"(?:生成日期|公文生成日期|成文日期|成文时间|印发日期|印发时间|信息时间|更新时间|更新日期|录入时间|更新\s?[:：]|(?<![\u4e00-\u9fff])(?:日期|时间)\s?[:：]|^日期|^时间|【日期】)"),
    # Of software whose words nobody translated.
    re.compile(r"(?i)\b(?:posted|published|released?)(?: (?:on|at|date|time))?\b\s?[:：]?"),
)  # fmt: skip
# What each label for a date has, and what the others have: few lines need a closer look.
_DATE_SIGN = re.compile(r"日期|时间|发布|更新")
# Without their first letters: a search of five times the speed where hardly any letter is Latin.
_LATIN_SIGN = re.compile(r"osted|ublish|elease|OSTED|UBLISH|ELEASE")
_SIGNS = (_DATE_SIGN, _DATE_SIGN, _LATIN_SIGN)
_INDEX_SIGN, _NUMBER_SIGN = re.compile(r"索"), re.compile(r"号")
_PUBLISHED_META = (
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "publish_time",
    "firstpublishedtime",
    *sorted(PUBLISHED_PROPERTIES),
    "time",
)
# Reports came with the Regulations of 2008; 1970-01-01 stands where a portal has no date.
_NOT_BEFORE = "2000"
_COMPACT = re.compile(r"^\s*+[:：]?\s*+(20\d{2})(\d{2})(\d{2})(?!\d)")
_INDEX_LABEL = re.compile(r"索\s?引\s?号(?:\s?码)?\s*[:：]?\s*")
_INDEX = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_()（）\[\]〔〕-]{4,60}")
_NUMBER_LABEL = re.compile(r"(?:发文字号|发文文号|文\s?号|发布文号|公文字号|文件编号)\s*[:：]?\s*")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,14}[\[〔（(【]?\s?(?:19|20)\d{2}\s?[\]〕）)】]?\s?(?:第)?\d{1,5}\s?号"
)
_SITE_CODE = re.compile(r"(?:网站)?标识码\s*+[:：]?\s*+((?:bm|BM)\d{8}|\d{10})(?!\d)")
_SITE_META = frozenset({"siteidcode", "sitecode"})
_CODE = re.compile(r"(?:bm|BM)\d{8}|\d{10}")
# A label's value stands right behind it; further on stands the next label's.
_REACH = 24
# Longer lines are prose: 发布日期 and 文号 in them are other documents'.
_LONGEST_BOX = 320
# The longest report read has 1,400 lines and cells.
_MOST_SIGNED = 5000


def published_in(document: Document, whole: Lines | None = None) -> str | None:
    """Return the ISO date of publication that the page states, by label, then by `<meta>`.

    `whole` are its lines, where they are at hand.
    """
    whole = whole or shown(document)
    for labels, sign in zip(_PUBLISHED, _SIGNS, strict=True):
        for value in _values(whole, labels, sign):
            date = _date_at_start(value)
            if date:
                return date
    unlabelled = next(_above_the_body(document), None)
    if unlabelled:
        return unlabelled
    metas = [value for name, value in document.meta if name.lower() in _PUBLISHED_META]
    dates = (first_date(value) or _compact(value) for value in metas)
    return next((date for date in dates if date and date >= _NOT_BEFORE), None)


def _above_the_body(document: Document) -> Iterator[str]:
    """Yield the one date of a line of the page's head that also names source or counters.

    2018-02-28 来源：某局 打印: the date needs no label beside those.
    """
    lines = (block.text for block in document.blocks if block.text and block.hidden is None)
    for line in islice(lines, _HEAD_LINES):
        if len(line) > _LONGEST_HEAD or not _HEAD_WORDS.search(line):
            continue
        found = list(dates_in(line))
        if len(found) == 1 and not _OTHER_DAY.search(line[: found[0][0]]):
            yield found[0][2]


# 生效日期, 今天是: days of other things; a sentence is no line of the head.
_OTHER_DAY = re.compile(r"(?:生效|施行|实施|废止|失效|有效|截止|当前|今天|现在).{0,6}$|[，。；]")
# 2014年3月16日常务会议通过, 2013年1月1日至12月31日.
_OTHER_DAYS = re.compile(
    r"通过|批准|施行|实施|生效|修[订正改]|^[\s\d:：]{0,12}(?:至|到|起|止)|(?:19|20)\d{2}[-/.年]"
)
_HEAD_LINES = 12
_LONGEST_HEAD = 120
_HEAD_WORDS = re.compile(r"来源|作者|浏览|点击|阅读|访问量|字号|字体|打印|编辑|责编|关闭|录入")


def signed_in(document: Document) -> str | None:
    """Return the ISO date under the document: that of the last line that is a date or ends in one.

    Only the last paragraphs of the main part are asked, and only short ones; a dated link is a row
    of a list.
    """
    signing = [block for block in document.blocks if block.main and block.text]
    lines = [block.text for block in signing]
    for block in reversed(signing[-_LAST_LINES:]):
        line = block.text
        if len(line) > _LONGEST_SIGNATURE or _is_row(block):
            continue
        for start, end, date in dates_in(line):
            behind = line[end:].strip("　 )）】]")
            if behind in ("", "印发", "发布") and not _SPAN_BEFORE.search(line[:start]):
                return date
    return _signed_in_the_cover(lines)


def _is_row(block: Block) -> bool:
    """Whether a block is a link and a date beside it; an organ's name may lead to its site."""
    linked = "".join(link.text for link in block.links)
    return bool(linked) and not is_organ(linked) and next(dates_in(linked), None) is None


def _signed_in_the_cover(lines: list[str]) -> str | None:
    """Return the date under an organ's name further up: a notice encloses the report."""
    for above, line in pairwise(lines):
        if len(line) > _LONGEST_DATE or line.lstrip()[:1] not in _DATE_OPENS:
            continue
        if len(above) <= _LONGEST_SIGNATURE and is_organ(above):
            found = next(dates_in(line), None)
            if found and found[1] - found[0] >= len(line.strip()):
                return found[2]
    return None


def dated_under(document: Document, title: int) -> str | None:
    """Return the date of a line under the title, block `title`: alone, or behind an organ.

    Other words may stand in a line that names source or counters, or the time of day.
    """
    under = [block for block in document.blocks[title + 1 :] if block.text]
    for block in under[:_LINES_UNDER]:
        line = block.text
        found = next(dates_in(line), None) if len(line) <= _LONGEST_SIGNATURE else None
        if not found:
            continue
        name, behind = line[: found[0]].strip(_BRACKETS), line[found[1] :]
        alone = not _CLOCK.sub("", behind).strip(_BRACKETS) and (not name or is_organ(name))
        if alone or (_heads(line, found) and not _is_row(block)):
            return found[2]
    return None


def _heads(line: str, found: tuple[int, int, str]) -> bool:
    """Whether a line is of a page's head, and the date that was found the one it has."""
    before, behind = line[: found[0]], line[found[1] :]
    if "。" in line or _OTHER_DAY.search(before) or _OTHER_DAYS.search(behind):
        return False
    return bool(_HEAD_WORDS.search(line) or _CLOCK.match(behind))


# Between title and date stand a subtitle, and the organ's name.
_LINES_UNDER = 3
_LONGEST_DATE = 24
_CLOCK = re.compile(r"^\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_BRACKETS = " 　()（）[]【】"


# The end of a statistics period, or of a sentence, is no signature.
_SPAN_BEFORE = re.compile(r"[，。；]|(?:自|从|至|到|止|截至|截止|—|-|~)\s?$")


_LAST_LINES = 15
_DATE_OPENS = frozenset("12一二")
_LONGEST_SIGNATURE = 70


def index_number_in(document: Document) -> str | None:
    """Return the 索引号 that the page states, or None."""
    for value in _values(shown(document), _INDEX_LABEL, _INDEX_SIGN):
        found = _INDEX.match(value)
        if found:
            return found.group().rstrip("-/(（")
    return None


def document_number_in(document: Document) -> str | None:
    """Return the 文号 that the page states for itself, or None."""
    for value in _values(shown(document), _NUMBER_LABEL, _NUMBER_SIGN):
        found = _NUMBER.match(value)
        if found:
            return found.group()
    return next(_number_lines(document), None)


def _number_lines(document: Document) -> Iterator[str]:
    """Yield the document numbers that are a line of the page's head: the document's own."""
    lines = (block.text for block in document.blocks if block.text and block.hidden is None)
    for line in islice(lines, _HEAD_LINES):
        text = line.strip()
        if "号" in text[-1:] and _NUMBER.fullmatch(text) and _YEAR_BRACKET.search(text):
            yield text


_YEAR_BRACKET = re.compile(r"[\[〔（(【]\s?(?:19|20)\d{2}")


def site_id_in(document: Document) -> str | None:
    """Return the 网站标识码 of the footer, of `<meta>` or of the correction widget, or None."""
    for block in document.blocks:
        found = _SITE_CODE.search(block.text) if "标识码" in block.text else None
        if found:
            return found.group(1)
    return site_id_among(document.meta)


def site_id_among(meta: Iterable[tuple[str, str]]) -> str | None:
    """Return the 网站标识码 that names and values of `<meta>` bear, or None."""
    codes = [value for name, value in meta if name.lower() in _SITE_META]
    return next((code for code in codes if _CODE.fullmatch(code)), None)


def _values(whole: Lines, label: re.Pattern[str], sign: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands behind `label`: in its line, or in the next cell or line.

    A line that bears the label holds its `sign`.
    """
    for n in islice(whole.holding(sign), _MOST_SIGNED):
        line = whole.lines[n]
        found = label.search(line) if len(line) <= _LONGEST_BOX else None
        if not found:
            continue
        value = line[found.end() :].lstrip(" :：]】")
        if value:
            yield value
        elif (behind := whole.behind(n)) is not None:
            yield behind


def _date_at_start(value: str) -> str | None:
    found = next(dates_in(value[: _REACH + 10]), None)
    if found and found[0] <= _REACH - 20:
        return found[2]
    return _compact(value) or english_date(value)


def _compact(value: str) -> str | None:
    found = _COMPACT.match(value)
    return iso(int(found[1]), int(found[2]), int(found[3])) if found else None
