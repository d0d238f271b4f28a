"""Serve an archive so that a person sees the captured pages: pywb, on this machine only.

pywb is another project's program, started as a process of its own with an index of ours and a
configuration in a temporary folder; nothing is written to the archive. It cannot live in this
project's environment: it brings brotlipy, whose module `brotli` takes the place of ours.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crawler.archive.bucket import BucketStore
from crawler.archive.cdxj import index_lines, write_index
from crawler.archive.locations import archive_files
from crawler.archive.wacz import Package
from crawler.archive.web import WebFile
from crawler.loopback import HOST, free_port
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.archive.cdxj import Progress
    from crawler.archive.locations import ArchiveFile

COLLECTION = "archive"
# It was up in 1.6 s; a busy machine may need a minute.
_START_SECONDS = 60
_END_SECONDS = 5


@contextmanager
def served(
    locations: Sequence[str],
    settings: Mapping[str, Any],
    port: int = 0,
    progress: Progress | None = None,
    policy: str | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve archives; give the address of the collection and the process that serves it.

    `port` 0 takes any that is free; `policy` is the Content-Security-Policy of replayed pages, in
    the place of pywb's, which lets their scripts run. Raises ArchiveError where pywb is not
    installed, does not start, or an archive cannot be read.
    """
    program = pywb()
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        home = Path(folder)
        write_index(index_lines(locations, settings, progress=progress), home / "index.cdxj")
        write_config(home, archive_paths(locations, settings, home), policy)
        port = port or free_port()
        with _running(program, home, port, settings) as process:
            yield f"http://{HOST}:{port}/{COLLECTION}/", process


def pywb() -> str:
    """Return pywb's program: on the PATH, or where `make checkers` puts it. Raises ArchiveError."""
    ours = str(Path(sys.prefix) / "checkers" / "bin")
    program = shutil.which("wayback") or shutil.which("wayback", path=ours)
    if program is None:
        raise ArchiveError(
            "replay needs pywb, whose program wayback is not on the PATH; run make checkers, or "
            "install it in an environment of its own (pipx install pywb)"
        )
    return program


def write_config(home: Path, paths: Sequence[str], policy: str | None = None) -> None:
    """Write what pywb reads: one collection, pages shown bare, no frame around them."""
    listed = "".join(f"      - {_quoted(path)}\n" for path in paths)
    (home / "config.yaml").write_text(
        "framed_replay: false\n"
        f"{'' if policy is None else f'csp-header: {_quoted(policy)}'}\n"
        "collections:\n"
        f"  {COLLECTION}:\n"
        f"    index_paths: {_quoted(str(home / 'index.cdxj'))}\n"
        f"    archive_paths:\n{listed}",
        encoding="utf-8",
    )


def archive_paths(locations: Sequence[str], settings: Mapping[str, Any], home: Path) -> list[str]:
    """Return where pywb looks for the files: folders and prefixes, each once.

    It cannot look into packages or read the web, so such files are first copied into `home`.
    """
    found: dict[str, None] = {}
    for location in locations:
        for file in archive_files([location], settings):
            found[_path_of(file, location, home)] = None
    return list(found)


def _path_of(file: ArchiveFile, location: str, home: Path) -> str:
    if isinstance(file.store, Package | WebFile):
        source = file.open()
        target = home / source.name
        offset = 0
        with target.open("wb") as stream:
            while block := source.read_at(offset, 1 << 20):
                offset += stream.write(block)
        return f"{home}/"
    if isinstance(file.store, BucketStore):
        return f"{file.store.url}/"
    if location.startswith("file://"):
        location = unquote(urlsplit(location).path)
    path = Path(location).absolute()
    return f"{(path / file.name if path.is_dir() else path).parent}/"


@contextmanager
def _running(
    program: str, home: Path, port: int, settings: Mapping[str, Any]
) -> Iterator[subprocess.Popen[bytes]]:
    environment = dict(os.environ)
    if endpoint := settings.get("S3_ENDPOINT_URL"):
        environment["AWS_ENDPOINT_URL"] = str(endpoint)
    with (home / "pywb.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own words)
            [program, "-b", HOST, "-p", str(port), "-d", str(home)],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_up(process, port, home / "pywb.log")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["nothing"]
    raise ArchiveError(f"pywb does not start on port {port} ({said[-1]}); try another --port")


def _quoted(text: str) -> str:
    """Return a text as YAML's single-quoted form, in which nothing but the quote is special."""
    return "'" + text.replace("'", "''") + "'"
