"""Clean: cut what hijackers and copiers added to a document, and put back what they replaced.

One module a kind of injection, run in the order in which they lie over one another: hidden parts
and link farms before the script is converted, pinyin before the script, names last, on simplified
text. Every step returns what it cut beside what is left; the archived bytes are never touched. An
honest sentence lost costs more than ten spam ones kept: in doubt a step flags, or leaves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, chain, compress
from operator import add, not_
from typing import TYPE_CHECKING

from parsers.cleaning.characters import is_sound, mend_characters, mend_unsound
from parsers.cleaning.damage import mend_damage
from parsers.cleaning.domains import host_of
from parsers.cleaning.findings import AGAIN, FOUND
from parsers.cleaning.flat import Flat
from parsers.cleaning.hidden import cut_hidden_blocks
from parsers.cleaning.injected import cut_injected_meta, cut_injected_scripts
from parsers.cleaning.link_farms import cut_link_farms
from parsers.cleaning.lost_digits import mend_dates
from parsers.cleaning.names import UNKNOWN
from parsers.cleaning.needles import is_everything, needed, needed_now
from parsers.cleaning.pinyin import cut_pinyin
from parsers.cleaning.script import simplify
from parsers.cleaning.shown_texts import ShownTexts
from parsers.cleaning.substitutions import restore_names
from parsers.cleaning.title_farms import cut_title_words
from parsers.collector import resting
from parsers.items import Cleaned
from parsers.metadata import published_in
from parsers.opening_titles import opening_title
from parsers.titles import find_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Cut, Document, KnownOrgan, Page, Script

__all__ = ["LIMITS", "Change", "changes", "clean", "is_doubt"]


# What one cut uncovers (a signature behind a farm, a name beside a brand) the next round cuts; real
# pages need one round and one that finds nothing. A page has as many as go through `_MOST_READ`
# characters, up to `MAX_ROUNDS`: what lies within dozens of others comes out. A brand takes a round
# as long as `_A_BRAND` characters, a link as `_A_LINK`, a text as `_A_TEXT`: two thousand brands
# 0.1 s, ten thousand links 0.15 s, a hundred thousand texts 0.25 s. A page too large for two has
# `FEW_ROUNDS` if the first changed at most `_MOST_AGAIN` characters, or one: a line of 5 MB with a
# stack within is read anew, whole, by each step of each round.
FEW_ROUNDS, MAX_ROUNDS = 2, 32
_MOST_READ, _A_BRAND, _A_LINK, _A_TEXT = 2_500_000, 200, 70, 10
_MOST_AGAIN = 250_000
_UNFINISHED = "the page is not cleaned to its end: it is too large for what lies within one another"
# A page is cleaned until its blocks have taken so much: ten times as much as the longest report
# read (60,000 characters in 1,400 blocks and cells, 200 links). What lies behind stays as it is.
MOST_CLEANED = 1_000_000
_TOO_LONG = "the page is not cleaned to its end: it is ten times as long as any report"
#: The warnings of a page that is not cleaned to its end.
LIMITS = frozenset({_UNFINISHED, _TOO_LONG})


@dataclass(frozen=True, slots=True)
class Change:
    """What one step of one round made of a document: for whoever wants to see each step."""

    step: str
    was: Flat
    made: Flat
    cuts: list[Cut]
    round: int

    @property
    def before(self) -> Document:
        """The document that the step was given."""
        return self.was.document

    @property
    def after(self) -> Document:
        """What it made of it: the same one where it changed nothing."""
        return self.made.document


@dataclass(slots=True)
class _Run:
    """One cleaning: what the registry knows, what the steps have found, which are needed so far.

    `left` holds the page that a step left as it was, and what it told of it: it would again.
    `scripts` are those that stay. `finished` once a round changes nothing.
    """

    known: KnownOrgan | None
    script: Script = "simplified"
    glossed: bool = False
    modules: frozenset[str] = frozenset()
    found: list[Cut] = field(default_factory=list)
    left: dict[_Step, tuple[Flat, list[Cut]]] = field(default_factory=dict)
    scripts: tuple[str, ...] | None = None
    finished: bool = False


def clean(document: Document, known: KnownOrgan | None) -> Cleaned:
    """Return `document` cleaned, what was cut, and the script that it came in.

    `known` is what the registry knows of the organ behind the page's host, None where nothing.
    Cleaning twice changes nothing more, but on a page too large to be cleaned to its end, which a
    warning tells; a clean page stays as it is.
    """
    run = _Run(known)
    page, rest = _taken(document)
    with resting(vast=_is_vast(page)):
        for change in _rounds(page, run):
            page = change.made
        page.memory.forget()
        left = _without_empty_blocks(page)
        more = ((_UNFINISHED, not run.finished), (_TOO_LONG, bool(rest)))
        warnings = [each for each, so in more if so and each not in left.warnings]
        if warnings or rest:
            warned = (*left.warnings, *warnings)
            left = replace(left, blocks=(*left.blocks, *rest), warnings=warned)
        return Cleaned(left, merge(run.found), run.script)


def _taken(document: Document) -> tuple[Flat, tuple[Block, ...]]:
    """Return the page of as many of a document's blocks as are cleaned, and the other blocks.

    These are all behind the one that goes beyond `MOST_CLEANED`.
    """
    page, blocks = Flat(document), document.blocks
    if _size_of(page) <= MOST_CLEANED:
        return page, ()
    starts, link_starts = page.shape.starts, page.shape.link_starts
    texts = [*accumulate(map(len, page.texts), initial=0)]
    linked = map(add, map(len, page.links), map(len, page.addresses))
    links: list[int] = [*accumulate(linked, initial=0)]

    def before(number: int) -> int:
        text, link = starts[number], link_starts[number]
        parts = (text - page.first) * _A_TEXT + link * _A_LINK
        return parts + texts[text] - texts[page.first] + links[link]

    end = bisect_left(range(len(blocks)), MOST_CLEANED, key=before)
    if end == len(blocks):
        return page, ()
    return Flat(replace(document, blocks=blocks[:end])), blocks[end:]


def _is_vast(page: Flat) -> bool:
    """Whether a page has so many parts, or so long texts, that the collector is in the way."""
    parts = len(page.texts) + len(page.links) + len(page.scripts)
    return parts > _VAST or len(page.parted) > _LONG


# The longest report read has 1,400 blocks and cells and 60,000 characters, its page some 200 links
# and a few scripts.
_VAST, _LONG = 20_000, 200_000


def changes(document: Document, known: KnownOrgan | None) -> Iterator[Change]:
    """Yield what each step that runs makes of `document`, in order, changed or not.

    Steps that the page does not need are left out; "needles" is the look that says which. Of a page
    longer than is cleaned, it is of its beginning.
    """
    yield from _rounds(_taken(document)[0], _Run(known))


def merge(cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return one cut per kind, quote, action and replacement, counted, in order of appearance."""
    first: dict[tuple[str, str, str, str | None], Cut] = {}
    more: dict[tuple[str, str, str, str | None], int] = {}
    for cut in cuts:
        key = (cut.kind, cut.quote, cut.action, cut.replacement)
        if key in first:
            more[key] = more.get(key, 0) + cut.count
        else:
            first[key] = cut
    for again, count in more.items():
        first[again] = replace(first[again], count=first[again].count + count)
    return tuple(first.values())


