"""Count the numbers that Word writes before paragraphs by itself: 一、 （一） 1.

Such numbers stand in no text of a document. The formats are those of `word/numbering.xml`
(ECMA-376, 17.9), which DOC files share under numbers; a format that is not known here gives no
number: none is better than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital",
     "taiwaneseCountingThousand"}
)  # fmt: skip
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_PLACE = re.compile(r"%(\d)")
_MOST_CHINESE, _MOST_CIRCLED = 99, 20


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format, its text (%1 stands for the number), its start."""

    form: str
    text: str
    start: int


class Numbering:
    """The lists of one document and how far each has been counted.

    `levels` are keyed by list and level, from 0; `lists` gives the list behind each name that
    paragraphs use for it, where that is another.
    """

    def __init__(
        self, levels: Mapping[tuple[str, int], Level], lists: Mapping[str, str] | None = None
    ) -> None:
        self._levels = levels
        self._lists = lists or {}
        self._counts: dict[tuple[str, int], int] = {}

    def count(self, name: str, level: int) -> str:
        """Return the number that is printed at a paragraph of list `name`, "" for none; count."""
        name = self._lists.get(name, name)
        if (name, level) not in self._levels:
            return ""
        start = self._levels[name, level].start
        self._counts[name, level] = self._counts.get((name, level), start - 1) + 1
        for key in [key for key in self._counts if key[0] == name and key[1] > level]:
            del self._counts[key]
        return self._print(name, level)

    def number_of(self, paragraph: Element) -> str:
        """Return the number that Word prints before `paragraph` of a DOCX, and count it."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        return self.count(_value(properties, "numId"), _integer(_value(properties, "ilvl"), 0))

    def _print(self, name: str, level: int) -> str:
        text = self._levels[name, level].text
        for place in _PLACE.findall(text):
            shown = self._levels.get((name, int(place) - 1), _NO_LEVEL)
            number = written(self._counts.get((name, int(place) - 1), shown.start), shown.form)
            if number is None:
                return ""
            text = text.replace(f"%{place}", number)
        return text if any(character.isalnum() for character in text) else ""


_NO_LEVEL = Level("", "", 1)


def numbering_of(part: Element | None) -> Numbering:
    """Return the lists of a DOCX by its part `word/numbering.xml`, none where it has none."""
    levels: dict[tuple[str, int], Level] = {}
    lists: dict[str, str] = {}
    for number in part.findall(f"{_W}num") if part is not None else ():
        link = number.find(f"{_W}abstractNumId")
        if link is not None:
            lists[number.get(f"{_W}numId", "")] = link.get(f"{_W}val", "")
    for abstract in part.findall(f"{_W}abstractNum") if part is not None else ():
        name = abstract.get(f"{_W}abstractNumId", "")
        for level in abstract.findall(f"{_W}lvl"):
            key = (name, _integer(level.get(f"{_W}ilvl"), 0))
            start = _integer(_value(level, "start"), 1)
            levels[key] = Level(_value(level, "numFmt"), _value(level, "lvlText"), start)
    return Numbering(levels, lists)


def _value(element: Element, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return child.get(f"{_W}val", "") if child is not None else ""


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else default


def written(number: int, form: str) -> str | None:
    """Return `number` in a number format of Word, None where the format is not known.

    >>> written(12, "chineseCounting"), written(3, "decimal"), written(2, "bullet")
    ('十二', '3', None)
    """
    if form == "decimal":
        return str(number)
    if form in _CHINESE and 0 < number <= _MOST_CHINESE:
        return _chinese(number)
    if form in _CIRCLED and 0 < number <= _MOST_CIRCLED:
        return chr(0x2460 + number - 1)
    return None


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
