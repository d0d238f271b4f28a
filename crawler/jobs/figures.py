"""What a run counted of one portal: the figures that its JSON line holds and monitors compare.

Counts are of the whole job where it came to its end: a resumed run reads what earlier runs of its
job archived. Only `requests`, `bytes` and `seconds` are of this run alone. Pure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass(slots=True)
class Figures:
    """The figures of one run over one portal.

    `pages` were read, `lists` of them list pages. `listed` counts report titles in the lists, each
    address once; `years` are the years that titles and reports name. `new` counts reports that came
    as items: new, or changed since. `unchanged` counts pages and files that stand as an earlier run
    archived them. `failed` has addresses without a page by reason, `challenges` a firewall's pages.
    `spam` counts what cleaning found by kind, `checks` identities by status, `empty` reports
    without a field by field. `charsets` counts the pages that were asked for by their charset;
    `layout` is the shape of each section's rows. `waiting` and `waiting_bytes` are finished WARC
    files that the store has not yet, of the whole archive; `disk_free` is bytes, None if unknown.
    """

    requests: int = 0
    replayed: int = 0
    bytes: int = 0
    seconds: float = 0.0
    pages: int = 0
    lists: int = 0
    listed: int = 0
    years: list[int] = field(default_factory=list)
    items: int = 0
    new: int = 0
    unchanged: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    challenges: int = 0
    spam: dict[str, int] = field(default_factory=dict)
    spammed: int = 0
    checks: dict[str, int] = field(default_factory=dict)
    empty: dict[str, int] = field(default_factory=dict)
    charsets: dict[str, int] = field(default_factory=dict)
    layout: dict[str, list[str]] = field(default_factory=dict)
    waiting: int = 0
    waiting_bytes: int = 0
    disk_free: int | None = None

    @classmethod
    def of(cls, known: dict[str, Any]) -> Self:
        """Return the figures that a JSON object holds; those it lacks are zero, others left."""
        own = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in known.items() if name in own})

    def as_dict(self) -> dict[str, Any]:
        """Return them as a JSON object."""
        return asdict(self)