def _without_empty_blocks(page: Flat) -> Document:
    """Return the document of `page` without blocks that cleaning left empty."""
    document = page.document
    blocks, stay = document.blocks, bytearray(map(bool, page.words))
    if 0 not in stay:
        return document
    for n in compress(range(len(blocks)), map(not_, stay)):
        stay[n] = bool(blocks[n].rows or blocks[n].links)
    return replace(document, blocks=tuple(compress(blocks, stay))) if 0 in stay else document


def _rounds(page: Flat, run: _Run) -> Iterator[Change]:
    if not is_sound(page):
        before = page
        page, cuts = mend_unsound(page)
        yield Change("characters", before, page, cuts, 0)  # of what is left, `damage` tells
    doubts: list[Cut] = []
    start = page
    for number in range(MAX_ROUNDS):
        if not _may_go_on(number, start, page):
            break
        start, doubts = page, []
        for change in _round(page, run, number):
            page = change.made
            doubtful = [*map(is_doubt, change.cuts)]
            doubts += compress(change.cuts, doubtful)
            run.found += compress(change.cuts, map(not_, doubtful))
            yield change
        if page is start:
            run.finished = True
            break
    run.found += doubts


def _may_go_on(number: int, was: Flat, page: Flat) -> bool:
    """Whether a page may have the round of that number, from 0: it `was` that before the last."""
    if number * _size_of(page) <= _MOST_READ:
        return True
    return number < FEW_ROUNDS and _changed(was, page) <= _MOST_AGAIN


