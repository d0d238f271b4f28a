"""Mend what a broken copy lost: · in a site's name, indentation turned to ?, brackets of 文号.

Each is restored only where the context leaves one reading: 中国?廊坊 as a site's name, a run of ?
where white space stood, a document number (文号) in brackets or before 号, a mark that a spinner
doubled between two characters. Everything else that looks broken is flagged; replacement characters
are counted. Real losses: 宁政办2014213, 宁交办〔201431, 〔20211号 (portals.md 1.8).
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import accumulate, repeat
from operator import add
from typing import TYPE_CHECKING

from parsers.cleaning.joined import END, PART, numbered
from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

    from parsers.cleaning.flat import Flat
    from parsers.cleaning.joined import JoinedRule, Told

_HAN = "\u4e00-\u9fff"
_LOST = "?？\ufffd□"
_YEAR = r"((?:19|20)\d{2})"
# The last character of an issuing code (机关代字): 政办, 国办发, 办函, 财综字, …
_LAST = "[发办函字规通文令政告电督]"
_CODE = rf"[{_HAN}]{{0,11}}{_LAST}"
_KIND = "[发办函字规通文令]"
_OPEN, _CLOSE = r"[(（《〈【、，,;；]", r"(?=[)）》〉】、，,;；])"

# Each begins with letters that few places of a text have: only there does `re` look any further.
_SITE_NAME = bounded(
    rf"(中国)[{_LOST}](?:([{_HAN}]{{2,6}})(?=[”\"」』》’])"
    rf"|(?<=[“\"「『《‘]中国.)([{_HAN}]{{2,6}})"
    rf"|([{_HAN}]{{2,4}}?)(?=(?:人民)?(?:政府)?(?:门户)?网))"
)
_LOST_SPACE = bounded(rf"[?\ufffd](?<=\s.)[?\ufffd]{{1,299}}+(?=\s|[{_HAN}]|{END})\s?")
_TAG_REST = bounded(
    rf"([?\ufffd<](?:(?<!<)[^\s<，。；{PART}]{{0,12}}?\?/(?:span|font|p|strong)>"
    r"|(?<=<)/?(?:span|font)>))"
)
# ，，and 。。 between characters; a third mark, a quotation mark or a blank beside them is
# somebody's own (。。。 for an ellipsis, “，，” quoted).
_DOUBLED = bounded(
    rf"(，，|。。|、、|；；|：：)(?<=[{_HAN}\d）)”》]..)(?:(?=[{_HAN}\d（(“《])|{END})"
)
# 〔201431 and 〔20211号: an opening 〔 is used for nothing else.
_OPENED = bounded(r"(〔(?:19|20)\d{2}\d{1,4}号?)(?!\d|〕)")
# Each with a sign that stands within it, which few texts hold: it is sought around these alone.
_NUMBERS = tuple(
    (bounded(pattern), bounded(sign))
    for pattern, sign in (
        (rf"({_CODE}){_YEAR}〕(\d{{1,4}})(号?)(?!\d)", rf"〕(?<={_LAST}\d{{4}}〕)\d"),
        (
            rf"(?<={_OPEN})({_CODE}){_YEAR}(\d{{1,4}})(号?){_CLOSE}",
            rf"(?:19|20)(?<={_LAST}..)\d{{3,6}}号?{_CLOSE}",
        ),
        # With 号 and alone in brackets: whatever the code ends in (三政办网传20143号).
        (
            rf"(?<=[(（])([{_HAN}]{{2,12}}){_YEAR}(\d{{1,4}})(号)(?=[)）])",
            r"号(?<=\d{5}号)[)）]",
        ),
        (
            rf"([{_HAN}]{{1,8}}[政府党委厅局][{_HAN}]{{0,4}}{_KIND}){_YEAR}(\d{{1,4}})(号)",
            r"号(?<=\d{5}号)",
        ),
        (
            rf"((?:国办|国|政办|府办|政|府)[发函字]){_YEAR}(\d{{1,4}})(号)",
            r"号(?<=\d{5}号)",
        ),
    )
)


#: What RE2 needs to see on a page before anything here can change or be flagged.
NEEDLE = (
    rf"中国[{_LOST}]|[?\x{{fffd}}]\s?[?\x{{fffd}}]|(?m:^)[?\x{{fffd}}]|\x{{fffd}}"
    r"|</?(?:span|font)>|\?/(?:span|font|p|strong)>"
    r"|，，|。。|、、|；；|：："
    r"|〔(?:19|20)\d{3,6}|[^〔\[(（【](?:19|20)\d\d〕"
    r"|\p{Han}(?:19|20)\d{3,6}(?:号|[)）》〉】、，,;；])"
)


def mend_damage(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return `page` with what could be mended, and every repair and doubt."""
    return page.rewrite(_mend, _CONCERNED)


