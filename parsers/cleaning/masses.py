"""Clear a page of thousands of brands: no report, or one below which a pool has poured its words.

`substitutions` judges each brand by what stands around it, which here would take seconds a page.
Short texts at the page's beginning and end, where title, path and signature stand, are left to it.
In all others the commonest brands go wherever they stand, by plain search: from a text that is
hardly more than brands without a trace, in any other □ marks the gap. Where ever new brands are
left, the sentence that names one goes whole, so many of them; the rest stays and is flagged.
Sentences on enforcement stay. Time is linear: each step is a fixed number of passes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate, chain, compress, count, islice, repeat
from operator import itemgetter, ne, not_
from re import escape
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.findings import SUSPECT, findings_in, surveys
from parsers.cleaning.joined import PART, of_all
from parsers.cleaning.names import GAP, UNKNOWN
from parsers.items import Cut
from parsers.patterns import bounded, holding, parting

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from typing import Literal

    from parsers.cleaning.findings import Finding, Survey
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
# Brands glued to one another are one word: of so many characters it is none that comes again.
_LONGEST_WORD = 120
# A word is looked for by so many of its characters.
_PIECE = 16
# A brand that no other repeats costs ten microseconds to find: so many sentences are looked at that
# may name one.
_SENTENCES = 6000

_REPORTED = bounded(r"赌|博彩|查处|打击|取缔|整治|侦破|破获|抓获|捣毁|诈骗|涉案|关停")
_SENTENCE = bounded(r"(?<=[。；;！？!\n])")
# A count of its digits, too, takes RE2 megabytes for forty words.
_NUMBER = r"\p{Nd}+"
_DIGITS = bounded(r"\d{1,20}+")


class _Words(NamedTuple):
    """Brands and domains whose numbers may be any: bet1266.com is bet1267.com.

    `parted` parts texts at all of them; `kinds` are by the words with 0 for each number; `made`
    are the cuts so far, by quote, action and count: most come again.
    """

    parted: Callable[[str], tuple[list[str], list[str]]]
    kinds: dict[str, SpamKind]
    made: dict[tuple[str, str, int], Cut]

    def cut_from(self, whole: str) -> tuple[str, Counter[tuple[int, str]]]:
        """Return joined texts with a gap for each of the words, and the words of each, counted."""
        bare, words = self.parted(whole)
        numbers = accumulate(map(str.count, bare, repeat(PART)))
        return GAP.join(bare), Counter(zip(numbers, words, strict=False))

    def cut(self, quote: str, action: Literal["removed", "flagged"], count: int) -> Cut:
        """Return the cut of words that were found so many times in a text."""
        key = quote, action, count
        if key not in self.made:
            kind = self.kinds[_numberless(quote)]
            rule = _MASS if action == "removed" else UNKNOWN
            self.made[key] = Cut(kind, quote, action, rule, None, count)
        return self.made[key]


def clear(page: Flat, hosts: AbstractSet[str]) -> tuple[Flat, list[Cut]]:
    """Return `page` without its masses of brands and foreign domains, and the cuts.

    `hosts` are the page's own hosts: their domains are honest.
    """
    runs, links = without_edges(page, _FIRST, _LAST, _LONGEST_LINE)
    first = _First.of(page, runs, hosts)
    cuts: list[Cut] = []
    for _ in range(_PASSES):
        brands, domains = (first.of_kind(page, survey) for survey in surveys(page, hosts))
        if len(brands) + len(domains) < _LOOKED_AT:
            break
        words = _commonest([*brands[:_LOOKED_AT], *domains[:_LOOKED_AT]])
        was = page
        if words:
            page, found = _without_words(page, words, _lines_with(page, words, runs), links)
        else:
            page, found = _without_ever_new(page, hosts, runs, links)
        cuts += found
        if page is was or not words:
            break
    return page, cuts


def without_edges(page: Flat, first: int, last: int, most: int) -> tuple[list[range], list[int]]:
    """Return the runs of the numbers of all texts but those of a page's beginning and end.

    These are the `first` and the `last` blocks that are paragraphs of at most so many letters. Then
    come the numbers of all links but those of these blocks.
    """
    blocks, links = page.blocks, [*range(len(page.links))]
    starts, link_starts = page.shape.starts, page.shape.link_starts
    runs = [range(page.first, len(page.texts))]
    count = len(blocks)
    for n in sorted({*range(min(first, count)), *range(max(0, count - last), count)}, reverse=True):
        start = starts[n]
        if not blocks[n].rows and len(page.texts[start]) <= most:
            del links[link_starts[n] : link_starts[n + 1]]
            whole = runs.pop()
            runs += [range(start + 1, whole.stop), range(whole.start, start)]
    return [run for run in reversed(runs) if run], links


class _First(NamedTuple):
    """Which findings of a page come first: those in `edges` of it do not count."""

    edges: set[int]
    most: int

    @staticmethod
    def of(page: Flat, runs: list[range], hosts: AbstractSet[str]) -> _First:
        """Take what is in none of these runs of a page's texts for its edges."""
        bounds = [page.first, *chain.from_iterable((run.start, run.stop) for run in runs)]
        ranges = map(range, bounds[::2], [*bounds[1::2], len(page.texts)])
        edges = set(chain.from_iterable(ranges))
        there = findings_in("\n".join(map(page.texts.__getitem__, edges)), hosts)
        return _First(edges, _LOOKED_AT + sum(1 for _ in there))

    def of_kind(self, page: Flat, survey: Survey) -> list[Finding]:
        """Return the first findings of one kind: one more than are looked at where there are."""
        there = survey.first(page, self.most).items()
        within = chain.from_iterable(each for n, each in there if n not in self.edges)
        return [*islice(within, _LOOKED_AT + 1)]


