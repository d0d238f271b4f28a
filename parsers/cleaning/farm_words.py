"""Words that spider pools sell, by the lexicon `data/farm_words.txt`: has a text any, or several.

Nothing is judged here: a word of it stands in honest sentences, too, and a run of them does not.
"""

from __future__ import annotations

from functools import cache, lru_cache
from re import IGNORECASE
from typing import TYPE_CHECKING, Any

from parsers.data import lines
from parsers.patterns import bounded, holding, linear, lines_holding, spans

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator


def has_farm_word(text: str) -> bool:
    """Whether `text` holds a word that spider pools sell."""
    return _has_in_anchor(text) if len(text) <= _ANCHOR else words().search(text) is not None


@lru_cache(maxsize=8192)
def _has_in_anchor(text: str) -> bool:
    """Say so of an anchor: the same ones stand on every page of a pool, and often on one."""
    pattern = _words_of_anchors() if len(text) <= _SHORT else words()
    return pattern.search(text) is not None


# Anchors of spider pools have 4 to 25 characters.
_ANCHOR = 25
# Below some ten characters `re` has tried every word before RE2 has begun.
_SHORT = 10


def has_several_farm_words(text: str) -> bool:
    """Whether `text` holds two different words of spider pools, or more.

    A text may hold one of them a million times: what it says beside that one is looked at first.
    """
    first = words().search(text)
    if first is None:
        return False
    word = first.group()
    if words().search("\n".join(text.split(word))):
        return True
    folded = text.casefold()
    others = any(map(folded.__contains__, _overlapping(word.casefold())))
    # xxxXxxxx may hold it in small letters and in others.
    others = others or (folded != text and _overlap(word, word))
    return others and any(text[start:end] != word for start, end in _places()(text))


@cache
def _overlapping(word: str) -> tuple[str, ...]:
    """Return the other words that may begin or end within one, or hold it: 一区二区, 精品一区."""
    others = [other.casefold() for other in lines("farm_words.txt")]
    return tuple(o for o in others if o != word and (word in o or _overlap(o, word)))


def _overlap(one: str, other: str) -> bool:
    """Whether one of two words can end with letters with which the other begins."""
    return any(
        one.endswith(other[:length]) or other.endswith(one[:length])
        for length in range(1, min(len(one), len(other)))
    )


@cache
def words() -> Any:
    """Return the pattern of a word, in RE2: `re` tries each of them at each place of a text."""
    return linear(_words_of_anchors().pattern, ignore_case=True)


@cache
def _places() -> Callable[[str], Iterator[tuple[int, int]]]:
    """Return what tells where each word stands in a text."""
    return spans(_words_of_anchors().pattern, ignore_case=True)


@cache
def last_word() -> Any:
    """Return the pattern of all up to the last word of a text, in RE2."""
    return linear(f"(?s:.*)(?:{_words_of_anchors().pattern})", ignore_case=True)


@cache
def holding_farm_words() -> Callable[[list[str]], set[str]]:
    """Return what tells which of many texts hold a word."""
    return holding(_words_of_anchors().pattern, ignore_case=True)


@cache
def lines_with_farm_words() -> Callable[[str], list[int]]:
    """Return what tells the numbers of a text's lines that hold a word, in order."""
    return lines_holding(_words_of_anchors().pattern, ignore_case=True)


@cache
def _words_of_anchors() -> re.Pattern[str]:
    words = sorted(lines("farm_words.txt"), key=len, reverse=True)
    return bounded("|".join(words), IGNORECASE)
