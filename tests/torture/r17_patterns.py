"""R17: no text makes a pattern hang: of every pattern there is, with texts made for it.

Every module of `parsers/` and `crawler/` is imported; each pattern that `re` compiled for them
looks through pumped texts: its own letters, repeated, with an end that does not fit. What grows
with a power above the square, or worse, takes minutes for these; RE2's are linear by construction,
and cleaning's are proved to be (`tests/parsers/test_cleaning_linear.py`).
"""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from re import _parser
from typing import TYPE_CHECKING, Any

from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

ROOT = Path(__file__).resolve().parents[2]
#: Characters of a text. The square of it is 8 million steps, some 0.1 s; the cube would be hours.
SIZE = 4_000
#: Processor seconds that looking through it may take.
SECONDS = 2.0
#: Processor seconds after which a child that is stuck in one pattern is ended.
_STUCK = 30
_MOST_TEXTS = 24
#: They act when they are imported, or cannot be.
_NOT_IMPORTED = {"parsers.__main__", "crawler.settings", "crawler.stores.migrations.env"}


def patterns() -> list[tuple[str, re.Pattern[Any]]]:
    """Return each compiled pattern of the project's modules, by module and name."""
    found: dict[int, tuple[str, re.Pattern[Any]]] = {}
    for package in ("parsers", "crawler"):
        path = importlib.import_module(package).__path__
        for each in pkgutil.walk_packages(path, f"{package}."):
            if each.name in _NOT_IMPORTED or not each.name.replace(".", "").isidentifier():
                continue
            if each.name.startswith("crawler.stores.migrations."):
                continue
            for label, value in vars(importlib.import_module(each.name)).items():
                for pattern in _inside(value, 3):
                    found.setdefault(id(pattern), (f"{each.name}.{label}", pattern))
    return sorted(found.values(), key=lambda each: (each[0], str(each[1].pattern)))


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
        return
    if not depth:
        return
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    elif hasattr(type(value), "__dataclass_fields__"):
        parts = (getattr(value, name, None) for name in type(value).__dataclass_fields__)
    for each in parts:
        yield from _inside(each, depth - 1)


def letters(pattern: re.Pattern[Any]) -> list[str]:
    """Return letters that the pattern knows, in its order: each literal, one of each class."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.DEBUG)
    return list(dict.fromkeys(_letters(tree)))[:12]


def _letters(items: Any) -> Iterator[str]:
    for operator, argument in items:
        name = str(operator)
        if name in {"LITERAL", "NOT_LITERAL"}:
            yield chr(argument)
        elif name == "IN":
            yield from filter(None, itertools.starmap(_one_of, argument))
        elif name == "ANY":
            yield "x"
        elif isinstance(argument, list | tuple):
            for part in argument:
                for inner in part if isinstance(part, list) else [part]:
                    if isinstance(inner, _parser.SubPattern):
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


def texts(pattern: re.Pattern[Any]) -> list[Any]:
    """Return hostile texts for a pattern: its letters alone, in pairs and in a row, pumped."""
    own = letters(pattern) or ["a"]
    units = [*own, "".join(own), *map("".join, itertools.pairwise(own)), " ", "\n"]
    pumped = (
        f"{head}{unit * (SIZE // len(unit))}\0"
        for unit in dict.fromkeys(units)
        for head in ("", "".join(own[:2]))
    )
    kept = list(dict.fromkeys(pumped))[:_MOST_TEXTS]
    if isinstance(pattern.pattern, bytes):
        return [each.encode("utf-8", "replace") for each in kept]
    return kept


def seconds(pattern: re.Pattern[Any], text: Any) -> float:
    """Return the processor time of looking for every match of a pattern."""
    begun = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - begun


def slow(pattern: re.Pattern[Any]) -> str | None:
    """Return a sentence where a text makes the pattern slow."""
    for text in texts(pattern):
        if seconds(pattern, text) > SECONDS and (took := seconds(pattern, text)) > SECONDS:
            return f"{SIZE} characters of {text[:12]!r} take {took:.2f} s"
    return None


def run(trial: Trial) -> Iterator[str | None]:
    """Try each pattern, in a child that says a line each and has a limit of time."""
    told = [str(trial.seed), str(trial.count or 0), trial.fault or ""]
    command = [sys.executable, "-W", "ignore", "-m", __name__, *told]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            found = json.loads(line)
            trial.whole = found["whole"]
            yield found["said"]
        if child.wait():
            yield f"the child ended with {child.returncode}: a pattern took too long"


def main() -> None:
    """Try every n-th pattern, so that a sample has some of each module."""
    seed, count, fault = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    known = [("planted", re.compile(r"(\d+)+$"))] if fault else patterns()
    step = max(1, len(known) // count) if count else 1
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for name, pattern in known[seed % step :: step][: count or None]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + (2 if fault else _STUCK)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        said = slow(pattern)
        told = f"{name} {pattern.pattern!r:.80}: {said}" if said else None
        sys.stdout.write(json.dumps({"whole": len(known), "said": told}) + "\n")
        sys.stdout.flush()


CHECK = Check(
    name="R17 patterns",
    claim="no text makes a pattern of ours hang",
    goal=None,
    sample=25,
    run=run,
    faults=("nested",),
    fault_sample=1,
)

if __name__ == "__main__":
    main()
