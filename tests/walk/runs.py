"""Commands of the project as a user runs them: forks of one process that imported Scrapy."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.archive.conftest import fork_server

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code and what it said on stderr."""

    returncode: int
    stderr: str


def scrapy(
    folder: Path,
    *arguments: str,
    plant: tuple[str, str, Any] | None = None,
    out: str = "",
    imports: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
) -> Done:
    """Run `scrapy` with an archive in `folder` and no delay; its log goes to `log.txt` there.

    `plant` is a module, a function of it and an argument: it is called before the run begins.
    `out` is a file for what it says on stdout. `imports` are modules that it need not load itself,
    `env` is put into its environment.
    """
    said = folder / "stderr.txt"
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment = {
        **kept,
        "ARCHIVE_URL": (folder / "archive").as_uri(),
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
        "DOWNLOAD_DELAY": "0",
        **(env or {}),
    }
    arguments = (*arguments, "-s", f"LOG_FILE={folder / 'log.txt'}")
    told = {"args": arguments, "env": environment, "log": str(said), "plant": plant, "out": out}
    status = fork_server(*imports).run(told)
    return Done(status, said.read_text("utf-8", "replace"))


def at_hour(hour: int) -> None:
    """Let it be that full hour in Beijing for the run."""
    from datetime import datetime  # noqa: PLC0415 (planted in the fork)

    from crawler.hours import BEIJING, KeepHours  # noqa: PLC0415

    at = datetime(2026, 3, 1, hour, tzinfo=BEIJING)
    KeepHours.now = lambda _: at  # type: ignore[method-assign]


def busy_machine(fault: str) -> None:
    """Let every look at the clock find a second gone, and names be found late, at first not at all.

    A `fault` takes away what keeps the crawl to one request at a time: the "count" of a request
    from when it leaves the queue, and the "turn" at its server.
    """
    from contextlib import nullcontext  # noqa: PLC0415 (planted in the fork)

    from scrapy.core import downloader  # noqa: PLC0415
    from scrapy.resolver import dnscache  # noqa: PLC0415
    from twisted.internet.error import DNSLookupError  # noqa: PLC0415
    from twisted.internet.task import deferLater  # noqa: PLC0415

    from crawler.resolver import PublicAddressResolver  # noqa: PLC0415
    from crawler.servers import OneAtATime  # noqa: PLC0415

    seconds, asked, true = count(), Counter[str](), downloader.monotonic
    downloader.monotonic = lambda: true() + next(seconds)  # type: ignore[attr-defined]

    def found(name: str) -> str:
        asked[name] += 1
        if asked[name] == 1 and name.endswith(".example"):
            raise DNSLookupError(name)
        dnscache[name] = "127.0.0.1"
        return "127.0.0.1"

    def late(_: object, name: str, timeout: object = ()) -> Any:
        from twisted.internet import reactor  # noqa: PLC0415 (Scrapy installs it)

        return deferLater(reactor, 0.02, found, name)  # type: ignore[arg-type]

    PublicAddressResolver.getHostByName = late  # type: ignore[method-assign, assignment]
    if fault:
        OneAtATime.turn = lambda *_: nullcontext()  # type: ignore[method-assign, assignment]
    if fault == "count":
        del OneAtATime._wait_for_download  # type: ignore[misc]
