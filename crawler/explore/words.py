"""The interface in two languages: English as it stands in the templates, Chinese in `words.toml`.

Chinese terms of the field are the data's own and stand in both. Pure; a phrase that has no Chinese
is a fault which tests find.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("en", "zh")
#: A cookie of this name holds the language that was chosen last.
COOKIE = "lang"


def chosen(asked: str | None, kept: str | None, accepted: str) -> str:
    """Return the language of a page: as asked for by the address, else as kept, else accepted.

    >>> chosen(None, None, "zh-CN,zh;q=0.9,en;q=0.8"), chosen("en", "zh", ""), chosen("x", None, "")
    ('zh', 'en', 'en')
    """
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    return "zh" if accepted.strip().lower().startswith("zh") else "en"


def phrases(language: str) -> Callable[..., str]:
    """Return the function that gives a phrase in a language, its `{names}` filled in.

    >>> phrases("zh")("{n} hold", n=3), phrases("en")("twins")
    ('3 项成立', 'two documents of one year differ')
    """
    known = words()[language]

    def phrase(words: str, /, **values: object) -> str:
        text = known.get(words, words)
        return text.format(**values) if values else text

    return phrase


@cache
def words() -> dict[str, dict[str, str]]:
    """Return language → phrase or code → what stands for it."""
    return tomllib.loads(files("crawler.explore").joinpath("words.toml").read_text("utf-8"))
