"""Cut a report's prose into statements, each with the topic that its heading sets.

A statement is a sentence: figures inside one share their subject, and 其中 reaches to its end.
Pages with a number on a line of its own (inline tags) are put together again. Sections about
problems, plans and next year are left out: their figures are not what was done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parsers.formats.hopes import lines_that_tell
from parsers.memo import Memo
from parsers.numbers import UNITS, chinese_number, fold_width
from parsers.sections import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.items import Section
    from parsers.layout import Layout, Line

#: What a heading says its section is about; a heading may have several topics.
_TOPICS = (
    ("requests", re.compile(r"依申请|申请(?!.{0,6}(?:复议|诉讼))|收到和处理")),
    ("remedies", re.compile(r"复议|诉讼|申诉|投诉|举报")),
    ("proactive", re.compile(r"主动公开|公开(?:内容|形式|渠道|数量|载体)")),
    ("fees", re.compile(r"收费|费用|减免")),
    ("consult", re.compile(r"咨询")),
    ("staff", re.compile(r"机构|人员|队伍|经费|保障")),
    ("training", re.compile(r"培训|会议")),
    ("fields", re.compile(r"重点领域|重点信息|重点工作|行政权力|公共服务|公共资源|监管|财政")),
)
# Each topic's words have one of these.
_SETS_TOPIC = re.compile(r"[请处复诉申投举公收费减咨机人队经保培会点行监财]")
_PLAN = re.compile(
    r"(?:存在|主要|突出).{0,6}(?:问题|困难|不足)|不足|下一步|下步|今后|打算|计划|思路|改进|整改"
    r"|工作要求|工作安排|明年|努力方向|对策|建议$"
)
_DONE = re.compile(r"(?:工作|公开|开展|落实|总体|基本|执行)情况.{0,10}[和及与]")
_NUMBER_LINE = re.compile(rf"[\d.,]{{1,12}}(?: ?(?:{UNITS}))?[,。;、]?")
_RUN_ON = re.compile(rf"[,。;、)]|(?:{UNITS})[,。;、)]")
# Most lines begin with none of these.
_GOES_ON = frozenset(",。;、)" + "".join(unit[0] for unit in UNITS.split("|")))
# The mark stands first, not what may stand before it: so the search can leap.
_STOP = re.compile(r"[。!?！？.](?:(?<!\.)|(?<=[^\d]\.)(?=[^\dA-Za-z]|$))")
_BARE_HEADING = re.compile(r"[^,。;:!?0-9]{2,24}(?:情况|问题|措施|打算|计划|安排|方面|事项)")
# The longest sentence of the seeds has 365 characters; reading is quadratic in a sentence's length.
MAX_SENTENCE = 800
MAX_BARE = 40
# 12 digits with a space, a unit of two characters and a mark.
MAX_NUMBER = 16
_PARTED = re.compile(r"[,;:]")
# A menu's 规划计划 stands before the first paragraph; the shortest seen there has 45 characters.
MIN_PARAGRAPH = 40
# 五、政府信息公开工作存在的主要问题及改进情况 has 22 characters.
MAX_PLAN = 32
# A space that does not stand alone between two digits.
_LOOSE = re.compile(r" (?:(?<!\d )|(?!\d))")
_BARE_LEVEL = 3


@dataclass(slots=True, eq=False)
class Statement:
    """A sentence: `text` is folded and without the spaces that stand inside it by layout.

    `places` holds, for each character of `text`, its offset in the layout's text. `topics` are
    those of the innermost heading that has any, `heading` all headings above it. `before` is the
    sentence before it where no heading parts the two. `kept` is what readers worked out of it
    (`shown.once`).
    """

    text: str
    places: Sequence[int]
    topics: frozenset[str]
    heading: str
    before: str = ""
    kept: dict[object, Any] = field(default_factory=dict, repr=False)

    @property
    def start(self) -> int:
        """Where the sentence begins in the layout's text."""
        return self.places[0]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where text[start:end], not empty, lies in the layout's text."""
        return self.places[start], self.places[end - 1] + 1


def statements(layout: Layout, skipped: frozenset[int] = frozenset()) -> Iterator[Statement]:
    """Yield the report's statements in order, plans and the lines that start at `skipped` apart."""
    folded = fold_width(layout.text)
    headings = {section.start: section for section in outline(layout)}
    stack: list[tuple[int, str]] = []
    topics: frozenset[str] = frozenset()
    heading, planned = "", False
    begun = False
    last = unread = ""
    telling = _telling(layout.lines, folded)
    for group in _join_torn(layout.lines, folded, skipped):
        start, end = group[0].start, group[-1].end
        text = folded[start:end].replace("\n", " ")
        begun = begun or len(text) >= MIN_PARAGRAPH
        if _climb(stack, headings.get(start), text if begun else ""):
            planned = any(_is_plan(title) for _, title in stack)
            topics = _topics_of(stack)
            heading = " ".join(title for _, title in stack)
        if planned:
            continue
        silent = len(group) == 1 and start not in telling and " " not in text
        if silent or not _TELLS.search(text):
            unread = text
            continue
        if unread:
            last, unread = _last_of(unread), ""
        for at, sentence in _sentences(text):
            bare, places = _said_once(*_without_spaces(sentence, start + at))
            yield Statement(bare, places, topics, heading, last if not stack else "")
            last = bare


# A paragraph without a figure, a numeral or a denial states no figure, not even a zero.
_TELLS = re.compile(r"[\d零〇一二两三四五六七八九十百千未没无免不]")


def _telling(lines: Sequence[Line], folded: str) -> set[int]:
    """Return the starts of the lines that may hold a word without which no figure is read.

    Of lines that are put together, and of those whose spaces are taken out, it says nothing.
    """
    if len(lines) <= _FEW:
        return {line.start for line in lines}
    texts = [folded[line.start : line.end] for line in lines]
    return {lines[n].start for n in lines_that_tell(texts)}