def _mend(whole: str) -> tuple[str, list[Told]]:
    told: list[Told] = []
    for rule, concerns in _RULES:
        if concerns(whole):
            whole, found = rule(whole)
            told += found
    return whole, told


def mend_site_names(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts with the · of site names.

    >>> mend_site_names("通过“中国?廊坊”政府门户网站")[0]
    '通过“中国·廊坊”政府门户网站'
    """

    def name(found: re.Match[str]) -> str:
        parts = [part for part in found.groups() if part]
        return "·".join(parts)

    return _replaced(whole, _SITE_NAME.finditer(whole), name, "dot of a site's name")


def cut_lost_indents(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts without the question marks that white space was turned into.

    >>> cut_lost_indents("??一、概述")[0], cut_lost_indents("怎么办？")[0]
    ('一、概述', '怎么办？')
    """
    whole, told = _without_first_marks(whole)
    parts: list[str] = []
    at = 0
    for n, found in numbered(whole, _LOST_SPACE.finditer(whole)):
        told.append((n, _lost_indent(found.group())))
        parts.append(whole[at : found.start()])
        at = found.end()
    return "".join((*parts, whole[at:])) if parts else whole, told


def _without_first_marks(whole: str) -> tuple[str, list[Told]]:
    told: list[Told] = []
    for mark in _QUESTION:
        head, *rest = f"{PART}{whole}".split(f"{PART}{mark}")
        if not rest:
            continue
        left = [*map(str.lstrip, rest, repeat(_BLANKS))]
        lost: Iterable[str] = repeat(mark)
        if left != rest:  # blanks or more marks behind the first
            lost = (mark + each.removesuffix(own) for each, own in zip(rest, left, strict=True))
        parts = accumulate(map(str.count, [head, *left], repeat(PART)))
        told += zip(map(add, parts, range(len(left))), map(_lost_indent, lost), strict=False)
        whole = PART.join([head, *left])[1:]
    return whole, told


@lru_cache(maxsize=4096)
def _lost_indent(marks: str) -> Cut:
    return Cut("encoding_damage", marks.strip(), "removed", _INDENT)


_INDENT = "lost white space"
_QUESTION = ("?", "\ufffd")
_BLANKS = "?\ufffd \t\u3000\xa0"


def single_marks(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts with one mark where a spinner doubled it.

    >>> single_marks("公开，，不公开。。。“，，”")[0]
    '公开，不公开。。。“，，”'
    """
    return _split_and_mended(whole, _DOUBLED, _single)


def _split_and_mended(
    whole: str, pattern: re.Pattern[str], repair: Callable[[str, int], Cut]
) -> tuple[str, list[Told]]:
    """Return joined texts with what a pattern finds, its one group, repaired, and each repair.

    What is put in its place hangs on it alone: one split tells all places at once.
    """
    parts = pattern.split(whole)
    found = parts[1::2]
    numbers = accumulate(map(str.count, parts[::2], repeat(PART)))
    once = {quote: repair(quote, 1) for quote in dict.fromkeys(found)}
    parts[1::2] = [once[quote].replacement or "" for quote in found]
    whole = "".join(parts)
    if len(once) == len(found):
        return whole, [*zip(numbers, once.values(), strict=False)]
    counts = Counter(zip(numbers, found, strict=False))  # behind the last part is none
    return whole, [
        (n, once[quote] if count == 1 else repair(quote, count))
        for (n, quote), count in counts.items()
    ]


@lru_cache(maxsize=4096)
def _single(marks: str, count: int) -> Cut:
    return Cut("encoding_damage", marks, "restored", "doubled mark", marks[0], count)


def count_replaced(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts as they are, and how many of their characters were lost to U+FFFD."""
    counts = enumerate(map(str.count, whole.split(PART), repeat("\ufffd")))
    return whole, [
        (n, _cut("encoding_damage", "\ufffd", "flagged", "replacement character", None, count))
        for n, count in counts
        if count
    ]


def flag_torn_tags(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts as they are; what was torn with a tag is flagged, never guessed."""
    parts = _TAG_REST.split(whole)
    numbers = accumulate(map(str.count, parts[::2], repeat(PART)))
    return whole, [*zip(numbers, map(_torn, parts[1::2]), strict=False)]


def _torn(quote: str) -> Cut:
    return _cut("encoding_damage", quote, "flagged", "torn characters and tag")


def mend_document_numbers(whole: str) -> tuple[str, list[Told]]:
    """Return joined texts with the brackets and 号 that document numbers lost.

    >>> mend_document_numbers("(宁政办2014213)")[0]
    '(宁政办〔2014〕213号)'
    """
    whole, told = _split_and_mended(whole, _OPENED, _closed)
    for pattern, sign in _NUMBERS:
        whole, mended = _replaced(whole, _around(pattern, sign, whole), _number, _BRACKETS)
        told += mended
    return whole, told


_BRACKETS = "lost brackets of a document number"


def _closed(quote: str, count: int) -> Cut:
    right = f"{quote[:5]}〕{int(quote[5:].removesuffix('号'))}号"
    return Cut("encoding_damage", quote, "restored", _BRACKETS, right, count)


def _around(pattern: re.Pattern[str], sign: re.Pattern[str], whole: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern` finds, in order, sought around each `sign` alone, in its text."""
    at = 0
    for each in sign.finditer(whole):
        begin = each.start()
        start = max(at, begin - _LONGEST_BEFORE)
        start = max(start, whole.rfind(PART, start, begin) + 1)
        found = pattern.search(whole, start, each.end() + _LONGEST_BEHIND)
        if found and found.start() <= begin:
            yield found
            at = found.end()


# The most that a document number has before a sign (its code, year and number) and behind it.
_LONGEST_BEFORE, _LONGEST_BEHIND = 25, 6

# What a document number has behind its 19 or 20.
_NUMBERED = rf"\d\d(?:\d(?<=〔.{{5}})|〕\d|\d{{1,4}}(?:号|{_CLOSE}))"
# What any rule needs to see, each with a first letter of its own: `re` looks at few places.
_CONCERNED = bounded(
    rf"\?(?:(?<=中国\?)|(?<![^{PART}]\?)|(?<=\s\?)[?\ufffd]|/(?:span|font|p|strong)>)|\ufffd"
    r"|□(?<=中国□)|？(?<=中国？)|</?(?:span|font)>|，，|。。|、、|；；|：："
    rf"|19{_NUMBERED}|20{_NUMBERED}"
)
_has_tag = bounded(r"</?(?:span|font)>|/(?:span|font|p|strong)>").search
_has_number = bounded(f"19{_NUMBERED}|20{_NUMBERED}").search
# A plain search takes a tenth of a pattern's time, and each of these asks for one first.
_RULES: tuple[tuple[JoinedRule, Callable[[str], object]], ...] = (
    (mend_site_names, lambda text: "中国" in text),
    (cut_lost_indents, lambda text: "?" in text or "\ufffd" in text),
    (flag_torn_tags, lambda text: ">" in text and _has_tag(text)),
    (
        single_marks,
        lambda text: (
            "，，" in text or "。。" in text or "、、" in text or "；；" in text or "：：" in text
        ),
    ),
    (mend_document_numbers, lambda text: ("20" in text or "19" in text) and _has_number(text)),
    (count_replaced, lambda text: "\ufffd" in text),
)


def _number(found: re.Match[str]) -> str:
    code, year, number, _ = found.groups()
    return f"{code}〔{year}〕{int(number)}号"


def _replaced(
    whole: str,
    found: Iterable[re.Match[str]],
    repair: Callable[[re.Match[str]], str],
    rule: str,
) -> tuple[str, list[Told]]:
    """Return joined texts with what was found repaired, and each repair of a text, counted."""
    counts: dict[tuple[int, str, str], int] = {}
    parts: list[str] = []
    at = 0
    for n, each in numbered(whole, found):
        quote, right = each.group(), repair(each)
        counts[n, quote, right] = counts.get((n, quote, right), 0) + 1
        parts += (whole[at : each.start()], right)
        at = each.end()
    return "".join((*parts, whole[at:])) if parts else whole, [
        (n, _cut("encoding_damage", quote, "restored", rule, right, count))
        for (n, quote, right), count in counts.items()
    ]


# Few repairs there are, and a page has thousands of each.
_cut = lru_cache(maxsize=4096)(Cut)
