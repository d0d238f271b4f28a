"""A figure: ratios of several rounds, the goal for their median, one line of print."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Figure:
    """A ratio of each round, and what its median must be at `least` or at `most`.

    Without a goal it says where another figure could end.
    """

    name: str
    ratios: list[float]
    goal: float | None = None
    side: Literal["least", "most"] = "least"

    @property
    def is_short(self) -> bool:
        value = statistics.median(self.ratios)
        if self.goal is None:
            return False
        return value < self.goal if self.side == "least" else value > self.goal

    def __str__(self) -> str:
        value = statistics.median(self.ratios)
        verdict = "short" if self.is_short else "ok"
        spread = f"({min(self.ratios):.2f}–{max(self.ratios):.2f})"
        if self.goal is None:
            return f"{self.name}: {value:.2f} {spread}"
        sign = "≥" if self.side == "least" else "≤"
        return f"{self.name}: {value:.2f} {spread}, goal {sign} {self.goal:g}: {verdict}"


def told(setting: str, *figures: Figure) -> list[Figure]:
    """Print who the peer is and how both sides were set, then the figures; return these."""
    print(setting)
    for figure in figures:
        print(figure, flush=True)
    return list(figures)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
