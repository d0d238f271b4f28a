"""The place where a feed goes when its address is a store: a Scrapy feed storage.

Items are kept as JSON lines beside the archive's spools until the job is finished, then loaded. A
store that cannot take them costs nothing: the batch stays on the disk, the run says so and how to
load it. Everything about whole jobs is `crawler.storages`; everything about databases, `loading`.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.registry import Registry
from crawler.storages import WholeFileStorage
from crawler.stores.addresses import FORMAT, shown
from parsers.errors import FeedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler

    from crawler.stores.rows import Row

_log = logging.getLogger(__name__)


class StoreStorage(WholeFileStorage):
    """A store as a feed's target. Follows Scrapy's `FeedStorageProtocol`."""

    def __init__(
        self,
        uri: str,
        *,
        feed_options: dict[str, Any] | None = None,
        folder: Path = Path("data/loads"),
        portals: Mapping[str, Row] | None = None,
    ) -> None:
        """Check the address. Raises FeedError in one sentence; makes only the batch's folder."""
        options = feed_options or {}
        self.address = uri
        self._portals = portals
        if options.get("overwrite"):
            raise FeedError(f"{shown(uri)} is added to, never replaced: use -o")
        if options.get("format", FORMAT) != FORMAT:
            raise FeedError(f"{shown(uri)} takes a feed of format {FORMAT!r} and no other")
        # Drivers are imported where a store is used: `crawler.stores.addresses` says why.
        from crawler.stores.engines import engine_of  # noqa: PLC0415

        try:
            engine_of(uri)
        except StoreError as error:
            raise FeedError(str(error)) from error
        super().__init__(str(batch_file(folder, uri)), feed_options={"format": FORMAT})

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        """Return the storage for `uri`; a store that cannot be reached now is warned of."""
        folder = Path(crawler.settings["LOADS"])
        portals = portal_rows(Registry.from_settings(crawler.settings))
        storage = cls(uri, feed_options=feed_options, folder=folder, portals=portals)
        storage.warn_early()
        return storage

    def warn_early(self) -> None:
        """Try the store; the crawl goes on without it, but whoever watches knows at once."""
        from crawler.stores.loading import try_out  # noqa: PLC0415

        try:
            try_out(self.address)
        except StoreError as error:
            _log.warning("%s; items are kept in %s until then", error, self.path)

    def commit(self) -> None:
        """Put the part to what waits, then load all of it. Raises FeedError where that fails."""
        super().commit()
        try:
            load_waiting(self.address, self.path, self._portals)
        except StoreError as error:
            raise FeedError(
                f"{error}; the items are kept: `scrapy load '{shown(self.address)}' {self.path}`"
            ) from error


def load_waiting(address: str, batch: Path, portals: Mapping[str, Row] | None) -> None:
    """Load a batch that waits, and remove it. Raises StoreError; the batch then stays."""
    from crawler.stores.loading import load  # noqa: PLC0415

    load(address, batch, portals)
    batch.unlink()


def batch_file(folder: Path, address: str) -> Path:
    """Return where items for a store wait: one file a store, its name without the password."""
    name = shown(address)
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jsonl"


def portal_rows(registry: Registry) -> dict[str, Row]:
    """Return the registry's portals as rows of the store, by id."""
    return {
        portal.id: (
            portal.id,
            portal.organ.name,
            portal.organ.region_code,
            portal.organ.region,
            portal.home,
            portal.verified,
        )
        for portal in registry.portals
    }
