"""The registry: portals and their sections, read from TOML, one file a province (`portals/`).

Knows hosts, organs and sections as data. Never asks the network; never guesses an organ from a host
that no file names.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from crawler import cms
from crawler.traits import Hours, Tls
from parsers.errors import RegistryError
from parsers.items import KnownOrgan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scrapy.settings import BaseSettings

#: The project's own portals.
PORTALS = Path(__file__).parent / "portals"

LEVELS = ("central", "province", "prefecture", "county", "township")
TYPES = ("government", "office", "department", "other")

_SCHEME_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Section:
    """A report column (栏目) of a portal: its first list page, its family, the years it served."""

    url: str
    cms: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal (门户): its organ, its hosts, its sections, how it wants to be asked.

    `hosts` are netlocs (a port only where it is not the scheme's own); `*.example.gov.cn` states
    that every subdomain belongs too. `home` is its home page. `delay` is in seconds; `hours` are
    those in which it may be asked; `tls` is what its old hosts need.
    """

    id: str
    organ: KnownOrgan
    hosts: tuple[str, ...]
    home: str
    sections: tuple[Section, ...] = ()
    render: bool = False
    delay: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    hours: Hours | None = None
    tls: Tls | None = None
    verified: bool = False


class Registry:
    """Portals by id and by host."""

    def __init__(self, portals: tuple[Portal, ...]) -> None:
        self.portals = portals
        self._by_id = {portal.id: portal for portal in portals}
        self._by_host = {host: portal for portal in portals for host in portal.hosts}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Return the registry that the setting `REGISTRY` names, or the project's own.

        The setting is a file or a folder. Raises RegistryError as `load` does.
        """
        return cls(_loaded(Path(settings.get("REGISTRY") or PORTALS).resolve()))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file or a folder of them, in the order of their names.

        Raises RegistryError in one sentence that names the file, the stanza and the remedy.
        """
        path = Path(path)
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not files:
            message = f"{path} holds no .toml file: name a registry file or a folder of them"
            raise RegistryError(message)
        stanzas = [
            _Stanza(file, number, table)
            for file in files
            for number, table in enumerate(_stanzas(file), 1)
        ]
        portals = [(stanza, stanza.portal()) for stanza in stanzas]
        _refuse_twins((stanza, "id", portal.id) for stanza, portal in portals)
        _refuse_twins((stanza, "host", host) for stanza, portal in portals for host in portal.hosts)
        return cls(tuple(portal for _, portal in portals))

    def portal(self, portal_id: str) -> Portal:
        """Return the portal of that id. Raises RegistryError naming the nearest ids."""
        if portal_id in self._by_id:
            return self._by_id[portal_id]
        near = difflib.get_close_matches(portal_id, self._by_id, n=3, cutoff=0.5)
        near += [p.id for p in self.portals if portal_id in p.organ.name and portal_id][:3]
        hint = f"nearest: {', '.join(near)}" if near else "none is near"
        message = f"no portal {portal_id!r} in the registry ({hint}); `scrapy portals` lists all"
        raise RegistryError(message)

    def portal_of(self, url: str) -> Portal | None:
        """Return the portal whose host `url` has, or None.

        The host matches with its port, with and without `www.`; another subdomain matches only a
        portal that states `*.` before its host.
        """
        host = netloc(url)
        for name in (host, twin(host)):
            if name in self._by_host:
                return self._by_host[name]
        labels = host.split(".")
        wider = (f"*.{'.'.join(labels[start:])}" for start in range(1, len(labels)))
        return next((self._by_host[name] for name in wider if name in self._by_host), None)

    def organ_of(self, url: str) -> KnownOrgan | None:
        """Return what is known of the organ behind `url`'s host, or None."""
        portal = self.portal_of(url)
        return portal.organ if portal else None


