"""Read numbers as reports write them: 170864条, 1.2万条, 5650余, 十二件, １２３, 减3, 251000元.

Knows digits (also full-width, with thousands commas or spaces inside), Chinese numerals, 万 and 亿,
units, and the words that make a number approximate. It never guesses: what is no number is None.
Everything here takes text that `fold_width` has been over, which keeps every offset.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from parsers.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

Qualifier = Literal["exact", "approximate", "at_least"]

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

#: What is counted. 万元 is money, of which 元 and 亿元 are other sizes.
UNITS = (
    "万元|亿元|元|人次|件次|条次|条|件|篇|起|次|份|个|人|名|场|期|宗|例|项|批次|批|余件|处|家|位"
)
_NUMERALS = "零〇一二两三四五六七八九十百千"
_NUMBER = re.compile(
    # The first digit stands first, not what may not stand before it: so the search can leap.
    r"\d(?<![\dA-Za-z.]\d)(?:\d{0,2}(?:,\d{3})+(?!\d)|\d*(?: \d+)*)(?:\.\d+)?"
    # A numeral counts with a size or a unit behind it; 零 also alone. 一是, 三公 are passed over.
    # The longest, 九千九百九十九万九千九百九十九, has seven to each side of 万.
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]{{1,9}}(?![{_NUMERALS}])"
    rf"(?=[ 余多来,、]{{0,3}}(?:[万亿]|{UNITS})|(?<=[零〇]))"
)
_AFTER = re.compile(
    rf" ?(?P<size>[百千]?[万亿]|[百千])?(?P<more>余|多|来)?(?P<size2>[万亿])?"
    rf"(?P<gap> ?[,、]? ?)(?P<unit>{UNITS})?(?P<more2>余|多|左右|以上|上下)?"
)
# With one of these it begins, if it is anything at all.
_BEGINS_AFTER = frozenset(" 百千万亿余多来,、左以上" + "".join(one[0] for one in UNITS.split("|")))
_NEARLY = re.compile(r"(?:约|近|大约|将近|接近) ?(?:有|为)?$")
_AT_LEAST = re.compile(r"(?:超过|超|逾|至少|不少于|不低于|突破|达到近) ?$")
_NO_COUNT = re.compile(
    r" ?(?:%|‰|年|月|日|时|分钟|小时|天|号|倍|个百分点|个月|个工作日|版|届|级"
    r"|[A-Za-z]|\.\d|:\d|-\d|~|/)"
)
# Beside ASCII it begins with one of these.
_BEGINS_NO_COUNT = frozenset("‰年月日时分小天号倍个版届级")
_ORDINAL = re.compile(r"第$|〔\d*$|\[\d*$|[-—~/]$|\d:$")
# With what these three can end: nine numbers in ten stand behind another character.
_ENDS_HEAD = re.compile(r"[约近有为过超逾少于破 第〔\[—~/:\d\n-]")

# The largest count seen has nine digits; a row of more than these is a code.
MAX_DIGITS = 15
# Up to 亿: 九千九百九十九万九千九百九十九 has 15.
MAX_NUMERALS = 24

_BLANK = frozenset({"", "/", "\\", "-", "—", "——", "--", "－", "———", "…", "*", "_", "、", "."})
_CELL = re.compile(
    r"(?P<sign>[+-]|增加|减少|增|减|新增|负|↑|↓)?(?:约|近)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+|无)"
    r"(?P<size>[万亿])?(?:余|多)?(?P<unit>元|件|条|项|个|次|人次|人|起|份|篇|宗|场|期|家)?"
)
_NOTE = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]|[(\[][^()\[\]]*$")
_MINUS = frozenset({"-", "减", "减少", "负", "↓"})


class Figure(NamedTuple):
    """A number in running text: text[start:end] is number and unit; `unit` is "" where none stands.

    `value` is counted in `unit`, 万 and 亿 reckoned in; 万元 stays a unit of its own.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    qualifier: Qualifier


def fold_width(text: str) -> str:
    """Return `text` with full-width and look-alike characters folded, of the same length.

    >>> fold_width("１２件，（一）")
    '12件,(一)'
    """
    # A text has a dozen characters to fold, and thousands to keep: `str.translate` asks for each.
    for character in set(_foldable().findall(text)):
        text = text.replace(character, _fold_character(character))
    return text


@cache
def _foldable() -> re.Pattern[str]:
    """Return what finds the characters that folding may change: no ideograph is one."""
    kept = (range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0xD800, 0xE000))
    numbers = (n for n in range(0x10000) if not any(n in some for some in kept))
    found = [chr(n) for n in numbers if _fold_character(chr(n)) != chr(n)]
    return re.compile(f"[{re.escape(''.join(found))}\U00010000-\U0010ffff]")