def _without_ever_new(
    page: Flat, hosts: AbstractSet[str], runs: list[range], links: list[int]
) -> tuple[Flat, list[Cut]]:
    """Return `page` without the sentences that name a brand, so many of them."""
    numbers = [*chain.from_iterable(runs)]
    first = [*map(page.texts.__getitem__, numbers[:_SENTENCES])]
    suspects = holding(SUSPECT, ignore_case=True)(first)
    return page.change(
        _ever_new_rule(hosts),
        [n for n in numbers if page.texts[n] in suspects],
        [n for n in links if page.links[n] in suspects],
    )


def _commonest(first: list[Finding]) -> _Words | None:
    """Return the words that most of the first findings are; None where no words are."""
    found = Counter((_numberless(each.words), each.kind) for each in first)
    common = [each for each in found.most_common(_WORDS) if len(each[0][0]) <= _LONGEST_WORD]
    if not common or sum(count for _, count in common) * 2 < found.total():
        return None
    kinds = {words: kind for (words, kind), _ in common}
    longest_first = sorted(kinds, key=lambda each: -len(each))
    return _Words(parting("|".join(map(_any_number, longest_first))), kinds, {})


def _numberless(words: str) -> str:
    """Return words with 0 for each number."""
    form = _DIGITS.sub("0", words)
    while "00" in form:
        form = form.replace("00", "0")
    return form


def _any_number(form: str) -> str:
    """Return the pattern of words that have any numbers for their 0."""
    return escape(form).replace("0", _NUMBER)


def _without_words(
    page: Flat, words: _Words, numbers: list[int], links: list[int]
) -> tuple[Flat, list[Cut]]:
    """Return `page` with the texts of these numbers, and links that say the same, cleared.

    What some words have left as it is, they and any of them leave again: it only reports them.
    """
    left: dict[frozenset[str], set[str]] = page.memory.made(_without_words)
    every = list(map(page.texts.__getitem__, numbers))
    for known, stayed in left.items():
        if known >= words.kinds.keys():
            others = [text not in stayed for text in every]
            numbers, every = [*compress(numbers, others)], [*compress(every, others)]
    written, cuts = _each_cleared(every, words)
    others = list(map(ne, every, written))
    stayed = left.setdefault(frozenset(words.kinds), set())
    stayed.update(compress(every, map(not_, others)))
    changed = dict(compress(zip(numbers, written, strict=True), others))
    cleared = dict(compress(zip(every, written, strict=True), others)) if links else {}
    said = [*map(page.links.__getitem__, links)] if cleared else []
    there = compress(zip(links, said, strict=False), map(cleared.__contains__, said))
    relinked = {n: cleared[text] for n, text in there}
    return page.with_changed(changed, relinked), cuts


def _each_cleared(texts: list[str], words: _Words) -> tuple[list[str], list[Cut]]:
    """Return texts without these words, and the cuts in order: what comes again is asked once."""
    first = texts[:_SAMPLE]
    again = len(set(first)) * 2 <= len(first)
    new = list(dict.fromkeys(texts)) if again else texts
    written, told = of_all(lambda whole: _without(whole, words), new)
    if new is texts:
        return written, [cut for _, cut in told]
    made = dict(zip(new, written, strict=True))
    cuts: dict[str, list[Cut]] = {text: [] for text in new}
    for n, cut in told:
        cuts[new[n]].append(cut)
    return [made[text] for text in texts], [*chain.from_iterable(map(cuts.__getitem__, texts))]


