"""The registry: portals and their sections, read from TOML, one file a province (`crawler/portals/`).

Knows hosts, organs and sections as data. Never asks the network; never guesses an organ from a host
that no file names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.settings import BaseSettings

    from parsers.items import KnownOrgan


@dataclass(frozen=True, slots=True)
class Section:
    """A report column (栏目) of a portal: its first list page, its family, the years it served."""

    url: str
    cms: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal (门户): id, the organ that runs it, its hosts, its sections, how it wants to be asked.

    `hosts` are netlocs (a port only where it is not the scheme's own). `home` is its home page.
    """

    id: str
    organ: KnownOrgan
    hosts: tuple[str, ...]
    home: str
    sections: tuple[Section, ...] = ()
    render: bool = False
    delay: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    verified: bool = False


class Registry:
    """Portals by id and by host."""

    def __init__(self, portals: tuple[Portal, ...]) -> None:
        self.portals = portals

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Return the registry that the setting `REGISTRY` names (a file or a folder), or the project's own."""
        raise NotImplementedError

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file or a folder of them. Raises RegistryError in one sentence with its remedy."""
        raise NotImplementedError

    def portal(self, portal_id: str) -> Portal:
        """Return the portal of that id. Raises RegistryError naming the nearest ids."""
        raise NotImplementedError

    def portal_of(self, url: str) -> Portal | None:
        """Return the portal whose host `url` has, or None."""
        raise NotImplementedError

    def organ_of(self, url: str) -> KnownOrgan | None:
        """Return what is known of the organ behind `url`'s host, or None."""
        raise NotImplementedError
