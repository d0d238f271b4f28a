"""Find a report's title among the lines of a page, and read the organ and the year in it.

Titles come year first, last, absent or doubled, as 年报, without 工作, 年度 or 政府, over two or
three lines, with a suffix (文字版) or a date behind them; a page may bear a column's name, a
covering notice's title and the report's own. The fullest line wins: one that names year and
organ. Look-alikes (a notice *about* reports, a guide, an interpretation) are no titles. Sources:
traps.md and 121 real titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, permutations, takewhile
from typing import TYPE_CHECKING

from parsers.memo import Memo
from parsers.organs import in_full, is_organ, is_place, place_of, type_of
from parsers.shown import shown
from parsers.title_words import (
    BREADCRUMB,
    LABEL,
    LOOKALIKE,
    LOOKALIKE_NOTE,
    MARKS,
    NARROW,
    NUMERALS,
    ORGAN_BEFORE_TOPIC,
    ORGAN_BEFORE_YEAR,
    REPORT,
    TAIL,
    TAIL_SIGN,
    TWICE,
    YEAR,
    YEAR_IN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Document, Link
    from parsers.shown import Lines

# The longest of 121 real titles has 46 characters.
MAX_TITLE = 70
MAX_PART = 40

_POINTS_YEAR, _POINTS_ORGAN, _POINTS_HEADING, _POINTS_ENDING = 4, 3, 2, 1
_POINTS_LINK = -5


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it stands, the block it ends in (negative: in none), what it names.

    A `linked` one leads to another page, which it titles.
    """

    text: str
    block: int
    year: int | None
    organ: str | None
    points: int = 0
    linked: bool = False


def is_report_title(text: str) -> bool:
    """Whether `text` is the title of a disclosure annual report.

    >>> is_report_title("资阳市2014年政府信息公开工作年度报告")
    True
    >>> is_report_title("关于做好2014年政府信息公开工作年度报告编制公布工作的通知")
    False
    """
    return _report_titles[text]


def _is_report_title(text: str) -> bool:
    plain = squeeze(text)
    if len(plain) > MAX_TITLE or re.search(r"[。；;！？]", plain):
        return False
    found = REPORT.match(plain)
    if not found or LOOKALIKE_NOTE.search(plain) or TWICE.search(plain):
        return False
    return not LOOKALIKE.search(_without_organ(plain))


_report_titles: Memo[str, bool] = Memo(_is_report_title)


def is_lookalike(text: str) -> bool:
    """Whether `text` titles something *about* disclosure that is no report: a notice, a guide."""
    plain = squeeze(text)
    return bool(LOOKALIKE.search(_without_organ(plain)))


#: What lines have told of a title, by the lines: whoever asks again of a page hands it on.
Told = dict[tuple[str, ...], Title | None]


def find_title(
    document: Document, told: Told | None = None, whole: Lines | None = None
) -> Title | None:
    """Return the report title that stands in the blocks or in the page's own metadata, or None.

    Among the blocks the fullest wins, the first of equals; only where none stands there, or none
    but those of links to other pages, `ArticleTitle` and the page title are asked. `whole` are the
    document's lines, where they are at hand.
    """
    titles = _in_blocks(document, {} if told is None else told, whole or shown(document))
    found = max(titles, key=lambda title: (title.points, -title.block), default=None)
    if found and not found.linked:
        return found
    head = next(_in_head(document), None)
    return head if head and (found is None or _is_another(head, found)) else found


def _is_another(head: Title, linked: Title) -> bool:
    """Whether a page's head titles another report than the one that a link leads to."""
    return head.year is not None and (head.organ is not None or head.year != linked.year)


def names_a_column(title: Title) -> bool:
    """Whether a title of the page's head alone says neither year nor organ: 信息公开年报."""
    return title.block == IN_HEAD and title.year is None and title.organ is None


def linked_title(document: Document) -> Title | None:
    """Return the title by which a page links to the file `document`, or None.

    A table of figures sent as a file of its own often bears no title.
    """
    attached = document.page.context.attached_to
    text = tidy(_EXTENSION.sub("", attached.link_text)) if attached else ""
    return title_of(text, LINKED) if is_report_title(text) else None


#: Stand for the block of a title that the page's head states, or a link to it.
IN_HEAD, LINKED = -1, -2
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}\s*$")
# What every ending of a title holds: nine lines in ten have none, and are passed over. A title that
# is torn between the two characters leaves a short line.
_CAN_END = re.compile(r"报告|年报|成绩单|总结|^.{0,12}[告报单结]\W*$")


# Every such ending has one of these.
_END_SIGN = re.compile(r"[告报单结]")