def _lines_with(page: Flat, words: _Words, runs: list[range]) -> list[int]:
    """Return the numbers of those texts in these runs that can hold `words`.

    All of them, where most of the first do hold one.
    """
    pieces = _pieces(words.kinds)
    first = [page.texts[n] for n in islice(chain.from_iterable(runs), _SAMPLE)]
    if sum(any(map(text.__contains__, pieces)) for text in first) * 2 > len(first):
        return [*chain.from_iterable(runs)]
    there = page.lines_with(*pieces)
    bounds = ((bisect_left(there, run.start), bisect_left(there, run.stop)) for run in runs)
    return [*chain.from_iterable(there[start:end] for start, end in bounds)]


def _pieces(words: Iterable[str]) -> list[str]:
    """Return pieces of words, beside their numbers, of which each of the words holds one."""
    pieces: list[str] = []
    for each in sorted(words, key=len):
        if not any(piece in each for piece in pieces):
            pieces.append(max(each.split("0"), key=len)[:_PIECE])
    return pieces


def _numbers_of(sign: re.Pattern[str], whole: str, end: str) -> Iterable[int]:
    """Return for each sign the number of its text: all texts but the last have `end` behind."""
    parts = sign.split(whole)
    return islice(accumulate(map(str.count, parts, repeat(end))), len(parts) - 1)


def _without(whole: str, words: _Words) -> tuple[str, list[Told]]:
    """Return joined texts without these words, and the cuts: enforcement names them honestly.

    What is on enforcement is judged sentence by sentence; a sentence that is stays.
    """
    texts, told, reported = _judged(whole, words)
    parts = [_sentences(texts[n]) for n in reported]
    sentences, said, _ = _judged(PART.join(chain.from_iterable(parts)), words)
    owners = [*chain.from_iterable(map(repeat, reported, map(len, parts)))]
    told += [(owners[n], cut) for n, cut in said]
    told.sort(key=itemgetter(0))
    made = iter(sentences)
    for n, each in zip(reported, parts, strict=True):
        texts[n] = "".join(islice(made, len(each)))
    return PART.join(texts), told


def _judged(whole: str, words: _Words) -> tuple[list[str], list[Told], list[int]]:
    """Return joined texts without these words but where they are reported, and the cuts by text.

    Then come the numbers of the texts that hold such a report of them, as they were.
    """
    left, found = words.cut_from(whole)
    reported = set(_numbers_of(_REPORTED, left, PART)) if found else set()
    texts, gapped = whole.split(PART), left.split(PART)
    bare = left.replace(GAP, "").split(PART)
    holding_words = dict.fromkeys(map(itemgetter(0), found))
    actions: dict[int, Literal["removed", "flagged"]] = {}
    for n in holding_words:
        if n in reported:
            continue
        if _is_hardly_more(bare[n], len(texts[n])):
            actions[n] = "removed"
            texts[n] = bare[n].strip() if any(map(str.isalnum, bare[n])) else ""
        else:
            actions[n] = "flagged"
            texts[n] = gapped[n]
    told = [
        (n, words.cut(quote, actions[n], count))
        for (n, quote), count in found.items()
        if n in actions
    ]
    told.sort(key=itemgetter(0))
    return texts, told, [n for n in holding_words if n in reported]


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
    """Return what cuts the sentences that name a brand, so many of them.

    Those on gambling or fraud name brands honestly.
    """
    budget = iter(range(_SENTENCES))
    suspects = holding(SUSPECT, ignore_case=True)

    def rule(text: str) -> tuple[str, list[Cut]]:
        parts = _sentences(text)
        worth = suspects([*dict.fromkeys(parts)])
        cuts: list[Cut] = []
        for n in compress(count(), map(worth.__contains__, parts)):
            if next(budget, None) is None:
                break
            first = next(findings_in(parts[n], hosts), None)
            if first and not _REPORTED.search(parts[n].replace(first.words, "")):
                cuts.append(Cut(first.kind, parts[n].strip(), "removed", _MASS))
                parts[n] = ""
        return "".join(parts), cuts

    return rule


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


_MASS = "one of thousands of brands on a page"
