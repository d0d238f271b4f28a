"""R16: a body of 200 MB goes to the disk: memory stays flat, or holds once what is read.

Four crawls of one such body: read whole, read and broken off, left in the archive by its length and
in chunks. What the archive holds is then compared byte for byte, verified, read back in children.
A sample is one crawl of a fifth of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.archive.answers import answer
from tests.archive.memory import left_flat, measured, read_about_once
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.registry import Trial

_MEGABYTES = 200


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl each body; the figures stand beside."""
    trial.whole = 4
    megabytes = _MEGABYTES // 5 if trial.count else _MEGABYTES
    planted = [__name__, "plant", trial.fault] if trial.fault else None
    _, plain, _ = measured(trial.folder / "plain", answer(b"x"))
    tries: dict[str, Callable[..., str]] = {
        "left": lambda *given: left_flat(*given, "length", planted),
        "chunks": lambda *given: left_flat(*given, "chunked", planted),
        "read": lambda *given: read_about_once(*given, broken=False, plant=planted),
        "broken": lambda *given: read_about_once(*given, broken=True, plant=planted),
    }
    for name, attempt in tries.items():
        try:
            trial.notes.append(f"{name}: {attempt(trial.folder / name, plain, megabytes)}")
            yield None
        except AssertionError as error:
            yield f"{name}: {error}"


def plant(fault: str) -> None:
    """Keep in memory what should go to the disk."""
    from crawler.archive import spill  # noqa: PLC0415 (settings are read in a run)

    assert fault == "in-memory"
    spill.LIMIT = 1 << 40


CHECK = Check(
    name="R16 large bodies",
    claim="200 MB in one answer: archived byte for byte, memory flat",
    goal=None,
    sample=1,
    run=run,
    faults=("in-memory",),
)