def _in_blocks(document: Document, told: Told, whole: Lines) -> Iterator[Title]:
    here, blocks = document.page.final_url, document.blocks
    words: dict[int, tuple[Words, Words]] = {}  # of all links of a block, of those to others
    signed = islice(whole.holding(_END_SIGN), _MOST_SIGNED)
    can_end = (at for at in signed if _CAN_END.search(whole.lines[at]))
    for at in islice(can_end, _MOST_LINES):
        n, lines = whole.block_of(at), (whole.lines[at], *whole.above(at, _MOST_ABOVE))
        if lines not in told:
            told[lines] = _ending_in(*lines)
        if title := told[lines]:
            if n not in words:
                others = (link for link in blocks[n].links if link.url != here)
                words[n] = _linked_words(blocks[n].links), _linked_words(others)
            text = _short(lines[0])
            title = _rated(replace(title, block=n), blocks[n], text, words[n][0])
            # The last step of a breadcrumb is the page itself.
            yield replace(title, linked=title.linked and _holds(squeeze(text), words[n][1]))


def _ending_in(line: str, *above: str) -> Title | None:
    """Return the title that a line ends, with what it has of the lines above it."""
    joined = filter(is_report_title, _joined(_apart_from_menus([*above]), _short(line)))
    title = next(joined, None)
    return None if title is None else title_of(title, 0)


# The longest report read has 1,400 lines and cells, the longest list some hundred titles.
_MOST_SIGNED, _MOST_LINES = 20_000, 2000


Words = dict[int, set[str]]


def _linked_words(links: Iterable[Link]) -> Words:
    """Return what links say, by length: as much as a title's line can hold."""
    said = {squeeze(link.text) for link in links}
    by_length: Words = {}
    for words in said:
        if 0 < len(words) <= MAX_TITLE:
            by_length.setdefault(len(words), set()).add(words)
    return by_length


def _holds(line: str, words: Words) -> bool:
    """Whether a line holds any of these words: a list has as many links as lines."""
    return any(
        line[at : at + length] in those
        for length, those in words.items()
        for at in range(len(line) - length + 1)
    )


# A title has up to two parts above it; with a third organ there they are entries of a menu.
_MOST_PARTS, _MOST_ABOVE = 2, 3


def _apart_from_menus(above: list[str]) -> list[str]:
    """Return the lines that may be a title's parts: not the last entries of a list of organs.

    云泽市民政局 over 云泽市司法局 over 云泽市财政局, each of one place, head no report.
    """
    names = (squeeze(line) for line in above if len(line) <= MAX_PART)
    organs = list(takewhile(is_organ, names))
    if len(organs) < _MOST_ABOVE or len({place_of(name) for name in organs}) > 1:
        return above[:_MOST_PARTS]
    one_under_another = any(a.startswith(b) for a, b in permutations(organs, 2))
    governed = any(type_of(name) == "government" for name in organs)
    return above[:_MOST_PARTS] if one_under_another or governed else []


# A title with its date, source and counters on one line; a paragraph is no title.
_LONGEST_LINE = 200


def _short(line: str) -> str:
    return tidy(line) if len(line) <= _LONGEST_LINE else ""


def _joined(above: list[str], text: str) -> Iterator[str]:
    """Yield the line with up to two parts above it, the fullest first, then the line alone.

    A part is short, is the organ, a place, or a piece that ends in the year; what is not
    needed to make a title is not joined.
    """
    if not text or len(text) > MAX_TITLE or BREADCRUMB.search(text):
        return
    parts: list[str] = []
    for before in map(_short, above):
        if not _is_part(before) or not _needs(before, "".join(parts) + text, torn=bool(parts)):
            break
        parts.insert(0, before)
    for start in range(len(parts)):
        yield "".join(parts[start:]) + text
    yield text


_PART_END = re.compile(rf"(?:{YEAR}(?:年|年度|年政府)?|政府信息|政府信息公开|信息公开工作|关于)$")


def _is_part(text: str) -> bool:
    if not text or len(text) > MAX_PART or BREADCRUMB.search(text) or re.search(r"[。：:，]", text):
        return False
    return is_organ(text) or is_place(text) or bool(_PART_END.search(text))


def _needs(before: str, text: str, *, torn: bool) -> bool:
    """Whether `text` lacks what `before` holds: the organ, the year, a title's words.

    An organ on a line of its own may lack its place: 甘孜州, 生态环境局, 2020年…年度报告.
    """
    if not is_report_title(text):
        return is_report_title(before + text)
    if year_in(before) is None and (organ := organ_in(text)) is not None:
        return is_place(before) and torn and place_of(organ) is None
    return (year_in(text) is None and year_in(before) is not None) or organ_in(text) is None


def _rated(title: Title, block: Block, line: str, words: Words) -> Title:
    points = _POINTS_YEAR * (title.year is not None) + _POINTS_ORGAN * (title.organ is not None)
    points += _POINTS_HEADING * (block.tag in ("h1", "h2"))
    points += _POINTS_ENDING * bool(re.search(r"年度报告|年报", title.text))
    linked = _holds(squeeze(line), words)
    points += _POINTS_LINK * linked
    return replace(title, points=points, linked=linked)


