"""`make season`: a season of portals on loopback, under the real policy, crawl and monitors.

Each night the real `due` says which portals are visited, a real `scrapy crawl` visits them, and its
alarms go to a file. Virtual are the date and the portals' names (`tests.jobs.virtual`); and unlike
`run-due`, up to 50 portals of a night share a process. Told at the end: reports captured within
their policy's delay, requests a portal and week, alarms raised of those due, false alarms. Exit 1
where one is short.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.hours import BEIJING
from crawler.jobs.due import due, visits
from crawler.jobs.runs import Runs
from crawler.jobs.schedule import Policy
from tests.jobs.portals import YEAR, Portal, portals
from tests.jobs.runs import registry, scrapy
from tests.site.frame import html, note
from tests.site.server import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.jobs.runs import Run

SEED = 20261122
FIRST, LAST = date(2026, 11, 1), date(2027, 7, 31)
#: The hour of a night's crawls, Beijing time.
_HOUR = 22
#: Most portals of one process.
_TOGETHER = 50
#: Days in which the season's policy visits a portal twice, back-off included: an alarm is due then.
_SEEN = 9
#: What befalls a portal and passes → the outcome of visits meanwhile, which earn a pause.
_PASSING = {
    "is blocked": "blocked",
    "breaks": "nothing_found",
    "is down for a night": "unreachable",
}


@dataclass
class Season:
    """A season and what came of it."""

    folder: Path
    portals: Sequence[Portal]
    first: date
    last: date
    policy: Policy = field(default_factory=Policy.load)
    today: date = date.min
    nights: int = 0
    asked: Counter[tuple[str, int]] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    @property
    def alarms(self) -> list[dict[str, str]]:
        """What was told, in order."""
        file = self.folder / "alarms.jsonl"
        return (
            [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            if file.exists()
            else []
        )

    @property
    def runs(self) -> dict[str, list[Run]]:
        """Each portal's runs, the latest first."""
        return Runs(f"sqlite:///{self.folder}/archive/spool/runs.sqlite").latest()

    def play(self) -> None:
        """Let every night of the season be."""
        by_host = {portal.host: portal for portal in self.portals}

        def answer(method, target, form, fields):
            portal = by_host.get(fields["Host"].partition(":")[0])
            if portal is None:
                return html(note("不存在", "没有这个网站。"), status=404)
            self.asked[portal.id, (self.today - self.first).days // 7] += 1
            return portal.answer(target, self.today)

        with serve(answer=answer) as site:
            port = site.host.partition(":")[2]
            hosts = {portal.id: f"{portal.host}:{port}" for portal in self.portals}
            book = registry(self.folder, hosts)
            self.today = self.first
            while self.today <= self.last:
                self._night(book)
                self.today += timedelta(days=1)

    def _night(self, book: Path) -> None:
        at = datetime(self.today.year, self.today.month, self.today.day, _HOUR, tzinfo=BEIJING)
        known = self.runs if self.nights else {}
        found = due(visits([one.id for one in self.portals], known, self.policy, at), at)
        for start in range(0, len(found), _TOGETHER):
            some = [visit.portal for visit in found[start : start + _TOGETHER]]
            self.nights += 1
            code, _, said = scrapy(
                self.folder, "crawl", "sections", "-a", f"portal={','.join(some)}",
                plant=("tests.jobs.virtual", "season", at.isoformat()),
                REGISTRY=str(book), ALARM_FILE=str(self.folder / "alarms.jsonl"),
            )  # fmt: skip
            if code not in {0, 3, 4, 8}:
                self.troubles.append(f"{at:%Y-%m-%d}: exit code {code}: {said[-300:]}")


def captured(season: Season) -> dict[str, date]:
    """Return when each portal's report of the year was first archived, by the table of runs."""
    found = {}
    for portal, runs in season.runs.items():
        nights = [run for run in runs if YEAR in run.figures.years and run.figures.new]
        if nights:
            found[portal] = _day(nights[-1].started)
    return found


def late(season: Season) -> list[str]:
    """Return a sentence for each report that was not captured within its policy's delay."""
    when, told = captured(season), []
    for portal in season.portals:
        if portal.published is None:
            continue
        latest = portal.published + timedelta(days=allowed(season, portal))
        got = when.get(portal.id)
        if latest <= season.last and (got is None or got > latest):
            told.append(
                f"{portal.id} ({portal.fault}) published on {portal.published}, captured on {got}, "
                f"due by {latest}"
            )
    return told


def allowed(season: Season, portal: Portal) -> int:
    """Return the days after publication in which the policy has a visit that can capture it.

    What befalls a portal adds the days that it lasts, and the pause after visits in vain.
    """
    policy, day = season.policy, portal.published
    assert day is not None
    waits = [
        (policy.next_visit(last, missing=False, outcome="done", times=1) - day).days
        for last in (day - timedelta(days=back) for back in range(1, 70))
    ]
    wait = max(waits)
    until = day + timedelta(days=wait)
    if portal.fault in _PASSING:
        rare = math.ceil(policy.back_off[_PASSING[portal.fault]].most)
        hidden = [
            each for each in _days(day - timedelta(days=rare), until) if portal.is_struck(each)
        ]
        if hidden:
            after = (each for each in _days(hidden[-1], season.last) if not portal.is_struck(each))
            return max((next(after, season.last) - day).days, 0) + rare
    if portal.fault in ("moves", "is taken down") and portal.is_struck(until):
        return 10_000
    return wait


def alarm_troubles(season: Season) -> tuple[int, int, list[str]]:
    """Return how many alarms were due and raised, and a sentence for each lacking or false one."""
    told = Counter((alarm["portal"], alarm["monitor"]) for alarm in season.alarms)
    owed = {
        (portal.id, portal.alarm)
        for portal in season.portals
        if portal.alarm and portal.struck <= season.last - timedelta(days=_SEEN)
    }
    may = {(portal.id, portal.alarm) for portal in season.portals}
    lacking = [f"no {name} at {portal}" for portal, name in sorted(owed - told.keys())]
    false = [f"false {name} at {portal}" for portal, name in sorted(told.keys() - may)]
    twice = [f"{name} at {portal} {n} times" for (portal, name), n in sorted(told.items()) if n > 1]
    return len(owed), len(owed & told.keys()), lacking + false + twice


def summary(season: Season) -> tuple[list[str], list[str]]:
    """Return what came of a season in lines, and what was short."""
    due_by = [one for one in season.portals if one.published]
    too_late = late(season)
    owed, raised, wrong = alarm_troubles(season)
    weeks = defaultdict(list)
    for (_, week), count in season.asked.items():
        weeks[week].append(count)
    busiest = max(weeks, key=lambda week: sum(weeks[week]))
    visited = [run for runs in season.runs.values() for run in runs]
    span = ((season.last - season.first).days + 1) / 7
    false = sum(each.startswith("false") for each in wrong)
    delays = sorted(
        (captured(season)[one.id] - one.published).days
        for one in due_by
        if one.id in captured(season) and one.published
    )
    requests, most = sum(season.asked.values()), max(season.asked.values())
    crowd = len(season.portals)
    in_time = f"{len(due_by) - len(too_late)} of {len(due_by)} captured within their policy's delay"
    days = f"median {delays[len(delays) // 2]}, most {delays[-1]}"
    mean, peak = requests / span / crowd, sum(weeks[busiest]) / crowd
    a_week = f"a portal and week {mean:.1f} on average, {peak:.1f} in the busiest, {most} at most"
    lines = [
        f"{crowd} portals, {season.first} to {season.last}: {len(visited)} visits",
        f"reports: {in_time}; days from publication: {days}",
        f"requests: {requests}; {a_week}",
        f"alarms: {raised} of {owed} raised, {false} false",
    ]
    return lines, [*season.troubles, *too_late, *wrong]


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(BEIJING).date()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def main() -> int:
    """Play the season that the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.jobs.season", description=__doc__)
    parser.add_argument("--portals", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST)
    parser.add_argument("--last", type=date.fromisoformat, default=LAST)
    told = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="season-") as folder:
        drawn = portals(told.portals, told.seed, told.first, told.last)
        season = Season(Path(folder), drawn, told.first, told.last)
        season.play()
        lines, short = summary(season)
    print("\n".join([*lines, *short, f"seed {told.seed}, {time.monotonic() - begun:.0f} s"]))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
