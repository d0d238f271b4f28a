"""A store as the target of a feed: a Scrapy feed storage.

Everything about waiting is `crawler.feeds.batches`, everything about databases `loading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.feeds.batches import BatchStorage
from crawler.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scrapy.crawler import Crawler

    from crawler.stores.rows import Row

# Drivers are imported where a store is used: `crawler.stores.addresses` says why.


class StoreStorage(BatchStorage):
    """`sqlite:///…`, `duckdb:///…`, `postgresql://…`."""

    _portals: Mapping[str, Row] | None = None

    def check(self) -> None:
        """Raise StoreError where the address is no store's."""
        from crawler.stores.engines import engine_of  # noqa: PLC0415

        engine_of(self.address)

    def prepare(self, crawler: Crawler) -> None:
        """Take the registry's portals along."""
        self._portals = portal_rows(Registry.from_settings(crawler.settings))

    def try_out(self) -> None:
        """Make the tables of a new store. Raises StoreError where that cannot be."""
        from crawler.stores.loading import try_out  # noqa: PLC0415

        try_out(self.address)

    def take(self, batch: Path) -> None:
        """Load the batch. Raises StoreError."""
        from crawler.stores.loading import load  # noqa: PLC0415

        load(self.address, batch, self._portals)


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
