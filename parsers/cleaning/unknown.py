"""Find a brand that no lexicon holds: what stands in the organ's place of a title and is none.

A site's words in it (平台, 官网, letters, two digits) say so, and that it is the page's own: it
signs the report, or stands on the page thrice. What is put in its place is `substitutions`' to say.
"""

from __future__ import annotations

from itertools import islice
from re import IGNORECASE
from typing import TYPE_CHECKING

from parsers.cleaning.brands import brands_in
from parsers.cleaning.joined import PART
from parsers.cleaning.lines import length_of
from parsers.organs import is_organ, is_place
from parsers.patterns import bounded
from parsers.titles import year_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.cleaning.flat import Flat

#: The most characters of a title.
LONGEST_TITLE = 80
#: Words that stand so many times on a page are its own.
THRICE = 3

_DATE_LINE = bounded(
    r"^[(（]?(?:19|20)\d{2}[\d年月日./\-\s]{1,12}[)）]?$|^[一二][〇○零一二三四五六七八九]{3}年"
)


def stands_over_a_date(page: Flat, n: int, *, empty: bool) -> bool:
    """Whether the text behind the n-th is a date's: the n-th is a signature, then.

    `empty` says that the text behind may be empty; else the next that is not counts.
    """
    for number in range(n + 1, len(page.texts)):
        if empty or page.texts[number]:
            return bool(_DATE_LINE.match(page.texts[number].strip()))
    return False


_TITLE_SLOT = bounded(
    r"^(?P<name>[^，。；：《》\s]{3,30}?)(?:关于)?(?:19|20)\d{2}年.{0,30}信息公开"
)
# What the names of such sites hold and no organ's name does.
_SITE_WORDS = bounded(
    r"[a-z]{2}|\d{2}|[(（]中国[)）]|(?:平台|官网|官方网站|娱乐|体育|网站|app|彩票|棋牌|国际|投注|电竞)$",
    IGNORECASE,
)


def unknown_brand(page: Flat) -> str | None:
    """Return a brand that no lexicon holds: no organ's name, in title and signature or thrice."""
    for name in islice(_names_in_titles(page), _MOST_TITLES):
        alone = (n for n in page.lines_with(name) if page.texts[n].strip() == name)
        signs = any(stands_over_a_date(page, n, empty=True) for n in alone if n >= page.first)
        if signs or page.body.count(name) >= THRICE:
            return name
    return None


def _names_in_titles(page: Flat) -> Iterator[str]:
    """Yield what stands in the organ's place of the page's titles and is none."""
    names, lawful = page.memory.made(_in_title), page.memory.made(_is_lawful)
    for text in islice(_perhaps_titles(page), _MOST_LINES):
        if text not in names:
            names[text] = _in_title(text.strip(), lawful)
        if name := names[text]:
            yield name


def _perhaps_titles(page: Flat) -> Iterator[str]:
    """Yield the texts of a page's blocks that name what a report is on, in order."""
    whole = page.parted
    at = whole.find(_TOPIC, length_of(page.texts[: page.first]))
    while at >= 0:
        start, end = whole.rfind(PART, 0, at) + 1, whole.find(PART, at)
        end = end if end >= 0 else len(whole)
        yield whole[start:end]
        at = whole.find(_TOPIC, end)


_TOPIC = "信息公开"
# The longest report read has 1,400 lines and cells.
_MOST_LINES = 5000
# A report's title stands on its page twice or thrice.
_MOST_TITLES = 12


def _in_title(line: str, lawful: dict[str, bool]) -> str | None:
    """Return what stands in the organ's place of a title and is none, or None.

    `lawful` are the names that were judged before.
    """
    if len(line) > LONGEST_TITLE:
        return None
    found = _TITLE_SLOT.match(line)
    name = found["name"].removesuffix("关于") if found else ""
    if not name or not _SITE_WORDS.search(name):
        return None
    if name not in lawful:
        lawful[name] = _is_lawful(name)
    return None if lawful[name] else name


_NO_HAN_BEFORE = bounded(r"^[^\u4e00-\u9fff]{1,30}")
_NUMBERS = bounded(r"第?\d{1,5}")


def _is_lawful(name: str) -> bool:
    """Whether a name is an organ's, perhaps behind a brand, or none at all but a year's."""
    brands = list(brands_in(name))
    if brands:
        rest = name[brands[-1].end :]
        return not rest or is_organ(f"某{rest}")
    # 第29街道办事处, 第12师: a number within an organ's name is the organ's own.
    forms = (name, _NO_HAN_BEFORE.sub("", name), _NUMBERS.sub("", name))
    organ = is_place(name) or any(map(is_organ, forms))
    return organ or year_in(name) is not None
