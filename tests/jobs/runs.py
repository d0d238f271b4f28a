"""Portals of a season and other loopback ones, crawled as a user crawls them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from tests.archive.conftest import fork_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STANZA = """[[portal]]
id = "{id}"
name = "云泽市人民政府"
division = "990100"
region = "示例省云泽市"
level = "prefecture"
type = "government"
hosts = ["{host}"]
home = "http://{host}/"
"""


def registry(folder: Path, hosts: Mapping[str, str], more: str = "") -> Path:
    """Write a registry of portals by id and host; `more` is added to each stanza."""
    path = folder / "registry.toml"
    stanzas = [STANZA.format(id=name, host=host) + more for name, host in hosts.items()]
    path.write_text("\n".join(stanzas), encoding="utf-8")
    return path


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command whose archive is in `folder`."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {
        **kept,
        "ARCHIVE_URL": (folder / "archive").as_uri(),
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
        "DOWNLOAD_DELAY": "0",
        **more,
    }


def scrapy(
    folder: Path, *arguments: str, plant: Any = None, **more: str
) -> tuple[int, list[dict[str, Any]], str]:
    """Run `scrapy` in a fork; return its exit code, the JSON lines on stdout, what stderr says.

    `plant` is a module, a function of it and an argument: it is called before the run begins.
    """
    out, log = folder / "stdout.txt", folder / "stderr.txt"
    told = {
        "args": [*arguments, "-s", f"LOG_FILE={folder / 'log.txt'}"],
        "env": environment(folder, **more),
        "log": str(log),
        "out": str(out),
        "pid": str(folder / "pid.txt"),
        "plant": plant,
    }
    code = fork_server().run(told, 300)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines() if line[:1] == "{"]
    return code, lines, log.read_text("utf-8", "replace")


def crawl(
    folder: Path, portals: Sequence[str], book: Path, *more: str, plant: Any = None, **settings: str
) -> tuple[int, dict[str, Any], str]:
    """Crawl portals of a registry; return exit code, JSON line and stderr."""
    told = ("crawl", "sections", "-a", f"portal={','.join(portals)}", *more)
    code, lines, said = scrapy(folder, *told, plant=plant, REGISTRY=str(book), **settings)
    return code, lines[-1] if lines else {}, said
