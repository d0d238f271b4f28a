"""Numbers among the settings: each is read before a run starts, so that a slip is told at once.

What each must be follows from its default: a whole number, a number, or 1 and 0. Scrapy reads most
of them only where it uses them, and shows a traceback then. Never changes a setting.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scrapy.settings import default_settings

from crawler import settings as ours
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

#: Settings of Scrapy's own that a user of ours is likely to give.
_OF_SCRAPY = ("CONCURRENT_REQUESTS", "RETRY_TIMES", "CLOSESPIDER_TIMEOUT", "CLOSESPIDER_PAGECOUNT")

#: With none of these a run would wait for ever, or end before its first page.
_AT_LEAST_ONE = frozenset(
    {
        "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS",
        "PAGES_PER_SECTION", "PAGES_PER_HOST", "CHALLENGES_PER_HOST",
    }
)  # fmt: skip

#: Whole numbers by their default, but Scrapy and the archive read them as numbers.
_MAY_BE_PARTS = frozenset({"DOWNLOAD_TIMEOUT", "WARC_MAX_SECONDS", "CLOSESPIDER_TIMEOUT"})


def check_numbers(settings: BaseSettings) -> None:
    """Read every number among `settings`. Raises DisclosureError naming the first that is none."""
    scrapys = {name: getattr(default_settings, name) for name in _OF_SCRAPY}
    for name, default in {**scrapys, **vars(ours), **ours._DEFAULTS}.items():  # noqa: SLF001
        if name.isupper() and isinstance(default, int | float):
            _check(settings, name, default)


def _check(settings: BaseSettings, name: str, default: float) -> None:
    given = settings.get(name)
    if isinstance(default, bool):
        good, form = _is_switch(settings, name), "1 (yes) or 0 (no)"
    else:
        least = 1 if name in _AT_LEAST_ONE else 0
        whole = isinstance(default, int) and name not in _MAY_BE_PARTS
        good = _is_number(given, least, whole=whole)
        form = f"a {'whole number' if whole else 'number'}, {least} or more"
    if not good:
        raise DisclosureError(f"{name} is {given!r}: it must be {form}")


def _is_switch(settings: BaseSettings, name: str) -> bool:
    try:
        settings.getbool(name)
    except ValueError:
        return False
    return True


def _is_number(given: object, least: int, *, whole: bool) -> bool:
    try:
        number = int(str(given)) if whole else float(str(given))
    except ValueError:
        return False
    return math.isfinite(number) and number >= least
