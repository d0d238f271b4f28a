"""Find what was injected beside the text: redirecting scripts, and foreign words in title and meta.

A first, simple form: scripts that send search engines' visitors elsewhere or write script tags out
of coded strings; titles, keywords and descriptions full of a farm's words. The report's own text is
never touched here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.cleaning.brands import has_brand
from parsers.cleaning.link_farms import count_farm_words, has_farm_word
from parsers.items import Cut

if TYPE_CHECKING:
    from parsers.items import Document

_SCRIPTS = (
    (
        "redirects by referrer",
        re.compile(
            r"document\.referrer.{0,400}?(?:baidu|sogou|google|so\.com|sm\.cn).{0,400}?location",
            re.DOTALL | re.IGNORECASE,
        ),
    ),
    (
        "writes a script out of a coded string",
        re.compile(
            r"document\.write(?:ln)?\s*\(\s*(?:unescape|decodeURIComponent|atob|String\.fromCharCode)",
            re.IGNORECASE,
        ),
    ),
    (
        "packed script that writes",
        re.compile(r"eval\(function\(p,a,c,k,e,[dr]\).{0,4000}?(?:document|location)", re.DOTALL),
    ),
    (
        "writes a foreign script",
        re.compile(
            r"document\.write(?:ln)?\s*\(.{0,80}?<script.{0,80}?src=.{0,20}?//"
            r"(?![^\"'\s]*\.gov\.cn)[^\"'\s]*(?:bet|\d{4,}|\.(?:top|vip|xyz|cc|club)\b)",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)  # fmt: skip
_META = frozenset({"title", "keywords", "description", "og:title", "og:description"})


def cut_injected_scripts(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without its injected scripts, and each of them whole."""
    kept: list[str] = []
    cuts: list[Cut] = []
    for script in document.scripts:
        rule = _rule_against(script)
        if rule is None:
            kept.append(script)
        else:
            cuts.append(Cut("script_injection", script, "removed", rule))
    return (replace(document, scripts=tuple(kept)), cuts) if cuts else (document, [])


# Counters and the badge of public institutions (conac.cn) write their tags in the same way.
_HONEST_HOSTS = re.compile(
    r"conac\.cn|cnzz\.com|51\.la|baidu\.com|umeng\.com|\.gov\.cn|kaipuyun\.cn|jiathis|bdimg|webtrends"
)


def _rule_against(script: str) -> str | None:
    if _HONEST_HOSTS.search(script) and not _SCRIPTS[0][1].search(script):
        return None
    return next((name for name, pattern in _SCRIPTS if pattern.search(script)), None)


def cut_injected_meta(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without foreign keywords and descriptions, and their values.

    A brand in `title` may stand for the organ and is `substitutions`' to restore; here goes what
    bears a farm's words, and keywords or a description that names a brand.
    """
    cuts: list[Cut] = []
    meta: list[tuple[str, str]] = []
    for name, value in document.meta:
        if name.lower() in _META and (count_farm_words(value) >= MIN_WORDS or _sells(name, value)):
            cuts.append(Cut("meta_injection", value, "removed", f"foreign words in meta {name}"))
        else:
            meta.append((name, value))
    return (replace(document, meta=tuple(meta)), cuts) if cuts else (document, [])


# A broadcaster's keywords hold 在线视频, too; a farm's hold many such words.
MIN_WORDS = 2


def _sells(name: str, value: str) -> bool:
    return name.lower() != "title" and has_brand(value)


_PARTS = re.compile(r"(\s*[-_|｜—–,，、\s]+\s*)")
_HEADINGS = frozenset({"h1", "h2", "h3"})


def cut_title_words(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without farm words before or behind its titles, and the words.

    Only the page title and headings that also hold other words are touched, part by part.
    """
    cuts: list[Cut] = []
    blocks = list(document.blocks)
    for n, block in enumerate(blocks):
        if block.tag in _HEADINGS and has_farm_word(block.text):
            blocks[n] = replace(block, text=_without_farm_parts(block.text, cuts))
    title = document.page_title
    if title and has_farm_word(title):
        title = _without_farm_parts(title, cuts) or None
    if not cuts:
        return document, []
    return replace(document, blocks=tuple(blocks), page_title=title), cuts


def _without_farm_parts(text: str, cuts: list[Cut]) -> str:
    parts = _PARTS.split(text)
    words, gaps = parts[::2], [*parts[1::2], ""]
    if not any(word and not has_farm_word(word) for word in words):
        return text
    kept = []
    for word, gap in zip(words, gaps, strict=True):
        if has_farm_word(word):
            cuts.append(Cut("meta_injection", word, "removed", "farm words in a title"))
        else:
            kept.append(word + gap)
    return "".join(kept).strip(" -_|｜—–,，、")
