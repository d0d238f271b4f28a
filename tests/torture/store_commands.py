"""R8 by the command as a user runs it: capture, crawl and push against a store that fails.

What an archive in that store is called and how it is reached is said here once, for the trials of
the keeper alone too (`r08_object_store`).
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
from collections import Counter
from typing import TYPE_CHECKING

from crawler.archive import verify
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from tests.archive.answers import answer
from tests.archive.conftest import environment
from tests.servers.wire_server import WireServer
from tests.site.server import serve
from tests.torture.warmed import warm_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.s3_server import S3Server

QUICK = {"S3_ATTEMPTS": "2", "S3_TIMEOUT": "0.5", "S3_ADDRESSING": "path"}
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "CANARY-secret"}
LASTING = 40
#: Fault of a store that lasts → what the run says of it, in words that tell whose turn it is.
SAID = {
    "away": ({"put": ["drop"] * LASTING}, "does not answer; check S3_ENDPOINT_URL and the network"),
    "busy": ({"put": [503] * LASTING}, "the store answers SlowDown"),
    "expired": ({"put": ["expired"] * LASTING}, "refuses the credentials (ExpiredToken); renew"),
    "denied": (
        {"put": ["denied"] * LASTING},
        "refuses the credentials (InvalidAccessKeyId); renew",
    ),
    "flipped": ({"put": ["flip"] * LASTING}, "the store answers XAmzContentSHA256Mismatch"),
    "rotten": ({"put": ["rot"] * LASTING}, "with other bytes than were sent"),
    "manifest": ({"put": [None] + ["drop"] * LASTING}, "does not answer"),
}


def address_of(folder: Path) -> str:
    """Return the address of an archive that is a folder's own.

    The spool of an address is one for all processes of a checkout, and folders of trials that run
    at once have the same last names.
    """
    return f"s3://reports/{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def settings_of(s3: S3Server, **more: str) -> dict[str, str]:
    """Return the settings of an archive in that store."""
    return {"ARCHIVE_URL": "s3://reports/warcs", "S3_ENDPOINT_URL": s3.url, **QUICK, **more}


def own_of(s3: S3Server, folder: Path) -> dict[str, str]:
    return {
        **settings_of(s3), "LEDGER_URL": f"sqlite:///{folder}/ledger.sqlite",
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8", "DOWNLOAD_DELAY": "0", "S3_ATTEMPTS": "1",
        "ARCHIVE_URL": address_of(folder),
    }  # fmt: skip


def command(folder: Path, arguments: list[str], pid: Path | None = None, **settings: object):
    """Run a command of the project with all its stages; return exit code, sentences, log.

    `pid` is where its process id is written, for who will kill it.
    """
    log = folder / "log.txt"
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    env = environment({"SCRAPY_SETTINGS_MODULE": "crawler.settings", **KEYS})
    told = {"args": [*arguments, *words], "env": env, "log": str(log), "pid": pid and str(pid)}
    status = warm_server().run(told)
    said = log.read_text("utf-8", "replace")
    return status, [line for line in said.splitlines() if line.startswith("scrapy: ")], said


def said(s3: S3Server, folder: Path, name: str) -> None:
    """A run whose store fails exits with 6, says what to do once, and `push` brings it in."""
    own, (faults, words) = own_of(s3, folder), SAID[name]
    s3.faults = {key: list(told) for key, told in faults.items()}
    feed = folder / "items.jsonl"
    page = answer(b"<p>a</p>", b"Content-Type: text/html; charset=utf-8")
    with WireServer({"/": page}) as server:
        asked = ["capture", f"{server.url}/", "-O", str(feed)]
        status, told, log = command(folder, asked, **own)
    assert told, f"the run ended with {status} and told nothing: {log[-500:]}"
    *sentences, closing = told
    assert status == 6, log
    assert len(sentences) == 1, sentences
    assert words in sentences[0], sentences
    assert re.search("the next run brings it in|run the same command again", sentences[0])
    assert re.fullmatch(r"scrapy: 2 exchanges, 1 item, \d+\.\d s", closing), closing
    assert len(feed.read_bytes().splitlines()) == 1
    assert "CANARY" not in log
    s3.faults, s3.objects = {}, {}
    assert command(folder, ["archive", "push"], **own)[:2] == (0, [])
    captures = list(read_captures([own["ARCHIVE_URL"]], own))
    assert [capture.status for capture in captures] == [404, 200]


def portal(s3: S3Server, folder: Path) -> None:
    """A crawl of a portal goes on to its end without its store; every item is there."""
    own = {**own_of(s3, folder), "WARC_MAX_BYTES": "20000"}
    s3.faults = {"put": ["expired"] * 400}
    feed = folder / "items.jsonl"
    with serve() as site:
        words = ["crawl", "sections", "-a", f"url={site.url}", "-O", str(feed)]
        status, told, log = command(folder, words, REGISTRY=site.registry(folder), **own)
    assert status == 6, log
    assert sum("refuses the credentials (ExpiredToken)" in line for line in told) == 1, told
    assert log.count("the crawl goes on, the file waits and is tried again") == 1
    assert "'finish_reason': 'finished'" in log
    assert len(feed.read_bytes().splitlines()) > 30
    waiting = {path.name for path in Place.from_settings(own).spool.glob("*.warc.gz")}
    assert len(waiting) > 3
    s3.faults = {}
    assert command(folder, ["archive", "push"], **own)[0] == 0
    assert set(Place.from_settings(own).store.names()) == waiting


def killed_in_parts(s3: S3Server, folder: Path) -> None:
    """A kill -9 in the midst of an upload in parts leaves parts; the next run gives them up."""
    own = {**own_of(s3, folder), "S3_PART_BYTES": "700"}
    pid, feed = folder / "pid", folder / "items.jsonl"
    fault = s3.fault

    def kills(operation: str) -> object:
        if operation == "part" and s3.asked["part"] == 1 and pid.exists():
            os.kill(int(pid.read_text("utf-8")), signal.SIGKILL)
            pid.unlink()
        return fault(operation)

    s3.fault = kills
    page = answer(os.urandom(3000).hex().encode(), b"Content-Type: text/html")
    with WireServer({"/": page}) as server:
        asked = ["capture", f"{server.url}/", "-O", str(feed)]
        status, _, log = command(folder, asked, pid=pid, **own)
        assert status == -signal.SIGKILL, log[-300:]
        assert len(s3.uploads) == 1, "it was not killed in the midst of an upload"
        status, _, log = command(folder, asked, **own)
    assert status == 0, log[-300:]
    assert s3.uploads == {}, f"dangling: {s3.uploads}"
    captures = list(read_captures([own["ARCHIVE_URL"]], own))
    assert Counter(capture.status for capture in captures) == {404: 1, 200: 1}
    assert len(feed.read_bytes().splitlines()) == 1
    assert list(verify.verify([own["ARCHIVE_URL"]], own)) == []
