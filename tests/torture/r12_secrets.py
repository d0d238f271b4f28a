"""R12: no secret of the user's stands in anything that a run leaves behind or shows.

Canaries are put wherever a user may put a secret: settings, environment, addresses with a password,
sinks of alarms, the queue, an address to capture. Then everything is searched, unpacked where it is
packed: logs, what the terminal was told, archives, ledgers, feeds, the store's objects, and the
command lines of every process of the run.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from tests.archive.answers import answer
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.torture.behaviours import HTML, PAGE
from tests.torture.r08_object_store import QUICK
from tests.torture.registry import Check
from tests.walk.runs import scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

#: Where a user puts it → the secret.
CANARIES = {
    name: f"CANARY-{number}-{name.replace(' ', '-')}".lower()
    for number, name in enumerate(
        ("setting", "s3 key", "s3 session", "store password", "environment", "feed password",
         "webhook", "mail password", "queue password", "password of an address")
    )
}  # fmt: skip


def run(trial: Trial) -> Iterator[str | None]:
    """Run with canaries in every place, well and badly; a trial a canary and run."""
    runs = ("well", "store refuses", "database down", "address refused")
    trial.whole = len(runs) * len(CANARIES)
    for kind in runs[-1:] if trial.fault == "any-address" else runs:
        folder = trial.folder / kind.replace(" ", "-")
        folder.mkdir()
        seen = _left_by(folder, kind, trial.fault)
        for name, secret in CANARIES.items():
            found = [place for place, data in seen.items() if secret.encode() in data]
            yield f"{kind}: {name} stands in {found[:3]}" if found else None
        trial.notes.append(f"{kind}: {len(seen)} places, {sum(map(len, seen.values())):,} bytes")


def _left_by(folder: Path, kind: str, fault: str | None) -> dict[str, bytes]:
    """Return everything that a run left or showed, by place, unpacked."""
    pages = {"/": answer(PAGE, HTML)}
    secret = CANARIES
    environment = {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": secret["s3 key"],
        "AWS_SESSION_TOKEN": secret["s3 session"], "MY_PASSWORD": secret["environment"],
        "PGPASSWORD": secret["store password"],
        "QUEUE_URL": f"postgresql://me:{secret['queue password']}@127.0.0.1:1/queue",
        "ALARM_WEBHOOK": f"http://127.0.0.1:1/{secret['webhook']}",
        "ALARM_SMTP": f"smtps://me:{secret['mail password']}@127.0.0.1:1",
        "ALARM_MAIL": "a@a.example",
        "RUNS_URL": f"sqlite:///{folder}/runs.sqlite",
    }  # fmt: skip
    lines: dict[str, bytes] = {}
    with S3Server(wait=1.0) as s3, WireServer(pages) as site:
        if kind == "store refuses":
            s3.faults = {"put": ["expired"] * 40}
        own = {
            **QUICK, "S3_ENDPOINT_URL": s3.url, "ARCHIVE_URL": f"s3://reports/{folder.name}",
            "LEDGER_URL": f"sqlite:///{folder}/ledger.sqlite", "LOADS": str(folder / "loads"),
            "HTTPAUTH_PASS": secret["setting"], "HTTPAUTH_DOMAIN": "a.example",
            "FTP_PASSWORD": secret["setting"], "RETRY_TIMES": "0",
        }  # fmt: skip
        pairs = [part for name, value in own.items() for part in ("-s", f"{name}={value}")]
        feeds = ["-o", str(folder / "items.jsonl"), "-o", str(folder / "items.csv")]
        if kind == "database down":
            password = secret["feed password"]
            feeds += ["-o", f"postgresql://me:{password}@127.0.0.1:1/none"]
            feeds += ["-o", f"opensearch://me:{password}@127.0.0.1:1/none"]
        with mock.patch.dict(os.environ, environment):
            over = threading.Event()
            watch = threading.Thread(target=_watch, args=(lines, over))
            watch.start()
            plant = (__name__, "plant", fault)
            private = site.url.replace("//", f"//me:{secret['password of an address']}@")
            done = scrapy(
                folder, "capture", f"{private if kind == 'address refused' else site.url}/",
                *feeds, *pairs, plant=plant, out=str(folder / "out.txt"),
            )  # fmt: skip
            over.set()
            watch.join()
        objects = {
            f"store {name}": _unpacked(found_bytes(each)) for name, each in s3.objects.items()
        }
        sent = {f"sent to the site {n}": each.request for n, each in enumerate(site.log)}
    files = {
        str(path): _unpacked(path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    }
    said = {"stderr": done.stderr.encode()}
    return {**files, **objects, **sent, **said, **lines, **_tables(folder)}


def found_bytes(each: object) -> bytes:
    """Return the bytes of an object of the store, whatever the server keeps beside them."""
    return each if isinstance(each, bytes) else str(each).encode()


def _unpacked(data: bytes) -> bytes:
    """Return bytes and what they hold packed: each member of a gzip file."""
    out, left = bytearray(data), data
    while left.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(31)
        out += decoder.decompress(left)
        left = decoder.unused_data
    return bytes(out)


def _tables(folder: Path) -> dict[str, bytes]:
    """Return the rows of every SQLite file, as text."""
    found = {}
    for path in folder.rglob("*.sqlite"):
        database = sqlite3.connect(path)
        found[f"rows of {path.name}"] = "\n".join(database.iterdump()).encode()
        database.close()
    return found


def _watch(lines: dict[str, bytes], over: threading.Event) -> None:
    """Note the command lines of all processes that begin meanwhile, again and again."""
    before = {place.name for place in Path("/proc").iterdir()}
    while not over.wait(0.2):
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and place.name not in before:
                try:
                    lines[f"command line of {place.name}"] = (place / "cmdline").read_bytes()
                except OSError:
                    continue


def plant(fault: str | None) -> None:
    """Let settings be printed as Scrapy prints them."""
    if fault == "plain-log":
        from crawler.archive import extension  # noqa: PLC0415 (settings are read in a run)

        extension.guard_log = lambda: None
    if fault == "any-address":
        from crawler.spiders import capture  # noqa: PLC0415

        capture.refuse_user = lambda _: None


CHECK = Check(
    name="R12 secrets",
    claim="0 canaries in logs, archives, feeds, stores, error messages and command lines",
    goal=None,
    sample=4 * len(CANARIES),
    run=run,
    faults=("plain-log", "any-address"),
)
