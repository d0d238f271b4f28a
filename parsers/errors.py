"""The errors of this project, one small tree; each carries the URL and says the remedy.

    DisclosureError
    ├── LayoutChanged      a page lacks what its family always had (raised by `crawler.cms`)
    ├── RegistryError      a registry file or a portal id cannot be used (raised by `crawler.registry`)
    ├── ArchiveError       an archive cannot be read or written (raised by `crawler.archive`)
    └── FeedError          a feed cannot be opened or written (raised by exporters and storages)

A command prints `str(error)` as its one line and exits with 1; nothing else is shown to a user.
"""

from __future__ import annotations


class DisclosureError(Exception):
    """Base of all. `message` is one sentence that names the remedy; `url` says where it happened."""

    def __init__(self, message: str, *, url: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.url = url

    def __str__(self) -> str:
        return f"{self.message} [{self.url}]" if self.url else self.message


class LayoutChanged(DisclosureError):
    """A page lacks an element that its site-builder family always had."""


class RegistryError(DisclosureError):
    """A registry file or a portal id cannot be used."""


class ArchiveError(DisclosureError):
    """An archive cannot be read or written."""


class FeedError(DisclosureError):
    """A feed cannot be opened or written."""
