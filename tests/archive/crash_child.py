"""Play one crash: crawl a fixed list into an archive, and die at the n-th step of the disk.

`python crash_child.py FOLDER SEED SAMPLE [FAULT]` forks for every crash point: a child keeps
exchanges, and is ended by `os._exit` before, after or half-way through its n-th call of write,
fsync, cut, rename, link, unlink or commit; a second child recovers and is ended at a point of its
own; the third must find everything. Prints one JSON line: points tried, faults found. FAULT plants
a fault that must be found.
"""

import contextlib
import json
import os
import pathlib
import random
import sqlite3
import sys
from datetime import UTC, datetime

from crawler.archive import ledger as ledgers
from crawler.archive.capture import Exchange
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.members import LocalFile, Record, records, walk
from crawler.archive.place import Place
from parsers.items import Context

EXCHANGES = 7
COUNTED = ("pwrite", "fsync", "ftruncate", "link", "unlink", "rename")


class Fuse:
    """Counts steps; at the n-th it ends the process, before, half-way through or after the step."""

    def __init__(self, at, when):
        self.at, self.when, self.count = at, when, 0

    def wrap(self, call, half=None):
        def step(*args, **kwargs):
            self.count += 1
            if self.count != self.at:
                return call(*args, **kwargs)
            if self.when == "before":
                os._exit(9)
            if self.when == "half" and half:
                half(*args)
                os._exit(9)
            call(*args, **kwargs)
            os._exit(9)

        return step


class Connection(sqlite3.Connection):
    """A connection whose every statement that writes is a step."""

    fuse = None

    def execute(self, sql, *args):
        run = super().execute
        if sql.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT")):
            return self.fuse.wrap(run)(sql, *args)
        return run(sql, *args)


def light(fuse):
    """Put the fuse into the process's own calls of the operating system and of SQLite."""
    write = os.pwrite
    for name in COUNTED:
        call = getattr(os, name)
        half = (
            (lambda fd, data, at: write(fd, data[: len(data) // 2], at))
            if name == "pwrite"
            else None
        )
        setattr(os, name, fuse.wrap(call, half))
    Connection.fuse = fuse
    connect = sqlite3.connect
    ledgers.sqlite3.connect = lambda *a, **k: connect(*a, **{**k, "factory": Connection})


def place(folder):
    return Place.from_settings({"ARCHIVE_URL": str(folder)})


def asked(number):
    body = (f"第{number}页 " * 40).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    return Exchange(
        url=f"http://a/{number}", request=b"GET / HTTP/1.1\r\n\r\n", response=head + body,
        started_at=datetime(2024, 1, 1, tzinfo=UTC), seconds=0.1, ip="127.0.0.1",
        context=Context(link_text="年报"),
    )  # fmt: skip


def crawl(folder, fetched):
    """Run the job as the extension does; note on `fetched` what went over the network."""
    keeper = Keeper(place(folder), max_bytes=2500)
    keeper.take_job("key", "job")
    troubles = keeper.recover()
    for number in range(EXCHANGES):
        fingerprint = f"{number:040x}"
        if keeper.answer(fingerprint, 1):
            continue
        os.write(fetched, b"%d\n" % number)
        captures = keeper.keep([Kept(asked(number), fingerprint, "GET", 1)])
        assert captures[0].body == asked(number).response.partition(b"\r\n\r\n")[2]
        for file in keeper.rolled():
            keeper.brought_in(keeper.bring_in(file))
    troubles += keeper.close_files()
    keeper.finish_job()
    keeper.close()
    return troubles


def in_child(folder, at, when):
    """Run the job in a fork that dies at step `at`; return (exit code, steps)."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        fetched = os.open(folder.with_suffix(".fetched"), os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        fuse = Fuse(at, when)
        light(fuse)
        status = 3
        with contextlib.suppress(BaseException):
            status = 4 if crawl(folder, fetched) else 0
        os.write(write, b"%d" % fuse.count)
        os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as steps:
        count = int(steps.read() or b"0")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), count


def faults(folder):
    """Return what is wrong with an archive whose job came to its end."""
    found = []
    urls = []
    for path in sorted(folder.glob("*.warc.gz")):
        walk(LocalFile(path))
        held = [each for each in records(LocalFile(path)) if isinstance(each, Record)]
        urls += [e.header("WARC-Target-URI") for e in held if e.header("WARC-Type") == "response"]
    if sorted(urls) != [f"http://a/{number}" for number in range(EXCHANGES)]:
        found.append(f"archive holds {urls}")
    listed = {path.name.removesuffix(".json") for path in (folder / "manifest").glob("*.json")}
    if listed != {path.name for path in folder.glob("*.warc.gz")}:
        found.append("manifest and files differ")
    left = [p.name for p in (folder / "spool").iterdir() if ".warc.gz" in p.name]
    if left:
        found.append(f"left in the spool: {left}")
    ledger = ledgers.Ledger(folder / "spool" / "ledger.sqlite")
    rows = ledger.exchanges()
    if sorted(row.url for row in rows) != sorted(urls) or ledger.spooled():
        found.append("ledger and archive differ")
    ledger.close()
    return found


def main(folder, seed, sample):
    chance = random.Random(seed)
    _, steps = in_child(folder / "dry", 0, "after")
    points = [(at, when) for at in range(1, steps + 1) for when in ("before", "half", "after")]
    if sample and sample < len(points):
        points = chance.sample(points, sample)
    wrong = []
    for number, (at, when) in enumerate(points):
        archive = folder / f"a{number}"
        first = in_child(archive, at, when)[0]
        second_at = chance.randint(1, 25)
        second = in_child(archive, second_at, chance.choice(("before", "half", "after")))[0]
        last = in_child(archive, 0, "after")[0]
        found = faults(archive)
        if first not in (9, 0) or second not in (9, 0) or last != 0 or found:
            wrong.append({"at": at, "when": when, "codes": [first, second, last], "faults": found})
    print(json.dumps({"seed": seed, "steps": steps, "points": len(points), "wrong": wrong}))


if __name__ == "__main__":
    if sys.argv[4:] == ["never-cut"]:  # a planted fault, which the test of this test must see
        os.ftruncate = lambda *_: None
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
