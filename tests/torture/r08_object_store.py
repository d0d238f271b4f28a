"""R8: a store that fails delays and never loses; the run says whose turn it is and exits with 1.

Each fault is tried on our own S3 (`tests/servers/s3_server.py`), which checks what it is sent: in
one request and in parts, by the keeper alone and by the command as a user runs it. moto would
accept wrong bytes and so proves nothing here.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
import shutil
import signal
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive import bringing, bucket, upload, verify
from crawler.archive.bucket import BucketStore
from crawler.archive.keeper import Keeper
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from parsers.errors import ArchiveError
from tests.archive.answers import answer
from tests.archive.conftest import environment
from tests.archive.test_store import kept
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.site.server import serve
from tests.torture.registry import Check
from tests.torture.warmed import warm_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

QUICK = {"S3_ATTEMPTS": "2", "S3_TIMEOUT": "0.5", "S3_ADDRESSING": "path"}
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "CANARY-secret"}
LASTING = 40
#: Fault → what it does to which requests; whether the first run brings its file in all the same.
FAULTS = {
    "503 once": ({"put": [503]}, True),
    "503 for long": ({"put": [503] * LASTING}, False),
    "time-out once": ({"put": ["timeout"]}, True),
    "time-out for long": ({"put": ["timeout"] * LASTING}, False),
    "link dropped once": ({"put": ["drop"]}, True),
    "link dropped for long": ({"put": ["drop"] * LASTING}, False),
    "reply lost": ({"put": ["lost"]}, True),
    "byte flipped on the way": ({"put": ["flip"]}, False),
    "byte flipped on the way back": ({"get": ["flip"]}, False),
    "read-back fails": ({"get": [503] * LASTING}, False),
    "manifest lost": ({"put": [None, "drop", "drop", "drop"]}, False),
    "manifest's reply lost": ({"put": [None, "lost"]}, True),
    "credentials expired": ({"put": ["expired"]}, False),
    "credentials refused": ({"put": ["denied"]}, False),
}
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
#: Planted fault → the trial that must see it.
PLANTS = {
    "no-read-back": "a byte that changed at rest",
    "no-condition": "two crawlers of one name",
    "no-sweep": "parts of a dead run",
    "blind-verify": "a byte that changes later",
    "gives-up": "503 for an hour",
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


def place_of(s3: S3Server, folder: Path, **more: str) -> Place:
    """Return that archive, with its spool and its ledger in a folder."""
    store = Place.from_settings(settings_of(s3, **more)).store
    return Place(store, folder / "spool", folder / "ledger.sqlite")


def run(place: Place, number: int):
    """Keep one exchange of its own; return the troubles of start and end, and its capture."""
    keeper = Keeper(place)
    keeper.take_job(f"key{number}")
    troubles = keeper.recover()
    keeper.sweep()
    (capture,) = keeper.keep([kept(number)])
    troubles += keeper.close_files()
    keeper.finish_job()
    keeper.close()
    return troubles, capture


def whole(s3: S3Server) -> int:
    """Assert that each listed object is what its manifest says; return how many there are."""
    listed = [key for key in s3.objects if "/manifest/" in key]
    for key in listed:
        entry = json.loads(s3.objects[key])
        data = s3.objects[f"warcs/{entry['filename']}"]
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], key
    assert s3.overwritten == []
    return len(listed)


def delayed(s3: S3Server, folder: Path, name: str, *, parts: bool) -> None:
    """A fault of the store delays and never loses."""
    faults, at_once = FAULTS[name]
    place = place_of(s3, folder, **({"S3_PART_BYTES": "300"} if parts else {}))
    s3.faults = {key: list(value) for key, value in faults.items()}
    if parts and name.startswith("manifest"):
        s3.faults = {"put": s3.faults["put"][1:]}
    elif parts and "put" in s3.faults:
        s3.faults = {"complete" if "reply" in name else "part": s3.faults["put"]}
    troubles, first = run(place, 1)
    assert (troubles == []) == at_once, troubles
    if not at_once:
        assert "the next run brings it in" in troubles[0]
        assert len(list(place.spool.glob("*.warc.gz"))) == 1
        assert whole(s3) == 0
    s3.faults = {}
    troubles, second = run(place, 2)
    assert troubles == [], troubles
    assert whole(s3) == 2, "a file is not in the store"
    assert list(read_captures(["s3://reports/warcs"], settings_of(s3))) == [first, second]
    assert list(place.spool.glob("*.warc*")) == []
    assert s3.uploads == {}


def rotten(s3: S3Server, folder: Path) -> None:
    """A byte that changed at rest is found by reading back; then nothing is listed."""
    s3.faults = {"put": ["rot"]}
    troubles, _ = run(place_of(s3, folder), 1)
    assert [each for each in troubles if "other bytes than were sent" in each], troubles
    assert whole(s3) == 0


def two_of_one_name(s3: S3Server, folder: Path) -> None:
    """Of two crawlers that write one name the second is refused, in one request and in parts."""
    for part in ("300", "3000"):
        store = BucketStore("s3://reports/warcs", settings_of(s3, S3_PART_BYTES=part))
        for number, name in enumerate(("one", "two")):
            path = folder / name
            path.write_bytes(name.encode() * 300)
            told = hashlib.sha256(path.read_bytes()).hexdigest()
            refused = ""
            try:
                store.put_file(path, f"{part}.warc.gz", told)
            except ArchiveError as error:
                refused = str(error)
            assert ("never overwritten" in refused) == bool(number), refused
        assert s3.objects[f"warcs/{part}.warc.gz"] == b"one" * 300
    assert (s3.overwritten, s3.uploads) == ([], {})


def parts_of_a_dead_run(s3: S3Server, folder: Path) -> None:
    """Parts that a killed run left are given up by the next; those of others stay."""
    place = place_of(s3, folder)
    run(place, 1)
    (name,) = [key for key in s3.objects if "/manifest/" not in key]
    s3.uploads = {"ours": (name, {1: b"x"}), "theirs": ("warcs/other.warc.gz", {1: b"x"})}
    run(place, 2)
    assert list(s3.uploads) == ["theirs"]


def an_hour(s3: S3Server, folder: Path) -> None:
    """The store answers 503 for an hour of the crawl's clock, which goes on; then all comes in."""
    place, clock, tries = place_of(s3, folder), [0.0], []
    keeper = Keeper(place, max_bytes=1)  # a file each exchange
    keeper.take_job("key")
    s3.faults = {"put": [503] * 10_000}

    async def sleep(seconds: float) -> None:
        tries.append(clock[0])
        clock[0] += seconds
        if clock[0] >= _HOUR:
            s3.faults = {}

    async def crawl() -> list[object]:
        files, captures = bringing.BringIn(keeper, asyncio.Lock(), sleep), []
        for number in range(3):
            captures += keeper.keep([kept(number)])
            for file in keeper.rolled():
                files.start(file)
        while clock[0] < _HOUR or len(keeper.waiting()):
            await asyncio.sleep(0.01)
            assert files._under_way or not keeper.waiting(), "a file is given up"
        await files.end()
        return captures

    captures = asyncio.run(asyncio.wait_for(crawl(), 300))
    assert keeper.close_files() == []
    keeper.finish_job()
    keeper.close()
    assert len(tries) < 60, f"the store was asked {len(tries)} times in an hour"
    assert whole(s3) == 3
    assert list(read_captures(["s3://reports/warcs"], settings_of(s3))) == captures