@lru_cache(maxsize=1 << 12)
def _fold_character(character: str) -> str:
    if character in "\u3000\u00a0\t":
        return " "
    if character in "︰﹕∶":
        return ":"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral up to 亿, None where it is none.

    Digits said one by one (二〇一四) are read so as well.

    >>> chinese_number("一万二千三百零五"), chinese_number("十二"), chinese_number("条")
    (12305, 12, None)
    """
    if not 0 < len(text) <= MAX_NUMERALS:
        return None
    if any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[c]
            section = digit = 0
    return total + section + digit


def figures_in(text: str) -> Iterator[Figure]:
    """Yield the counts in `text` (folded), left to right; shares, dates and ordinals are none.

    A Chinese numeral counts only with a unit behind it; 零 also alone.
    """
    for match in _NUMBER.finditer(text):
        figure = _figure(text, match)
        if figure is not None:
            yield figure


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    start, end = match.span()
    head = text[max(0, start - 6) : start] if start and _ENDS_HEAD.match(text, start - 1) else ""
    if (head and _ORDINAL.search(head)) or _counts_nothing(text, end):
        return None
    written = match[0]
    value = _value(written)
    if value is None:
        return None
    if text[end : end + 1] not in _BEGINS_AFTER:  # neither size nor unit
        bare = written[0].isdigit() or written in "零〇"
        return Figure(value, "", start, end, _qualifier(head, "")) if bare else None
    after = _AFTER.match(text, end)
    if after is None:
        return None
    size, size2, more, more2 = after.group("size", "size2", "more", "more2")
    for c in f"{size or ''}{size2 or ''}":
        value *= _TENS.get(c) or _MYRIADS[c]
    unit, stop = _unit(text, after, written)
    if unit is None or (stop != end and _counts_nothing(text, stop)):
        return None
    if unit == "万元":
        value = value / _MYRIADS["万"] if size else value
    return Figure(value, unit, start, stop, _qualifier(head, more or more2 or ""))


def _counts_nothing(text: str, at: int) -> bool:
    """Whether what follows a number says that it counts nothing: a date's part, a share."""
    behind = text[at : at + 1]
    return (behind in _BEGINS_NO_COUNT or behind.isascii()) and bool(_NO_COUNT.match(text, at))


def _value(written: str) -> Decimal | None:
    if written.isdigit():
        return Decimal(written) if len(written) <= MAX_DIGITS else None
    if written[0].isdigit():
        if _is_row_of_numbers(written):
            return None
        bare = written.replace(",", "").replace(" ", "")
        return Decimal(bare) if len(bare) <= MAX_DIGITS else None
    number = chinese_number(written)
    return None if number is None else Decimal(number)


def _is_row_of_numbers(written: str) -> bool:
    """Whether spaces part numbers (60 61 62), not the digits of one (1 7 3, or 17 0864)."""
    groups = written.partition(".")[0].split(" ")
    return len(groups) > 2 and any(len(group) > 1 for group in groups)  # noqa: PLR2004


def _unit(text: str, after: re.Match[str], written: str) -> tuple[str | None, int]:
    """Return the unit ("" where a bare number may stand so) and where number and unit end."""
    bare_end = after.start("gap")
    unit, gap = after.group("unit", "gap")
    if unit and (not gap or not gap.strip() or _ends_clause(text, after.end("unit"))):
        if unit == "元" and after["size"] == "万":
            return "万元", after.end("unit")
        return unit, after.end()
    if written[0].isdigit() or written in "零〇":
        return "", bare_end
    return None, bare_end


def _ends_clause(text: str, at: int) -> bool:
    """Whether a clause ends here: only then is a unit after a comma the number's."""
    return at >= len(text) or text[at] in ",.。;、)\n "


def _qualifier(head: str, more: str) -> Qualifier:
    if more == "以上" or (head and _AT_LEAST.search(head)):
        return "at_least"
    return "approximate" if more or (head and _NEARLY.search(head)) else "exact"


def is_blank_cell(text: str) -> bool:
    """Whether a cell states nothing: empty, or a stroke. A blank cell is absent, not zero."""
    return _blank[text]


def _is_blank(text: str) -> bool:
    return fold_width(text).replace(" ", "").replace("\u200b", "") in _BLANK


# Most cells of most reports are 0, blank, or a small number.
_blank: Memo[str, bool] = Memo(_is_blank)


def cell_value(text: str, unit: str = "") -> float | None:
    """Return the number of a table cell, None where it holds none (or is blank).

    Notes in brackets stay out: 22（其中修订16件） is 22. 减3 is -3. Where `unit` is 万元, a cell
    written in 元 or 亿 is converted: 251000元 is 25.1.
    """
    return _values[text, unit]


def _value_in(given: tuple[str, str]) -> float | None:
    text, unit = given
    bare = _NOTE.sub("", fold_width(text)).replace(" ", "")
    match = _CELL.fullmatch(bare)
    if match is None:
        return None
    value = Decimal(0) if match["digits"] == "无" else _value(match["digits"])
    if value is None:
        return None
    value *= _MYRIADS.get(match["size"] or "", 1)
    if unit == "万元" and (match["unit"] == "元" or match["size"]):
        value /= _MYRIADS["万"]
    return float(-value if match["sign"] in _MINUS else value)


_values: Memo[tuple[str, str], float | None] = Memo(_value_in, lambda given: len(given[0]))
