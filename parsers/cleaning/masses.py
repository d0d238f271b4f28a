"""Clear a page of thousands of brands: no report, or one below which a pool has poured its words.

`substitutions` judges each brand by what stands around it, which here would take seconds a page.
Short texts at the page's beginning and end, where title, path and signature stand, are left to it.
In all others the commonest brands go wherever they stand, by plain search: from a text that is
hardly more than brands without a trace, in any other □ marks the gap. Where ever new brands are
left, the sentence that names one goes whole, so many of them; the rest stays and is flagged.
Sentences on enforcement stay. Time is linear: each step is a fixed number of passes.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import chain, islice
from re import escape
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import brands_in
from parsers.cleaning.findings import SUSPECT, domains_of_others, findings_in
from parsers.cleaning.names import GAP, UNKNOWN
from parsers.items import Cut
from parsers.patterns import MAX_STEPS, bounded, holding, steps_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from typing import Literal

    from parsers.cleaning.flat import Flat, Rule
    from parsers.items import SpamKind

# Title, path and metadata box lie within the first blocks, the signature within the last.
_FIRST, _LAST = 40, 20
_LONGEST_LINE = 200
# So many findings tell which words are common: those that are the half of them, forty at most.
_LOOKED_AT = 1000
_WORDS = 40
_PASSES = 3
# A brand that no other repeats costs ten microseconds to find: so many sentences are looked at.
_SENTENCES = 6000

_REPORTED = bounded(r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|诈骗|涉案|关停")
_SENTENCE = bounded(r"(?<=[。；;！？!\n])")
# Parts texts that are looked through as one; `characters` has cut it from all of them.
_PARTING = "\x00"

_DIGITS = bounded(r"\d{1,20}+")


class _Words(NamedTuple):
    """Brands and domains whose numbers may be any: bet1266.com is bet1267.com.

    `patterns` find all of them, the longer before the shorter; `kinds` are by the words with 0 for
    each number.
    """

    patterns: list[re.Pattern[str]]
    kinds: dict[str, SpamKind]

    def cut_from(self, text: str) -> tuple[str, Counter[str]]:
        """Return `text` with a gap for each of the words, and the words, counted."""
        found: Counter[str] = Counter()
        for pattern in self.patterns:
            parts = pattern.split(text)
            found.update(parts[1::2])
            text = GAP.join(parts[::2])
        return text, found

    def cuts(self, found: Counter[str], action: Literal["removed", "flagged"]) -> list[Cut]:
        """Return a cut for each of the words found."""
        rule = _MASS if action == "removed" else UNKNOWN
        return [
            Cut(self.kinds[_DIGITS.sub("0", quote)], quote, action, rule, None, count)
            for quote, count in found.items()
        ]


def clear(page: Flat, hosts: AbstractSet[str]) -> tuple[Flat, list[Cut]]:
    """Return `page` without its masses of brands and foreign domains, and the cuts.

    `hosts` are the page's own hosts: their domains are honest.
    """
    body = _Body.of(page)
    cuts: list[Cut] = []
    for _ in range(_PASSES):
        every = [page.texts[n] for n in body.texts]
        first = _first(_PARTING.join(every), hosts)
        if len(first) < _LOOKED_AT:
            break
        words = _commonest(first)
        rule, there = _common_rule(every, words) if words else _ever_new_rule(every, hosts)
        page, found = page.change(
            rule,
            [n for n in body.texts if page.texts[n] in there],
            [n for n in body.links if page.links[n] in there],
        )
        cuts += found
        if not words:
            break
    return page, cuts


class _Body(NamedTuple):
    """The numbers of the texts and links that are cleared; what is left is judged one by one."""

    texts: list[int]
    links: list[int]

    @staticmethod
    def of(page: Flat) -> _Body:
        blocks = page.document.blocks
        count = len(blocks)
        edge = frozenset(
            n
            for n in chain(range(min(_FIRST, count)), range(max(0, count - _LAST), count))
            if not blocks[n].rows and len(blocks[n].text) <= _LONGEST_LINE
        )
        inner = [n for n in range(count) if n not in edge]
        return _Body(
            [text for n in inner for text in page.texts_of(n)],
            [link for n in inner for link in page.links_of(n)],
        )


def _commonest(first: list[tuple[str, SpamKind]]) -> _Words | None:
    """Return the words that most of the first findings are; None where no words are."""
    found = Counter((_DIGITS.sub("0", words), kind) for words, kind in first)
    common = found.most_common(_WORDS)
    if sum(count for _, count in common) * 2 < found.total():
        return None
    kinds = {words: kind for (words, kind), _ in common}
    return _Words(list(_patterns_of(sorted(kinds, key=lambda each: -len(each)))), kinds)


def _patterns_of(words: list[str]) -> Iterator[re.Pattern[str]]:
    """Yield patterns that find all of `words` in few passes, each of them provably bounded."""
    longest = max(steps_of(_form(each)) or 0 for each in words)
    many = max(1, MAX_STEPS // (2 * (longest + 1)))
    for at in range(0, len(words), many):
        by_first: dict[str, list[str]] = {}
        for each in words[at : at + many]:
            by_first.setdefault(each[0], []).append(_form(each[1:]))
        # Parted by their first letters: `re` passes over an alternative by its first alone.
        each_first = (f"{_form(first)}(?:{'|'.join(by_first[first])})" for first in by_first)
        yield bounded(f"({'|'.join(each_first)})", listed=False)


def _form(words: str) -> str:
    return escape(words).replace("0", r"\d\d{0,19}+")


def _first(text: str, hosts: AbstractSet[str]) -> list[tuple[str, SpamKind]]:
    """Return the first brands and the first domains of a text."""
    brands: list[tuple[str, SpamKind]] = [
        (each.words, "brand_substitution") for each in islice(brands_in(text), _LOOKED_AT)
    ]
    foreign = islice(domains_of_others(text, hosts), _LOOKED_AT)
    return brands + [(each.words, each.kind) for each in foreign]


def _common_rule(every: list[str], words: _Words) -> tuple[Rule, set[str]]:
    """Return what cuts `words`, and the texts that hold them: they are searched as one."""
    forms = "|".join(escape(each).replace("0", r"\p{Nd}+") for each in words.kinds)
    return cache(lambda text: _without(text, words)), holding(forms)(every)


def _without(text: str, words: _Words) -> tuple[str, list[Cut]]:
    left, found = words.cut_from(text)
    if not found:
        return text, []
    if _REPORTED.search(left):
        parts = _sentences(text)
        return _by_sentences(parts, lambda part: _without(part, words)) if parts[1:] else (text, [])
    bare = left.replace(GAP, "")
    letters = sum(map(str.isalnum, bare))
    if letters * 2 <= len(text):
        return bare.strip() if letters else "", words.cuts(found, "removed")
    return left, words.cuts(found, "flagged")


def _ever_new_rule(every: list[str], hosts: AbstractSet[str]) -> tuple[Rule, set[str]]:
    """Return what cuts the sentences that name a brand, so many of them, and where to look."""
    budget = iter(range(_SENTENCES))

    def rule(part: str) -> tuple[str, list[Cut]]:
        if not part.strip() or next(budget, None) is None:
            return part, []
        first = next(findings_in(part, hosts), None)
        if first is None or _REPORTED.search(part.replace(first.words, "")):
            return part, []
        return "", [Cut(first.kind, part.strip(), "removed", _MASS)]

    suspects = holding(SUSPECT, ignore_case=True)(every[:_SENTENCES])
    return lambda text: _by_sentences(_sentences(text), rule), suspects


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


def _by_sentences(parts: list[str], rule: Rule) -> tuple[str, list[Cut]]:
    """Apply a rule to each sentence: those on gambling or fraud name brands honestly."""
    cleared = [rule(part) for part in parts]
    return "".join(part for part, _ in cleared), [cut for _, cuts in cleared for cut in cuts]


_MASS = "one of thousands of brands on a page"
