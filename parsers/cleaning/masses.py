"""Clear a page of thousands of brands: no report, or one below which a pool has poured its words.

`substitutions` judges each brand by what stands around it, which here would take seconds a page.
Short texts at the page's beginning and end, where title, path and signature stand, are left to it.
In all others the commonest brands go wherever they stand, by plain search: from a text that is
hardly more than brands without a trace, in any other □ marks the gap. Where ever new brands are
left, the sentence that names one goes whole, so many of them; the rest stays and is flagged.
Sentences on enforcement stay. Time is linear: each step is a fixed number of passes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import islice
from re import escape
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.findings import (
    FOUND,
    SUSPECT,
    Finding,
    brands_of,
    by_text,
    domains_of_others,
    findings_in,
)
from parsers.cleaning.joined import PART, numbered, of_each, of_one
from parsers.cleaning.names import GAP, UNKNOWN
from parsers.items import Cut
from parsers.patterns import MAX_STEPS, bounded, holding, lines_holding, screened, steps_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from typing import Literal

    from parsers.cleaning.flat import Flat, Rule
    from parsers.cleaning.joined import Told
    from parsers.items import SpamKind

# Title, path and metadata box lie within the first blocks, the signature within the last.
_FIRST, _LAST = 40, 20
_LONGEST_LINE = 200
# So many findings tell which words are common: those that are the half of them, forty at most.
_LOOKED_AT = 1000
_WORDS = 40
_PASSES = 3
# So many lines tell whether most do hold a word.
_SAMPLE = 300
# A brand that no other repeats costs ten microseconds to find: so many sentences are looked at.
_SENTENCES = 6000

_REPORTED = bounded(r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|诈骗|涉案|关停")
_SENTENCE = bounded(r"(?<=[。；;！？!\n])")
_DIGITS = bounded(r"\d{1,20}+")


class _Words(NamedTuple):
    """Brands and domains whose numbers may be any: bet1266.com is bet1267.com.

    `patterns` find all of them, the longer before the shorter; `kinds` are by the words with 0 for
    each number; `made` are the cuts so far, by quote, action and count: most come again.
    """

    patterns: list[re.Pattern[str]]
    kinds: dict[str, SpamKind]
    made: dict[tuple[str, str, int], Cut]

    def cut_from(self, whole: str) -> tuple[str, dict[int, dict[str, int]]]:
        """Return joined texts with a gap for each of the words, and the words, counted, by text."""
        found: dict[int, dict[str, int]] = {}
        for pattern in self.patterns:
            parts = pattern.split(whole)
            whole, n = GAP.join(parts[::2]), 0
            for before, words in zip(parts[::2], parts[1::2], strict=False):  # the last is bare
                n += before.count(PART)
                counts = found.setdefault(n, {})
                counts[words] = counts.get(words, 0) + 1
        return whole, found

    def cuts(self, found: dict[str, int], action: Literal["removed", "flagged"]) -> list[Cut]:
        """Return a cut for each of the words found."""
        rule = _MASS if action == "removed" else UNKNOWN
        return [self._cut(quote, action, rule, count) for quote, count in found.items()]

    def _cut(self, quote: str, action: Literal["removed", "flagged"], rule: str, count: int) -> Cut:
        key = quote, action, count
        if key not in self.made:
            kind = self.kinds[_DIGITS.sub("0", quote)]
            self.made[key] = Cut(kind, quote, action, rule, None, count)
        return self.made[key]


def clear(
    page: Flat, hosts: AbstractSet[str], known: Iterable[Finding] = ()
) -> tuple[Flat, list[Cut]]:
    """Return `page` without its masses of brands and foreign domains, and the cuts.

    `hosts` are the page's own hosts: their domains are honest. `known` are the first findings of
    `page.whole`, in order, brands before domains: those need no second look.
    """
    texts, links = page.without_edges(_FIRST, _LAST, _LONGEST_LINE)
    brands = _brands_within(page, known, texts)
    cuts: list[Cut] = []
    for _ in range(_PASSES):
        every = [page.texts[n] for n in texts]
        whole = "\n".join(every)
        first = _first(whole, hosts, brands)
        brands = []
        if len(first) < _LOOKED_AT:
            page.memory.made(FOUND).update(by_text(every, first))
            page.memory.know(FOUND, page.texts, texts)
            break
        words = _commonest(first)
        if words:
            places = _lines_with(words, every, whole)
            rule = _common_rule(words, [every[at] for at in places])
        else:
            rule, places = _ever_new_rule(hosts), _lines_of_suspects(every)
        there = {every[at] for at in places} if links else frozenset()
        page, found = page.change(
            rule, [texts[at] for at in places], [n for n in links if page.links[n] in there]
        )
        cuts += found
        if not words:
            break
    return page, cuts


def _brands_within(page: Flat, known: Iterable[Finding], texts: list[int]) -> list[Finding]:
    """Return the first brands among what is `known` that stand in these texts; none if too few."""
    found = (
        each
        for each in known
        if each.kind == "brand_substitution" and _has(texts, bisect_right(page.ends, each.start))
    )
    brands = list(islice(found, _LOOKED_AT))
    return brands if len(brands) == _LOOKED_AT else []


def _has(numbers: list[int], number: int) -> bool:
    """Whether `numbers`, in order, hold a number."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _commonest(first: list[Finding]) -> _Words | None:
    """Return the words that most of the first findings are; None where no words are."""
    found = Counter((_DIGITS.sub("0", each.words), each.kind) for each in first)
    common = found.most_common(_WORDS)
    if sum(count for _, count in common) * 2 < found.total():
        return None
    kinds = {words: kind for (words, kind), _ in common}
    return _Words(list(_patterns_of(sorted(kinds, key=lambda each: -len(each)))), kinds, {})


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


