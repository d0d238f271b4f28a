"""Find brands of betting sites in a text, by the lexicon `data/brands.tsv`.

A brand is a sure name, or a word that honest texts hold too (金沙, 永利) followed by what sites
append (娱乐官网) or worn with their numbers (yl23455永利). Nothing is judged here but the words:
whether a brand stands where an organ's name stood is `substitutions`' to say. 福利彩票, 体育彩票,
澳门 and 体育馆 are no brands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from re import IGNORECASE
from string import ascii_letters
from typing import TYPE_CHECKING

from parsers.data import pairs
from parsers.patterns import bounded, spans

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

# Latin names that stand before 体育, 娱乐 or 官网 in honest texts.
_LATIN = (
    "app apps cctv nba cba cuba espn qq ktv vr ar it ip pc tv ai hr erp oa iptv wifi web www 5g 4g "
    "3d 2d cpi gdp ppp vip bbc cntv nhk wto who pdf word excel"
)
_HONEST_LATIN = frozenset(_LATIN.split())


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    words: str


def brands_in(text: str) -> Iterator[Brand]:
    """Yield the brands in `text`, in order, none overlapping; neighbours count as one.

    >>> [b.words for b in brands_in("以改版后的365bet体育平台网站为载体，查处体育彩票店2家")]
    ['365bet体育平台']
    """
    start = end = -1
    for left, right in _matches(text):
        if left <= end:
            end = max(right, end)
            continue
        if end > start:
            yield Brand(start, end, text[start:end])
        start, end = left, right
    if end > start:
        yield Brand(start, end, text[start:end])


def has_brand(text: str) -> bool:
    """Whether `text` names a brand."""
    return next(_told(text), None) is not None


def naming_brands(texts: list[str]) -> set[str]:
    """Return those of many texts that name a brand: those of a line are looked through as one."""
    lines = [text for text in texts if "\n" not in text]
    found = {text for text in texts if "\n" in text and has_brand(text)}
    whole = "\n".join(lines)
    feeds = whole.count
    n = at = 0
    for start, _ in _told(whole):
        n, at = n + feeds("\n", at, start), start
        found.add(lines[n])
    return found


def _matches(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _told(text):
        yield _left_of(text, start), _end_of_site(text, end)


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words stand that tell a brand, without what else is its name."""
    for at, part in _runs_of_lines(text):
        line = f"\n{part}"  # before the first word stands a letter, too
        candidates = _candidates(line)
        while some := [*islice(candidates, _AT_ONCE)]:
            for start, end in _judged(line, some):
                yield at + start - 1, at + end - 1


# Who asks for the first of thousands is spared the rest.
_AT_ONCE = 500


def _runs_of_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text by runs of its lines, and where each begins: no brand holds a line feed.

    Who asks for the first of many brands is spared the rest of the text.
    """
    at = 0
    while at < len(text):
        end = text.find("\n", at + _RUN) + 1 or len(text)
        yield at, text[at:end]
        at = end


# The longest report has 60,000 characters.
_RUN = 100_000


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where words stand that may be a brand, each with the letter before it."""
    return _spans()(text.replace("_", "\n"))  # a word's end, which RE2 takes for a letter


