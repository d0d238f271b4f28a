"""How a run can end: the closed list of words, each with its exit code and what it asks for next.

Codes 1 and 2 are what Scrapy and argparse exit with; the others are told apart so that a scheduler
(cron, systemd, a Kubernetes podFailurePolicy) can. A code is never given a new meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Outcome:
    """One end of a run: its word, its exit code, what it means.

    `again` says that the job is unfinished, so that the same command goes on with it.
    """

    name: str
    code: int
    meaning: str
    again: bool = False


#: Worst first: of a run that ended in several ways, the first that applies is its outcome. What
#: keeps other runs from running, or captures from safety, comes before what one portal did.
OUTCOMES = (
    Outcome("bad_settings", 2, "settings, arguments or registry cannot be used"),
    Outcome("disk_full", 5, "the disk is full; nothing kept is lost", again=True),
    Outcome("interrupted", 7, "stopped or killed before its end", again=True),
    Outcome("failed", 1, "something else went wrong; the log says what", again=True),
    Outcome("upload_pending", 6, "captures wait on this machine for the object storage"),
    Outcome("postponed", 9, "outside the portal's hours, or it asked for time", again=True),
    Outcome("blocked", 4, "a firewall or robots.txt keeps the crawl out"),
    Outcome("unreachable", 8, "the portal's first page cannot be had"),
    Outcome("nothing_found", 3, "no report where some were expected"),
    Outcome("done", 0, "all is well"),
)
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
#: The word of a run that has not ended; it has no exit code.
RUNNING = "running"


def worst(names: Iterable[str]) -> Outcome:
    """Return the outcome of a run that ended in these ways; `done` where there is none.

    >>> worst(["blocked", "disk_full"]).code, worst([]).name
    (5, 'done')
    """
    found = set(names)
    return next((one for one in OUTCOMES if one.name in found), BY_NAME["done"])


def ended_as(failures: Iterable[tuple[str, str, str | None]], reason: str | None) -> Outcome:
    """Return the outcome of a run from what failed (sentence, outcome, portal) and Scrapy's reason.

    Without a reason nothing was crawled; any but `finished` is an end before the end.
    """
    names = [outcome for _, outcome, _ in failures]
    if reason is None:
        return worst(names or ["failed"])
    return worst(names if reason in _TOLD else [*names, "interrupted"])


#: Reasons of an end that a component told by a failure of its own, and that of no failure at all.
_TOLD = frozenset(
    {"finished", "postponed", "disk_full", "archive_failed", "archive_self_test", "feed_refused"}
)


def by_exit(code: int) -> Outcome:
    """Return what a process's exit code says; a negative one is that of a signal that killed it.

    >>> by_exit(-9).name, by_exit(137).name, by_exit(77).name
    ('interrupted', 'interrupted', 'failed')
    """
    if code < 0 or code > _SIGNALLED:
        return BY_NAME["interrupted"]
    return next((one for one in OUTCOMES if one.code == code), BY_NAME["failed"])


#: A shell's exit codes above this are those of a process that a signal killed.
_SIGNALLED = 128
