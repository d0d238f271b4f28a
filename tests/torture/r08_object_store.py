"""R8: a store that fails delays and never loses; the run says whose turn it is and exits with 1.

Each fault is tried on our own S3 (`tests/servers/s3_server.py`), which checks what it is sent: in
one request and in parts, by the keeper alone and by the command as a user runs it
(`store_commands`). moto would accept wrong bytes and so proves nothing here.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive import bringing, bucket, upload, verify
from crawler.archive.bucket import BucketStore
from crawler.archive.keeper import Keeper
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from parsers.errors import ArchiveError
from tests.archive.test_store import kept
from tests.servers.s3_server import S3Server
from tests.torture.registry import Check
from tests.torture.store_commands import (
    KEYS,
    LASTING,
    SAID,
    killed_in_parts,
    own_of,
    portal,
    said,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.registry import Trial


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
#: Planted fault → the trial that must see it.
PLANTS = {
    "no-read-back": "a byte that changed at rest",
    "no-condition": "two crawlers of one name",
    "no-sweep": "parts of a dead run",
    "blind-verify": "a byte that changes later",
    "gives-up": "503 for an hour",
}


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


_HOUR = 3600.0


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
        spool = Place.from_settings(own_of(s3, folder)).spool
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
