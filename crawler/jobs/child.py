"""One portal as a process of its own: `scrapy crawl sections -a portal=ID`, and what came of it.

A crawl that eats memory, hangs or dies takes nothing with it, and its exit code says how it ended.
The child is stopped as a person would stop it: by SIGINT, so that it ends in order. Its log goes to
a file, its JSON line comes back. Whoever runs many portals (`scrapy run-due`, a worker) does it by
`run_portal`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.jobs.outcomes import Outcome, by_exit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from scrapy.settings import BaseSettings

#: Scrapy's priority of what the command line gives: those settings a child is given too.
_COMMAND_LINE = 40
#: What belongs to one process: a log of its own, a job of its own.
_OWN = frozenset({"LOG_FILE", "JOB"})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit code and outcome; its JSON line, {} where it wrote none."""

    portal: str
    code: int
    outcome: Outcome
    line: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What every child is given: settings, feeds, spider arguments, the folder of its logs."""

    settings: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    logs: Path | None = None

    def command(self, portal: str) -> list[str]:
        """Return the command line that crawls a portal."""
        given = [
            part for name, value in self.settings.items() for part in ("-s", f"{name}={value}")
        ]
        return [
            sys.executable, "-m", "scrapy", "crawl", "sections", "-a", f"portal={portal}",
            *self.arguments, *given,
        ]  # fmt: skip


def settings_given(settings: BaseSettings) -> dict[str, str]:
    """Return the settings of the command line, for a child: the environment it has anyway."""
    return {
        name: str(settings[name])
        for name in settings
        if settings.getpriority(name) == _COMMAND_LINE and name not in _OWN
    }


def run_portal(
    portal: str, order: Order, started: Callable[[subprocess.Popen[bytes]], object] | None = None
) -> Ended:
    """Crawl a portal to its end and return how that was; `started` is given the process.

    Blocks; to be called in a thread where several are to run. The child's log is appended to
    `PORTAL.log` in the folder of logs, or goes where ours goes.
    """
    log = None
    if order.logs is not None:
        order.logs.mkdir(parents=True, exist_ok=True)
        log = (order.logs / f"{portal}.log").open("ab")
    with (
        contextlib.nullcontext() if log is None else log,
        subprocess.Popen(  # noqa: S603 (our own command)
            order.command(portal),
            env={name: value for name, value in os.environ.items() if name not in _OWN},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # a terminal's Ctrl-C comes from us, once
        ) as child,
    ):
        if started is not None:
            started(child)
        written, _ = child.communicate()
    return Ended(portal, child.returncode, by_exit(child.returncode), _last_line(written))


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to end in order; what it has under way is finished."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGINT)


def _last_line(written: bytes) -> dict[str, Any]:
    """Return the JSON object of the last line that is one."""
    for line in reversed(written.splitlines()):
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                return found
    return {}
