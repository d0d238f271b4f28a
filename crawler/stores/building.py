"""A SQLite store as one file to hand around: built from a feed, without the traces of a load."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.stores.loading import load

if TYPE_CHECKING:
    from pathlib import Path


def build_file(feed: Path) -> Path:
    """Return a database beside `feed` that holds its reports; the same feed gives the same bytes.

    When it was loaded is left out: that is no property of the reports.
    """
    draft, built = feed.with_suffix(".draft"), feed.with_suffix(".sqlite")
    load(f"sqlite:///{draft}", feed)
    with closing(sqlite3.connect(draft)) as base:
        base.execute("DELETE FROM runs")
        base.commit()
        # Not in WAL mode, and without the pages that building left over.
        base.execute("VACUUM INTO ?", (str(built),))
    return built