# To look at each of so many costs less than to look at all for those that are worth it.
_FEW = 300


def _last_of(text: str) -> str:
    """Return the last sentence of a paragraph as a statement has it."""
    return [_without_spaces(sentence, at)[0] for at, sentence in _sentences(text)][-1]


def _without_spaces(sentence: str, start: int) -> tuple[str, Sequence[int]]:
    """Return a sentence without spaces, but those between digits, and its characters' offsets."""
    if " " not in sentence:
        return sentence, range(start, start + len(sentence))
    pieces = _LOOSE.split(sentence)
    places: list[int] = []
    for piece in pieces:
        places += range(start, start + len(piece))
        start += len(piece) + 1
    return "".join(pieces), places


def _said_once(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Return a sentence, and its places, with one number for 五十六(56)条: that in digits."""
    if "(" not in text or _TWICE.search(text) is None:
        return text, places
    kept: list[tuple[int, int]] = []
    at = 0
    for found in _TWICE.finditer(text):
        if chinese_number(found["words"]) == int(found["digits"]):
            kept += [(at, found.start()), found.span("digits")]
            at = found.end()
    kept.append((at, len(text)))
    own = [place for start, end in kept for place in places[start:end]]
    return "".join([text[start:end] for start, end in kept]), own


_TWICE = re.compile(
    rf"(?P<words>[零〇一二两三四五六七八九十百千万]{{1,12}})\((?P<digits>\d{{1,9}})\)(?={UNITS})"
)


def _join_torn(lines: Sequence[Line], folded: str, skipped: frozenset[int]) -> Iterator[list[Line]]:
    """Yield groups of lines that are one paragraph: a number stood on a line of its own."""
    group: list[Line] = []
    open_ended = False
    full = _full_width(lines)
    for line in lines:
        if line.start in skipped:
            continue
        text = folded[line.start : line.end]
        alone = len(text) <= MAX_NUMBER and _NUMBER_LINE.fullmatch(text) is not None
        goes_on = open_ended or alone or (text[0] in _GOES_ON and _RUN_ON.match(text))
        if goes_on and group and line.start == group[-1].end + 1:
            group.append(line)
        else:
            if group:
                yield group
            group = [line]
        open_ended = alone and text[-1] not in "。;"
        open_ended = open_ended or (full is not None and _is_cut(line.text, full))
    if group:
        yield group


def _full_width(lines: Sequence[Line]) -> int | None:
    """Return from which width on a line is full, where a page's paragraphs are cut into lines.

    A file that was printed has such: no line is long, and some full ones end within a sentence.
    """
    longest = max([line.end - line.start for line in lines], default=0)
    if longest > _LONGEST_CUT or 2 * longest < _NARROWEST:
        return None
    # A character is as wide as two digits at most.
    widths = [_width(line.text) for line in lines if 2 * (line.end - line.start) >= longest]
    full = int(max(widths) * _ALMOST)
    cut = sum(_is_cut(line.text, full) for line in lines)
    return full if full >= _NARROWEST and cut >= _FEWEST_CUT else None


def _is_cut(text: str, full: int) -> bool:
    return 2 * len(text) >= full and text[-1] not in _MARKS and _width(text) >= full


def _width(text: str) -> int:
    """Return the width of a line in print: a digit takes half the room of a character."""
    return len(text.encode("gbk", "replace"))


# A page of A4 takes 28 characters of the size that is asked for (GB/T 9704), of a smaller one 45.
_LONGEST_CUT, _NARROWEST = 60, 36
_ALMOST, _FEWEST_CUT = 0.9, 3
_MARKS = "。;:!?；：！？"


def _climb(stack: list[tuple[int, str]], section: Section | None, text: str) -> bool:
    """Put the heading that a line bears on the stack in place of those it ends; tell if so."""
    if section is not None:
        level, title = section.level, fold_width(section.title)
    elif _is_bare_heading(text):
        level, title = _BARE_LEVEL, text.strip()
    else:
        return False
    while stack and stack[-1][0] >= level:
        stack.pop()
    stack.append((level, title))
    return True


def _is_bare_heading(text: str) -> bool:
    # Most paragraphs are longer: their length alone tells.
    return len(text) <= MAX_BARE and _BARE_HEADING.fullmatch(text.strip()) is not None


def _is_plan(title: str) -> bool:
    """Whether a heading is about problems or plans; a sentence that names a plan is no heading."""
    heading = len(title) <= MAX_PLAN and not _PARTED.search(title)
    return heading and bool(_PLAN.search(title)) and not _DONE.search(title)


def _topics_of(stack: Sequence[tuple[int, str]]) -> frozenset[str]:
    return next((topics for _, title in reversed(stack) if (topics := _topics[title])), frozenset())


def _topics_in(title: str) -> frozenset[str]:
    if not _SETS_TOPIC.search(title):
        return frozenset()
    return frozenset(name for name, pattern in _TOPICS if pattern.search(title))


# The headings of the forms stand in every report.
_topics: Memo[str, frozenset[str]] = Memo(_topics_in)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, sentence), the full stop included; one without end comes in pieces."""
    first = _STOP.search(text)
    if len(text) <= MAX_SENTENCE and (first is None or first.end() == len(text)):
        if text.strip():
            yield 0, text
        return
    at = 0
    for end in (*(stop.end() for stop in _STOP.finditer(text)), len(text)):
        for begin in range(at, end, MAX_SENTENCE):
            piece = text[begin : min(begin + MAX_SENTENCE, end)]
            if piece.strip():
                yield begin, piece
        at = end