def netloc(url: str) -> str:
    """Return the host of `url` in lower case, with its port where that is not the scheme's own.

    "" where `url` has no host or cannot be split.

    >>> netloc("HTTP://WWW.Example.gov.cn:80/x"), netloc("http://127.0.0.1:8000/"), netloc("about:")
    ('www.example.gov.cn', '127.0.0.1:8000', '')
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return host if port in (None, _SCHEME_PORTS.get(parts.scheme)) else f"{host}:{port}"


def twin(host: str) -> str:
    """Return the name under which a site answers as well: with `www.` or without.

    >>> twin("www.example.gov.cn"), twin("example.gov.cn")
    ('example.gov.cn', 'www.example.gov.cn')
    """
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


@functools.cache
def _loaded(path: Path) -> tuple[Portal, ...]:
    return Registry.load(path).portals


def _stanzas(file: Path) -> list[Any]:
    """Return the `[[portal]]` tables of `file`, unchecked."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = (
            f"the registry {file} cannot be read ({error.strerror}): name a TOML file or a folder"
        )
        raise RegistryError(message) from error
    except ValueError as error:  # no TOML, or no UTF-8
        message = f"the registry {file} is no TOML ({error}): correct that line"
        raise RegistryError(message) from error
    strange = sorted(set(content) - {"portal"})
    if strange or not isinstance(content.get("portal", []), list):
        key = strange[0] if strange else "portal"
        message = (
            f"{file}: {key!r} is not known at top level: write each portal as a [[portal]] stanza"
        )
        raise RegistryError(message)
    return list(content.get("portal", []))


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a table may hold: name → type, and which names it must hold."""

    types: Mapping[str, type | tuple[type, ...]]
    required: tuple[str, ...]


_PORTAL_KEYS = _Keys(
    {
        "id": str, "name": str, "division": str, "region": str, "level": str, "type": str,
        "site_code": str, "hosts": list, "home": str, "site_names": list, "own_host": bool,
        "verified": bool, "section": list, "render": bool, "delay": (int, float), "headers": dict,
        "hours": str, "tls": dict,
    },
    ("id", "name", "level", "type", "hosts", "home"),
)  # fmt: skip
#: What says where an organ lies; a central one has no division.
_PLACE = ("division", "region")
_SECTION_KEYS = _Keys({"url": str, "cms": str, "since": int, "until": int}, ("url",))
_TLS_KEYS = _Keys({"reason": str, "minimum": str, "ciphers": str, "verify": bool}, ("reason",))

_PATTERNS = {
    # Files are named by it (`-o %(portal)s.jsonl`), on systems that keep some names for devices.
    "id": re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9][a-z0-9-]{0,63}"),
    "division": re.compile(r"\d{6}"),
    # 网站标识码: ten digits, or a ministry's "bm" and eight.
    "site_code": re.compile(r"\d{10}|bm\d{8}"),
    "level": re.compile("|".join(LEVELS)),
    "type": re.compile("|".join(TYPES)),
    "home": re.compile(r"https?://[^/\s]+/\S*"),
}
_FORMS = {
    "id": "64 lower-case letters, digits and hyphens at most, and no device's name (con, nul)",
    "division": "six digits (GB/T 2260)",
    "site_code": "ten digits, or bm and eight digits",
    "level": f"one of {', '.join(LEVELS)}",
    "type": f"one of {', '.join(TYPES)}",
    "home": "an absolute http(s) URL with a path",
}


@dataclass(frozen=True, slots=True)
class _Stanza:
    """One `[[portal]]` table and where it stands."""

    file: Path
    number: int
    table: Any

    def __str__(self) -> str:
        portal_id = self.table.get("id") if isinstance(self.table, dict) else None
        return f"{self.file}, portal {portal_id or f'no. {self.number}'}"

    def refuse(self, what: str) -> RegistryError:
        return RegistryError(f"{self}: {what}")

    def portal(self) -> Portal:
        """Return the portal that the table states. Raises RegistryError."""
        table = self._checked(self.table, _PORTAL_KEYS)
        for key in _PATTERNS.keys() & table.keys():
            if not _PATTERNS[key].fullmatch(table[key]):
                raise self.refuse(f"{key} = {table[key]!r} must be {_FORMS[key]}")
        self._refuse_misplaced(table)
        hosts = tuple(self._strings(table, "hosts"))
        portal = Portal(
            id=table["id"],
            organ=self._organ(table),
            hosts=hosts,
            home=table["home"],
            sections=tuple(self._section(section) for section in table.get("section", [])),
            headers=tuple(self._headers(table.get("headers", {}))),
            hours=self._hours(table),
            tls=self._tls(table),
            **{key: table[key] for key in ("render", "delay", "verified") if key in table},
        )
        self._refuse_strangers(portal)
        return portal

    def _organ(self, table: dict[str, Any]) -> KnownOrgan:
        return KnownOrgan(
            portal=table["id"],
            name=table["name"],
            id=table["id"],
            region_code=table.get("division"),
            region=table.get("region"),
            level=table["level"],
            type=table["type"],
            site_id=table.get("site_code"),
            own_host=table.get("own_host", True),
            site_names=tuple(self._strings(table, "site_names")),
        )

    def _section(self, section: Any) -> Section:
        table = self._checked(section, _SECTION_KEYS)
        if not _PATTERNS["home"].fullmatch(table["url"]):
            raise self.refuse(f"section url {table['url']!r} must be {_FORMS['home']}")
        if "cms" in table and table["cms"] not in cms.NAMES:
            raise self.refuse(f"cms {table['cms']!r} is none of {', '.join(cms.NAMES)}")
        return Section(table["url"], table.get("cms"), table.get("since"), table.get("until"))

    def _headers(self, table: dict[str, Any]) -> Iterable[tuple[str, str]]:
        for name, value in table.items():
            if not isinstance(value, str):
                raise self.refuse(f"header {name} must be a string")
            yield name, value

    def _hours(self, table: dict[str, Any]) -> Hours | None:
        try:
            return Hours.parse(table["hours"]) if "hours" in table else None
        except ValueError as error:
            raise self.refuse(str(error)) from error

    def _tls(self, table: dict[str, Any]) -> Tls | None:
        if "tls" not in table:
            return None
        try:
            return Tls(**self._checked(table["tls"], _TLS_KEYS))
        except ValueError as error:
            raise self.refuse(f"tls: {error}") from error

    def _strings(self, table: dict[str, Any], key: str) -> Iterable[str]:
        for value in table.get(key, []):
            if not isinstance(value, str) or not value:
                raise self.refuse(f"{key} must be a list of strings that are not empty")
            yield value

    def _checked(self, table: Any, keys: _Keys) -> dict[str, Any]:
        """Return `table` if it holds what `keys` allow and demand."""
        if not isinstance(table, dict):
            raise self.refuse(f"{table!r} is no table of keys and values")
        for key, value in table.items():
            if key not in keys.types:
                near = difflib.get_close_matches(key, keys.types, n=1)
                known = near[0] if near else ", ".join(keys.types)
                raise self.refuse(f"key {key!r} is not known: write {known}")
            kind = keys.types[key]
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                name = getattr(kind, "__name__", "number")
                raise self.refuse(f"{key} = {value!r} must be a {name}")
        for key in keys.required:
            if table.get(key) in (None, "", []):
                raise self.refuse(f"{key} is missing: add it")
        return table

    def _refuse_misplaced(self, table: dict[str, Any]) -> None:
        """Refuse an organ without a place, and a central one that has one."""
        for key in _PLACE:
            if table["level"] == "central" and key in table:
                raise self.refuse(f"{key} = {table[key]!r}: a central organ has none, remove it")
            if table["level"] != "central" and not table.get(key):
                raise self.refuse(f"{key} is missing: add it")

    def _refuse_strangers(self, portal: Portal) -> None:
        """Refuse a home or section that lies on a host which the stanza does not name."""
        own = Registry((portal,))
        for url in (portal.home, *(section.url for section in portal.sections)):
            if own.portal_of(url) is None:
                raise self.refuse(f"{url} is on no host of its own: add {netloc(url)} to hosts")
        for host in portal.hosts:
            if netloc(f"http://{host.removeprefix('*.')}/") != host.removeprefix("*."):
                raise self.refuse(f"host {host!r} must be a bare host name in lower case")


def _refuse_twins(named: Iterable[tuple[_Stanza, str, str]]) -> None:
    """Refuse an id or a host that two stanzas claim."""
    seen: dict[tuple[str, str], _Stanza] = {}
    for stanza, what, value in named:
        first = seen.setdefault((what, value), stanza)
        if first is not stanza:
            raise stanza.refuse(f"{what} {value!r} is taken by {first}: remove one")
