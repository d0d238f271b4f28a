"""Which rows of a list a walk leaves out because its user said so: by date, by kind.

Knows the arguments `since` and `until` (a year, a month or a day) and the setting SKIP_ROWS. A row
without a date, and one whose title does not say what it is, is never left out. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from crawler.discovery import OTHER_ROWS, other_kind
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.cms import Entry
    from crawler.registry import Section

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are wanted: listed from `since` to `until`, and of no kind in `skip`."""

    since: str = ""
    until: str = ""
    skip: frozenset[str] = frozenset()

    @classmethod
    def of(cls, arguments: Mapping[str, str], skip: str) -> Self:
        """Read `since` and `until` from the spider's arguments, and SKIP_ROWS.

        Raises DisclosureError where one of them cannot be read.
        """
        kinds = frozenset(filter(None, re.split(r"[,\s]+", skip)))
        strange = sorted(kinds - set(OTHER_ROWS))
        if strange:
            known = ", ".join(OTHER_ROWS)
            raise DisclosureError(f"SKIP_ROWS holds {strange[0]!r}: it may hold {known}")
        since, until = (_date(arguments.get(name) or "", name) for name in ("since", "until"))
        if since and until and since > until:
            raise DisclosureError(f"since={since} is later than until={until}: swap them")
        return cls(since, until, kinds)

    def why_not(self, row: Entry) -> str | None:
        """Return why the row is left out ("since", "until", a kind), or None."""
        if row.date and row.date < self.since:
            return "since"
        if row.date and self.until and row.date[: len(self.until)] > self.until:
            return "until"
        kind = other_kind(row.title) if self.skip else None
        return kind if kind in self.skip else None

    def wants(self, section: Section) -> bool:
        """Whether the section served a year from `since` to `until`."""
        ended = section.until is not None and f"{section.until:04}" < self.since[:4]
        begins = section.since is not None and bool(self.until)
        return not ended and not (begins and f"{section.since:04}" > self.until[:4])


def _date(text: str, name: str) -> str:
    """Return a date as given. Raises DisclosureError where it is none."""
    if not text or _is_date(text):
        return text
    raise DisclosureError(f"{name}={text} is no date: write {name}=2023, {name}=2023-05 or a day")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "2000-01-01"[len(text) :])
    except ValueError:
        return False
    return bool(_DATE.fullmatch(text))
