"""A worker of the pool: a process that does the units which come over its connection.

Started by `crawler.engines.pool` as `python -m crawler.engines.worker DESCRIPTOR`. Ends when the
other side has: no worker outlives its run by more than a unit.
"""

from __future__ import annotations

import logging
import signal
import sys
from multiprocessing.connection import Connection

from crawler.engines.work import Bench, Done
from parsers.errors import DisclosureError


def serve(connection: Connection) -> None:
    """Do each unit that comes, send what it gives, until the other side is closed."""
    bench = Bench(connection.recv())
    while True:
        unit = connection.recv()
        outcome: Done | DisclosureError
        try:
            outcome = bench.do(unit)
        except DisclosureError as error:
            outcome = error
        connection.send(outcome)


if __name__ == "__main__":
    # Ctrl-C goes to the whole group; it is the run that ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What there is to log, the run logs.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        serve(Connection(int(sys.argv[1])))
    except (EOFError, ConnectionError):
        sys.exit(0)
