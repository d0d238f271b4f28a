"""Tell a list of links whose words are unlike the page that they hang on: no lexicon is asked.

A portal's own links name organisations, in words that the page or the letters of the host repeat
(友情链接 to neighbours, banks of companies, names in Latin letters). Phrases that lead to as many
foreign hosts and share nothing with the page are a farm's. Cuts nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING, Protocol

from parsers.cleaning.pinyin import syllables_of
from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from parsers.cleaning.flat import Flat

# Where only strangeness speaks, as many links as in an unsigned run, four of five of them strange.
MIN_STRANGERS = 8
_STRANGE = 0.8
_LONGEST_ANCHOR = 40
# A list shows what it is in its beginning; the longest honest one seen has some two hundred links.
_JUDGED = 300


class Anchor(Protocol):
    """A link: its words and its host."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def host(self) -> str:
        """Where it leads."""


def is_strange(anchors: Sequence[Anchor], said: Said, run: Iterable[int]) -> bool:
    """Whether foreign links are many, each to a host of its own, and nearly all unlike the page."""
    anchors = anchors[:_JUDGED]
    hosts = {anchor.host.removeprefix("www.") for anchor in anchors}
    if len(anchors) < MIN_STRANGERS or len(hosts) < len(anchors) * _STRANGE:
        return False
    phrases = [each for each in anchors if _is_phrase(each.text) and not _spells(each)]
    if len(phrases) < len(anchors) * _STRANGE:
        return False
    is_said = said.beside(run)
    unlike = sum(_is_unlike(anchor.text, is_said) for anchor in phrases)
    return unlike >= len(anchors) * _STRANGE


_HAN = bounded(r"[\u4e00-\u9fff]{2,400}")
# Names of companies and papers mostly have two to four characters, else they say what they are.
_LEAST_PHRASE = 5
_NAME = bounded(
    r"^(?:中国|中华|中央|全国|国家|国际|世界)"
    r"|(?:[网局厅委会部院校所站社报台馆园区市县镇乡省州旗办处队军企厂店行港城]|政府|街道|公司|集团|中心"
    r"|平台|系统|频道|论坛|门户|电器|石化|电力|电信|移动|联通|航空|速运|保险|证券|基金|股份|科技|实业"
    r"|酒店|传媒|杂志|大学|学会|电网|能源|重工|药业|信托|热线|图书|博物)$"
)


def _is_phrase(text: str) -> bool:
    """Whether an anchor says something, in Chinese, and is no name of an organisation's."""
    han = sum(map(len, _HAN.findall(text)))
    return han >= _LEAST_PHRASE and len(text) <= _LONGEST_ANCHOR and not _NAME.search(text)


class Said:
    """Which two characters stand side by side on a page, a list of its own aside: told once.

    `<meta>` is left out: who hangs a farm there writes its words there, too.
    """

    def __init__(self, page: Flat) -> None:
        """Tell nothing yet: few pages have a list that asks."""
        self._page = page

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
        own = _pairs_in(self._texts[n] for n in run if n < len(self._texts))
        pairs = self._pairs
        return lambda pair: pairs.get(pair, 0) > own.get(pair, 0)


def _pairs_in(texts: Iterable[str]) -> Counter[str]:
    return Counter(map("".join, pairwise("\n".join(texts))))


# Three times the longest report read; what a page can say of itself stands in its beginning.
_MOST_READ = 200_000


def _is_unlike(text: str, is_said: Callable[[str], bool]) -> bool:
    """Whether an anchor shares next to nothing with the page: one pair in five at most."""
    pairs = [run[n : n + 2] for run in _HAN.findall(text) for n in range(len(run) - 1)]
    return sum(map(is_said, pairs)) * 5 <= len(pairs)


def _spells(anchor: Anchor) -> bool:
    """Whether the host spells the anchor by two syllables or three initials: pazjj, 平桉住建局."""
    host = anchor.host
    every = [syllables_of(letter) for letter in "".join(_HAN.findall(anchor.text))]
    sounds = [[sound for sound in each if sound in host] for each in every]
    initials = [{sound[0] for sound in each}.intersection(host) for each in every]
    triples = zip(initials, initials[1:], initials[2:], strict=False)
    return any(_any_in(host, some) for some in (*pairwise(sounds), *triples))


def _any_in(host: str, sounds: tuple[Collection[str], ...]) -> bool:
    return all(sounds) and any("".join(spelled) in host for spelled in product(*sounds))
