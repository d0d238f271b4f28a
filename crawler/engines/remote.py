"""The project's side of a cluster's worker: the jobs that it knows, one unit at a time.

Units and outcomes come and go as bytes, so that a scheduler needs nothing of the project.
"""

from __future__ import annotations

import pickle
import threading

from crawler.engines.work import Bench, Done
from parsers.errors import DisclosureError

_benches: dict[str, Bench] = {}
#: A worker may have several threads; a bench is one worker's.
_turn = threading.Lock()


def begin(name: str, job: bytes) -> None:
    """Make ready for the units of a job."""
    _benches[name] = Bench(pickle.loads(job))  # noqa: S301 (from the run, over TLS)


def end(name: str) -> None:
    """Forget a job."""
    _benches.pop(name, None)


def do(name: str, unit: bytes) -> bytes:
    """Return what a unit gives, `Done` or the error that it ends with."""
    outcome: Done | DisclosureError
    with _turn:
        try:
            outcome = _benches[name].do(pickle.loads(unit))  # noqa: S301 (as above)
        except DisclosureError as error:
            outcome = error
    return pickle.dumps(outcome)