def _in_head(document: Document) -> Iterator[Title]:
    meta = {name.lower(): value for name, value in document.meta}
    for text in (meta.get("articletitle"), meta.get("title"), *_parts(document.page_title)):
        if text and len(text) <= _LONGEST_TAILED and is_report_title(tidy(text)):
            yield title_of(tidy(text), IN_HEAD)


def _parts(page_title: str | None) -> Iterator[str]:
    """Yield the parts of a `<title>`: whole, then parted at what sites put before their name."""
    if page_title:
        yield page_title
        yield from _TITLE_GAP.split(page_title, _MOST_GAPS)


_TITLE_GAP = re.compile(r"(?:(?<!\s)\s++)?[-_|—–·｜]+\s*")
# A page's title has up to five; one made to be slow a million.
_MOST_GAPS = 200


def tidy(text: str) -> str:
    """Return a line as a title: no label before, no date or counter behind, no spaces."""
    return _tidied[text]


def _tidy(text: str) -> str:
    text = LABEL.sub("", text.strip())
    if TAIL_SIGN.search(text):
        # A tail ends with the text: of one too long for a title the last line alone can have it.
        at = text.rfind("\n") + 1 if len(text) > _LONGEST_TAILED else 0
        text = text[:at] + TAIL.sub("", text[at:])
    return squeeze(text).strip(MARKS)


# With date, source and counters on it a title's line has some two hundred characters.
_LONGEST_TAILED = 2000


_tidied: Memo[str, str] = Memo(_tidy)


def squeeze(text: str) -> str:
    """Return `text` without white space, but for one space between Latin words.

    >>> squeeze("资阳市 2014年 Annual Report")
    '资阳市2014年Annual Report'
    """
    if text.isalnum() or not _SPACE.search(text):
        return text
    return _SPACES.sub("", _BETWEEN_LATIN.sub("\x00", text)).replace("\x00", " ")


_SPACE = re.compile(r"\s")
_SPACES = re.compile(r"\s+")
_BETWEEN_LATIN = re.compile(r"(?<=[A-Za-z])\s+(?=[A-Za-z])")


def title_of(text: str, block: int) -> Title:
    """Return a title of these words, which ends in that block, with what it names."""
    return Title(text, block, year_in(text), organ_in(text))


def year_in(title: str) -> int | None:
    """Return the reporting year that a title names, None where it names none.

    >>> year_in("二〇一三年政府信息公开年报"), year_in("政府信息公开工作年度报告")
    (2013, None)
    """
    found = YEAR_IN.search(title.translate(NARROW))
    if not found:
        return None
    return int(next(part for part in found.groups() if part).translate(NUMERALS))


def organ_in(title: str) -> str | None:
    """Return the organ that a title names, in full; None where it names none.

    人民政府信息公开 holds 人民政府 and 政府信息公开: the two share 政府.

    >>> organ_in("2008年张义镇人民政府信息公开工作年度报告")
    '张义镇人民政府'
    >>> organ_in("资阳市2014年政府信息公开年报")
    '资阳市人民政府'
    """
    plain = squeeze(title).translate(NARROW).strip('《》“”"')
    plain = _IN_BRACKETS.sub(r"\1", _YEAR_BEFORE.sub("", plain))
    for pattern in (ORGAN_BEFORE_YEAR, ORGAN_BEFORE_TOPIC):
        found = pattern.match(plain)
        organ = _bare(found["organ"]) if found else ""
        if found and pattern is ORGAN_BEFORE_TOPIC and organ.endswith("人民"):
            organ += "政府" if found["topic"].startswith("政府") else ""
        if is_organ(organ) or is_place(organ):
            return in_full(organ)
    return None


# 关于, and a year in brackets.
_YEAR_BEFORE = re.compile(rf"^[(（【\[]{YEAR}年?(?:度)?[)）】\]]|^关于")
_IN_BRACKETS = re.compile(r"^[(（]([^()（）]{2,30})[)）]")


def _bare(organ: str) -> str:
    """Return an organ's name without 关于 and without a note in brackets behind it."""
    organ = re.sub(r"(?:关于|工作|本级)$|[(（][^()（）]*[)）]$", "", organ)
    # A customs house reports for its whole district (广州海关关区).
    return organ.removesuffix("关区") if organ.endswith("海关关区") else organ


def _without_organ(text: str) -> str:
    """Return a title's words without its organ: 审计局 audits nothing here."""
    text = re.sub(r"[(（][^()（）]{1,20}[)）]$", "", text)
    found = ORGAN_BEFORE_YEAR.match(text) or ORGAN_BEFORE_TOPIC.match(text)
    if found and is_organ(re.sub(r"关于$", "", found.group("organ"))):
        return text[: found.start("organ")] + text[found.end("organ") :]
    return text
