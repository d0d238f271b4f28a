"""HTML as the families need it: characters, absolute links, the rows of a list.

Knows charsets, `<base>` and the odd addresses that old portals write; finds the one group of links
on a page that is its list by what the rows say, never by a portal's class names. Never fetches.
"""

from __future__ import annotations

import codecs
import html
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.shapes import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from parsers.items import Page

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RECORD = re.compile("<record>", re.IGNORECASE)
_RECORD_END = re.compile("</record>", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_LINKS = "a[href], area[href], [onclick]:not([href])"
#: An address in a script: quoted, with a slash, a query or a page's extension in it.
_SCRIPTED = re.compile(
    r"['\"]((?=[^'\"]*(?:/|\?|\.(?:s?html?|jsp|aspx?|php|pdf|docx?|xlsx?|wps|et|ofd|zip|rar)))[^'\"<>\s()]{2,300})['\"]"
)
_SCHEMELESS = re.compile(r"www\.[\w-]+\.|[\w-]+(?:\.[\w-]+){0,4}\.gov\.cn(?=[:/]|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
#: A report's title in a list names a year and what it is.
_YEAR = re.compile(r"(?:19|20)\d\d")
_REPORT = re.compile(r"报告|年报|報告|年報")
#: A row that says nothing else is an article's, not a menu's, from this length on: menus are short.
_LONG_TITLE = 10
# What a pager says: it may hang where the rows hang (vsb/2.html of the saved listings).
_PAGER = re.compile(
    r"[\s\[\]<>«»‹›()（）]*(?:首页|尾页|末页|第一页|最后一页|[上下前后]一?页|\d{1,4}|更多)?"
    r"[\s\[\]<>«»‹›()（）]*"
)
#: Longer texts are no pager's; patterns over a whole page's text would take for ever.
_LONGEST_PAGER = 24
#: What holds rows, and is none as a rule.
_LISTS = ("body", "html", "ul", "ol", "tbody", "table", "dl")
#: A row is at most this many elements above its link: td > p > span > strong > a was seen.
_MAX_CLIMB = 6


def is_gbk(body: bytes) -> bool:
    """Whether `decoded` reads `body` as GB18030: a query in such a page is meant in GBK."""
    if body.startswith(tuple(mark for mark, _ in _BOMS)):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def decoded(body: bytes) -> str:
    """Return `body` as text: by its byte-order mark, else as UTF-8, else as GB18030.

    What a header or a `<meta>` declares is not asked: portals that declare one and send the other
    are common, and bytes that are valid UTF-8 are UTF-8. What neither knows becomes U+FFFD.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link as a reader sees it: absolute `url`, `text`, and the row around it."""

    url: str
    text: str
    node: LexborNode


@dataclass(frozen=True, slots=True)
class Markup:
    """A page's text and tree, and the address that its links are relative to."""

    text: str
    tree: LexborHTMLParser
    base: str

    @classmethod
    def of(cls, page: Page) -> Markup:
        """Return the markup of `page`."""
        return cls.parse(decoded(page.body), page.final_url)

    @classmethod
    def parse(cls, text: str, url: str) -> Markup:
        """Return the markup of `text`, which lies at `url`."""
        tree = LexborHTMLParser(text)
        base = tree.css_first("base[href]")
        stated = base.attributes.get("href") if base else None
        return cls(text, tree, absolute(url, stated or "") or url)

    def anchors(self) -> Iterator[Anchor]:
        """Yield the page's links in page order; mail and bare fragments are none.

        An address that a script goes to (`href="javascript:…"`, `onclick`) is a link as well.
        """
        for node in self.tree.css(_LINKS):
            url = absolute(self.base, _address(node))
            if url and not (node.tag not in ("a", "area") and node.css_first("a[href]")):
                yield Anchor(url, _label(node), node)

    def frames(self) -> Iterator[str]:
        """Yield the addresses of the page's frames and inline frames."""
        for node in self.tree.css("frame[src], iframe[src]"):
            url = absolute(self.base, node.attributes.get("src") or "")
            if url:
                yield url

    def refresh(self) -> str | None:
        """Return where a `<meta http-equiv=refresh>` of this page leads, or None."""
        for node in self.tree.css("meta[http-equiv][content]"):
            if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh":
                found = re.search(
                    r"url\s*=\s*['\"]?([^'\"\s]+)", node.attributes["content"] or "", re.IGNORECASE
                )
                return absolute(self.base, found[1]) if found else None
        return None

    def rows(self) -> tuple[Entry, ...]:
        """Return the rows of the page's list, in page order; empty where it shows none."""
        return rows(self.anchors(), self.base)


def _address(node: LexborNode) -> str:
    """Return the address that a link states in its `href`, else in its script; "" where in none."""
    href = (node.attributes.get("href") or "").strip()
    if href and not href.startswith("#") and not href[:11].lower().startswith("javascript:"):
        return href
    found = _SCRIPTED.search(f"{href} {node.attributes.get('onclick') or ''}")
    return found[1] if found else ""


def absolute(base: str, href: str) -> str | None:
    r"""Return the http(s) URL that `href` means on a page at `base`, without fragment, or None.

    Backslashes are slashes to every browser; white space inside an attribute is dropped. A host
    without a scheme (`www.a.gov.cn/x.html`) is meant as one, whatever a browser makes of it.

    >>> absolute("http://a.example/x/", " ..\\b.htm#top")
    'http://a.example/b.htm'
    >>> absolute("http://a.example/x/", "http://a.example/y/../b.htm")
    'http://a.example/b.htm'
    >>> absolute("http://a.example/x/", "javascript:void(0)")
    """
    href = re.sub(r"[\t\r\n]", "", href).strip().replace("\\", "/")
    if not href or href.startswith("#"):
        return None
    if _SCHEMELESS.match(href):
        href = f"//{href}"
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
        _ = parts.port  # ValueError where it is none
        if "/." in parts.path:  # urljoin leaves the dots of an address that is whole already
            parts = parts._replace(path=urljoin("/", parts.path))
            url = parts.geturl()
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _site(url: str) -> str:
    """Return the part of a host that the hosts of one site share: x.gov.cn, else two labels."""
    host = urlsplit(url).hostname or ""
    labels = host.split(".")
    return ".".join(labels[-3 if host.endswith(".cn") else -2 :])


def clean(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def rows(anchors: Iterable[Anchor], here: str) -> tuple[Entry, ...]:
    """Return the rows of the list among `anchors` of the page `here`; empty where there is none.

    Links are grouped by where they hang in the page; the list is the group whose rows carry dates
    and reports' titles. A group with neither is a menu. Each URL counts once. What leads to the
    page's own site decides: a hacked page's link farm is longer than any list and dressed as one.
    """
    own = _site(here)
    groups: dict[tuple[str, ...], dict[str, tuple[Entry, int, bool]]] = defaultdict(dict)
    alone: dict[int, bool] = {}
    for anchor in anchors:
        if not _PAGER.fullmatch(anchor.text[:_LONGEST_PAGER]):
            row = _row(anchor.node, alone)
            entry = Entry(anchor.url, anchor.text, _date(row, anchor))
            said = (entry, _weight(entry), _site(anchor.url) == own)
            groups[_place(row)].setdefault(anchor.url, said)
    lists = [group for group in map(_Group.of, groups.values()) if group.is_list]
    best = max(lists, key=lambda group: (group.own, group.weight), default=_Group((), 0, 0, 0))
    return best.entries


@dataclass(frozen=True, slots=True)
class _Group:
    """Links that hang in one place: their rows, what these say together, what one says at most.

    `own` is what those say together that lead to the page's own site.
    """

    entries: tuple[Entry, ...]
    weight: int
    most: int
    own: int

    @classmethod
    def of(cls, group: dict[str, tuple[Entry, int, bool]]) -> _Group:
        weights = [weight for _, weight, _ in group.values()]
        own = sum(weight for _, weight, is_own in group.values() if is_own)
        entries = tuple(entry for entry, _, _ in group.values())
        return cls(entries, sum(weights), max(weights), own)

    @property
    def is_list(self) -> bool:
        """Whether a row carries a date or is a report's, and the rows are not mostly a menu's."""
        return self.most > 1 and self.weight >= len(self.entries)


def fragment_rows(fragments: Iterable[str], base: str) -> tuple[Entry, ...]:
    """Return the first link of each of `fragments`, HTML of one row each."""
    found = []
    for fragment in fragments:
        markup = Markup.parse(fragment, base)
        anchor = next((anchor for anchor in markup.anchors() if anchor.text), None)
        if anchor:
            shown = markup.tree.body.text() if markup.tree.body else ""
            found.append(Entry(anchor.url, anchor.text, date_in(shown.replace(anchor.text, "", 1))))
    return tuple({entry.url: entry for entry in reversed(found)}.values())[::-1]


def datastore_records(text: str) -> list[str]:
    """Return what the `<record>` elements of a datastore hold, without CDATA's marks around it.

    >>> datastore_records("<record><![CDATA[<a>甲]]></a>]]></record><record>乙</record><record>")
    ['<a>甲]]></a>', '乙']
    """
    ended = (_RECORD_END.split(each, maxsplit=1) for each in _RECORD.split(text)[1:])
    inner = (found[0].strip() for found in ended if found[1:])
    return [each.removeprefix("<![CDATA[").removesuffix("]]>").rstrip() for each in inner]


def date_in(text: str) -> str | None:
    """Return the last date printed in `text` as YYYY-MM-DD, or None."""
    found = _DATE.findall(text)
    return "{}-{:0>2}-{:0>2}".format(*found[-1]) if found else None


def _weight(entry: Entry) -> int:
    """Return how much a row says for its group being the list: a date and a report's title do."""
    return (
        2 * (entry.date is not None)
        + 3 * bool(_YEAR.search(entry.title) and _REPORT.search(entry.title))
        + (len(entry.title) >= _LONG_TITLE)
    )


def _label(node: LexborNode) -> str:
    """Return a link's text; its `title` where the text is cut short or an image stands for it."""
    shown = clean(node.text())
    if shown and not shown.endswith(("…", "...", "..")):
        return shown
    image = node.css_first("img[alt]")
    alternative = image.attributes.get("alt") if image else None
    return clean(html.unescape(node.attributes.get("title") or alternative or shown))


def _row(node: LexborNode, alone: dict[int, bool]) -> LexborNode:
    """Return the widest element around a link that holds no other address.

    `alone` remembers which elements hold one address only: a farm of 10,000 links hangs in one.
    """
    row = node
    for _ in range(_MAX_CLIMB):
        parent = row.parent
        if parent is None or (parent.tag in _LISTS and not _is_row(parent)):
            return row
        if parent.mem_id not in alone:
            held = {_address(other) for other in parent.css(_LINKS)}
            alone[parent.mem_id] = len(held) == 1
        if not alone[parent.mem_id]:
            return row
        row = parent
    return row


def _is_row(node: LexborNode) -> bool:
    """Whether a list of its own stands for one row: its title an item, its date another."""
    return node.tag in ("ul", "dl") and len([one for one in node.iter() if one.tag]) > 1


def _place(row: LexborNode) -> tuple[str, ...]:
    """Return where a row hangs: the tags and classes of what is around it."""
    place = [row.tag or ""]
    above = row.parent
    while above is not None and above.tag not in ("body", "html") and len(place) < _MAX_CLIMB:
        place.append(f"{above.tag}#{above.id or ''}.{above.attributes.get('class') or ''}")
        above = above.parent
    return tuple(place)


def _date(row: LexborNode, anchor: Anchor) -> str | None:
    if row.mem_id == anchor.node.mem_id:
        return None
    return date_in(row.text(separator=" ").replace(anchor.text, "", 1))
