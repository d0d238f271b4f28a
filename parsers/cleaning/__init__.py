"""Clean: cut what hijackers and copiers added to a document, and put back what they replaced.

One module a kind of injection, run in the order in which they lie over one another: hidden parts
and link farms before the script is converted, pinyin before the script, names last, on simplified
text. Every step returns what it cut beside what is left; the archived bytes are never touched. An
honest sentence lost costs more than ten spam ones kept: in doubt a step flags, or leaves.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from parsers.cleaning.characters import is_sound, mend_characters, mend_surrogates
from parsers.cleaning.damage import mend_damage
from parsers.cleaning.domains import host_of
from parsers.cleaning.hidden import cut_hidden_blocks
from parsers.cleaning.injected import cut_injected_meta, cut_injected_scripts, cut_title_words
from parsers.cleaning.link_farms import cut_link_farms
from parsers.cleaning.lost_digits import mend_dates
from parsers.cleaning.names import UNKNOWN
from parsers.cleaning.needles import needed
from parsers.cleaning.pinyin import cut_pinyin
from parsers.cleaning.rewrite import everything, merge
from parsers.cleaning.script import simplify
from parsers.cleaning.substitutions import restore_names, without_empty_blocks
from parsers.items import Cleaned
from parsers.metadata import published_in
from parsers.titles import find_title, opening_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Cut, Document, KnownOrgan, Script

__all__ = ["Change", "changes", "clean"]


# What one cut uncovers (a signature behind a farm, a name beside a brand) the next round cuts; real
# pages need one round and one that finds nothing.
MAX_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What one step of one round made of a document: for whoever wants to see each step."""

    step: str
    before: Document
    after: Document
    cuts: list[Cut]
    round: int


@dataclass(slots=True)
class _Run:
    """One cleaning: what the registry knows, and what the steps have found so far."""

    known: KnownOrgan | None
    script: Script = "simplified"
    glossed: bool = False
    found: list[Cut] = field(default_factory=list)


def clean(document: Document, known: KnownOrgan | None) -> Cleaned:
    """Return `document` cleaned, what was cut, and the script that it came in.

    `known` is what the registry knows of the organ behind the page's host, None where nothing.
    Cleaning twice changes nothing more; a clean page stays as it is.
    """
    run = _Run(known)
    with _uncollected(document):
        for change in _rounds(document, run):
            document = change.after
    return Cleaned(without_empty_blocks(document), merge(run.found), run.script)


@contextmanager
def _uncollected(document: Document) -> Iterator[None]:
    """Let the collector rest over a vast page: looking for cycles in its parts takes a third."""
    parts = sum(1 + len(block.links) + sum(map(len, block.rows)) for block in document.blocks)
    resting = gc.isenabled() and parts > _VAST
    if resting:
        gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


# The longest report read has 1,400 blocks and cells, its page some 200 links.
_VAST = 20_000


def changes(document: Document, known: KnownOrgan | None) -> Iterator[Change]:
    """Yield what each step that runs makes of `document`, in order, changed or not.

    Steps that the page does not need are left out; "needles" is the look that says which.
    """
    yield from _rounds(document, _Run(known))


def _rounds(document: Document, run: _Run) -> Iterator[Change]:
    if not is_sound(everything(document)):
        before = document
        document, cuts = mend_surrogates(document)
        run.found += cuts
        yield Change("characters", before, document, cuts, 0)
    doubts: list[Cut] = []
    for number in range(MAX_ROUNDS):
        start, doubts = document, []
        for change in _round(document, run, number):
            document = change.after
            doubts += [cut for cut in change.cuts if _is_doubt(cut)]
            run.found += [cut for cut in change.cuts if not _is_doubt(cut)]
            yield change
        if document is start:
            break
    run.found += doubts


def _is_doubt(cut: Cut) -> bool:
    """Whether a finding was only told: what it quotes is left and is found in the next round."""
    return cut.action == "flagged" and cut.rule not in _GAPS


_GAPS = frozenset({UNKNOWN})


def _round(document: Document, run: _Run, number: int) -> Iterator[Change]:
    modules = needed(document)
    yield Change("needles", document, document, [], number)
    for name, step in _STEPS:
        if name not in modules and name not in _ALWAYS:
            continue
        before = document
        made, cuts = step(document, run)
        if made is not document and made != document:
            document, modules = made, needed(made)
        yield Change(name, before, document, cuts, number)


_Step = Callable[["Document", _Run], tuple["Document", list["Cut"]]]


def _cut_glosses(document: Document, run: _Run) -> tuple[Document, list[Cut]]:
    document, cuts = cut_pinyin(document)
    if cuts:
        run.glossed, run.script = True, "obfuscated"
    return document, cuts


def _simplify(document: Document, run: _Run) -> tuple[Document, list[Cut]]:
    document, script = simplify(document, glossed=run.glossed)
    if run.script != "obfuscated":
        run.script = script if script != "simplified" else run.script
    return document, []


def _restore_names(document: Document, run: _Run) -> tuple[Document, list[Cut]]:
    return restore_names(document, run.known, _hosts(document))


def _mend_dates(document: Document, _: _Run) -> tuple[Document, list[Cut]]:
    def year() -> int | None:
        title = find_title(document) or opening_title(document)
        return title.year if title else None

    return mend_dates(document, cache(year), cache(lambda: published_in(document)))


def _pure(step: Callable[[Document], tuple[Document, list[Cut]]]) -> _Step:
    return lambda document, _: step(document)


_STEPS: tuple[tuple[str, _Step], ...] = (
    ("hidden", _pure(cut_hidden_blocks)),
    ("injected", _pure(cut_injected_scripts)),
    ("characters", _pure(mend_characters)),
    ("link_farms", _pure(cut_link_farms)),
    ("substitutions", _pure(cut_injected_meta)),
    ("link_farms", _pure(cut_injected_meta)),
    ("link_farms", _pure(cut_title_words)),
    ("pinyin", _cut_glosses),
    ("script", _simplify),
    ("damage", _pure(mend_damage)),
    ("substitutions", _restore_names),
    ("lost_digits", _mend_dates),
)
# Its needle is a mark on the blocks, not a word.
_ALWAYS = frozenset({"hidden"})


def _hosts(document: Document) -> frozenset[str]:
    """Return the page's own hosts, with and without www."""
    hosts = (
        host_of(url).removeprefix("www.") for url in (document.page.url, document.page.final_url)
    )
    return frozenset(name for bare in hosts if bare for name in (bare, f"www.{bare}"))
