"""What a page's scripts, a JSON answer and an address state: words, arrays, numbers, parameters.

Reads literals only. Never runs a script; what cannot be read is absent, never an error.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms.markup import absolute, clean, date_in
from crawler.cms.shapes import Entry


def word(text: str, name: str, form: str = r"[\w.-]+") -> str | None:
    """Return the value of `name` as a script, an attribute or a query writes it, or None.

    >>> word("var siteGuid = '7eb5-ab';", "siteGuid"), word('{"pageSize":15}', "pageSize")
    ('7eb5-ab', '15')
    """
    found = re.search(
        rf"(?<![\w.]){name}(?:\[\])?['\"]?\s{{0,9}}[:=]\s{{0,9}}\[?['\"]?({form})", text
    )
    return found[1] if found else None


def literal(text: str, name: str) -> Any:
    """Return the JSON array or object that a script gives to `name`, or None."""
    found = re.search(rf"(?<![\w.])['\"]?{name}['\"]?\s{{0,9}}[:=]\s{{0,9}}(?=[\[{{])", text)
    if not found:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, found.end())
    except (ValueError, RecursionError):
        return None
    return value


def answered(text: str, *path: str) -> Any:
    """Return what lies at `path` in a JSON answer, or None; JSON inside a string is read too."""
    value: Any = text
    for name in ("", *path):
        if name:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str):
            value = _loaded(value)
    return value


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def parameters(url: str) -> dict[str, str]:
    """Return the query of `url` as names and values; of a name that stands twice, the last."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_query(url: str, changes: dict[str, str]) -> str:
    """Return `url` with these parameters in its query, the others as they were and where.

    >>> with_query("/s.jsp?page=1&area=", {"page": "2", "size": "9"})
    '/s.jsp?page=2&area=&size=9'
    """
    query = urlencode(parameters(url) | changes, errors="replace")
    return urlsplit(url)._replace(query=query).geturl()


def stated_call(pattern: re.Pattern[str], text: str, url: str) -> str | None:
    """Return the address that `pattern` finds in a page's script, absolute, or None."""
    call = pattern.search(text)
    return urljoin(url, call[1].replace("&amp;", "&")) if call else None


def number(value: Any) -> int:
    """Return `value` as a count; 0 where it is none."""
    return int(value) if re.fullmatch(r"\d{1,9}", str(value)) else 0


def entries(articles: Any, base: str, url: str, title: str, date: str) -> tuple[Entry, ...]:
    """Return the rows of a JSON array whose objects hold these three under these names."""
    found = []
    for article in articles if isinstance(articles, list) else []:
        if isinstance(article, dict):
            address = absolute(base, str(article.get(url) or ""))
            if address:
                named = clean(str(article.get(title) or ""))
                found.append(Entry(address, named, date_in(str(article.get(date) or ""))))
    return tuple(found)
