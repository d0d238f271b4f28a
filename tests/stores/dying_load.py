"""Load a feed in small batches; die before the n-th thing that the writer is asked to do.

The address is a store's, or `dataset:FOLDER`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from crawler.feeds import dataset
from crawler.feeds.batches import folder_of
from crawler.stores import loading
from crawler.stores.writers import DuckDBWriter, PostgresqlWriter, SqliteWriter

LEFT = int(sys.argv[3]) or sys.maxsize


def counted(method):
    def counting(*args, **kwargs):
        count_down()
        return method(*args, **kwargs)

    return counting


def count_down(*_: object) -> None:
    global LEFT  # noqa: PLW0603 (the one thing that this child knows)
    LEFT -= 1
    if LEFT == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def watched(address):
    """Return the store's engine; it counts commits, too."""
    engine = engine_of(address)
    event.listen(engine, "commit", count_down)
    return engine


def watch(kinds, *names):
    """Count what these classes are asked to do."""
    for kind in kinds:
        for name in names:
            setattr(kind, name, counted(getattr(kind, name)))


if __name__ == "__main__":
    address, feed = sys.argv[1], Path(sys.argv[2])
    if address.startswith("dataset:"):
        watch((dataset._Part,), "add", "close", "publish")
        dataset.write_dataset(feed, folder_of(address))
    else:
        loading.BATCH, loading.LARGER = 5, {}
        loading.BATCHES = 2
        watch(
            (SqliteWriter, PostgresqlWriter, DuckDBWriter),
            "insert",
            "insert_columns",
            "upsert",
            "remove",
            "digests",
        )
        engine_of, loading.engine_of = loading.engine_of, watched
        loading.load(address, feed)
