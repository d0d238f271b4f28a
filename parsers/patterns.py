r"""Patterns over page text that no page can make slow: the only two ways to compile one.

`linear` compiles to RE2, whose time is linear in the length of the text, always. `bounded`
compiles to `re`, which RE2 cannot replace where a pattern looks around itself, and proves first
that an attempt at one place of a text takes at most so many steps, whatever the text: then a search
over n characters takes at most n times as many. What cannot be proved is refused when its module is
imported; there is no fallback. `registered` lists every pattern with its engine and its bound.

The proof counts the steps of a backtracking matcher: a piece costs its own steps once for each way
in which all before it can match. Unbounded repeats have no such number: `\s*x` on a line of n
spaces takes n*n/2 steps.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, repeat
from re import _constants, _parser  # type: ignore[attr-defined] # the parser of `re` itself
from typing import TYPE_CHECKING, Any

import re2  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# The costliest pattern needs 9,103 where everything fits but its last letter. The bound stands for
# "whatever the text"; what hostile text costs: `python -m tests.parsers.cleaning_cost`.
MAX_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Registered:
    """A pattern over page text: `engine` is "re2", or "re" with its bound of steps a place."""

    pattern: str
    engine: str
    steps: int | None


_registered: dict[tuple[str, str], Registered] = {}


def registered() -> list[Registered]:
    """Return every pattern that was compiled here so far, in order of compilation."""
    return list(_registered.values())


def linear(pattern: str, *, ignore_case: bool = False, listed: bool = True) -> Any:
    """Return `pattern` compiled to RE2 (a string's offsets are characters).

    One that a page's own words make is not `listed`: they would never end. Raises ValueError where
    RE2 has no such pattern.
    """
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"RE2 cannot match {pattern!r}: {error}") from None
    if listed:
        _registered[pattern, "re2"] = Registered(pattern, "re2", None)
    return compiled


def holding(pattern: str, *, ignore_case: bool = False) -> Callable[[list[str]], set[str]]:
    """Return a function that tells which of many texts hold `pattern`, in one pass of RE2.

    It looks through all of them as one: the pattern must not look for a text's beginning or end,
    for a line's only where no text has several. Whole characters only. Searching a hundred
    thousand cells one by one takes a second.
    """
    numbers = _lines_holding(pattern, ignore_case=ignore_case)

    def told(texts: list[str]) -> set[str]:
        for feed in "\n\uffff":  # where some are of several lines, by what is no character
            whole = feed.join(texts)
            if whole.count(feed) < len(texts):
                return {texts[n] for n in numbers(whole, feed)}
        return {text for text in texts if numbers(text, "\n")}

    return told


def lines_holding(pattern: str, *, ignore_case: bool = False) -> Callable[[str], list[int]]:
    """Return a function that tells the numbers of a text's lines that hold `pattern`, in order.

    Of a match that goes over several lines, each of them.
    """
    numbers = _lines_holding(pattern, ignore_case=ignore_case)
    return lambda text: numbers(text, "\n")


def _lines_holding(pattern: str, *, ignore_case: bool) -> Callable[[str, str], list[int]]:
    """Return the same of what parts the lines, too."""
    options = re2.Options()
    options.case_sensitive = not ignore_case
    # What `finditer` calls for each hit: half of its time goes into objects that nobody asks for.
    match = re2.compile(pattern.encode(), options)._regexp.Match  # noqa: SLF001
    anywhere = re2._Anchor.UNANCHORED  # noqa: SLF001
    are_words = _MORE_THAN_WORDS.isdisjoint(pattern)

    def hits(coded: bytes, behind: bytes) -> tuple[list[int], list[int]]:
        """Return where the first hit of each line begins, and where it ends."""
        find, end, width = coded.find, len(coded), len(behind)
        starts, stops, at = list[int](), list[int](), 0
        while (hit := match(anywhere, coded, at, end)[0])[0] >= 0:
            starts.append(hit[0])
            stops.append(hit[1])
            if (at := find(behind, hit[1]) + width) < width:
                break
        return starts, stops

    def common(coded: bytes, behind: bytes) -> list[str]:
        """Return words that a text seems to hold in many of its lines, none where it does not."""
        starts, stops = hits(coded, behind)
        found = Counter(map(coded.__getitem__, map(slice, starts, stops)))
        words = [word for word, many in found.items() if many * _RARE > len(starts)]
        there = sum(map(coded.count, words))
        often = _OFTEN < there < len(starts) * _DENSE
        return sorted(map(bytes.decode, words), key=len, reverse=True) if often else []

    def numbers(text: str, feed: str) -> list[int]:
        coded, behind = text.encode(), feed.encode()
        found: Iterable[int] = ()
        if are_words and len(coded) > _FIRST * 10 and (words := common(coded[:_FIRST], behind)):
            pieces = bounded("|".join(map(re.escape, words)), listed=False).split(text)
            found = accumulate(map(str.count, pieces[:-1], repeat(feed)))
            # What is left of a line that holds one of them says nothing of other lines.
            coded = "".join(pieces).encode()
        starts, stops = hits(coded, behind)
        rest = [*accumulate(map(coded.count, repeat(behind), [0, *starts], starts))]
        if found:
            return sorted({*found, *rest})
        more = [*map(coded.count, repeat(behind), starts, stops)]
        if any(more):
            return [n + at for n, many in zip(rest, more, strict=True) for at in range(many + 1)]
        return rest

    return numbers


# A pattern without these is words alone, which are found wherever they stand.
_MORE_THAN_WORDS = frozenset("^$.[\\\n\uffff")
# Of so many bytes a look tells whether words of more than so many lines come again. Where a hundred
# thousand lines hold one RE2 takes 0.15 s, `re` with these words alone a third of that: not where
# they come several times a line.
_FIRST, _OFTEN, _RARE, _DENSE = 20_000, 80, 20, 4


def spans(pattern: str, *, ignore_case: bool = False) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Return a function that yields where `pattern` matches in a text, in order, none overlapping.

    What `finditer` of RE2 tells, without its groups and in a third of its time; the pattern matches
    no empty text.
    """
    compiled = linear(pattern, ignore_case=ignore_case)
    match, anywhere = compiled._regexp.Match, re2._Anchor.UNANCHORED  # noqa: SLF001

    def found(text: str) -> Iterator[tuple[int, int]]:
        coded = text.encode()
        end = len(coded)
        n = at = 0
        while (hit := match(anywhere, coded, at, end)[0])[0] >= 0:
            start, stop = hit
            left = n + len(coded[at:start].decode())
            n, at = left + len(coded[start:stop].decode()), stop
            yield left, n

    return found


def parting(pattern: str) -> Callable[[str], tuple[list[str], list[str]]]:
    """Return a function that parts a text where `pattern` matches: what is left, and what matched.

    What `split` of `re` tells, but by RE2; of the first there is one more. The pattern matches no
    empty text, and is not listed: it is a page's own.
    """
    compiled = linear(pattern, listed=False)
    match, anywhere = compiled._regexp.Match, re2._Anchor.UNANCHORED  # noqa: SLF001

    def parted(text: str) -> tuple[list[str], list[str]]:
        coded = text.encode()
        at, end = 0, len(coded)
        left: list[bytes] = []
        matched: list[bytes] = []
        while (hit := match(anywhere, coded, at, end)[0])[0] >= 0:
            start, stop = hit
            left.append(coded[at:start])
            matched.append(coded[start:stop])
            at = stop
        left.append(coded[at:])
        return [*map(bytes.decode, left)], [*map(bytes.decode, matched)]

    return parted


def lines_worth_it(numbers: Callable[[str], list[int]], lines: list[str]) -> Sequence[int]:
    """Return the numbers of the lines that are worth a closer look, by what `lines_holding` gave.

    All of them, where most of the first do hold it: as `screened`.
    """
    first = numbers("\n".join(lines[:_SAMPLE]))
    if len(lines) <= _SAMPLE:
        return first
    return range(len(lines)) if len(first) * 2 > _SAMPLE else numbers("\n".join(lines))


def screened(holds: Callable[[list[str]], set[str]], texts: list[str]) -> Iterable[str]:
    """Return those of `texts` that are worth a closer look, in order, by what `holding` gave.

    All of them, where most of the first do hold it: the pass over all would then spare next to
    nothing and cost as much again (a farm's own links, of which every one sells). In order, since
    to go through a hundred thousand texts as they lie in memory takes half the time.
    """
    first = texts[:_SAMPLE]
    held = holds(first)
    if len(texts) > _SAMPLE:
        if sum(map(held.__contains__, first)) * 2 > _SAMPLE:
            return texts
        held = holds(texts)
    return filter(held.__contains__, texts)


#: Of so many texts the look costs under 2 ms.
_SAMPLE = 300


def bounded(pattern: str, flags: int = 0, *, listed: bool = True) -> re.Pattern[str]:
    """Return `pattern` compiled to `re`, its steps a place proved to be bounded.

    One that a page's own words make is not `listed`. Raises ValueError where they are not, or are
    more than `MAX_STEPS`.
    """
    steps = steps_of(pattern, flags)
    if steps is None or steps > MAX_STEPS:
        found = "unbounded" if steps is None else f"up to {steps:,} steps"
        raise ValueError(f"a text can make this pattern slow ({found} a place): {pattern!r}")
    if listed:
        _registered[pattern, "re"] = Registered(pattern, "re", steps)
    return re.compile(pattern, flags)


@lru_cache(maxsize=256)
def with_rest(pattern: re.Pattern[str], end: str) -> re.Pattern[str]:
    """Return what matches where `pattern` does, and takes all up to the next `end` with it.

    The rest is taken whole, no part of it is tried again: the bound of steps a place stays.
    """
    return re.compile(f"(?:{pattern.pattern})[^{end}]*+", pattern.flags)


def which(patterns: Iterable[str]) -> Callable[[str | bytes], list[int]]:
    """Return a function that tells, in one pass of RE2, which of `patterns` a text holds.

    It returns their numbers, in no order; the patterns match in any case of letters.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _SET_MEMORY
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        found.Add(pattern)
        _registered[pattern, "re2"] = Registered(pattern, "re2", None)
    found.Compile()
    return lambda text: found.Match(text) or []


def literals(words: Iterable[str]) -> Callable[[str], list[int]]:
    """Return a function that tells, in one pass of RE2, which of `words` a text holds.

    It returns their numbers, in no order.
    """
    found = re2.Set.SearchSet(re2.Options())
    for word in words:
        found.Add(re2.escape(word))
    found.Compile()
    return lambda text: found.Match(text.encode("utf-8", "replace")) or []


# The states of a set of a thousand words take a megabyte; RE2 starts anew where this is full.
_SET_MEMORY = 64 << 20


def steps_of(pattern: str, flags: int = 0) -> int | None:
    r"""Return how many steps matching `pattern` at one place can take at most; None: no limit.

    >>> steps_of("ab"), steps_of("a{0,3}b"), steps_of(r"(?:ab|a)c"), steps_of(r"\s*x")
    (2, 7, 5, None)
    """
    cost = _cost(_parser.parse(pattern, flags))
    return None if cost is None else cost[0]


#: Steps, and the number of ways to match; None where there is no limit.
_Cost = tuple[int, int] | None
_MAX_REPEAT = 400


def _cost(items: Any) -> _Cost:
    steps, ways = 0, 1
    for operator, argument in items:
        piece = _piece(str(operator), argument)
        if piece is None:
            return None
        steps += ways * piece[0]
        ways *= piece[1]
    return steps, ways


def _piece(operator: str, argument: Any) -> _Cost:
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, inside = argument
        return _repeat(low, high, _cost(inside), atomic=operator.startswith("POSS"))
    if operator == "SUBPATTERN":
        return _cost(argument[3])
    if operator == "BRANCH":
        return _branch(argument[1])
    if operator in ("ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"):
        inside = _cost(argument if operator == "ATOMIC_GROUP" else argument[1])
        return None if inside is None else (inside[0], 1)
    if operator in _ONE_STEP:
        return 1, 1
    return None  # back-references and whatever a later Python brings


_ONE_STEP = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY", "AT"})


def _branch(branches: list[Any]) -> _Cost:
    """Cost of alternatives: those that begin with different letters never match at one place."""
    steps, anywhere = 0, 0
    by_letter: Counter[int] = Counter()
    for branch in branches:
        cost = _cost(branch)
        if cost is None:
            return None
        letters = _first_letters(list(branch))
        steps += cost[0] if letters is None else 1
        anywhere += cost[1] if letters is None else 0
        by_letter.update(dict.fromkeys(letters or (), cost[1]))
    longest = max((cost[0] for branch in branches if (cost := _cost(branch))), default=0)
    return steps + longest * _most(branches), max(anywhere + max(by_letter.values(), default=0), 1)


def _most(branches: list[Any]) -> int:
    """Return how many of the branches can begin with the same letter at most."""
    counts: Counter[int] = Counter()
    for branch in branches:
        counts.update(_first_letters(list(branch)) or ())
    return max(counts.values(), default=0)


def _first_letters(items: list[Any]) -> frozenset[int] | None:  # noqa: PLR0911 (one a kind)
    """Return the letters (lower case) that a piece can begin with; None: any, or it is empty."""
    if not items:
        return None
    operator, argument = str(items[0][0]), items[0][1]
    if operator == "LITERAL":
        return frozenset({ord(chr(argument).lower()[0])})
    if operator == "SUBPATTERN":
        return _first_letters([*argument[3], *items[1:]])
    if operator == "BRANCH":
        return _union(_first_letters([*branch, *items[1:]]) for branch in argument[1])
    if operator in ("MAX_REPEAT", "MIN_REPEAT"):
        inside = _first_letters(list(argument[2]))
        return inside if argument[0] else _union((inside, _first_letters(items[1:])))
    if operator == "IN" and all(str(kind) == "LITERAL" for kind, _ in argument):
        return frozenset(ord(chr(code).lower()[0]) for _, code in argument)
    return None


def _union(parts: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    known: set[int] = set()
    for part in parts:
        if part is None:
            return None
        known |= part
    return frozenset(known)


def _repeat(low: int, high: Any, inside: _Cost, *, atomic: bool) -> _Cost:
    """Cost of `low` to `high` times `inside`: each count is a way, and each way of each round."""
    if inside is None or high is _constants.MAXREPEAT or high > _MAX_REPEAT:
        return None
    steps, ways = inside
    total, each = 0, 1
    endings = 1 if low == 0 else 0
    for count in range(1, high + 1):
        total += each * steps
        each *= ways
        if count >= low:
            endings += each
        if total > MAX_STEPS:
            return total, endings
    return total, 1 if atomic else max(endings, 1)
