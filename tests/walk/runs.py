"""Commands of the project as a user runs them: forks of one process that imported Scrapy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.archive.conftest import fork_server

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code and what it said on stderr."""

    returncode: int
    stderr: str


def scrapy(folder: Path, *arguments: str, plant: tuple[str, str, Any] | None = None) -> Done:
    """Run `scrapy` with an archive in `folder` and no delay; its log goes to `log.txt` there.

    `plant` is a module, a function of it and an argument: it is called before the run begins.
    """
    said = folder / "stderr.txt"
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment = {
        **kept,
        "ARCHIVE_URL": (folder / "archive").as_uri(),
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
        "DOWNLOAD_DELAY": "0",
    }
    arguments = (*arguments, "-s", f"LOG_FILE={folder / 'log.txt'}")
    told = {"args": arguments, "env": environment, "log": str(said), "plant": plant}
    status = fork_server().run(told)
    return Done(status, said.read_text("utf-8", "replace"))


def at_hour(hour: int) -> None:
    """Let it be that full hour in Beijing for the run."""
    from datetime import datetime  # noqa: PLC0415 (planted in the fork)

    from crawler.hours import BEIJING, KeepHours  # noqa: PLC0415

    at = datetime(2026, 3, 1, hour, tzinfo=BEIJING)
    KeepHours.now = lambda _: at  # type: ignore[method-assign]