def rots_later(s3: S3Server, folder: Path) -> None:
    """A byte that changes at rest after all is well is named, and never read as if it were good."""
    run(place_of(s3, folder), 1)
    (name,) = [key for key in s3.objects if "/manifest/" not in key]
    good = s3.objects[name]
    for at in range(0, len(good), len(good) // 8):
        s3.objects[name] = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        found = " ".join(map(str, verify.verify(["s3://reports/warcs"], settings_of(s3))))
        assert name.partition("/")[2] in found, f"byte {at} changed, and verify said {found!r}"


def killed_in_parts(s3: S3Server, folder: Path) -> None:
    """A kill -9 in the midst of an upload in parts leaves parts; the next run gives them up."""
    own = {**_own(s3, folder), "S3_PART_BYTES": "700"}
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


_HOUR = 3600.0


def _own(s3: S3Server, folder: Path) -> dict[str, str]:
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
    own, (faults, words) = _own(s3, folder), SAID[name]
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
    own = {**_own(s3, folder), "WARC_MAX_BYTES": "20000"}
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


def trials() -> dict[str, Callable[[S3Server, Path], None]]:
    """Return every trial by its name."""
    found: dict[str, Callable[[S3Server, Path], None]] = {
        "a byte that changed at rest": rotten,
        "two crawlers of one name": two_of_one_name,
        "parts of a dead run": parts_of_a_dead_run,
        "a portal's crawl": portal,
        "503 for an hour": an_hour,
        "a byte that changes later": rots_later,
        "killed inside an upload in parts": killed_in_parts,
    }
    for name in FAULTS:
        for parts in (False, True):
            told = f"{name}, {'in parts' if parts else 'in one request'}"
            found[told] = lambda s3, folder, name=name, parts=parts: delayed(
                s3, folder, name, parts=parts
            )
    for name in SAID:
        found[f"the command: {name}"] = lambda s3, folder, name=name: said(s3, folder, name)
    return found


def tries(trial: Trial) -> Iterator[str | None]:
    """Try the faults, in an order of the seed."""
    known = trials()
    trial.whole = len(known)
    names = random.Random(trial.seed).sample(list(known), len(known))
    if trial.fault:
        names = [PLANTS[trial.fault]]
    with mock.patch.dict(os.environ, KEYS), _planted(trial.fault):
        for number, name in enumerate(names):
            folder = trial.folder / str(number)
            folder.mkdir()
            with S3Server(wait=1.0) as s3:
                yield _tried(name, known[name], s3, folder)


def _tried(
    name: str, attempt: Callable[[S3Server, Path], None], s3: S3Server, folder: Path
) -> str | None:
    try:
        attempt(s3, folder)
    except (AssertionError, ArchiveError) as error:
        return f"{name}: {error}"
    finally:
        spool = Place.from_settings(_own(s3, folder)).spool
        shutil.rmtree(spool, ignore_errors=True)
    return None


async def _no_more(files: bringing.BringIn, _: float) -> None:
    """Give a file up after its first try."""
    files._over.set()


@contextmanager
def _planted(fault: str | None) -> Iterator[None]:
    """Plant a fault of ours for the trials within."""
    told: dict[str, tuple[int, str]] = {}
    send = BucketStore.put_file

    def remembered(store: BucketStore, path: Path, name: str, sha256: str) -> None:
        told[name] = (path.stat().st_size, sha256)
        send(store, path, name, sha256)

    def unconditional(client, place, path, sha256, part=upload.PART):
        client.put_object(**place, Body=path.read_bytes())

    if fault == "no-read-back":
        digest = mock.patch.object(BucketStore, "digest", lambda _, name: told[name])
        with digest, mock.patch.object(BucketStore, "put_file", remembered):
            yield
    elif fault == "no-condition":
        with mock.patch.object(bucket, "upload", unconditional):
            yield
    elif fault == "gives-up":
        with mock.patch.object(bringing.BringIn, "_pause", _no_more):
            yield
    elif fault == "blind-verify":
        with mock.patch.object(verify, "verify", return_value=[]):
            yield
    elif fault == "no-sweep":
        with mock.patch.object(BucketStore, "sweep", return_value=0):
            yield
    else:
        yield


CHECK = Check(
    name="R8 object store",
    claim="a store that fails delays, never loses, never keeps a wrong byte, and is named",
    goal=None,
    sample=5,
    run=tries,
    faults=tuple(PLANTS),
)
