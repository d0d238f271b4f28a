"""Mend what a broken copy lost: · in a site's name, indentation turned to ?, brackets of 文号.

Each is restored only where the context leaves one reading: 中国?廊坊 as a site's name, a run of ?
where white space stood, a document number (文号) in brackets or before 号, a mark that a spinner
doubled between two characters. Everything else that looks broken is flagged; replacement characters
are counted. Real losses: 宁政办2014213, 宁交办〔201431, 〔20211号 (portals.md 1.8).
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.items import Cut
from parsers.patterns import bounded

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

    from parsers.cleaning.flat import Flat, Rule

_HAN = "\u4e00-\u9fff"
_LOST = "?？\ufffd□"
_YEAR = r"((?:19|20)\d{2})"
# The last character of an issuing code (机关代字): 政办, 国办发, 办函, 财综字, …
_CODE = rf"[{_HAN}]{{0,11}}[发办函字规通文令政告电督]"
_KIND = "[发办函字规通文令]"
_OPEN, _CLOSE = r"[(（《〈【、，,;；]", r"(?=[)）》〉】、，,;；])"

# Each begins with letters that few places of a text have: only there does `re` look any further.
_SITE_NAME = bounded(
    rf"(中国)[{_LOST}](?:([{_HAN}]{{2,6}})(?=[”\"」』》’])"
    rf"|(?<=[“\"「『《‘]中国.)([{_HAN}]{{2,6}})"
    rf"|([{_HAN}]{{2,4}}?)(?=(?:人民)?(?:政府)?(?:门户)?网))"
)
_LOST_SPACE = bounded(rf"[?\ufffd](?<=\s.)[?\ufffd]{{1,299}}+(?=\s|[{_HAN}]|$)\s?")
_TAG_REST = bounded(
    r"[?\ufffd<](?:(?<!<)[^\s<，。；]{0,12}?\?/(?:span|font|p|strong)>|(?<=<)/?(?:span|font)>)"
)
# ，，and 。。 between characters; a third mark, a quotation mark or a blank beside them is
# somebody's own (。。。 for an ellipsis, “，，” quoted).
_DOUBLED = bounded(rf"(?:，，|。。|、、|；；|：：)(?<=[{_HAN}\d）)”》]..)(?=[{_HAN}\d（(“《]|$)")
# Each with a sign that stands within it, which few texts hold: it is sought around these alone.
_NUMBERS = tuple(
    (bounded(pattern), bounded(sign))
    for pattern, sign in (
        # 〔201431 and 〔20211号: an opening 〔 is used for nothing else.
        (rf"()〔{_YEAR}(\d{{1,4}})(号?)(?!\d|〕)", rf"〔{_YEAR}\d"),
        (rf"({_CODE}){_YEAR}〕(\d{{1,4}})(号?)(?!\d)", r"〕(?<=\d{4}〕)\d"),
        (
            rf"(?<={_OPEN})({_CODE}){_YEAR}(\d{{1,4}})(号?){_CLOSE}",
            rf"(?:19|20)\d{{3,6}}号?{_CLOSE}",
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


def _mend(text: str) -> tuple[str, list[Cut]]:
    cuts: list[Cut] = []
    for rule, concerns in _RULES:
        if concerns(text):
            text, found = rule(text)
            cuts += found
    return text, cuts


def mend_site_names(text: str) -> tuple[str, list[Cut]]:
    """Return `text` with the · of site names.

    >>> mend_site_names("通过“中国?廊坊”政府门户网站")[0]
    '通过“中国·廊坊”政府门户网站'
    """

    def name(found: re.Match[str]) -> str:
        parts = [part for part in found.groups() if part]
        return "·".join(parts)

    return _replaced(text, _SITE_NAME.finditer(text), name, "dot of a site's name")


def cut_lost_indents(text: str) -> tuple[str, list[Cut]]:
    """Return `text` without the question marks that white space was turned into.

    >>> cut_lost_indents("??一、概述")[0], cut_lost_indents("怎么办？")[0]
    ('一、概述', '怎么办？')
    """
    cuts: list[Cut] = []
    body = text.lstrip(_BLANKS) if text[:1] in _QUESTION else text
    if body != text:
        quote = text[: len(text) - len(body)].strip()
        cuts.append(Cut("encoding_damage", quote, "removed", "lost white space"))

    def cut(found: re.Match[str]) -> str:
        cuts.append(_cut("encoding_damage", found.group().strip(), "removed", "lost white space"))
        return ""

    return _LOST_SPACE.sub(cut, body), cuts


_QUESTION = ("?", "\ufffd")
_BLANKS = "?\ufffd \t\u3000\xa0"


def single_marks(text: str) -> tuple[str, list[Cut]]:
    """Return `text` with one mark where a spinner doubled it.

    >>> single_marks("公开，，不公开。。。“，，”")[0]
    '公开，不公开。。。“，，”'
    """
    counts = Counter(_DOUBLED.findall(text))
    if not counts:
        return text, []
    return _DOUBLED.sub(lambda found: found[0][0], text), [
        _cut("encoding_damage", marks, "restored", "doubled mark", marks[0], count)
        for marks, count in counts.items()
    ]


def count_replaced(text: str) -> tuple[str, list[Cut]]:
    """Return `text` as it is, and how many of its characters were lost to U+FFFD."""
    count = text.count("\ufffd")
    return text, [
        _cut("encoding_damage", "\ufffd", "flagged", "replacement character", None, count)
    ]


def flag_torn_tags(text: str) -> tuple[str, list[Cut]]:
    """Return `text` as it is; characters torn together with a tag are flagged, never guessed."""
    return text, [
        Cut("encoding_damage", found.group(), "flagged", "torn characters and tag")
        for found in _TAG_REST.finditer(text)
    ]


def mend_document_numbers(text: str) -> tuple[str, list[Cut]]:
    """Return `text` with the brackets and 号 that document numbers lost.

    >>> mend_document_numbers("(宁政办2014213)")[0]
    '(宁政办〔2014〕213号)'
    """
    cuts: list[Cut] = []
    for pattern, sign in _NUMBERS:
        found = _around(pattern, sign, text)
        text, mended = _replaced(text, found, _number, "lost brackets of a document number")
        cuts += mended
    return text, cuts


def _around(pattern: re.Pattern[str], sign: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what `pattern` finds, in order, sought around each `sign` alone."""
    at = 0
    for each in sign.finditer(text):
        start = max(at, each.start() - _LONGEST_BEFORE)
        found = pattern.search(text, start, each.end() + _LONGEST_BEHIND)
        if found and found.start() <= each.start():
            yield found
            at = found.end()


