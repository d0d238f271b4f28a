"""A re-parse that dies while a place refuses some of its documents, and is given again.

A step is what `settling` calls one, and a request to the place. Whichever the run dies at, the
place then has every document that it takes, and one file keeps the others.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

from crawler.archive.records import capture_of, pack
from crawler.pages import from_record
from parsers.report import read_page
from tests.engines.archives import packed, page
from tests.jobs.runs import scrapy
from tests.jobs.settling import planted
from tests.servers.bulk_server import bulk_server

SEED = 20261122
#: Steps that `make test` tries; under TORTURE it is all of them.
SOME = 3
URLS = [f"http://www.yunze.gov.cn/{number}.html" for number in range(4)]
TAKEN, REFUSED = URLS[::2], URLS[1::2]
#: What `Fuse` ends a process with.
DIED = 9


def plant(told: list[Any]) -> None:
    """Let a run die at a step; a request holds one document, so that there are some."""
    import urllib3  # noqa: PLC0415 (planted in the fork)

    from crawler.feeds import opensearch  # noqa: PLC0415

    fuse = planted(told)
    opensearch.BULK = 1
    urllib3.PoolManager.request = fuse.wrap("request", urllib3.PoolManager.request)


def life(folder, address, at=0):
    """Give the re-parse, which dies at a step, or at 0 at none; return its steps and its end."""
    folder.mkdir(exist_ok=True)
    log = folder / f"steps{at}"
    told = ("reparse", str(folder.parent / "a.warc.gz"), "-o", address, "--workers", "1")
    told += ("--work", str(folder / "work"), "-s", f"LOADS={folder / 'loads'}")
    code, _, said = scrapy(folder, *told, plant=[__name__, "plant", [str(log), at, "before"]])
    return log.read_text("utf-8").split(), code, said


def left(stub, folder):
    """Return the addresses that the place has, those of what is kept, and what else is there."""
    loads = folder / "loads"
    kept = list(loads.glob("*.refused.jsonl"))
    lines = [json.loads(line)["url"] for file in kept for line in file.read_bytes().splitlines()]
    notes = [file.with_name(f"{file.name}.place") for file in kept]
    others = [file.name for file in loads.iterdir() if file not in (*kept, *notes)]
    others += [file.name for file in (folder / "work").iterdir()]
    return sorted(each["url"] for each in stub.documents.values()), sorted(lines), others


def test_a_reparse_that_dies_while_documents_are_refused_loses_and_doubles_none(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(packed(*map(page, range(len(URLS)))))
    with bulk_server() as (stub, address):
        stub.refused = {capture_id(number): "no date" for number in (1, 3)}
        steps, code, said = life(tmp_path / "whole", address)
        assert (code, said.count("refuses 2 documents for good")) == (1, 1)
        assert steps.count("request") == 1 + len(URLS)
        wanted = (TAKEN, REFUSED, [])
        assert left(stub, tmp_path / "whole") == wanted
        for at in chosen(len(steps)):
            stub.documents.clear()
            folder = tmp_path / str(at)
            assert life(folder, address, at)[1] == DIED
            _, code, said = life(folder, address)
            assert (code, said.count("refuses 2 documents for good")) == (1, 1), (at, steps)
            assert left(stub, folder) == wanted, (at, steps)
        assert stub.broken == []


def test_what_a_place_takes_later_is_not_parsed_again(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(packed(*map(page, range(len(URLS)))))
    folder = tmp_path / "away"
    with bulk_server() as (stub, address):
        stub.key = "Basic another"
        _, code, said = life(folder, address)
        assert (code, said.count("the items are kept: `scrapy load ")) == (1, 1)
        stub.key = None
        _, code, said = life(folder, address)
        assert (code, said.count("1 of 1 unit by an earlier run")) == (0, 1)
        assert left(stub, folder) == (URLS, [], [])


def capture_id(number):
    """Return the name that the item of a page has."""
    made = page(number)
    return read_page(from_record(capture_of(pack(made), made, "a.warc.gz", 0)), None).capture_id


def chosen(count):
    """Return steps, by number: all under TORTURE, else some at random."""
    if os.environ.get("TORTURE"):
        return range(1, count + 1)
    print(f"seed {SEED}")
    return sorted(random.Random(SEED).sample(range(1, count + 1), SOME))
