"""The end of a re-parse, at each step of which it can be made to die: `python -m`, as `settling`.

A life is a whole re-parse, in a fork; its steps begin when its feeds are closed and end with the
last that it changes on the disk. Each run takes the captures of one host out of one archive, so
that what a feed holds says which runs it has, and how often.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.engines.archives import packed, page
from tests.jobs.settling import ITEMS, Walk, arm_at_the_end, lay, main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jobs.settling import Fuse

_RUNS = 3


@dataclass(frozen=True)
class Reparse(Walk):
    """As a `Walk`; `named` is whether the re-parse has a name (`JOB`)."""

    def live(self, folder: Path, fuse: Fuse | None, job: str, first: int) -> list[str]:
        """Live a re-parse of the captures of the host that has the items from `first` on."""
        from crawler.engines.selection import Selection  # noqa: PLC0415 (the fuse is laid before)
        from crawler.reparse import Options, reparse  # noqa: PLC0415

        os.fsync = lambda _: None  # type: ignore[assignment]  # a kill loses nothing of the cache
        if fuse is not None:
            lay(fuse)
            arm_at_the_end(fuse)
        chosen = Selection(hosts=(_host(first),))
        told = Options(workers=1, work=folder / "work", selection=chosen)
        reparse([str(_archive(folder.parent))], self._settings(folder, job), told)
        if fuse is not None:
            fuse.armed = False
        return []

    def id_of(self, number: int) -> str:
        """Return the id of the report on a page."""
        from crawler.archive.records import capture_of, pack  # noqa: PLC0415
        from crawler.pages import from_record  # noqa: PLC0415
        from parsers.report import read_page  # noqa: PLC0415

        made = page(number, _host(number))
        capture = capture_of(pack(made), made, "archive.warc.gz", 0)
        assert capture is not None
        return read_page(from_record(capture), None).report_id

    def _settings(self, folder: Path, job: str) -> Any:
        from scrapy.settings import Settings  # noqa: PLC0415

        settings = Settings()
        settings.setmodule("crawler.settings")
        options = {"format": self.form(), "overwrite": self.how == "-O"}
        told = {"FEEDS": {self.address(folder): options}, "LOADS": str(folder / "loads")}
        settings.setdict({**told, "JOB": job if self.named else ""}, priority="cmdline")
        if self.batches:
            settings.set("FEED_EXPORT_BATCH_ITEM_COUNT", 2, priority="cmdline")
        return settings


def _host(number: int) -> str:
    return f"www{number // ITEMS}.yunze.gov.cn"


def _archive(folder: Path) -> Path:
    """Return the archive beside the lives, which the first of them writes."""
    path = folder / "archive.warc.gz"
    if not path.exists():
        path.write_bytes(packed(*(page(n, _host(n)) for n in range(_RUNS * ITEMS))))
    return path


if __name__ == "__main__":
    main(Reparse)
