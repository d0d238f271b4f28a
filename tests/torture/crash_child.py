"""Play one crash: crawl a fixed list into an archive, and die at the n-th step of disk or store.

`python crash_child.py FOLDER SEED SAMPLE WORLD [FAULT]` forks for every crash point: a child keeps
exchanges, and is ended by `os._exit` before, half-way through or after its n-th step; a second
child recovers (it crawls on, or pushes) and is ended at a step of its own; the third must find
everything. Steps are the calls of write, flush, fsync, cut, rename, link, unlink, mkdir, file
creation and commit, and each request to the store: parts, joining, giving up, reading back, the
manifest. Worlds: `folder`; `copied`, a folder on another file system; `bucket`, in one request a
file; `parts`, in parts, with a store that fails so that files are given up and tried again. Prints
one JSON line: points tried, faults found. FAULT plants a fault that must be found.
"""

import asyncio
import hashlib
import json
import logging
import os
import pathlib
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from datetime import UTC, datetime

from crawler.archive import bucket as buckets
from crawler.archive import ledger as ledgers
from crawler.archive.bringing import LONGEST_PAUSE, BringIn
from crawler.archive.bucket import BucketStore
from crawler.archive.capture import Exchange
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.members import LocalFile, Record, records
from crawler.archive.place import Place
from crawler.archive.push import push
from crawler.archive.reader import response_from_bytes
from crawler.archive.walk import walk
from parsers.items import Context
from tests.servers.s3_server import S3Server
from tests.torture.fuse import Fuse, light

EXCHANGES = 7
#: A store that drops parts, loses a reply and refuses a manifest: each file is tried again.
FAULTS = {"part": [None, 503, None, None, "drop"], "complete": ["lost"], "put": [None, 503]}
WHENS = ("before", "half", "after")


class World:
    """One kind of archive, and the store behind it where it is a bucket."""

    def __init__(self, name):
        self.name = name
        self.s3 = S3Server(wait=0.2).__enter__() if name in {"bucket", "parts"} else None
        if self.s3:
            os.environ |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
            self.settings = {"S3_ENDPOINT_URL": self.s3.url, "S3_ATTEMPTS": "1", "S3_TIMEOUT": "9",
                             "S3_ADDRESSING": "path"}  # fmt: skip
            self.settings |= {"S3_PART_BYTES": "700"} if name == "parts" else {}
            self.client = buckets.s3_client(self.settings)

    def fail(self, until_the_end=False):
        """Make the store fail as it does in this world; not in a life that must come to its end."""
        if self.name == "parts":
            self.s3.faults = {} if until_the_end else {k: list(v) for k, v in FAULTS.items()}

    def place(self, folder):
        if not self.s3:
            return Place.from_settings({"ARCHIVE_URL": str(folder)})
        store = BucketStore(f"s3://reports/{folder.name}", self.settings)
        store._client = self.client  # made once: every child has it, and no connection yet
        spool = folder / "spool"
        return Place(store, spool, spool / "ledger.sqlite")

    def files(self, folder):
        """Return name and bytes of each file in the store, and each manifest entry."""
        if self.s3:
            prefix = f"{folder.name}/"
            held = {key.removeprefix(prefix): data for key, data in self.s3.objects.items()
                    if key.startswith(prefix)}  # fmt: skip
        else:
            paths = [*folder.glob("*.warc.gz"), *folder.glob("manifest/*.json")]
            held = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
        entries = [json.loads(held.pop(name)) for name in sorted(held) if "manifest/" in name]
        return held, entries

    def dangling(self, folder):
        held = self.s3.uploads.values() if self.s3 else ()
        return [key for key, _ in held if key.startswith(f"{folder.name}/")]

    def forget(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        if self.s3:
            for key in [key for key in self.s3.objects if key.startswith(f"{folder.name}/")]:
                del self.s3.objects[key]


def asked(number):
    body = (f"第{number}页 " * 40).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    return Exchange(
        url=f"http://a/{number}", request=b"GET / HTTP/1.1\r\n\r\n", response=head + body,
        started_at=datetime(2024, 1, 1, tzinfo=UTC), seconds=0.1, ip="127.0.0.1",
        context=Context(link_text="年报"),
    )  # fmt: skip


async def no_pause(seconds):
    """A pause between two tries of a store, over at once; one that stays away ends it."""
    if seconds >= LONGEST_PAUSE:
        os._exit(5)


async def bring_in(keeper):
    """Bring full files in as the extension does, one after another; tried again where it fails."""
    files = BringIn(keeper, asyncio.Lock(), no_pause)
    for file in keeper.rolled():
        files.start(file)
        await asyncio.gather(*files._under_way)
    await files.end()


def crawl(place):
    """Run the job as the extension does; return the troubles."""
    keeper = Keeper(place, max_bytes=2500)
    keeper.take_job("key", "job")
    troubles = keeper.recover()
    keeper.sweep()
    for number in range(EXCHANGES):
        fingerprint = f"{number:040x}"
        if keeper.answer(fingerprint, 1):
            continue
        captures = keeper.keep([Kept(asked(number), fingerprint, "GET", 1)])
        assert captures[0].body == asked(number).response.partition(b"\r\n\r\n")[2]
        asyncio.run(bring_in(keeper))
    troubles += keeper.close_files()
    keeper.finish_job()
    keeper.close()
    return troubles


def push_alone(place):
    """Bring in what waits, as `scrapy archive push` does; return the troubles."""
    return push(place).troubles


def in_child(world, folder, fuse, life=crawl):
    """Live a life in a fork, until the fuse ends it; return (exit code, steps, what it raised)."""
    read, write = os.pipe()
    place = world.place(folder)
    pid = os.fork()
    if pid == 0:
        light(fuse, world.name)
        status, raised = 3, ""
        try:
            status = 4 if life(place) else 0
        except BaseException:  # noqa: BLE001 (the parent is told)
            raised = traceback.format_exc()[-1500:]
        os.write(write, json.dumps([fuse.steps, raised]).encode())
        os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        steps, raised = json.loads(told.read() or b'[[], ""]')
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), steps, raised


