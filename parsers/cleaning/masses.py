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
from operator import itemgetter
from re import escape
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.findings import SUSPECT, findings_in, surveys
from parsers.cleaning.joined import PART, joined
from parsers.cleaning.names import GAP, UNKNOWN
from parsers.items import Cut
from parsers.patterns import bounded, holding, parting

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from typing import Literal

    from parsers.cleaning.findings import Finding, Survey
    from parsers.cleaning.flat import Flat, Rule
    from parsers.items import SpamKind

    _Action = Literal["removed", "flagged"]
    #: One of the words in a text, by the text's number, and what was done to it.
    _Said = tuple[int, tuple[str, _Action]]

#: The seeds' pages have some thirty; a page of more than this is first cleared.
MOST_FINDINGS = 2000
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

    `parted` parts texts at all of them; `kinds` are by the words with 0 for each number.
    """

    parted: Callable[[str], tuple[list[str], list[str]]]
    kinds: dict[str, SpamKind]

    def cut_from(self, texts: list[str]) -> tuple[str, list[str], list[int]]:
        """Return texts joined, with a gap for each of the words, the words, and the text of each.

        In order; no text holds what parts them.
        """
        bare, words = self.parted(joined(texts))
        numbers = accumulate(map(str.count, bare, repeat(PART)))
        return GAP.join(bare), words, [*islice(numbers, len(words))]

    def cuts(self, said: Mapping[tuple[str, _Action], int]) -> list[Cut]:
        """Return the cut of each word by what was done to it, so many times."""
        forms = _numberless(PART.join(quote for quote, _ in said)).split(PART)
        rules = {"removed": _MASS, "flagged": UNKNOWN}
        return [
            Cut(self.kinds[form], quote, action, rules[action], None, count)
            for form, ((quote, action), count) in zip(forms, said.items(), strict=False)
        ]


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
        if not words:
            page, found = _without_ever_new(page, hosts, runs, links)
            return page, [*cuts, *found]
        page, found = _without_words(page, words, _lines_with(page, words, runs), links)
        cuts += found
        if page is was:
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
    return _Words(parting("|".join(map(_any_number, longest_first))), kinds)


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

    Where some words are reported, they and any of them are so again: nothing of it goes.
    """
    reports: dict[frozenset[str], set[str]] = page.memory.made(_without_words)
    every = [*map(page.texts.__getitem__, numbers)]
    for known, reported in reports.items():
        if known >= words.kinds.keys():
            others = [text not in reported for text in every]
            numbers, every = [*compress(numbers, others)], [*compress(every, others)]
    first = every[:_SAMPLE]
    times = Counter(every) if len(set(first)) * 2 <= len(first) else None
    texts = every if times is None else [*times]
    made, said, left = _without(texts, words)
    reports.setdefault(frozenset(words.kinds), set()).update(left)
    cleared = {texts[n]: text for n, text in made.items()} if times or links else {}
    if times:
        said = [each for each in said for _ in range(times[texts[each[0]]])]
        made = {n: cleared[text] for n, text in enumerate(every) if text in cleared}
    changed = {numbers[n]: text for n, text in made.items()}
    relinked = {n: cleared[text] for n in links if (text := page.links[n]) in cleared}
    return page.with_changed(changed, relinked), words.cuts(Counter(map(itemgetter(1), said)))


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


def _without(texts: list[str], words: _Words) -> tuple[dict[int, str], list[_Said], list[str]]:
    """Return those of texts that lose some of these words, by number, and each word, in order.

    Enforcement names them honestly: what is on it is judged sentence by sentence, and a sentence
    that is stays. Last come the texts that stay whole for it.
    """
    made, said, reported = _judged(texts, words)
    parts = {n: each for n in reported if len(each := _sentences(texts[n])) > 1}
    sentences = [*chain.from_iterable(parts.values())]
    owners = [*chain.from_iterable(map(repeat, parts, map(len, parts.values())))]
    shorter, more, _ = _judged(sentences, words)
    for n, text in shorter.items():
        sentences[n] = text
    changed = {owners[n] for n in shorter}
    rest = iter(sentences)
    for n, each in parts.items():
        text = "".join(islice(rest, len(each)))
        if n in changed:
            made[n] = text
    said += [(owners[n], each) for n, each in more]
    said.sort(key=itemgetter(0))
    return made, said, [texts[n] for n in reported if n not in changed]


def _judged(texts: list[str], words: _Words) -> tuple[dict[int, str], list[_Said], list[int]]:
    """Return the same, but last the numbers of those that report some of the words: all stay."""
    left, found, numbers = words.cut_from(texts)
    if not found:
        return {}, [], []
    gapped, on_enforcement = left.split(PART), {*_numbers_of(_REPORTED, left, PART)}
    made: dict[int, str] = {}
    actions: dict[int, _Action] = {}
    for n in dict.fromkeys(numbers):
        if n in on_enforcement:
            continue
        bare = gapped[n].replace(GAP, "")
        if _is_hardly_more(bare, len(texts[n])):
            made[n], actions[n] = bare.strip() if any(map(str.isalnum, bare)) else "", "removed"
        else:
            made[n], actions[n] = gapped[n], "flagged"
    there = zip(numbers, found, strict=True)
    said = [(n, (quote, actions[n])) for n, quote in there if n in actions]
    return made, said, sorted(on_enforcement.intersection(numbers))


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
