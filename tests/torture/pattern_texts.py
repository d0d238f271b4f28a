"""Hostile texts for a pattern, made from its own parts: what each repeat takes, over and over."""

from __future__ import annotations

import itertools
import re
from re import _constants, _parser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_TEXTS = 60


def written_text(pattern: re.Pattern[Any]) -> str:
    """Return what a pattern is written as; one of bytes with a letter a byte."""
    said = pattern.pattern
    return said.decode("latin-1") if isinstance(said, bytes) else str(said)


def texts(pattern: re.Pattern[Any], size: int) -> list[Any]:
    """Return hostile texts of some `size` characters for a pattern, the likeliest first."""
    tree = _parser.parse(written_text(pattern), pattern.flags & ~(re.UNICODE | re.DEBUG))
    own = list(dict.fromkeys(_letters(tree)))[:9] or ["a"]
    pumps = [(head, unit) for before, inside in _repeats(tree, "")
             for unit in (inside, before + inside, before) if unit
             for head in ("", before)]  # fmt: skip
    pumps += [("", unit) for unit in (*own, "".join(own), *map("".join, itertools.pairwise(own)))]
    pumps += [("", " "), ("", "\n"), ("".join(own[:2]), " ")]
    made = (f"{head}{unit * (size // len(unit))}\0" for head, unit in dict.fromkeys(pumps))
    kept = list(itertools.islice(made, _MOST_TEXTS))
    if isinstance(pattern.pattern, bytes):
        return [each.encode("latin-1", "replace") for each in kept]
    return kept


def _repeats(items: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield each repeat without an end: a text that comes before it, and one that it takes."""
    for operator, argument in items:
        name = str(operator)
        if name.endswith("_REPEAT"):
            sample = "".join(_sample(argument[2]))
            if argument[1] is _constants.MAXREPEAT:
                for inside in dict.fromkeys([sample, *list(_letters(argument[2]))[:3]]):
                    yield before, inside
        for inner in _parts(argument):
            yield from _repeats(inner, before)
        before += "".join(_sample([(operator, argument)]))


def _parts(argument: Any) -> Iterator[Any]:
    """Yield the patterns within a part of a pattern."""
    for part in argument if isinstance(argument, list | tuple) else ():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, _parser.SubPattern):
                yield inner


def _sample(items: Iterable[Any]) -> Iterator[str]:
    """Yield the letters of one text that a pattern takes, near enough."""
    for operator, argument in items:
        name = str(operator)
        if name in {"LITERAL", "IN", "ANY"}:
            yield next(_letters([(operator, argument)]), "a")
        elif name == "NOT_LITERAL":
            yield "a" if argument != ord("a") else "b"
        elif name.endswith("_REPEAT"):
            yield "".join(_sample(argument[2])) * min(max(argument[0], 1), 50)
        elif name == "SUBPATTERN":
            yield from _sample(argument[3])
        elif name == "BRANCH":
            yield from _sample(argument[1][0])
        elif name == "ATOMIC_GROUP":
            yield from _sample(argument)


def _letters(items: Any) -> Iterator[str]:
    """Yield letters that a pattern knows, in its order: each literal, one of each class."""
    for operator, argument in items:
        name = str(operator)
        if name in {"LITERAL", "NOT_LITERAL"}:
            yield chr(argument)
        elif name == "IN":
            yield from [*filter(None, itertools.starmap(_one_of, argument))] or ["a"]
        elif name == "ANY":
            yield "x"
        else:
            for inner in _parts(argument):
                yield from _letters(inner)


def _one_of(kind: Any, what: Any) -> str:
    """Return a letter of a part of a class; "" of its negation."""
    match str(kind):
        case "LITERAL":
            return chr(what)
        case "RANGE":
            return chr(what[0])
        case "CATEGORY":
            return {"SPACE": " ", "DIGIT": "1"}.get(str(what).rpartition("_")[2], "a")
        case _:
            return ""
