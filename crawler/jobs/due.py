"""Which portals should run now, and why: from the policy and the table of runs. Pure.

What was broken off comes first, then what was never visited, then what has waited longest beyond
its time. A portal that is under way is never due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from crawler.hours import BEIJING
from crawler.jobs.outcomes import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.jobs.runs import Run
    from crawler.jobs.schedule import Policy


@dataclass(frozen=True, slots=True)
class Visit:
    """The next visit of a portal: from when on it is due, why, and what the last one was.

    `rank` orders visits that are due: 0 goes on with a job, 1 is a portal's first, 2 is any other.
    """

    portal: str
    since: datetime
    why: str
    rank: int
    last: str | None = None
    outcome: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Return it as a JSON object."""
        return {
            "portal": self.portal,
            "since": self.since.isoformat(timespec="minutes"),
            "why": self.why,
            "last": self.last,
            "outcome": self.outcome,
        }


def due(visits: Iterable[Visit], at: datetime) -> list[Visit]:
    """Return the visits that are due at an instant, the most urgent first."""
    now = [visit for visit in visits if visit.since <= at]
    return sorted(now, key=lambda visit: (visit.rank, visit.since, visit.portal))


def visits(
    portals: Iterable[str], latest: Mapping[str, Sequence[Run]], policy: Policy, at: datetime
) -> list[Visit]:
    """Return the next visit of each portal that is not under way; `latest` has each one's runs."""
    found = (_visit(portal, latest.get(portal, ()), policy, at) for portal in portals)
    return [visit for visit in found if visit is not None]


def _visit(portal: str, runs: Sequence[Run], policy: Policy, at: datetime) -> Visit | None:
    """Return a portal's next visit; None while a run of it is under way."""
    whole = [run for run in runs if not run.scope]
    if not whole:
        return Visit(portal, at, "never visited", 1)
    last = whole[0]
    if last.ended is None:
        return None
    times = len([*takewhile(lambda run: run.outcome == last.outcome, whole)])
    if BY_NAME[last.outcome].again:
        return _rest(last, times, policy)
    return _next(last, times, whole, policy, at.astimezone(BEIJING).date())


def _rest(last: Run, times: int, policy: Policy) -> Visit:
    """Return the visit that goes on with a job, the later the oftener it was broken off."""
    hours = min(policy.again_hours * 2.0 ** min(times - 1, 16), policy.again_most)
    ended = datetime.fromisoformat(last.ended or last.started)
    why = f"goes on with job {last.job}: {last.outcome}"
    return Visit(last.portal, ended + timedelta(hours=hours), why, 0, last.started, last.outcome)


def _next(last: Run, times: int, runs: Sequence[Run], policy: Policy, today: date) -> Visit:
    """Return the visit that the season asks for, rarer after visits in vain."""
    visited = datetime.fromisoformat(last.started).astimezone(BEIJING).date()
    years = {year for run in runs for year in run.figures.years}
    missing = policy.missing(today, years)
    day = policy.next_visit(visited, missing=missing is not None, outcome=last.outcome, times=times)
    why = [
        f"every {policy.every(day, missing=missing is not None):g} days: {policy.season(day).why}"
    ]
    if missing is not None:
        why.append(f"its report on {missing} is missing")
    if last.outcome in policy.back_off:
        why.append(f"{last.outcome} {times} times on end")
    since = datetime.combine(day, time(), BEIJING)
    return Visit(last.portal, since, ", ".join(why), 2, last.started, last.outcome)
