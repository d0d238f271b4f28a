"""Measure a cleaning of labelled pages, character by character.

The honest page is compared with what cleaning left of the served one, white space aside: blocks
that a reader sees, page title, meta, scripts. Characters too many are injected ones left over,
characters too few are honest ones lost; what stands in a slot is right, wrong or not restored.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from parsers.authenticity import source_of
from parsers.cleaning import clean
from parsers.extract import extract
from tests.parsers.cleaning_set.marked import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.items import Cleaned, Document, KnownOrgan
    from tests.parsers.cleaning_set.marked import Injection, Marked

_SLOT = re.compile("\ue000(\\d+)\ue001")
#: The kinds whose slots hold a name, a date or a character that can be put back wrongly.
NAMES = ("brand", "domain")
GAP = "□"
_NAMED = ("brand_substitution", "domain_substitution")


@dataclass(slots=True)
class Score:
    """Sums over pages; counters are by kind. `misses` says of each miss where and what."""

    pages: int = 0
    honest: int = 0
    lost: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    blank: Counter[str] = field(default_factory=Counter)
    hosts: Counter[bool] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of injected characters that came out."""
        return 1 - self.left.total() / max(self.injected.total(), 1)

    def names(self, counter: Counter[str]) -> int:
        """Return how many of a counter are names."""
        return sum(counter[kind] for kind in NAMES)

    @property
    def loss(self) -> float:
        """The share of honest characters that was lost."""
        return self.lost / max(self.honest, 1)


def measure(pages: Iterable[Marked]) -> Score:
    """Return the score of cleaning over `pages`."""
    score = Score()
    for page in pages:
        _add(score, page)
    return score


def _add(score: Score, page: Marked) -> None:
    honest = shown(extract(page.page(page.honest())))
    cleaned = clean(extract(page.page(page.served())), page.known)
    out = shown(cleaned.document)
    found = page.injections()
    score.pages += 1
    if page.whose:
        told = whose_host(cleaned, page.known)
        score.hosts[told == page.whose] += 1
        if told != page.whose:
            score.misses.append(f"{page.name}: the host is {page.whose}, told as {told}")
    score.honest += len(_SLOT.sub("", honest))
    for injection in found:
        score.injected[injection.kind] += len(injection.shown)
    slots = [injection for injection in found if injection.good is not None]
    put = {cut.replacement for cut in cleaned.cuts if cut.replacement and cut.kind in _NAMED}
    for wanted, got in _differences(honest, out):
        _judge(score, page.name, wanted, got, (slots, found))
        if not _SLOT.search(wanted) and any(squeezed(name) in got for name in put):
            score.wrong["brand"] += 1


def whose_host(cleaned: Cleaned, known: KnownOrgan | None) -> str:
    """Return what is told of a page's host: "official", "sold" or "copy"."""
    source, warnings = source_of(cleaned, known)
    if source.official:
        return "official"
    return "sold" if any("changed hands" in warning for warning in warnings) else "copy"


def shown(document: Document) -> str:
    """Return all that cleaning judges and a report can take in, without white space."""
    visible = [block for block in document.blocks if block.hidden is None]
    parts = [text for block in visible for text in texts_of(block)]
    parts += [document.page_title or "", *(value for _, value in document.meta)]
    return squeezed("\n".join((*parts, *document.scripts)))


def texts_of(block) -> list[str]:
    """Return the text of a paragraph, or of each cell of a table."""
    return [cell.text for row in block.rows for cell in row] if block.is_table else [block.text]


def _differences(honest: str, out: str) -> list[tuple[str, str]]:
    """Return pairs of what should stand and what stands, where the two differ."""
    quick = _by_slots(honest, out)
    if quick is not None:
        return quick
    matcher = SequenceMatcher(None, _tokens(honest), list(out), autojunk=False)
    tokens = _tokens(honest)
    return [
        ("".join(tokens[a:b]), out[c:d])
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _tokens(honest: str) -> list[str]:
    return re.findall("\ue000\\d+\ue001|.", honest, re.DOTALL)


def _by_slots(honest: str, out: str) -> list[tuple[str, str]] | None:
    """Return what stands in each slot where all else is as it should be, else None."""
    pieces = _SLOT.split(honest)
    pattern = "".join(
        f"(?P<s{piece}>.{{0,80}}?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces)
    )
    found = re.fullmatch(pattern, out, re.DOTALL)
    if found is None:
        return None
    return [(f"\ue000{number}\ue001", found[f"s{number}"]) for number in pieces[1::2]]


def _judge(
    score: Score, name: str, wanted: str, got: str, truth: tuple[list[Injection], list[Injection]]
) -> None:
    slots, every = truth
    numbers = [int(number) for number in _SLOT.findall(wanted)]
    rest = _SLOT.sub("", wanted)
    should = "".join(_SLOT.sub(lambda m: squeezed(_plain(slots[int(m[1])].good)), wanted))
    if got == should:
        for number in numbers:
            score.right[slots[number].kind] += 1
        return
    score.lost += len(rest)
    for number in numbers:
        slot = slots[number]
        unsaid = not got.replace(GAP, "") or slot.shown in got
        (score.blank if unsaid else score.wrong)[slot.kind] += 1
    kind, extra = _kind_of(got, every)
    score.left[kind] += extra
    if (
        rest
        or extra
        or any(slots[n].kind not in NAMES or slots[n].kind in score.wrong for n in numbers)
    ):
        score.misses.append(f"{name}: {kind} {should[:60]!r} for {got[:80]!r}")


def _plain(text: str | None) -> str:
    return text or ""


def _kind_of(got: str, every: list[Injection]) -> tuple[str, int]:
    """Return the kind of what was left over, and how many injected characters it holds."""
    for injection in sorted(every, key=lambda one: -len(one.shown)):
        if injection.shown and (
            injection.shown in got or (len(got) > 1 and got in injection.shown)
        ):
            return injection.kind, min(
                len(got), len(injection.shown)
            ) if got in injection.shown else len(got)
    return "other", 0 if not got.replace(GAP, "") else len(got)
