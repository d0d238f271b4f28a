"""What is wrong with a run, told from its figures and those of the last: pure, a function a fault.

Each monitor compares this run with the last one that can be compared, and gives what it saw in
words, or None. A first run has no last time: only a disk that is almost full is told then. Each
has look-alikes that must stay silent (`tests/jobs/test_monitors.py`).

Spidermon (1.27 was tried with Scrapy 2.19) is not used: it logs by `Spider.log`, which Scrapy has
deprecated, so that a run with warnings as errors judges nothing; its statistics are of a process,
where a run here is a portal's; its history is a pickle a spider on one machine. What it would leave
to us is the comparisons, and those are all of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.jobs.runs import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crawler.jobs.figures import Figures
    from crawler.jobs.runs import Run

#: Outcomes of a walk that came to its end, so that what it did not find is not there.
FINISHED = frozenset({"done", "upload_pending", "nothing_found"})
#: Those of a run that a later one can be held against.
WHOLE = frozenset({"done", "upload_pending"})
#: One withdrawn report of many is an editor's work; two, or a tenth of them, is a fault.
_FEWER, _FEWER_SHARE = 2, 0.1
#: Reports below which a share says nothing: with three, one odd report is a third.
_LEAST_REPORTS = 3
#: How much larger the share of reports without a field must be. Between the years of one portal the
#: shares of real reports differ by up to a fifth.
_EMPTIER = 0.3
#: Checks that were tried, and by how much more of them must fail.
_LEAST_CHECKS, _MORE_FAILING = 10, 0.15
#: Items with injected text: two at least, and half of all; a kit is in every page it gets into.
_LEAST_SPAMMED, _SPAMMED = 2, 0.5
#: A firewall's pages: one slow night gives one; three end what is asked of a host.
_CHALLENGES = 3
#: Share of pages in the charset that a portal is said to have.
_MOSTLY = 0.8
#: Bytes. A polite night of one portal archives some hundred megabytes.
_LEAST_FREE = 1 << 30


@dataclass(frozen=True, slots=True)
class Monitor:
    """A fault to look for: its name, how it is seen, what a person does about it."""

    name: str
    sees: Callable[[Run, Sequence[Run]], str | None]
    next_step: str


def alarms_of(run: Run, past: Sequence[Run]) -> Iterator[Alarm]:
    """Yield an alarm for each fault of a run; `past` has the portal's runs, the latest first."""
    for monitor in MONITORS:
        evidence = monitor.sees(run, past)
        if evidence:
            yield Alarm(monitor.name, run.portal, evidence, monitor.next_step)


def zero_results(run: Run, past: Sequence[Run]) -> str | None:
    """See no report at all where there were some."""
    last = _last(past)
    if last is None or run.outcome not in FINISHED:
        return None
    none = run.outcome == "nothing_found" or (last.listed and not run.figures.listed)
    return f"no report found, {last.listed or last.new} on the last visit" if none else None


def fewer_results(run: Run, past: Sequence[Run]) -> str | None:
    """See fewer reports in the lists than last time, but some."""
    last, now = _last(past), run.figures.listed
    if last is None or run.outcome not in FINISHED or not now:
        return None
    lost = last.listed - now
    if lost >= _FEWER or lost > _FEWER_SHARE * last.listed:
        return f"its lists name {now} reports, {last.listed} on the last visit"
    return None


def emptier_fields(run: Run, past: Sequence[Run]) -> str | None:
    """See fields that reports lack more often than last time."""
    last = _last(past, lambda figures: figures.new >= _LEAST_REPORTS)
    now = run.figures
    if last is None or now.new < _LEAST_REPORTS:
        return None
    worse = [
        f"{name} is empty in {count} of {now.new} reports, was in {last.empty.get(name, 0)} of "
        f"{last.new}"
        for name, count in sorted(now.empty.items())
        if count / now.new - last.empty.get(name, 0) / last.new >= _EMPTIER
    ]
    return ", ".join(worse) or None


def failing_checks(run: Run, past: Sequence[Run]) -> str | None:
    """See identities fail more often than last time."""
    last = _last(past, lambda figures: _tried(figures) >= _LEAST_CHECKS)
    now = run.figures
    if last is None or _tried(now) < _LEAST_CHECKS:
        return None
    failed, before = now.checks.get("fail", 0), last.checks.get("fail", 0)
    if failed / _tried(now) - before / _tried(last) < _MORE_FAILING:
        return None
    return f"{failed} of {_tried(now)} checks fail, {before} of {_tried(last)} did"


def spam_surge(run: Run, past: Sequence[Run]) -> str | None:
    """See injected text in most of what is new, where there was none before."""
    last = _last(past, lambda figures: figures.items > 0)
    now = run.figures
    if last is None or now.spammed < _LEAST_SPAMMED or now.spammed < _SPAMMED * now.items:
        return None
    if last.spammed >= _SPAMMED * last.items:
        return None
    kinds = ", ".join(sorted(now.spam))
    before = f"{last.spammed} of {last.items} did"
    return f"{now.spammed} of {now.items} items hold injected text ({kinds}), {before}"


