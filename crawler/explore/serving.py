"""Serve the application until it is told to end: on this machine only, unless asked otherwise.

The port is taken before anything is started, so that one which is taken is told at once.
"""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import uvicorn

from crawler.explore.application import application
from crawler.explore.opening import store_file
from crawler.explore.replaying import Replay
from crawler.explore.runs import address_of_runs
from crawler.explore.summary import summary_of
from parsers.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

HOST = "127.0.0.1"
_LOCAL = ("127.0.0.1", "::1", "localhost")
#: Seconds that pages under way are waited for once the run is to end.
_END_SECONDS = 3


def explore(  # noqa: PLR0913 (each is an option of the command)
    named: str,
    archives: Sequence[str],
    settings: Mapping[str, Any],
    work: Path,
    *,
    host: str = HOST,
    port: int = 0,
    told: Callable[[str], None],
) -> None:
    """Serve the store that was named until SIGINT or SIGTERM; `told` is given its address.

    `archives` are replayed; `work` keeps the summary; `port` 0 takes any that is free. Raises
    StoreError where the store or the port cannot be used.
    """
    store = store_file(named)
    with closing(_listening(host, port)) as listener:
        summary = summary_of(store, work)
        replay = Replay(archives, settings)
        datasette = application(
            store, summary, replay, address_of_runs(settings), local=host in _LOCAL
        )
        config = uvicorn.Config(
            datasette.app(), log_level="warning", timeout_graceful_shutdown=_END_SECONDS, ws="none"
        )
        replay.start()
        try:
            told(f"http://{_shown(host)}:{listener.getsockname()[1]}/")
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            replay.end()


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises StoreError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StoreError(
            f"port {port} of {host} cannot be used ({error}): name another by --port, "
            "or leave it out for any that is free"
        ) from error
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
