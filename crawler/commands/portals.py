"""`scrapy portals`: list the registry's portals; with `check`, try whether it can be used."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import counted, tell
from crawler.logs import harmless
from crawler.registry import PORTALS, Portal, Registry
from parsers.errors import RegistryError
from parsers.regions import is_zone, region_named, region_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator


class Command(ScrapyCommand):
    """List portals, or check registry files."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "[check] [file or folder]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "List the portals of the registry, or check that it can be used"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Print one line a portal: id, organ, division code, level, number of sections, home "
            "page. With check, read every stanza, hold it against the division codes of GB/T 2260, "
            "say how many there are, and exit with 1 where one cannot be used. The registry is the "
            "given file or folder, else the setting REGISTRY, else the project's own. Examples: "
            "scrapy portals; scrapy portals check my-portals.toml"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 (Scrapy's)
        """List or check; a registry that cannot be used is told in one sentence."""
        check = args[:1] == ["check"]
        named = args[1:] if check else args
        if len(named) > 1:
            raise UsageError
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        path = Path(named[0] if named else self.settings.get("REGISTRY") or PORTALS)
        try:
            portals = Registry.load(path).portals
        except RegistryError as error:
            tell([str(error)])
            self.exitcode = 1
            return
        if not portals:
            tell([f"{path} holds no portal: add a [[portal]] stanza, as `scrapy sniff` prints it"])
            self.exitcode = 1
            return
        found = [doubt for portal in portals for doubt in doubts(portal)] if check else []
        if found:
            tell(found)
            self.exitcode = 1
            return
        _write([_checked(portals)] if check else map(_line, portals))


def _write(lines: Iterable[str]) -> None:
    """Write to stdout; a reader that has seen enough, such as head, ends it without a word."""
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _line(portal: Portal) -> str:
    organ = portal.organ
    fields = (
        portal.id,
        organ.name,
        organ.region_code or "-",
        organ.level,
        len(portal.sections),
        portal.home,
    )
    # A stanza's name may be a page's words: they move no terminal and make no line of their own.
    return "\t".join(harmless(" ".join(str(field).split())) for field in fields)


def doubts(portal: Portal) -> Iterator[str]:
    """Yield what a stanza says against the table of divisions, a sentence each."""
    organ, code = portal.organ, portal.organ.region_code
    if code is None:
        return
    region = region_named(code)
    here = region_of(organ.name, within=code)
    if region is None:
        yield f"portal {portal.id}: division {code} is no code of GB/T 2260: correct it"
    elif organ.region != region:
        yield f"portal {portal.id}: division {code} is {region}, region says {organ.region}"
    elif here and here.code != code:
        yield f"portal {portal.id}: {organ.name} lies in {here.region} ({here.code}), not {region}"
    elif organ.level != _level(code) and organ.level != "township" and not is_zone(organ.name):
        yield f"portal {portal.id}: level {organ.level} is none of {region}: write {_level(code)}"


def _level(code: str) -> str:
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"


def _checked(portals: tuple[Portal, ...]) -> str:
    verified = sum(portal.verified for portal in portals)
    return f"{counted(len(portals), 'portal')} can be used, {verified} of them verified live"
