"""What ends a walk that would not end by itself: budgets, twins of a page, hosts that challenge.

Knows the settings of the budgets and what was spent of each. A budget that is reached is counted
and told by its name; the lists that are within theirs go on. Never fetches.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from crawler.challenges import refuse_waiting
from crawler.registry import netloc
from crawler.run import fail, remark
from crawler.seen import Seen
from crawler.spiders import steps

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.steps import Step

#: The settings; their values and what these rest on stand in `crawler.settings`.
BUDGETS = (
    "PAGES_PER_SECTION", "PAGES_PER_HOST", "BLANK_PAGES", "WALK_DEPTH", "WALK_HUBS",
    "PATH_REPEATS", "CHALLENGES_PER_HOST",
)  # fmt: skip

_LOG = logging.getLogger("sections")


class Limits:
    """The budgets of one run and what is spent of them."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._budgets = {name: crawler.settings.getint(name) for name in BUDGETS}
        self._pages_of_host: Counter[str] = Counter()
        self._challenges_of_host: Counter[str] = Counter()
        self._asked = Seen()
        self._told: set[tuple[str, str]] = set()

    def allow(self, step: Step) -> bool:
        """Whether the step's page may be asked for; a page that is counts for its host."""
        url = step.fetch.url
        host, plain = netloc(url), steps.sessionless(url)
        key = (plain, step.fetch.body)
        if plain != url and key in self._asked:
            self.count("session_twins")
            return False
        if self.has_left(host):
            self.count("of_left_hosts")
            return False
        spent = {
            "PAGES_PER_SECTION": step.number,
            "BLANK_PAGES": step.blank,
            "WALK_DEPTH": step.depth,
            "PATH_REPEATS": steps.repeats(url),
            "PAGES_PER_HOST": self._pages_of_host[host] + 1,
        }
        if any(self.refuse(name, much, step) for name, much in spent.items()):
            return False
        self._asked.enter(key)
        self._pages_of_host[host] += 1
        return True

    def refuse(self, name: str, spent: int, step: Step) -> bool:
        """Whether `spent` is more than the budget of that name; if so, say so by name."""
        if spent <= self._budgets[name]:
            return False
        self.count(f"budget_reached/{name}")
        budget = f"budget {name}={self._budgets[name]} reached"
        _LOG.warning("%s at %s (section %s): not fetched", budget, step.fetch.url, step.section)
        where = step.section or step.start.name
        if (name, where) not in self._told:
            self._told.add((name, where))
            remark(self._crawler, f"{budget} in {where}: what lies beyond was not fetched")
        return True

    def note_unpaged(self, step: Step, pages: int) -> None:
        """Say that a list has more pages than a way was found to: its tail is not archived."""
        self.count("unpaged")
        where = step.section or step.fetch.url
        remedy = "name its family with cms = in the registry, or set render = true"
        remark(
            self._crawler,
            f"{where} says that it has {pages} pages, and no way to the second was found: {remedy}",
        )

    def pages_left(self, step: Step) -> int:
        """Return how many pages of its list the step may show."""
        return self._budgets["PAGES_PER_SECTION"] - step.number + 1

    def note_challenge(self, host: str, reason: str, portal: str | None = None) -> None:
        """Count a firewall's answer; after CHALLENGES_PER_HOST of them leave it and say so."""
        self._challenges_of_host[host] += 1
        times = self._challenges_of_host[host]
        if times != self._budgets["CHALLENGES_PER_HOST"]:
            return
        refuse_waiting(self._crawler, host)
        remedy = "what it let through is kept; crawl it later, more slowly or from elsewhere"
        fail(
            self._crawler,
            f"{host} answered {times} times with a firewall's page ({reason}) and is left for this "
            f"run: {remedy}",
            "blocked",
            portal,
        )

    def has_left(self, host: str) -> bool:
        """Whether `host` is left for this run."""
        return self._challenges_of_host[host] >= self._budgets["CHALLENGES_PER_HOST"]

    def count(self, name: str) -> None:
        """Count one `name` of the walk."""
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"walk/{name}")
