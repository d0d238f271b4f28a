"""The checks of `make torture`: what one is, how it is run, the line that says how it went.

A check is a module `rNN_*.py` of this folder with one `CHECK`; nothing else has to be told of it.
It yields an outcome a trial: None where all held, else a sentence. It never decides by itself
whether it was enough: that is done here, and no trial at all is never enough.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Printed in every line; `--seed` takes another.
SEED = 20261121
INTERRUPTED = "interrupted"
#: Failures that are shown in full; one is enough to begin with.
_SHOWN = 5


class CannotRun(Exception):
    """This machine cannot run a check; the sentence says what it lacks."""


@dataclass
class Trial:
    """How a check is to be tried: `count` trials (None: every one there is), below `folder`.

    `fault` is a fault of the check's own list to be planted, which it must then find. `whole` is
    set by a check that enumerates: how many trials there are in all. `notes` are figures beside.
    """

    count: int | None
    seed: int
    folder: Path
    fault: str | None = None
    whole: int | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """A claim: `goal` trials must hold (None: every one there is); `sample` of them in a test.

    `faults` are those that it can plant, the first `quick_faults` (None: all) in every test, the
    others under TORTURE=1. `run` yields None or a sentence for each trial.
    """

    name: str
    claim: str
    goal: int | None
    sample: int
    run: Callable[[Trial], Iterator[str | None]]
    faults: tuple[str, ...] = ()
    #: Trials with which a planted fault is surely found, where the sample is too small.
    fault_sample: int | None = None
    quick_faults: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a check went; `str` is its line."""

    check: Check
    tried: int
    failures: list[str]
    seed: int
    goal: int
    notes: list[str]

    @property
    def ok(self) -> bool:
        """Whether enough was tried and all of it held."""
        return not self.failures and self.tried > 0 and self.tried >= self.goal

    def __str__(self) -> str:
        passed = self.tried - len(self.failures)
        verdict = "ok" if self.ok else "short"
        line = (
            f"{self.check.name}: {passed} of {self.tried} passed, seed {self.seed}, "
            f"goal {self.goal}: {verdict}"
        )
        return line + "".join(f"\n    {note}" for note in (*self.notes, *self._shown()))

    def _shown(self) -> Iterator[str]:
        yield from self.failures[:_SHOWN]
        if len(self.failures) > _SHOWN:
            yield f"and {len(self.failures) - _SHOWN} more"


def checks() -> list[Check]:
    """Return every check of this folder, by number."""
    package = __name__.rpartition(".")[0]
    folder = importlib.import_module(package).__path__
    names = sorted(each.name for each in pkgutil.iter_modules(folder))
    modules = (importlib.import_module(f"{package}.{name}") for name in names if name[:1] == "r"
               and name[1:3].isdigit())  # fmt: skip
    return [module.CHECK for module in modules]


def tried(check: Check, trial: Trial, goal: int | None) -> Outcome:
    """Run a check to its end; `goal` None asks for every trial there is.

    Who interrupts it is told of what was tried so far.
    """
    outcomes: list[str | None] = []
    least = 1
    try:
        outcomes.extend(itertools.islice(check.run(trial), trial.count))
    except CannotRun as reason:
        outcomes, trial.notes = [], [*trial.notes, f"cannot run here: {reason}"]
    except KeyboardInterrupt:
        trial.notes.append(INTERRUPTED)
        least = len(outcomes) + 1
    failures = [each for each in outcomes if each is not None]
    wanted = goal if goal is not None else trial.whole or max(len(outcomes), least)
    return Outcome(check, len(outcomes), failures, trial.seed, wanted, trial.notes)
