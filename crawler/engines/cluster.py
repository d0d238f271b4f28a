"""A cluster of dask.distributed: its scheduler hands the units to workers on any machine.

Over TLS alone: what workers send is unpickled here. Certificates come from the options, else from
dask's own configuration. A worker that is killed costs the unit under way, which the scheduler
gives to another; three of one unit end the run.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.place import PROJECT
from crawler.engines import TRIES, Lost, lost_too_often
from parsers.errors import ArchiveError, DisclosureError

if TYPE_CHECKING:
    from crawler.engines.units import Unit
    from crawler.engines.work import Done, Job

#: Units at hand for each thread: one under way, one waiting there.
_AHEAD = 2
#: Seconds without a single worker after which a run ends: one that was killed is back in five.
WORKERLESS = 60.0
#: Seconds that the end of a run waits for the cluster.
_GOODBYE = 10.0
_SCHEME = "tls://"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a scheduler is, and the files of certificates; None: as dask is configured."""

    scheduler: str
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


class Dask:
    """The workers of a cluster."""

    def __init__(self, job: Job, cluster: Cluster) -> None:
        """Connect, and put the project onto the workers. Raises ArchiveError."""
        self._client = _connected(cluster)
        self._ended: queue.SimpleQueue[tuple[Unit, Any] | str] = queue.SimpleQueue()
        self._under_way: dict[str, tuple[Unit, Any]] = {}
        self._workerless: float | None = None
        try:
            self._name, self._do = _shipped(self._client, job)
            self._client.subscribe_topic("all", self._hear)
            self._threads()
        except BaseException:
            self._client.close()
            raise

    def submit(self, unit: Unit) -> None:
        """Take a unit to be done."""
        key = f"{self._name}-{unit.number}-{time.monotonic_ns()}"
        future = self._client.submit(self._do, self._name, pickle.dumps(unit), key=key, pure=False)
        self._under_way[key] = unit, future
        future.add_done_callback(lambda ended: self._ended.put(ended.key))

    def finished(self, seconds: float) -> list[Done | Lost]:
        """Return what has come to an end; wait for the first up to `seconds`."""
        try:
            told = self._ended.get(timeout=seconds)
        except queue.Empty:
            self._threads()
            return []
        if isinstance(told, str):
            unit, future = self._under_way.pop(told)
            return [self._outcome(unit, future)]
        unit, worker = told
        self._threads()
        return [Lost(unit, f"lost ({worker})", taken=True)]

    def close(self) -> None:
        """Give up what is under way, take the project off the workers, leave them to others."""
        leaving = threading.Thread(target=self._leave, daemon=True)
        leaving.start()
        leaving.join(_GOODBYE)
        self._client.close(timeout=_GOODBYE)

    def _leave(self) -> None:
        """Say goodbye: a worker that hangs would let one wait for ever."""
        with suppress(OSError, ValueError, RuntimeError):
            self._client.cancel([future for _, future in self._under_way.values()])
            self._client.unregister_worker_plugin(self._name)

    def _outcome(self, unit: Unit, future: Any) -> Done:
        from distributed import KilledWorker  # noqa: PLC0415 (an extra of the project)

        try:
            outcome = pickle.loads(future.result())  # noqa: S301 (from our workers, over TLS)
        except KilledWorker as error:
            raise lost_too_often(unit, TRIES, f"on {error.last_worker.address}") from error
        except (OSError, ImportError, KeyError, RuntimeError) as error:
            raise ArchiveError(
                f"a worker of the cluster failed ({_first_line(error)}): see its log; the same "
                "command goes on with the rest"
            ) from error
        if isinstance(outcome, DisclosureError):
            raise outcome
        done: Done = outcome
        return done

    def _hear(self, event: tuple[float, Any]) -> None:
        """Note a worker that went away with a unit of ours; called in the client's thread."""
        told = event[1]
        if not isinstance(told, dict) or told.get("action") != "remove-worker":
            return
        held = (self._under_way.get(key) for key in told.get("processing-tasks", ()))
        lost = next(filter(None, held), None)
        if lost is not None and not told.get("expected"):
            self._ended.put((lost[0], told.get("worker", "")))

    def _threads(self) -> None:
        """Count the threads of the workers. Raises ArchiveError where there is none for long."""
        threads = sum(self._client.nthreads().values())
        self.width = max(threads, 1) * _AHEAD
        if threads:
            self._workerless = None
            return
        self._workerless = self._workerless or time.monotonic()
        if time.monotonic() - self._workerless > WORKERLESS:
            raise ArchiveError(
                f"the scheduler {self._client.scheduler.address} has no worker: start some "
                "(dask worker), and run the same command again"
            )


def _connected(cluster: Cluster) -> Any:
    if not cluster.scheduler.startswith(_SCHEME):
        raise ArchiveError(
            f"--scheduler {cluster.scheduler}: write it as {_SCHEME}host:8786; without TLS anyone "
            "on the way could run code here"
        )
    try:
        import distributed  # noqa: PLC0415 (an extra of the project)
    except ImportError as error:
        raise ArchiveError("--engine dask needs a client: install the extra `dask`") from error
    _to_our_log()
    untyped: Any = distributed
    try:
        security = untyped.Security(
            require_encryption=True,
            **_given(
                tls_ca_file=cluster.ca,
                tls_client_cert=cluster.certificate,
                tls_client_key=cluster.key,
            ),
        )
        _refuse_missing(security.tls_ca_file, security.tls_client_cert, security.tls_client_key)
        return untyped.Client(cluster.scheduler, security=security, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ArchiveError(
            f"no connection to the scheduler {cluster.scheduler} ({_first_line(error)}): check "
            "that it runs, and --tls-ca, --tls-cert and --tls-key"
        ) from error


def _refuse_missing(*files: str | None) -> None:
    """Raise OSError where a file of certificates cannot be read: dask says so in a traceback."""
    for file in filter(None, files):
        with Path(file).open("rb"):
            pass


def _given(**files: str | None) -> dict[str, str]:
    return {name: file for name, file in files.items() if file is not None}


def _shipped(client: Any, job: Job) -> tuple[str, Any]:
    """Put the project and the job onto the workers; return their name and what does a unit."""
    import cloudpickle  # noqa: PLC0415 (comes with the extra)

    from crawler.engines import shipping  # noqa: PLC0415 (needs the extra)

    cloudpickle.register_pickle_by_value(shipping)
    package, told = shipping.packed(PROJECT), pickle.dumps(job)
    name = f"disclosure-{hashlib.sha256(package + told).hexdigest()[:16]}"
    try:
        client.register_plugin(shipping.Project(name, package, told))
    except (ImportError, OSError, RuntimeError) as error:
        raise ArchiveError(
            f"a worker cannot take the project ({_first_line(error)}): install what "
            "requirements.lock names there, as here"
        ) from error
    return name, _ByValue(cloudpickle.dumps(shipping.do))


class _ByValue:
    """A function that is pickled by its code: the scheduler, too, unpickles what it hands on."""

    def __init__(self, code: bytes) -> None:
        self._code = code

    def __call__(self, name: str, unit: bytes) -> bytes:
        done: bytes = pickle.loads(self._code)(name, unit)  # noqa: S301 (our own)
        return done

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return pickle.loads, (self._code,)


def _to_our_log() -> None:
    """Let dask's loggers say what they say where ours do, rather than on the terminal."""
    for name, logger in logging.root.manager.loggerDict.items():
        if name.partition(".")[0] == "distributed" and isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
