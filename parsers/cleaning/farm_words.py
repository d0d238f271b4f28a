"""Words that spider pools sell, by the lexicon `data/farm_words.txt`: has a text any, how many.

Nothing is judged here: a word of it stands in honest sentences, too, and a run of them does not.
"""

from __future__ import annotations

from functools import cache, lru_cache
from re import IGNORECASE
from typing import TYPE_CHECKING, Any

from parsers.data import lines
from parsers.patterns import bounded, holding, linear, lines_holding

if TYPE_CHECKING:
    import re
    from collections.abc import Callable


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


def count_farm_words(text: str) -> int:
    """Return how many different words of spider pools `text` holds."""
    return len(set(words().findall(text)))


@cache
def words() -> Any:
    """Return the pattern of a word, in RE2: `re` tries each of them at each place of a text."""
    return linear(_words_of_anchors().pattern, ignore_case=True)


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