def _first(text: str, hosts: AbstractSet[str], brands: list[Finding]) -> list[Finding]:
    """Return the first brands and the first domains of a text: all, where they are few.

    `brands` are these brands where they are known already.
    """
    return [
        *(brands or islice(brands_of(text), _LOOKED_AT)),
        *islice(domains_of_others(text, hosts), _LOOKED_AT),
    ]


def _common_rule(words: _Words, texts: list[str]) -> Rule:
    """Return what clears `texts` of these words: all of them are asked at once."""
    new = list(dict.fromkeys(texts))
    cleared = of_each(lambda whole: _without(whole, words), new)
    return dict(zip(new, cleared, strict=True)).__getitem__


def _lines_with(words: _Words, every: list[str], whole: str) -> Iterable[int]:
    """Return the places of those texts that can hold `words`: `whole`, all of them, tells.

    All of them, where most of the first do hold one (see `screened`).
    """
    forms = "|".join(escape(each).replace("0", r"\p{Nd}+") for each in words.kinds)
    if whole.count("\n") >= len(every):  # some have several lines
        there = set(screened(holding(forms), list(dict.fromkeys(every))))
        return [at for at, text in enumerate(every) if text in there]
    hold = lines_holding(forms)
    sample = every[:_SAMPLE]
    dense = len(hold("\n".join(sample))) * 2 > len(sample)
    return range(len(every)) if dense else hold(whole)


def _without(whole: str, words: _Words) -> tuple[str, list[Told]]:
    """Return joined texts without these words, and the cuts: enforcement names them honestly."""
    left, found = words.cut_from(whole)
    reported = {n for n, _ in numbered(left, _REPORTED.finditer(left))}
    texts, gapped = whole.split(PART), left.split(PART)
    told: list[Told] = []
    for n, counts in found.items():
        if n in reported:
            texts[n], cuts = _without_in_sentences(texts[n], words)
        elif _is_hardly_more(bare := gapped[n].replace(GAP, ""), len(texts[n])):
            texts[n] = bare.strip() if any(map(str.isalnum, bare)) else ""
            cuts = words.cuts(counts, "removed")
        else:
            texts[n], cuts = gapped[n], words.cuts(counts, "flagged")
        told += [(n, cut) for cut in cuts]
    return PART.join(texts), told


def _without_in_sentences(text: str, words: _Words) -> tuple[str, list[Cut]]:
    parts = _sentences(text)
    if not parts[1:]:
        return text, []
    return _by_sentences(parts, lambda part: of_one(lambda whole: _without(whole, words), part))


def _is_hardly_more(bare: str, length: int) -> bool:
    """Whether a text of so many characters has at most half as many letters without its brands."""
    return len(bare) * 2 <= length or _letters(bare, length // 2 + 1) * 2 <= length


def _letters(text: str, enough: int) -> int:
    """Return how many letters and digits `text` has, counted until they are `enough`."""
    if text.isalnum():
        return len(text)
    count = 0
    for at in range(0, len(text), _COUNTED):
        count += sum(map(str.isalnum, text[at : at + _COUNTED]))
        if count >= enough:
            break
    return count


# So many are counted at a time: a line has fewer, a page of one line a thousand times as many.
_COUNTED = 4096


def _ever_new_rule(hosts: AbstractSet[str]) -> Rule:
    """Return what cuts the sentences that name a brand, so many of them."""
    budget = iter(range(_SENTENCES))

    def rule(part: str) -> tuple[str, list[Cut]]:
        if not part.strip() or next(budget, None) is None:
            return part, []
        first = next(findings_in(part, hosts), None)
        if first is None or _REPORTED.search(part.replace(first.words, "")):
            return part, []
        return "", [Cut(first.kind, part.strip(), "removed", _MASS)]

    return lambda text: _by_sentences(_sentences(text), rule)


def _lines_of_suspects(every: list[str]) -> list[int]:
    """Return the places of those texts that can name a brand, and are among the first."""
    suspects = holding(SUSPECT, ignore_case=True)(every[:_SENTENCES])
    return [at for at, text in enumerate(every) if text in suspects]


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


def _by_sentences(parts: list[str], rule: Rule) -> tuple[str, list[Cut]]:
    """Apply a rule to each sentence: those on gambling or fraud name brands honestly."""
    cleared = [rule(part) for part in parts]
    return "".join(part for part, _ in cleared), [cut for _, cuts in cleared for cut in cuts]


_MASS = "one of thousands of brands on a page"
