"""R17: no text makes a pattern slow: of every pattern there is, with texts made for it.

Every module of `parsers/` and `crawler/` is imported and read; each pattern that `re` knows of it,
compiled beforehand or written where it is used, is linear in a text's length for one of three
reasons. RE2's are by their engine. Of others `steps_of` proves that an attempt at one place takes a
bounded number of steps. What neither shows is measured: each repeat that has no end is pumped with
what it takes, what stands before it, and an end that does not fit, looked through as the code does.
A square takes 128 million steps where a line takes 16,000: no machine mistakes them. What is a
square nevertheless stands in `SHORT` with the most that it is ever given, and must be fast there.
"""

from __future__ import annotations

import ast
import functools
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
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers.patterns import MAX_STEPS, registered, steps_of
from tests.torture.pattern_texts import texts, written_text
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tests.torture.registry import Trial

ROOT = Path(__file__).resolve().parents[2]
#: Characters of the longest text; half and a quarter of it show how time grows.
SIZE = 16_000
#: Processor seconds that a square surely takes: its 128 million steps took 0.13 and more.
LINE = 0.04
#: A line grows by 4 and a square by 16 where a text is 4 times as long.
GROWTH = 8.0
_ROUNDS = 3
#: Processor seconds after which a child that is stuck in one pattern is ended; in a planted one,
#: which would be for ever.
_STUCK, _STUCK_IN_PLANTED = 8, 2
#: They act when they are imported, or cannot be.
_NOT_IMPORTED = {"parsers.__main__", "crawler.settings", "crawler.stores.migrations.env"}
_WAYS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
#: Squares, and the most characters that the code gives them: by module and name, or by place.
SHORT = {
    "crawler.cms.markup._PAGER": 24,  # _LONGEST_PAGER
    "crawler.discovery.OTHER_ROWS": 120,  # _LONGEST_TITLE
    "crawler.discovery.TITLE": 120,
    "crawler.names.TEXTS": 24,  # LONGEST
    "parsers.formats.needles._TOKEN": 1000,  # patterns of the project's own, never a text
}


@dataclass(frozen=True)
class Found:
    """A pattern of the project: where it stands, and whether it is only tried at a text's start."""

    name: str
    pattern: re.Pattern[Any]
    anchored: bool


def patterns() -> list[Found]:
    """Return each pattern of the project's modules, by module and name."""
    everywhere = _ways((ROOT / package).rglob("*.py") for package in ("parsers", "crawler"))
    found: dict[tuple[object, int], Found] = {}
    for module in _modules():
        path = Path(module.__file__ or "")
        ways = {**everywhere, **_ways([[path]])}
        for label, value in vars(module).items():
            for pattern in _inside(value, 3):
                used = ways.get(label, set())
                anchored = bool(used) and used <= {"match", "fullmatch"}
                name = f"{module.__name__}.{label}"
                found.setdefault((pattern.pattern, pattern.flags), Found(name, pattern, anchored))
        for each in _inline(path):
            found.setdefault((each.pattern.pattern, each.pattern.flags), each)
    return sorted(found.values(), key=lambda each: (each.name, str(each.pattern.pattern)))


def _modules() -> Iterator[Any]:
    for package in ("parsers", "crawler"):
        path = importlib.import_module(package).__path__
        for each in pkgutil.walk_packages(path, f"{package}."):
            if each.name in _NOT_IMPORTED or not each.name.replace(".", "").isidentifier():
                continue
            if not each.name.startswith("crawler.stores.migrations."):
                yield importlib.import_module(each.name)


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


@functools.cache
def _nodes(path: Path) -> list[ast.AST]:
    """Return the calls and the loops of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    wanted = (ast.Call, ast.For, ast.comprehension)
    return [node for node in ast.walk(tree) if isinstance(node, wanted)]


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a pattern's methods in a file, with the name that they are called on."""
    for node in _nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            name = on.id if isinstance(on, ast.Name) else on.attr if isinstance(
                on, ast.Attribute) else ""  # fmt: skip
            if name and node.func.attr in _WAYS:
                yield name, node


def _ways(paths: Iterable[Iterable[Path]]) -> dict[str, set[str]]:
    """Return by which methods each name is used in these files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in itertools.chain.from_iterable(paths):
        turns = dict(_turns(path))
        for name, call in _calls(path):
            found[turns.get(name, name)].add(call.func.attr)  # type: ignore[attr-defined]
    return found


def _turns(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each name that stands for one pattern of many by turns, and the name of these."""
    for node in _nodes(path):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Name):
            for each in ast.walk(node.target):
                if isinstance(each, ast.Name):
                    yield each.id, node.iter.id


