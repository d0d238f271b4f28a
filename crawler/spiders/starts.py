"""Where a walk starts: the spider's arguments `portal`, `url` and `registry` as starts.

Knows which hosts belong to a start. Refuses bad arguments in one sentence; never asks the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.archive.secrets import refuse_user
from crawler.cms import Fetch, family
from crawler.registry import Portal, Registry, netloc, twin
from crawler.spiders.rows import Rows
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings

USAGE = "give portal=ID, url=URL or registry=FILE, as in: scrapy crawl sections -a portal=ziyang"
_ARGUMENTS = frozenset({"portal", "url", "registry", "since", "until"})


@dataclass(frozen=True, slots=True)
class Start:
    """One portal or URL to walk: its name in messages, its site, and its first fetches.

    `cms` names the family of each fetch where the registry states it. `home` says that the first
    page may be a home page, whose sections are to be found.
    """

    name: str
    portal: Portal | None
    site: Registry | None
    hosts: frozenset[str]
    fetches: tuple[tuple[Fetch, str | None], ...]
    home: bool

    @property
    def id(self) -> str | None:
        """The registry's id of its portal, None where no stanza states it."""
        return self.portal.id if self.portal else None

    def holds(self, url: str) -> bool:
        """Whether `url` lies on this start's own site."""
        if netloc(url) in self.hosts:
            return True
        return self.site is not None and self.site.portal_of(url) is not None


def starts_of(
    arguments: dict[str, str], settings: BaseSettings, wanted: Rows | None = None
) -> tuple[Registry, list[Start]]:
    """Return the registry and the starts that the spider's `arguments` name.

    Of a portal's stated sections, those are left out that served no year that is `wanted`. Raises
    RegistryError where a portal or registry cannot be used, DisclosureError where nothing is named
    or left, an argument is not known or a URL is none.
    """
    # Scrapyd gives each run its own name for it, `_job`: no argument of ours begins so.
    strange = sorted(one for one in arguments.keys() - _ARGUMENTS if not one.startswith("_"))
    if strange:
        message = f"there is no argument {strange[0]}={arguments[strange[0]]}: {USAGE}"
        raise DisclosureError(message)
    file = arguments.get("registry")
    registry = Registry.load(Path(file)) if file else Registry.from_settings(settings)
    wanted = wanted or Rows()
    named = [registry.portal(name) for name in _listed(arguments.get("portal"))]
    starts = [_from_portal(portal, wanted) for portal in named]
    starts += [_from_url(url, registry) for url in _listed(arguments.get("url"))]
    if file and not arguments.get("portal"):
        starts += [_from_portal(portal, wanted) for portal in registry.portals]
        if not registry.portals:
            message = f"the registry {file} holds no portal: add a [[portal]] stanza"
            raise DisclosureError(message)
    if not starts:
        message = f"nothing to crawl: {USAGE}"
        raise DisclosureError(message)
    starts = [start for start in starts if start.fetches]
    if not starts:
        message = "no section served a year from since to until: give an earlier since"
        raise DisclosureError(message)
    return registry, starts


def _listed(value: str | None) -> Iterator[str]:
    """Yield the parts of a comma-separated argument; a comma inside a URL's path parts none."""
    parts = (value or "").replace(",http", "\nhttp").split("\n")
    for part in parts:
        yield from filter(
            None, [part.strip()] if "://" in part else map(str.strip, part.split(","))
        )


def _from_portal(portal: Portal, wanted: Rows) -> Start:
    sections = tuple(
        (_first(section.url, section.cms), section.cms)
        for section in portal.sections
        if wanted.wants(section)
    )
    return Start(
        name=f"portal {portal.id}",
        portal=portal,
        site=Registry((portal,)),
        hosts=frozenset(_with_twins(portal.hosts)),
        fetches=sections if portal.sections else ((Fetch(portal.home), None),),
        home=not portal.sections,
    )


def _first(url: str, cms: str | None) -> Fetch:
    return family(cms).first(url) if cms else Fetch(url)


def _from_url(url: str, registry: Registry) -> Start:
    host = netloc(url)
    refuse_user(url)
    if urlsplit(url).scheme not in ("http", "https") or not host:
        message = f"{url!r} is no http(s) address: give one as in -a url=http://www.ziyang.gov.cn/"
        raise DisclosureError(message)
    portal = registry.portal_of(url)
    return Start(
        name=url,
        portal=portal,
        site=Registry((portal,)) if portal else None,
        hosts=frozenset(_with_twins((host, *(portal.hosts if portal else ())))),
        fetches=((Fetch(url), None),),
        home=True,
    )


def _with_twins(hosts: tuple[str, ...]) -> Iterator[str]:
    """Yield each host with and without `www.`: nothing else of its domain is the same site."""
    for host in hosts:
        yield host
        if not host.startswith("*."):
            yield twin(host)


def slow_down(settings: BaseSettings, starts: list[Start]) -> None:
    """Give a portal's hosts the delay that it states, or DOWNLOAD_DELAY where that is more."""
    slots = settings.getdict("DOWNLOAD_SLOTS")
    for start in starts:
        if start.portal and start.portal.delay is not None:
            delay = max(start.portal.delay, settings.getfloat("DOWNLOAD_DELAY"))
            for host in start.hosts:
                slots.setdefault(host.partition(":")[0], {})["delay"] = delay
    if slots:
        settings.set("DOWNLOAD_SLOTS", slots, priority="cmdline")
