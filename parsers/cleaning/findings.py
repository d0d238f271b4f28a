"""Find the brands and foreign domains of a text, which may stand where a name stood, by kind."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import brands_in, needle
from parsers.cleaning.domains import domains_in
from parsers.cleaning.joined import PART
from parsers.cleaning.lines import length_of
from parsers.cleaning.memory import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from parsers.cleaning.flat import Flat
    from parsers.items import SpamKind

#: What a text needs to hold before a brand or a domain can be found in it.
SUSPECT = rf"{needle()}|[a-z0-9]\.[a-z]"

#: The question to a page's memory: which findings has a text?
FOUND = "findings"
#: And in which places of a text do words stand that are known for substitutes?
AGAIN = "substitutes"


class Finding(NamedTuple):
    """A brand or a foreign domain as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    kind: SpamKind
    words: str


def findings_in(text: str, hosts: AbstractSet[str]) -> Iterator[Finding]:
    """Yield the brands of `text`, then its domains but those of `hosts`, each in order."""
    yield from brands_of(text)
    yield from domains_of_others(text, hosts)


def brands_of(text: str) -> Iterator[Finding]:
    """Yield the brands of `text`, in order."""
    for brand in brands_in(text):
        yield Finding(brand.start, brand.end, "brand_substitution", brand.words)


def domains_of_others(text: str, hosts: AbstractSet[str]) -> Iterator[Finding]:
    """Yield the domains of `text` but those of `hosts`, the page's own, in order."""
    for domain in domains_in(text, hosts):
        yield Finding(domain.start, domain.end, "domain_substitution", domain.words)


def found_in_each(
    parted: str, look: Callable[[str], Iterable[Finding]], most: int | None = None
) -> dict[int, tuple[Finding, ...]]:
    """Return what `look` finds in each of joined texts, by number; if more than `most`, one more.

    It looks through all of them as one: no finding holds a line feed.
    """
    found = islice(look(parted.replace(PART, "\n")), None if most is None else most + 1)
    lists: dict[int, list[Finding]] = {}
    n = at = last = 0
    for start, end, kind, words in found:
        if start < last:  # the domains, behind the brands
            n = at = last = 0
        ends = parted.count(PART, last, start)
        if ends:
            n, at = n + ends, parted.rfind(PART, last, start) + 1
        last = start
        lists.setdefault(n, []).append(Finding(start - at, end - at, kind, words))
    return {n: tuple(each) for n, each in lists.items()}


class Survey:
    """What a look for findings of one kind has told of the texts of a page's blocks.

    A page may have a hundred thousand: a look ends where enough are found, and the next one goes on
    there. Of what was looked at before, it sees again what changed alone.
    """

    def __init__(self, look: Callable[[str], Iterator[Finding]]) -> None:
        """Know nothing yet; `look` finds what stands in a text."""
        self._look = look
        self._texts = Texts()
        self._upto = 0
        self._found: dict[int, tuple[Finding, ...]] = {}

    def first(self, page: Flat, most: int) -> dict[int, tuple[Finding, ...]]:
        """Return what is found, by number of its text, in order: all, or more than `most`.

        Where there are more, some of the last text may be missing.
        """
        self._follow(page, most)
        if self._goes_on(most):
            self._go_on(page, most)
        return dict(sorted(self._found.items()))

    def _goes_on(self, most: int) -> bool:
        return self._upto < len(self._texts) and self._count() <= most

    def _count(self) -> int:
        return sum(map(len, self._found.values()))

    def _go_on(self, page: Flat, most: int) -> None:
        start, whole = length_of(page.texts[: self._upto]), page.parted
        while self._goes_on(most):
            self._found.pop(self._upto, None)  # perhaps not all of that text's
            missing = most - self._count()
            end = whole.find(PART, start + _RUN)
            some = whole[start : end if end >= 0 else None]
            numbers = range(self._upto, self._upto + some.count(PART) + 1)
            start, self._upto = end + 1, numbers.stop
            self._look_at(numbers, some, missing)

    def _follow(self, page: Flat, most: int) -> None:
        """Look at what changed of the texts that are known."""
        steps, self._texts = page.texts.since(self._texts), page.texts
        if steps is None:
            self._upto, self._found = page.first, {}
            return
        changed: set[int] = set()
        for step in steps:
            if step.now is not None:
                changed = {at for n in changed if (at := step.now[n]) >= 0}
                self._move(step.now, len(step))
            changed.update(step.changed)
        for n in changed:
            self._found.pop(n, None)
        if again := sorted(n for n in changed if page.first <= n < self._upto):
            self._look_at(again, PART.join(map(page.texts.__getitem__, again)), most)

    def _move(self, now: list[int], count: int) -> None:
        """Go where the texts went: what is now behind one that was never looked at is unknown."""
        unknown = islice(now, self._upto, None)
        self._upto = min((at for at in unknown if at >= 0), default=count)
        self._found = {
            at: each for n, each in self._found.items() if 0 <= (at := now[n]) < self._upto
        }

    def _look_at(self, numbers: Sequence[int], parted: str, most: int) -> None:
        """Look for findings in texts that count as known; where they are more, so many do not."""
        there = found_in_each(parted, self._look, most)
        self._found.update((numbers[n], each) for n, each in there.items())
        if sum(map(len, there.values())) > most:
            self._upto = numbers[max(there)]
            self._found = {n: each for n, each in self._found.items() if n <= self._upto}


# The longest report has 60,000 characters.
_RUN = 100_000


def surveys(page: Flat, hosts: AbstractSet[str]) -> tuple[Survey, Survey]:
    """Return what is known of a page's brands, and of its domains but those of `hosts`, its own."""
    made = page.memory.made(Survey)
    if not made:
        made["brands"] = Survey(brands_of)
        made["domains"] = Survey(partial(domains_of_others, hosts=hosts))
    return made["brands"], made["domains"]
