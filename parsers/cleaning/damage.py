"""Mend what a broken copy lost: · in a site's name, indentation turned to ?, brackets of 文号.

Each is restored only where the context leaves one reading: 中国?廊坊 as a site's name, a run of ?
where white space stood, a document number (文号) inside brackets or before 号. Everything else that
looks broken is flagged. Real losses: 宁政办2014213, 宁交办〔201431, 〔20211号 (portals.md 1.8).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.cleaning.rewrite import Rule, everything, rewrite
from parsers.items import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.items import Document

_HAN = "\u4e00-\u9fff"
_LOST = "?？\ufffd□"
_YEAR = r"((?:19|20)\d{2})"
# The last character of an issuing code (机关代字): 政办, 国办发, 办函, 财综字, …
_CODE = rf"[{_HAN}]{{0,11}}[发办函字规通文令政告电督]"
_OPEN, _CLOSE = r"[(（《〈【、，,;；]", r"(?=[)）》〉】、，,;；])"

_SITE_NAME = re.compile(
    rf"(中国)[{_LOST}]([{_HAN}]{{2,6}})(?=[”\"」』》’])"
    rf"|(?<=[“\"「『《‘])(中国)[{_LOST}]([{_HAN}]{{2,6}})"
    rf"|(中国)[{_LOST}]([{_HAN}]{{2,4}}?)(?=(?:人民)?(?:政府)?(?:门户)?网)"
)
_INDENT = re.compile(rf"^(?:[?\ufffd□][?\ufffd□\s]*)+|(?<=\s)[?\ufffd]{{2,}}(?=\s|[{_HAN}]|$)\s?")
_TAG_REST = re.compile(r"[?\ufffd][^\s<，。；]{0,12}?\?/(?:span|font|p|strong)>|</?(?:span|font)>")
_NUMBERS = (
    # 〔201431 and 〔20211号: an opening 〔 is used for nothing else.
    re.compile(rf"()〔{_YEAR}(\d{{1,4}})(号?)(?!\d|〕)"),
    re.compile(rf"({_CODE}){_YEAR}〕(\d{{1,4}})(号?)(?!\d)"),
    re.compile(rf"(?<={_OPEN})({_CODE}){_YEAR}(\d{{1,4}})(号?){_CLOSE}"),
    # With 号 and alone in brackets: whatever the code ends in (三政办网传20143号).
    re.compile(rf"(?<=[(（])([{_HAN}]{{2,12}}){_YEAR}(\d{{1,4}})(号)(?=[)）])"),
    re.compile(
        rf"([{_HAN}]{{1,8}}[政府党委厅局][{_HAN}]{{0,4}}[发办函字规通文令]){_YEAR}(\d{{1,4}})(号)"
    ),
    re.compile(rf"((?:国办|国|政办|府办|政|府)[发函字]){_YEAR}(\d{{1,4}})(号)"),
)


def mend_damage(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` with what could be mended, and every repair and doubt."""
    cuts: list[Cut] = []
    whole = everything(document)
    if any(mark in whole for mark in _LOST):
        for rule in (mend_site_names, cut_lost_indents, flag_torn_tags):
            document, found = rewrite(document, rule)
            cuts += found
    if _DIGITS.search(whole):
        document, found = rewrite(document, mend_document_numbers)
        cuts += found
    return document, cuts


def mend_site_names(text: str) -> tuple[str, list[Cut]]:
    """Return `text` with the · of site names.

    >>> mend_site_names("通过“中国?廊坊”政府门户网站")[0]
    '通过“中国·廊坊”政府门户网站'
    """

    def name(found: re.Match[str]) -> str:
        parts = [part for part in found.groups() if part]
        return "·".join(parts)

    return _substitute(_SITE_NAME, name, "dot of a site's name")(text)


def cut_lost_indents(text: str) -> tuple[str, list[Cut]]:
    """Return `text` without the question marks that white space was turned into.

    >>> cut_lost_indents("??一、概述")[0], cut_lost_indents("怎么办？")[0]
    ('一、概述', '怎么办？')
    """
    cuts: list[Cut] = []

    def cut(found: re.Match[str]) -> str:
        cuts.append(Cut("encoding_damage", found.group().strip(), "removed", "lost white space"))
        return ""

    return _INDENT.sub(cut, text), cuts


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
    if not _DIGITS.search(text):
        return text, cuts
    for pattern in _NUMBERS:
        text, found = _substitute(pattern, _number, "lost brackets of a document number")(text)
        cuts += found
    return text, cuts


_DIGITS = re.compile(r"(?:19|20)\d{3}|(?:19|20)\d\d〕")


def _number(found: re.Match[str]) -> str:
    code, year, number, _ = found.groups()
    return f"{code}〔{year}〕{int(number)}号"


def _substitute(
    pattern: re.Pattern[str], repair: Callable[[re.Match[str]], str], rule: str
) -> Rule:
    def apply(text: str) -> tuple[str, list[Cut]]:
        cuts: list[Cut] = []

        def one(found: re.Match[str]) -> str:
            right = repair(found)
            cuts.append(Cut("encoding_damage", found.group(), "restored", rule, right))
            return right

        return pattern.sub(one, text), cuts

    return apply