def _judged(text: str, matched: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where the brands stand among what was `matched`, in order.

    What stands around decides: the letter before, and a few behind. Words that were taken in vain
    may hide the beginning of a brand: 2014 bet365. A page made to be slow has a hundred thousand
    of these, mostly the same.
    """
    places: list[_Place] = [(text[at : end + _BEHIND], end - at) for at, end in matched]
    each = dict.fromkeys(places)
    brands = {(around, end): (1, end) for around, end in each if _is_brand(around, 1, end)}
    vain = [place for place in each if place not in brands and not _is_one_word(*place)]
    if vain:
        brands |= _within(vain)
    for (at, _), place in zip(matched, places, strict=True):
        if place in brands:
            start, end = brands[place]
            yield at + start, at + end


# Words behind a letter and all that a rule looks at behind them, and where they end in that.
_Place = tuple[str, int]


def _within(vain: list[_Place]) -> dict[_Place, tuple[int, int]]:
    """Return the first brand that begins within each of these words, where one does.

    All of them are looked through as one: to ask RE2 of each takes three times as long.
    """
    letters = _letters()
    words = [
        around[1 : end + _LONGEST_BEFORE if around[end : end + 1] in letters else end]
        for around, end in vain
    ]
    found: dict[_Place, tuple[int, int]] = {}
    n = begin = 0
    for before, right in _candidates(_NO_BRANDS.join(words)):
        while before >= begin + len(words[n]):
            begin += len(words[n]) + len(_NO_BRANDS)
            n += 1
        around, end = vain[n]
        span = before + 2 - begin, right + 1 - begin
        if span[0] < end and vain[n] not in found and _is_brand(around, *span):
            found[vain[n]] = span
    return found


# No brand begins behind it, nor holds it.
_NO_BRANDS = "@"


@cache
def _letters() -> frozenset[str]:
    """Return the letters that a brand can go on with: those of the pattern of its words.

    Names that hold any letter begin with words that hold them whole: 澳门十大, 十大网赌.
    """
    return frozenset(_grammar() + ascii_letters + "0123456789" + _LATIN_BY_CASE)


def _is_one_word(text: str, end: int) -> bool:
    """Whether no other word can begin in it."""
    words = text[1:end]
    return words.isascii() and words.isalnum()


def _is_brand(text: str, start: int, end: int) -> bool:
    return not _goes_on(text, start, end) and not _is_honest(text, start, end)


def _left_of(text: str, start: int) -> int:
    return start - _before_name(text[max(0, start - _LONGEST_BEFORE - 1) : start])


@lru_cache(maxsize=4096)
def _before_name(text: str) -> int:
    """Return how many characters at the end of `text` belong to the brand behind it."""
    if not (text[-1:] in _last_letters() or text[-1:].isdecimal()):
        return 0
    before = _before().search(text, max(0, len(text) - _LONGEST_BEFORE))
    return len(text) - before.start() if before else 0


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether Latin letters or digits go on where the match ends with such, or before its own."""
    after = text[end : end + 1]
    if after == "." and _DOMAIN_GOES_ON.match(text, end):
        return True
    if text[start].isdigit() and text[max(0, start - 1) : start].isdigit():  # of any script
        return True
    goes_on = text[end - 1] in ascii_letters and after.isascii() and after.isalnum()
    return goes_on and not _YEAR.match(text, end)


_YEAR = bounded(r"(?:19|20)\d\d年")
_DOMAIN_GOES_ON = bounded(r"\.[a-z]", IGNORECASE)


def _is_honest(text: str, start: int, end: int) -> bool:
    if text[end - 1] not in _LAST_OF_HONEST:
        return False
    named = _latin().match(text, start) if text[start] < _FIRST_HAN else None
    latin = named["latin"] if named and named.end() == end else None
    if latin and latin.lower().rstrip("0123456789") in _HONEST_LATIN:
        return True
    return text.endswith(_SPORTS, 0, end) and _HONEST_AFTER.match(text, end) is not None


_FIRST_HAN = "\u2e80"


def _end_of_site(text: str, end: int) -> int:
    """Return where the name that has matched up to `end` ends, with all that sites append."""
    for _ in range(_MOST_PIECES):
        more = _more().match(text, end)
        if more is None or more.end() == end:
            break
        end = more.end()
    return end


# 乐鱼 体育 (中国) leyu · 官方网站: eight pieces are more than any name of a site had.
_MOST_PIECES = 8


@cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, list[str]] = {}
    for kind, pattern in pairs("brands.tsv"):
        kinds.setdefault(kind, []).append(pattern.replace(r"\p{Han}", "\u4e00-\u9fff"))
    return {kind: "|".join(patterns) for kind, patterns in kinds.items()}


def _grammar() -> str:
    """Return the pattern of a brand's words, before its surroundings are looked at."""
    sure, digits, weak, place, latin, tail = (
        _kinds()[kind] for kind in ("sure", "digits", "weak", "place", "latin", "tail")
    )
    return (
        rf"(?:{digits})|(?:{sure})"
        rf"|[a-z]{{1,4}}\d{{3,6}}(?:{weak})"
        rf"|(?:{weak})(?:\d{{3,5}})?(?:体育|娱乐|国际)?(?:{tail})"
        rf"|(?:{place}){_SPORT}{_SITE}"
        rf"|(?:{latin}){_SPORT}{_SITE}"
    )


