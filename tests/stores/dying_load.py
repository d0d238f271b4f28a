"""Load a feed in small batches; die before the n-th thing that the writer is asked to do."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

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


if __name__ == "__main__":
    loading.BATCH = 10
    for kind in (SqliteWriter, PostgresqlWriter, DuckDBWriter):
        for name in ("insert", "upsert", "remove", "digests"):
            setattr(kind, name, counted(getattr(kind, name)))
    engine_of = loading.engine_of

    def watched(address):
        engine = engine_of(address)
        event.listen(engine, "commit", count_down)
        return engine

    loading.engine_of = watched
    loading.load(sys.argv[1], Path(sys.argv[2]))
