"""Tell a list of links whose words are unlike the page that they hang on: no lexicon is asked.

A portal's own links name organisations, in words that the page or the letters of the host repeat
(友情链接 to neighbours, banks of companies, names in Latin letters). Phrases that lead to as many
foreign hosts and share nothing with the page are a farm's. Cuts nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, cached_property
from itertools import islice, pairwise, product
from math import ceil
from operator import add
from typing import TYPE_CHECKING

from parsers.cleaning.pinyin import syllables_of
from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from parsers.cleaning.flat import Flat

# Where only strangeness speaks, as many links as in an unsigned run, four of five of them strange.
MIN_STRANGERS = 8
_STRANGE = 0.8
_LONGEST_ANCHOR = 40
# A list shows what it is in its beginning; the longest honest one seen has some two hundred links.
_JUDGED = 300


def is_strange(texts: Sequence[str], hosts: Sequence[str], said: Said, run: Iterable[int]) -> bool:
    """Whether foreign links are many, each to a host of its own, and nearly all unlike the page.

    `texts` are their words and `hosts` where they lead, `run` the blocks that they stand in.
    """
    texts, hosts = texts[:_JUDGED], hosts[:_JUDGED]
    least = len(texts) * _STRANGE
    if len(texts) < MIN_STRANGERS or len({host.removeprefix("www.") for host in hosts}) < least:
        return False
    phrases: list[list[str]] = []
    spare = len(texts) - ceil(least)
    for pairs in said.phrases(texts, hosts):
        if pairs:
            phrases.append(pairs)
        elif (spare := spare - 1) < 0:
            return False
    is_said = said.beside(run)
    like = (pairs for pairs in phrases if not _is_unlike(pairs, is_said))
    return next(islice(like, spare, None), None) is None


_HAN = bounded(r"[\u4e00-\u9fff]{2,400}")
# Names of companies and papers mostly have two to four characters, else they say what they are.
_LEAST_PHRASE = 5
_NAME = bounded(
    r"^(?:中国|中华|中央|全国|国家|国际|世界)"
    r"|(?:[网局厅委会部院校所站社报台馆园区市县镇乡省州旗办处队军企厂店行港城]|政府|街道|公司|集团|中心"
    r"|平台|系统|频道|论坛|门户|电器|石化|电力|电信|移动|联通|航空|速运|保险|证券|基金|股份|科技|实业"
    r"|酒店|传媒|杂志|大学|学会|电网|能源|重工|药业|信托|热线|图书|博物)$"
)


def _pairs_of(text: str, host: str) -> list[str]:
    """Return the pairs of characters of a phrase; none of a name or what the host spells."""
    chinese = _HAN.findall(text)
    if not _is_phrase(text, chinese) or _spells(host, "".join(chinese)):
        return []
    return [pair for run in chinese for pair in map(add, run, run[1:])]


def _is_phrase(text: str, chinese: list[str]) -> bool:
    """Whether an anchor says something, in so much Chinese, and is no name of an organisation's."""
    return (
        len(text) <= _LONGEST_ANCHOR
        and sum(map(len, chinese)) >= _LEAST_PHRASE
        and not _NAME.search(text)
    )


class Said:
    """Which two characters stand side by side on a page, a list of its own aside: told once.

    `<meta>` is left out: who hangs a farm there writes its words there, too.
    """

    def __init__(self, page: Flat) -> None:
        """Tell nothing yet: few pages have a list that asks."""
        self._page = page

    def phrases(self, texts: Iterable[str], hosts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the pairs of characters of each link (see `_pairs_of`).

        It hangs on the link alone: what is judged again in the next round is known.
        """
        known: dict[tuple[str, str], list[str]] = self._page.memory.made(is_strange)
        for link in zip(texts, hosts, strict=True):
            if link not in known:
                known[link] = _pairs_of(*link)
            yield known[link]

    @cached_property
    def _texts(self) -> list[str]:
        """What is read of the blocks, in order, up to the last that is."""
        texts: list[str] = []
        rest = _MOST_READ
        for n in range(len(self._page.blocks)):
            if rest <= 0:
                break
            texts.append("\n".join(self._page.cells(n))[:rest])
            rest -= len(texts[-1]) + 1
        return texts

    @cached_property
    def _pairs(self) -> Counter[str]:
        return _pairs_in((self._page.texts[0], *self._texts))

    def beside(self, run: Iterable[int]) -> Callable[[str], bool]:
        """Return what tells whether two characters stand so outside of the blocks of a list."""
        pairs = self._pairs
        own = _pairs_in(self._texts[n] for n in run if n < len(self._texts))
        if not own:
            return pairs.__contains__
        return lambda pair: pairs.get(pair, 0) > own.get(pair, 0)


def _pairs_in(texts: Iterable[str]) -> Counter[str]:
    whole = "\n".join(texts)
    return Counter(map(add, whole, whole[1:]))


# Three times the longest report read; what a page can say of itself stands in its beginning.
_MOST_READ = 200_000


def _is_unlike(pairs: list[str], is_said: Callable[[str], bool]) -> bool:
    """Whether an anchor shares next to nothing with the page: one pair in five at most."""
    return sum(map(is_said, pairs)) * 5 <= len(pairs)


def _spells(host: str, chinese: str) -> bool:
    """Whether a host spells an anchor by two syllables or three initials: pazjj, 平桉住建局."""
    heard = [*map(frozenset(host).intersection, map(_initials_of, chinese))]
    for n, (one, two) in enumerate(pairwise(heard)):
        if one and two:
            if heard[n + 2 : n + 3] and _any_in(host, heard[n : n + 3]):
                return True
            if _any_in(host, map(syllables_of, chinese[n : n + 2])):
                return True
    return False


@cache
def _initials_of(letter: str) -> frozenset[str]:
    """Return the letters with which the syllables begin that a character is read as."""
    return frozenset(sound[0] for sound in syllables_of(letter))


def _any_in(host: str, sounds: Iterable[Collection[str]]) -> bool:
    return any("".join(spelled) in host for spelled in product(*sounds))