def challenge_pages(run: Run, past: Sequence[Run]) -> str | None:
    """See a firewall's pages where there were none."""
    last, now = _last(past), run.figures
    if last is None or not now.challenges or last.challenges:
        return None
    if run.outcome != "blocked" and now.challenges < _CHALLENGES:
        return None
    return f"{now.challenges} addresses answered with a firewall's page, none on the last visit"


def kept_out(run: Run, past: Sequence[Run]) -> str | None:
    """See two visits on end that found no way in: robots.txt, or no answer."""
    out = ("unreachable", "blocked")
    if _last(past) is None or run.outcome not in out or past[0].outcome not in out:
        return None
    why = run.said[0] if run.said else run.outcome
    return None if run.figures.challenges else f"kept out on two visits on end ({why})"


def charset_change(run: Run, past: Sequence[Run]) -> str | None:
    """See pages in another charset than last time."""
    last = _last(past, lambda figures: bool(figures.charsets))
    now, before = _mostly(run.figures), _mostly(last) if last else None
    if not now or not before or now == before:
        return None
    return f"its pages are in {now}, they were in {before}"


def layout_change(run: Run, past: Sequence[Run]) -> str | None:
    """See a list whose rows hang elsewhere than in the last run's golden."""
    last = _last(past, lambda figures: bool(figures.layout))
    if last is None:
        return None
    moved = [
        f"the rows of {section} hang under {shapes[0]!r}, they hung under {before[0]!r}"
        for section, shapes in sorted(run.figures.layout.items())
        if (before := last.layout.get(section)) and not set(shapes) & set(before)
    ]
    return "; ".join(moved) or None


def upload_backlog(run: Run, past: Sequence[Run]) -> str | None:
    """See files that wait for the store since the visit before."""
    now = run.figures
    if not now.waiting or not past or not past[0].figures.waiting:
        return None
    if now.waiting_bytes < past[0].figures.waiting_bytes:
        return None
    return f"{now.waiting} files of {now.waiting_bytes} bytes wait for the object storage"


def disk_almost_full(run: Run, past: Sequence[Run]) -> str | None:  # noqa: ARG001 (a monitor's form)
    """See little room for the next nights."""
    free = run.figures.disk_free
    if free is None or free >= _LEAST_FREE:
        return None
    return f"{free} bytes are free on the disk of the spool"


MONITORS = (
    Monitor(
        "zero_results",
        zero_results,
        "open the portal: its report column moved or broke; then `scrapy sniff` its home page and "
        "put the section into the registry",
    ),
    Monitor(
        "fewer_results",
        fewer_results,
        "compare its lists with the last visit's in the archive: reports were withdrawn, or a "
        "page of the list is no longer found",
    ),
    Monitor(
        "emptier_fields",
        emptier_fields,
        "look at the new reports with `scrapy clean-report URL`: the template changed, or the "
        "text is cut",
    ),
    Monitor(
        "failing_checks",
        failing_checks,
        "look at the broken checks of the new items: a table is read in the wrong columns",
    ),
    Monitor(
        "spam_surge",
        spam_surge,
        "look at what was cut with `scrapy clean-report`, and tell the portal's office: it was "
        "probably hacked",
    ),
    Monitor(
        "challenge_pages",
        challenge_pages,
        "nothing by force: the visits become rarer by themselves; raise `delay` in its stanza or "
        "write to the portal's office",
    ),
    Monitor(
        "kept_out",
        kept_out,
        "open the portal in a browser: where it moved, correct `hosts` and `home` in its stanza",
    ),
    Monitor(
        "charset_change",
        charset_change,
        "look at the titles of new items: where they are garbled, a page declares another "
        "charset than it is in",
    ),
    Monitor(
        "layout_change",
        layout_change,
        "compare the list with its rows in the new items; where some lack, name the section's "
        "family with `cms =`",
    ),
    Monitor(
        "upload_backlog",
        upload_backlog,
        "see that the object storage answers, then `scrapy archive push`",
    ),
    Monitor("disk_almost_full", disk_almost_full, "free space, or move the spool to a larger disk"),
)


def _last(past: Sequence[Run], fits: Callable[[Figures], bool] | None = None) -> Figures | None:
    """Return the figures of the latest whole run that fits."""
    whole = (run.figures for run in past if run.outcome in WHOLE)
    return next((figures for figures in whole if fits is None or fits(figures)), None)


def _tried(figures: Figures) -> int:
    return figures.checks.get("pass", 0) + figures.checks.get("fail", 0)


def _mostly(figures: Figures) -> str | None:
    """Return the charset that most pages are in, None where there is no such."""
    whole = sum(figures.charsets.values())
    found = [name for name, count in figures.charsets.items() if count >= _MOSTLY * whole]
    return found[0] if whole and found else None
