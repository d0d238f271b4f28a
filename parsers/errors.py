"""The errors of this project, one small tree; each carries its URL and says the remedy.

    DisclosureError
    ├── RegistryError  a registry file or a portal id cannot be used (`crawler.registry`)
    ├── ArchiveError   an archive cannot be read or written (`crawler.archive`)
    ├── FeedError      a feed cannot be opened or written (exporters and storages)
    └── StoreError     a store cannot be reached, or refuses a feed (`crawler.stores`)
        └── ItemsRefused  it took a feed but for items that it never will (`crawler.feeds`)

A command prints `str(error)` as its one line and exits with 1; nothing else is shown to a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DisclosureError(Exception):
    """Base of all. `message` is one sentence that names the remedy; `url` says where."""

    def __init__(self, message: str, *, url: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.url = url

    def __str__(self) -> str:
        return f"{self.message} [{self.url}]" if self.url else self.message


class RegistryError(DisclosureError):
    """A registry file or a portal id cannot be used."""


class ArchiveError(DisclosureError):
    """An archive cannot be read or written."""


class FeedError(DisclosureError):
    """A feed cannot be opened or written."""


class StoreError(DisclosureError):
    """A store cannot be reached, or refuses a feed."""


class ItemsRefused(StoreError):
    """A place took a feed but for items that it never will take as they are; `file` holds those."""

    def __init__(self, message: str, file: Path) -> None:
        super().__init__(message)
        self.file = file
