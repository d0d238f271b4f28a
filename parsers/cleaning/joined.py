"""Apply a rule to many texts as to one: forty thousand calls take longer than their work.

The texts are parted by U+FFFF, which is no character: a line feed may be a text's own. A rule's
patterns hold it nowhere but in `END`; what a rule tells it tells by the number of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, compress, filterfalse, islice, repeat
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from parsers.items import Cut

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

#: What parts the texts.
PART = "\uffff"
#: A text's end, as `$` finds that of a text alone.
END = rf"(?=\n?(?:{PART}|\Z))"

#: What a rule has cut from a text, and which of the joined texts that is, from 0.
Told = tuple[int, Cut]
#: Texts joined in, the same without what was cut, and the cuts, for each text in order, out.
JoinedRule = Callable[[str], tuple[str, list[Told]]]


class Made(NamedTuple):
    """What a rule makes of texts, by text: the text without what was cut, and the cuts, if any."""

    words: dict[str, str]
    cuts: dict[str, list[Cut]]

    def learn(self, rule: JoinedRule, texts: Iterable[str]) -> None:
        """Ask `rule` of those of `texts` that are new, of all together."""
        new = [*filterfalse(self.words.__contains__, dict.fromkeys(texts))]
        if not new:
            return
        written, told = of_all(rule, new)
        self.words.update(zip(new, written, strict=True))
        for n, cut in told:
            self.cuts.setdefault(new[n], []).append(cut)

    def changed(self, numbers: Iterable[int], texts: list[str]) -> dict[int, str]:
        """Return what is made of those `texts`, of these numbers, that change, by number."""
        made = [*map(self.words.__getitem__, texts)]
        return dict(compress(zip(numbers, made, strict=True), map(ne, made, texts)))

    def cuts_from(self, texts: Iterable[str]) -> list[Cut]:
        """Return the cuts from each of `texts`, in order."""
        return [*chain.from_iterable(map(self.cuts.get, texts, repeat(())))]


def of_all(rule: JoinedRule, texts: list[str]) -> tuple[list[str], list[Told]]:
    """Return what a rule makes of each of `texts`, and all its cuts, by number of the text."""
    written, told = rule(PART.join(texts))
    made = written.split(PART)
    if len(made) != len(texts):  # some hold U+FFFF themselves
        counts = [text.count(PART) + 1 for text in texts]
        owners = [n for n, count in enumerate(counts) for _ in range(count)]
        parts = iter(made)
        made = [PART.join(islice(parts, count)) for count in counts]
        told = [(owners[n], cut) for n, cut in told]
    return made, told


def of_one(rule: JoinedRule, text: str) -> tuple[str, list[Cut]]:
    """Return what a rule makes of a text alone, and its cuts."""
    written, told = rule(text)
    return written, [cut for _, cut in told]


def numbered(whole: str, found: Iterable[re.Match[str]]) -> Iterator[tuple[int, re.Match[str]]]:
    """Return what was found in joined texts, in order, each with the number of its text."""
    return _numbered(whole, found) if PART in whole else zip(repeat(0), found, strict=False)


def _numbered(whole: str, found: Iterable[re.Match[str]]) -> Iterator[tuple[int, re.Match[str]]]:
    n = at = 0
    for each in found:
        start = each.start()
        n += whole.count(PART, at, start)
        at = start
        yield n, each