# The most that a document number has before a sign (its code, year and number) and behind it.
_LONGEST_BEFORE, _LONGEST_BEHIND = 25, 6

# What a document number has behind its 19 or 20.
_NUMBERED = rf"\d\d(?:\d(?<=〔.{{5}})|〕\d|\d{{1,4}}(?:号|{_CLOSE}))"
# What any rule needs to see, each with a first letter of its own: `re` looks at few places.
_CONCERNED = bounded(
    r"\?(?:(?<=中国\?)|(?<![^\n]\?)|(?<=\s\?)[?\ufffd]|/(?:span|font|p|strong)>)|\ufffd"
    r"|□(?<=中国□)|？(?<=中国？)|</?(?:span|font)>|，，|。。|、、|；；|：："
    rf"|19{_NUMBERED}|20{_NUMBERED}"
)
_has_tag = bounded(r"</?(?:span|font)>|/(?:span|font|p|strong)>").search
_has_number = bounded(f"19{_NUMBERED}|20{_NUMBERED}").search
# A plain search takes a tenth of a pattern's time, and each of these asks for one first.
_RULES: tuple[tuple[Rule, Callable[[str], object]], ...] = (
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
    text: str,
    found: Iterable[re.Match[str]],
    repair: Callable[[re.Match[str]], str],
    rule: str,
) -> tuple[str, list[Cut]]:
    """Return `text` with what was found in it repaired, and each repair, counted."""
    counts: dict[tuple[str, str], int] = {}
    parts: list[str] = []
    at = 0
    for each in found:
        quote, right = each.group(), repair(each)
        counts[quote, right] = counts.get((quote, right), 0) + 1
        parts += (text[at : each.start()], right)
        at = each.end()
    return "".join((*parts, text[at:])) if parts else text, [
        _cut("encoding_damage", quote, "restored", rule, right, count)
        for (quote, right), count in counts.items()
    ]


# Few repairs there are, and a page has thousands of each.
_cut = lru_cache(maxsize=4096)(Cut)
