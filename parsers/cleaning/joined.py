"""Apply a rule to many texts as to one: forty thousand calls take longer than their work.

The texts are parted by U+FFFF, which is no character: a line feed may be a text's own. A rule's
patterns hold it nowhere but in `END`; what a rule tells it tells by the number of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, repeat
from typing import TYPE_CHECKING

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


def of_each(rule: JoinedRule, texts: list[str]) -> list[tuple[str, list[Cut]]]:
    """Return what a rule makes of each of `texts`, and its cuts: lists that nobody changes."""
    made, told = of_all(rule, texts)
    cuts: list[list[Cut]] = [[] for _ in texts] if told else [[]] * len(texts)
    for n, cut in told:
        cuts[n].append(cut)
    return list(zip(made, cuts, strict=True))


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