def _inline(path: Path) -> Iterator[Found]:
    """Yield the patterns that a module writes where it uses them; a part put in is a letter."""
    for name, call in _calls(path):
        if name != "re" or not call.args:
            continue
        text = _written(call.args[0])
        if text is not None:
            flags = re.IGNORECASE if "IGNORECASE" in ast.dump(call) else re.NOFLAG
            method = call.func.attr  # type: ignore[attr-defined]
            place = f"{path.relative_to(ROOT)}:{method} {text!s:.40}"
            yield Found(place, re.compile(text, flags), method in {"match", "fullmatch"})


def _written(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "a" for part in node.values
        )
    return None


def is_proved(pattern: re.Pattern[Any]) -> bool:
    """Whether an attempt at any place of any text takes a bounded number of steps."""
    steps = steps_of(written_text(pattern), pattern.flags & ~(re.UNICODE | re.DEBUG))
    return steps is not None and steps <= MAX_STEPS


# ---- time ----


def seconds(found: Found, text: Any) -> float:
    """Return the processor time of looking for every match, as the code looks."""
    begun = time.process_time()
    if found.anchored:
        found.pattern.match(text)
        found.pattern.fullmatch(text)
    else:
        for _ in found.pattern.finditer(text):
            pass
    return time.process_time() - begun


def slow(found: Found) -> str | None:
    """Return a sentence where a text makes a pattern slower than a line."""
    if is_proved(found.pattern):
        return None
    size = SHORT.get(found.name, 0)
    whole = texts(found.pattern, size or SIZE)
    quarter = texts(found.pattern, SIZE // 4)
    for number, text in enumerate(whole):
        if seconds(found, text) <= LINE:
            continue
        if size:
            took = min(seconds(found, text) for _ in range(_ROUNDS))
            if took > LINE:
                return f"{size} characters of {text[:12]!r} take {took:.3f} s"
            continue
        growth = _growth(found, quarter[number], text)
        if growth > GROWTH:
            return f"4 times {text[:12]!r} take {growth:.0f} times the time"
    return None


def _growth(found: Found, short: Any, long: Any) -> float:
    """Return how many times as long the longer text takes; both are measured by turns.

    Sums and not minima: a clock of processor time may stand still for a moment and then jump.
    """
    for _ in range(_ROUNDS):
        turns = [(seconds(found, short), seconds(found, long)) for _ in range(_ROUNDS)]
        first, second = (sum(times) for times in zip(*turns, strict=True))
        if second <= GROWTH * first:
            break
    return second / max(first, 1e-6)


FAULTS = {"nested": r"(\d+)+$", "square": r"\s*x", "inner-square": r"ab(?:c|d)*[ce]*f"}


def run(trial: Trial) -> Iterator[str | None]:
    """Try each pattern, in a child that has a limit of time; where it is met, the next goes on."""
    begin: int | None = 0
    while begin is not None:
        begin = yield from _tried(trial, begin)


def _tried(trial: Trial, begin: int) -> Generator[str | None, None, int | None]:
    """Try patterns from the one numbered `begin`; return where to go on, None where all is done."""
    told = [str(trial.seed), str(trial.count or 0), str(begin), trial.fault or ""]
    command = [sys.executable, "-W", "ignore", "-m", __name__, *told]
    name = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            said = json.loads(line)
            if "whole" in said:
                trial.whole, trial.notes[:] = said["whole"], [said["notes"]]
            elif "name" in said:
                name, begin = said["name"], begin + 1
            else:
                yield said["came"]
        status = child.wait()
    if not status:
        return None
    yield f"{name}: the child ended with {status}: it took too long"
    return begin if name else None


def main() -> None:
    """Try every n-th pattern, so that a sample has some of each module."""
    seed, count, begin = map(int, sys.argv[1:4])
    fault = sys.argv[4]
    known = [Found("planted", re.compile(FAULTS[fault]), anchored=False)] if fault else patterns()
    most = _STUCK_IN_PLANTED if fault else _STUCK
    step = max(1, len(known) // count) if count else 1
    chosen = known[seed % step :: step][: count or None]
    _say(whole=len(known), notes=_how_shown(known))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for each in chosen[begin:]:
        name = f"{each.name} {each.pattern.pattern!r:.80}"
        _say(name=name)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + most
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        said = slow(each)
        _say(came=f"{name}: {said}" if said else None)


def _say(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _how_shown(known: list[Found]) -> str:
    proved = sum(is_proved(each.pattern) for each in known)
    engine = sum(each.engine == "re2" for each in registered())
    return f"{proved} are proved, {len(known) - proved} measured; beside them {engine} of RE2"


CHECK = Check(
    name="R17 patterns",
    claim="no text makes a pattern of ours slower than a line",
    goal=None,
    sample=60,
    run=run,
    faults=tuple(FAULTS),
    fault_sample=1,
)

if __name__ == "__main__":
    main()