def _changed(was: Flat, page: Flat) -> int:
    """Return how many characters those texts and links of a page take that it had not before."""
    pairs = (page.texts, was.texts), (page.links, was.links)
    news = [[*map(now.__getitem__, now.new_since(had))] for now, had in pairs]
    return sum(sum(map(len, new)) + len(new) * _A_TEXT for new in news)


def _size_of(page: Flat) -> int:
    """Return what a round goes through on a page, in characters."""
    others = chain(page.links, page.addresses, page.scripts)
    told, again = map(page.memory.made, (FOUND, AGAIN))
    brands = sum(map(len, told.values()))
    brands += sum(max(0, len(each) - len(told.get(text, ()))) for text, each in again.items())
    parts = len(page.texts) * _A_TEXT + len(page.links) * _A_LINK + brands * _A_BRAND
    return len(page.parted) + sum(map(len, others)) + parts


def is_doubt(cut: Cut) -> bool:
    """Whether a finding was only told: what it quotes is left and is found in the next round."""
    return cut.action == "flagged" and cut.rule not in _GAPS


_GAPS = frozenset({UNKNOWN})


def _round(page: Flat, run: _Run, number: int) -> Iterator[Change]:
    if number == 0:
        run.modules = needed(page)
        yield Change("needles", page, page, [], number)
    for name, step in _STEPS:
        if name not in run.modules and name not in _ALWAYS:
            continue
        before = page
        left, cuts = run.left.get(step, (None, []))
        if left is not page:
            page, cuts = step(page, run)
        if page is before:
            run.left[step] = page, cuts
        elif not is_everything(run.modules):
            run.modules = needed_now(page, run.modules)
        yield Change(name, before, page, cuts, number)


_Step = Callable[["Flat", _Run], tuple["Flat", list["Cut"]]]


def _cut_glosses(page: Flat, run: _Run) -> tuple[Flat, list[Cut]]:
    page, cuts = cut_pinyin(page)
    if cuts:
        run.glossed, run.script = True, "obfuscated"
    return page, cuts


def _simplify(page: Flat, run: _Run) -> tuple[Flat, list[Cut]]:
    page, script = simplify(page, glossed=run.glossed)
    if run.script != "obfuscated":
        run.script = script if script != "simplified" else run.script
    return page, []


def _restore_names(page: Flat, run: _Run) -> tuple[Flat, list[Cut]]:
    return restore_names(page, run.known, _hosts(page.page))


def _mend_dates(page: Flat, _: _Run) -> tuple[Flat, list[Cut]]:
    def year() -> int | None:
        told = page.memory.made(find_title)
        title = find_title(page.document, told, whole) or opening_title(page.document, told)
        return title.year if title else None

    whole = ShownTexts(page)
    return mend_dates(page, cache(year), cache(lambda: published_in(page.document, whole)))


def _flat(step: Callable[[Flat], tuple[Flat, list[Cut]]]) -> _Step:
    """Make a step of what changes texts or blocks by number."""
    return lambda page, _: step(page)


def _cut_scripts(page: Flat, run: _Run) -> tuple[Flat, list[Cut]]:
    if page.scripts is run.scripts:  # they were judged, and no step changes one
        return page, []
    run.scripts, cuts = cut_injected_scripts(page.scripts, host_of(page.page.final_url))
    return (page.with_scripts(run.scripts) if cuts else page), cuts


_STEPS: tuple[tuple[str, _Step], ...] = (
    ("hidden", _flat(cut_hidden_blocks)),
    ("injected", _cut_scripts),
    ("characters", _flat(mend_characters)),
    ("link_farms", _flat(cut_link_farms)),
    ("substitutions", _flat(cut_injected_meta)),
    ("link_farms", _flat(cut_injected_meta)),
    ("link_farms", _flat(cut_title_words)),
    ("pinyin", _cut_glosses),
    ("script", _simplify),
    ("damage", _flat(mend_damage)),
    ("substitutions", _restore_names),
    ("lost_digits", _mend_dates),
)
# Its needle is a mark on the blocks, not a word.
_ALWAYS = frozenset({"hidden"})


def _hosts(page: Page) -> frozenset[str]:
    """Return the page's own hosts, with and without www."""
    hosts = (host_of(url).removeprefix("www.") for url in (page.url, page.final_url))
    return frozenset(name for bare in hosts if bare for name in (bare, f"www.{bare}"))
