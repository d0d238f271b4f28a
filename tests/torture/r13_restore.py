"""R13: from the bucket alone, on a machine that has nothing else, everything comes back.

The demo portal is crawled into a bucket; then the machine is lost: no ledger, no spool, no feed.
What the bucket holds gives the same items, is verified, indexed, packaged, and counted.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive.place import Place
from crawler.archive.verify import verify
from tests.servers.s3_server import S3Server
from tests.site.server import serve
from tests.torture.r11_reparse import Bench, differ
from tests.torture.registry import Check
from tests.torture.store_commands import KEYS, QUICK, address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl into a bucket, lose the machine, read everything back."""
    url = address_of(trial.folder)
    trial.whole = 4
    with S3Server() as s3, serve() as site, mock.patch.dict(os.environ, KEYS):
        registry = site.registry(trial.folder)
        own = {**QUICK, "S3_ENDPOINT_URL": s3.url, "S3_TIMEOUT": "30", "ARCHIVE_URL": url}
        spool = Place.from_settings(own).spool
        try:
            if trial.count:
                live = Bench(trial.folder, registry, **own).capture()
            else:
                live = Bench(trial.folder, registry, **own, WARC_MAX_BYTES="40000").crawl(site.url)
        finally:
            shutil.rmtree(spool, ignore_errors=True)
        trial.notes.append(f"{len(live)} items, {len(s3.objects)} objects")
        if trial.fault:
            del s3.objects[max(name for name in s3.objects if name.endswith(".warc.gz"))]
        new = trial.folder / "new"
        new.mkdir()
        bench = Bench(new, registry, **own)
        for attempt in (
            lambda: differ(live, bench.reparsed(url)),
            lambda: "; ".join(map(str, verify([url], own))),
            lambda: bench.run("archive", "index", url, "-o", new / "a.cdxj"),
            lambda: bench.run("archive", "package", url, "-o", new / "a.wacz"),
        ):
            try:
                yield attempt() or None
            except AssertionError as error:
                yield str(error)


CHECK = Check(
    name="R13 restore",
    claim="from the bucket alone every item comes back, and the archive is whole",
    goal=None,
    sample=2,
    run=run,
    faults=("lost-object",),
    fault_sample=1,
)
