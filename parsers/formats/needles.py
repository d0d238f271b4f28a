"""Tell by plain words that a pattern cannot match: the test that comes before the pattern.

A report has hundreds of numbers, and a hundred wordings are tried on each; nearly all fail for
want of a word that they cannot do without (微博, 咨询, 收到). `needles_of` finds such words in the
text of a pattern. It knows the syntax that our wordings use; where in doubt it finds none.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<skip>\(\?(?:[=!]|<[=!]))|(?P<open>\((?:\?:|\?P<\w+>)?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<any>\[\^?\]?(?:\\.|[^\]\\])*+\]|\\.|[.^$])|(?P<letter>[^\\\[\]().^$|?*+{}])"
    r"|(?P<times>(?:[?*+]|\{\d*,?\d*\})\??)"
)

Needles = frozenset[str]
_NONE: Needles = frozenset()
# Between two choices the one with longer words, then with fewer, turns more texts away.
MAX_NEEDLES = 24


def needles_of(pattern: str) -> Needles:
    """Return words of which one stands in every text that `pattern` matches; none where unknown.

    >>> sorted(needles_of("(?:收到|受理)(?:了)?[^,]{0,9}申请(?:表|件)?"))
    ['申请']
    >>> sorted(needles_of("(?:微信)?公众号?|号"))
    ['公众', '号']
    """
    tokens = [(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(pattern)]
    if "".join(text for _, text in tokens) != pattern:
        return _NONE
    return _branches(tokens, 0)[0]


def _branches(tokens: list[tuple[str, str]], at: int) -> tuple[Needles, int]:
    """Return the needles of alternatives up to their closing bracket, and where that stands."""
    found: list[Needles] = []
    while True:
        needles, at = _sequence(tokens, at)
        found.append(needles)
        if at >= len(tokens) or tokens[at][0] == "close":
            break
        at += 1
    every = frozenset().union(*found) if all(found) else _NONE
    return (every if len(every) <= MAX_NEEDLES else _NONE), at


def _sequence(tokens: list[tuple[str, str]], at: int) -> tuple[Needles, int]:
    """Return the best needles of what stands in a row: one part's words are enough."""
    best, run = _NONE, ""
    while at < len(tokens) and tokens[at][0] not in {"close", "bar"}:
        kind, text = tokens[at]
        part = _NONE
        if kind in {"open", "skip"}:
            part, at = _branches(tokens, at + 1)
            part = part if kind == "open" else _NONE
        at += 1
        needed = True
        if at < len(tokens) and tokens[at][0] == "times":
            needed = not tokens[at][1].startswith(("?", "*", "{0", "{,"))
            at += 1
            run, best = "", _better(best, run)
        if kind == "letter" and needed:
            run += text
        else:
            best, run = _better(best, run), ""
            best = _best(best, part) if needed else best
    return _better(best, run), at


def _better(best: Needles, run: str) -> Needles:
    return _best(best, frozenset({run})) if run else best


def _best(one: Needles, other: Needles) -> Needles:
    """Return the choice that turns more texts away."""
    if not one or not other:
        return one or other
    return max(one, other, key=lambda needles: (min(map(len, needles)), -len(needles)))