@cache
def needle() -> str:
    """Return what RE2 needs to see in a text before it can name a brand.

    What begins with a number of letters is found by the last of them: to count them from each
    letter of a text on takes RE2 a state for every mixture of letters and digits (3 s a megabyte).
    """
    sure, digits, weak, place, tail = (
        _kinds()[kind] for kind in ("sure", "digits", "weak", "place", "tail")
    )
    return (
        rf"{digits.replace('{2,5}', '')}|{sure}|\d(?:{weak})"
        rf"|(?:{weak})(?:\d{{3,5}})?(?:体育|娱乐|国际)?(?:{tail})"
        rf"|(?:{place}|[a-z0-9]){_SPORT}{_SITE}"
    )


@cache
def _spans() -> Callable[[str], Iterator[tuple[int, int]]]:
    # A brand within a word is none: to begin at each of a word's letters would cost what `needle`
    # spares, and a page made to be slow has half a million such words.
    return spans(rf"{_BEFORE_A_WORD}(?:{_grammar()})+", ignore_case=True)


# The letter before a word: none that goes on with it, none of an address.
_BEFORE_A_WORD = r"(?-i:[^0-9A-Za-z./@\-]|[0-9A-Za-z]\b)"


@cache
def _latin() -> re.Pattern[str]:
    return bounded(rf"(?P<latin>{_kinds()['latin']}){_SPORT}{_SITE}", IGNORECASE)


@cache
def _before() -> re.Pattern[str]:
    """Match what belongs to a brand on its left: a number, Latin letters, another brand's word."""
    return bounded(
        rf"(?:(?<![a-z0-9])(?:\d{{2,3}}|[a-z][a-z0-9]{{0,7}})|(?:{_kinds()['weak']}))\Z",
        IGNORECASE,
    )


@cache
def _last_letters() -> frozenset[str]:
    """Return the letters that such a number, name or word can end with, beside any digit."""
    return frozenset(_kinds()["weak"] + ascii_letters + _LATIN_BY_CASE)


# Latin by their case alone.
_LATIN_BY_CASE = "\u0130\u0131\u017f\u212a"


_LONGEST_BEFORE = 12
# A brand hidden in words ends up to so many behind them; no rule looks eight farther: 2014年.
_BEHIND = _LONGEST_BEFORE + 8
_HONEST_AFTER = bounded(
    r"馆|场(?!官)|中心|局|公园|彩票|总局|事业|总会|协会|赛事|用品|设施|健身|运动|产业|机场|会|贸易"
    r"|酒店|员|场所|文化|传媒|大赛|比赛"
)
_SPORT = r"(?:体育|娱乐|棋牌|电竞|真人|博彩|电子游戏)"
_SPORTS = ("体育", "国际", "会", "新葡京", "集团", "娱乐", "棋牌", "电竞")
_SITE = (
    r"(?:官方网站|网站登录|网站入口|网站下载|官方|中国|手机版|网页版|客户端|平台|官网|网址|app|在线|投注|入口|下载"
    r"|登录|登陆|注册)"
)

_LAST_OF_HONEST = frozenset(each[-1] for each in (*_SPORTS, *_SITE.strip("()?:").split("|"), "APP"))


@cache
def _more() -> re.Pattern[str]:
    """Match one more piece of a site's name: 官网, (中国), ·综合, a motto, its number or letters.

    九游会j9, 伟德国际1946; never the year of 新葡京2014年, nor 网站 alone: that may be the page's.
    """
    return bounded(
        rf"[·•・\-—]?(?:{_SITE}|{_SPORT}|国际|综合|{_kinds()['motto']}"
        r"|[(（](?:中国|[a-z][a-z.·\-]{1,18})[)）](?:有限公司)?|集团上市)"
        rf"|(?:{_kinds()['weak']})(?![县区镇乡村街市路])"
        r"|[·•・]?[a-z][a-z0-9]{1,9}|\d{2,4}(?![\d年./-])|\d{2,4}(?=(?:19|20)\d\d年)",
        IGNORECASE,
    )
