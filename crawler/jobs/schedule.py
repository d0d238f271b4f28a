"""The policy of visits: how many days from one to the next, as `schedule.toml` states it.

Knows seasons, missing years and back-off as data; counts in days of Beijing's calendar. Pure but
for reading the file: the day is given, no clock is read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The project's own policy.
SCHEDULE = Path(__file__).with_name("schedule.toml")


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year that begins on (month, day): days between two visits, and why."""

    begins: tuple[int, int]
    every: float
    why: str


@dataclass(frozen=True, slots=True)
class BackOff:
    """How rare visits become that are in vain: days, from `least` to `most`."""

    least: float
    most: float

    def days(self, every: float, times: int) -> float:
        """Return the days to the next visit after so many in vain."""
        return min(max(every * 2.0 ** min(times, 16), self.least), max(self.most, every))


@dataclass(frozen=True, slots=True)
class Policy:
    """The schedule: `seasons` by their beginning, `back_off` by outcome."""

    seasons: tuple[Season, ...]
    missing_after: tuple[int, int]
    missing_factor: float
    missing_least: float
    back_off: Mapping[str, BackOff]
    again_hours: float
    again_most: float

    @classmethod
    def load(cls, path: Path = SCHEDULE) -> Self:
        """Read a policy. Raises DisclosureError naming the file and what is wrong with it."""
        try:
            return cls._of(tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise DisclosureError(
                f"cannot read the schedule {path}: {error.strerror}; name one by SCHEDULE"
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise DisclosureError(
                f"the schedule {path} cannot be used: {what}; compare it with {SCHEDULE.name}"
            ) from error

    @classmethod
    def _of(cls, told: dict[str, Any]) -> Self:
        seasons = [
            Season(_month_and_day(one["from"]), _days(one["every"]), str(one["why"]))
            for one in told["season"]
        ]
        if not seasons:
            raise ValueError("it states no season")
        return cls(
            seasons=tuple(sorted(seasons, key=lambda season: season.begins)),
            missing_after=_month_and_day(told["missing"]["after"]),
            missing_factor=_days(told["missing"]["factor"]),
            missing_least=_days(told["missing"]["least"]),
            back_off={
                name: BackOff(_days(one["least"]), _days(one["most"]))
                for name, one in told["back_off"].items()
            },
            again_hours=_days(told["again"]["hours"]),
            again_most=_days(told["again"]["most"]),
        )

    def season(self, day: date) -> Season:
        """Return the season that a day is in."""
        begun = [one for one in self.seasons if one.begins <= (day.month, day.day)]
        return begun[-1] if begun else self.seasons[-1]

    def missing(self, day: date, years: set[int]) -> int | None:
        """Return the year whose report should be there on a day and is not among `years`."""
        due = day.year - 1
        return due if (day.month, day.day) >= self.missing_after and due not in years else None

    def every(self, day: date, *, missing: bool) -> float:
        """Return the days between two visits in the season of a day."""
        every = self.season(day).every
        return max(every * self.missing_factor, self.missing_least) if missing else every

    def next_visit(self, last: date, *, missing: bool, outcome: str, times: int) -> date:
        """Return the first day on which a portal is due whose last visit was on day `last`.

        `outcome` is that visit's, `times` how many on end had it. The days of the season in which
        the visit would fall count, so that a long pause ends when a season begins.
        """
        rare = self.back_off.get(outcome)
        day = last
        for _ in range(_YEAR):
            day += timedelta(days=1)
            every = self.every(day, missing=missing)
            wait = rare.days(every, times) if rare else every
            if (day - last).days >= wait:
                return day
        return day


#: Days after which any portal is due, whatever a policy says.
_YEAR = 366


def _month_and_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2024-{text}")
    return day.month, day.day


def _days(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ValueError(f"{value!r} is no number above 0")
    return float(value)