def broken_promises(world, folder):
    """Return what is wrong with an archive in which a run just died: what it vouched for is there.

    The ledger is asked in a copy, so that the next life finds it as the dead one left it.
    """
    found = []
    files, entries = world.files(folder)
    for entry in entries:
        data = files.get(entry["filename"], b"")
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            found.append(f"the manifest lists {entry['filename']}, which is not that")
    spool = folder / "spool"
    if not (spool / "ledger.sqlite").exists():
        return found
    with tempfile.TemporaryDirectory() as aside:
        for path in spool.glob("ledger.sqlite*"):
            shutil.copy(path, aside)
        ledger = ledgers.Ledger(pathlib.Path(aside, "ledger.sqlite"))
        rows = ledger.exchanges()
        ledger.close()
    for row in rows:
        paths = [spool / f"{row.file}.open", spool / row.file]
        data = next((path.read_bytes() for path in paths if path.exists()), files.get(row.file))
        try:
            part = data[row.offset : row.offset + row.length]
            response_from_bytes(part, row.file, row.offset, row.record_id)
        except Exception as error:  # noqa: BLE001 (whatever it is, the exchange is lost)
            found.append(f"{row.url} was entered and cannot be read: {error!r}")
    return found


def faults(world, folder):
    """Return what is wrong with an archive whose job came to its end."""
    found, urls = broken_promises(world, folder), []
    files, entries = world.files(folder)
    for name, data in sorted(files.items()):
        path = folder / f"read-{name}"
        path.write_bytes(data)
        walk(LocalFile(path))
        held = [each for each in records(LocalFile(path)) if isinstance(each, Record)]
        urls += [e.header("WARC-Target-URI") for e in held if e.header("WARC-Type") == "response"]
    if sorted(urls) != [f"http://a/{number}" for number in range(EXCHANGES)]:
        found.append(f"archive holds {urls}")
    if {entry["filename"] for entry in entries} != files.keys():
        found.append("manifest and files differ")
    left = [p.name for p in (folder / "spool").iterdir() if ".warc.gz" in p.name]
    if left:
        found.append(f"left in the spool: {left}")
    if parts := [p.name for p in folder.rglob(".*.part")]:
        found.append(f"left beside the files: {parts}")
    if dangling := world.dangling(folder):
        found.append(f"parts left in the store: {dangling}")
    if world.s3 and world.s3.overwritten:
        found.append(f"overwritten: {world.s3.overwritten}")
    ledger = ledgers.Ledger(folder / "spool" / "ledger.sqlite")
    if sorted(row.url for row in ledger.exchanges()) != sorted(urls) or ledger.spooled():
        found.append("ledger and archive differ")
    ledger.close()
    return found


def lives(world, archive, point, chance):
    """Die at a point, die again in the recovery, then live to the end; return what was wrong."""

    def live(at, when, life=crawl):
        world.fail(until_the_end=not at)
        return in_child(world, archive, Fuse(at, when), life)

    first, *_, said = live(*point)
    found = broken_promises(world, archive)
    recovery = chance.choice((crawl, push_alone))
    if not (archive / "spool").exists():  # push says that there is no archive, and is right
        recovery = crawl
    at, when = chance.randint(1, 25), chance.choice(WHENS)
    second, *_, more = live(at, when, recovery)
    if second in {0, 4}:  # it came to its end, or the store failed: every crawl has three steps
        second, *_, more = live(chance.randint(1, 3), when)
    found += broken_promises(world, archive)
    last, *_, rest = live(0, "after")
    told = {"point": point, "second": [recovery.__name__, at, when], "codes": [first, second, last],
            "faults": found, "raised": said + more + rest}  # fmt: skip
    if [first, second, last] == [9, 9, 0]:
        told["faults"] += faults(world, archive)
    return told if told["codes"] != [9, 9, 0] or told["faults"] else None


def main(folder, seed, sample, name, fault=None):
    chance = random.Random(f"{seed} {name}")
    world = World(name)
    world.fail()
    status, steps, raised = in_child(world, folder / "dry", Fuse(0, "after"))
    assert status == 0, raised
    plant(fault)
    points = [(at, when) for at, (_, halves) in enumerate(steps, start=1)
              for when in WHENS if when != "half" or halves]  # fmt: skip
    whole = len(points)
    if 0 < sample < whole:
        points = chance.sample(points, sample)
    wrong = []
    for number, point in enumerate(points):
        archive = folder / f"a{number}"
        if told := lives(world, archive, point, chance):
            wrong.append({"step": steps[point[0] - 1][0], **told})
        world.forget(archive)
    kinds = Counter(step for step, _ in steps)
    print(json.dumps({"points": len(points), "whole": whole, "steps": kinds, "wrong": wrong}))


def plant(fault):
    """Plant a fault, which the checks must see."""
    if fault == "never-cut":
        os.ftruncate = lambda *_: None
    elif fault == "never-sweep":
        BucketStore.sweep = lambda *_: 0
    elif fault == "late-write":
        write, held = os.pwrite, []

        def late(fd, data, at):
            if held:
                write(*held.pop())
            held.append((fd, bytes(data), at))
            return len(data)

        os.pwrite = late


if __name__ == "__main__":
    logging.disable()  # a store that fails is this test's own doing
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
