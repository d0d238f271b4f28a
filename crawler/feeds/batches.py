"""Feeds that wait: JSON lines on the disk until the job is finished, then handed on whole.

For every place that takes items rather than a file: stores, a dataset's folder, services. Whole
jobs are the matter of `storages`, what a place refuses that of `keeping`.
"""

from __future__ import annotations

import hashlib
import logging
import re
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.feeds.keeping import KeptFile
from crawler.feeds.storages import JOB_STAT
from crawler.stores.addresses import FORMAT, identity, shown, without_batch
from parsers.errors import FeedError, StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)

#: One exporter under three names: Scrapy goes by a file's extension.
_LINES = (FORMAT, "jsonl", "jl")
#: Options of a feed with which its lines are no items as the contract has them.
_CHANGES_LINES = ("fields", "postprocessing")


class BatchStorage(KeptFile):
    """A place that takes items. Follows Scrapy's `FeedStorageProtocol`."""

    def __init__(
        self,
        uri: str,
        *,
        feed_options: dict[str, Any] | None = None,
        folder: Path = Path("data/loads"),
        run: str = "",
    ) -> None:
        """Check the address. Raises FeedError in one sentence; makes only the batch's folder.

        Items of different commands (`run`) wait apart: two may feed one place at once.
        """
        options = feed_options or {}
        self.address = without_batch(uri)
        if options.get("overwrite"):
            raise FeedError(f"{shown(uri)} is added to, never replaced: use -o")
        if options.get("format", FORMAT) not in _LINES:
            raise FeedError(f"{shown(uri)} takes a feed of format {FORMAT!r} and no other")
        for name in _CHANGES_LINES:
            if options.get(name):
                raise FeedError(f"{shown(uri)} takes whole items: leave out {name!r} of its feed")
        try:
            self.check()
        except StoreError as error:
            raise FeedError(str(error)) from error
        super().__init__(batch_file(folder, uri, run), self.address, {})

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        """Return the storage for `uri`; a place that cannot be reached now is warned of."""
        folder = Path(crawler.settings["LOADS"])
        storage = cls(uri, feed_options=feed_options, folder=folder, run=_run(crawler))
        storage.prepare(crawler)
        try:
            storage.try_out()
        except StoreError as error:
            _log.warning("%s; items are kept in %s until then", error, storage.path)
        return storage

    @abstractmethod
    def check(self) -> None:
        """Raise StoreError where the address can never be right."""

    def prepare(self, crawler: Crawler) -> None:
        """Learn from the run what the place wants to know besides the items."""

    def try_out(self) -> None:
        """Raise StoreError where the place cannot be reached now."""


class DatasetStorage(BatchStorage):
    """`dataset:FOLDER`: Parquet files by year, see `crawler.feeds.dataset`."""

    def check(self) -> None:
        """Raise StoreError where the folder cannot be one."""
        path = folder_of(self.address)
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file: name a folder for the dataset")

    def take(self, batch: Path) -> None:
        """Add the batch's parts. Raises StoreError."""
        # Importing Arrow takes 28 MB that other feeds must not pay.
        from crawler.feeds.dataset import write_dataset  # noqa: PLC0415

        path = folder_of(self.address)
        try:
            write_dataset(batch, path)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be written ({error.strerror or error}): make room or allow it"
            ) from error


def folder_of(address: str) -> Path:
    """Return the folder of a `dataset:` address.

    >>> str(folder_of("dataset:data/panel")), str(folder_of("dataset:///srv/panel"))
    ('data/panel', '/srv/panel')
    """
    return Path(re.sub("^dataset:(//)?", "", address) or ".")


def batch_file(folder: Path, address: str, run: str = "") -> Path:
    """Return where items of a run for a place wait; the password makes no difference."""
    name = f"{identity(address)}{run}"
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jsonl"


def _run(crawler: Crawler) -> str:
    """Return what the same command gives again; of a re-parse, which has no spider, its job."""
    if crawler.spider is None:
        job = crawler.stats.get_value(JOB_STAT) if crawler.stats else None
        return "" if job is None else str(job)
    # Not at the top: a re-parse has no archive to write, and needs none of its imports.
    from crawler.archive.extension import job_key  # noqa: PLC0415

    return job_key(crawler.spider)
