"""The files that hang on a page: by link, by script, in a viewer, as pictures in its article.

A report is often only in a file: behind `download.jsp?…`, in an `<iframe>` of pdf.js, or scanned,
as pictures of its pages. Knows how links, scripts and pictures name files; what one is, its bytes
tell later. Never fetches, and knows no site: what is off-site is the spider's to refuse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from crawler.cms.markup import Markup, absolute
from parsers.extract.mainblock import fence, main_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from parsers.items import Page

_KINDS = "pdf|docx?|xlsx?|wps|et|ofd|zip|rar"
#: A file that may be the report; told by its name in the path or the query, as it is linked.
NAMED = re.compile(rf"\.(?:{_KINDS})(?:$|[?#&])", re.IGNORECASE)
#: … or by what the link says: 2014年度报告.doc, 附件【年报.pdf】(下载12次).
_SAID = re.compile(rf"\.(?:{_KINDS})(?![a-z0-9])", re.IGNORECASE)
# /system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=9 (VSB), downFile.aspx?id=9,
# /attach/download.do?id=9: a script that hands out the file which its query names.
_DOWNLOAD = re.compile(
    r"/(?:\w{0,12}?down(?:load)?(?:file|attach\w{0,6}|affix)?|getfile|showfile)"
    r"\.(?:jsp|aspx?|ashx|do|action|php|html?)\?.",
    re.IGNORECASE,
)
_IN_SCRIPT = re.compile(rf"['\"]([^'\"<>\s]{{1,300}}?\.(?:{_KINDS}))['\"]", re.IGNORECASE)
#: pdf.js and its kin: viewer.html?file=/a.pdf
_VIEWER = re.compile(r"[?&](?:file|url|src|pdf|path)=([^&#]+)", re.IGNORECASE)
_LAZY = ("data-original", "data-src", "src")
#: Pictures that no page of a report is: marks of file types, logos, buttons, codes to scan.
_ORNAMENT = re.compile(
    r"icon|ico_|/ico|logo|btn|button|arrow|share|weixin|wechat|weibo|qr_?code|ewm|erweima|banner|"
    r"filetype|/skin|/templates?/|/themes?/|blank\.|loading|spacer|/(?:pdf|docx?|xlsx?|rar|zip)\.\w+$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|bmp|tiff?)(?:$|\?)", re.IGNORECASE)
#: Pixels: a scanned page is shown at 500 and more, an icon at 16 to 64.
_SMALLEST_SIDE = 200
#: The longest scanned report read has 31 pages.
_MOST_PICTURES = 60


def files(page: Page) -> dict[str, str]:
    """Return the files that a page links to or shows, with what the links say, in page order."""
    markup = Markup.of(page)
    shown = {url: "" for url in (*_viewed(markup), *_scripted(markup)) if NAMED.search(url)}
    linked = {
        one.url: one.text
        for one in markup.anchors()
        if NAMED.search(one.url)
        or _DOWNLOAD.search(one.url)
        or _SAID.search(one.text)
        or _SAID.search(one.node.attributes.get("download") or "")
    }
    return shown | linked


def pictures(page: Page) -> dict[str, str]:
    """Return the pictures in the article of a page that may show it, with what they are called.

    A table, a page or all of a report was scanned; marks of file types, logos and buttons are none.
    """
    markup = Markup.of(page)
    found: dict[str, str] = {}
    for node in _of_article(markup):
        url = _address(node, markup)
        if url and _PICTURE.search(url) and not _is_ornament(node, url):
            found.setdefault(url, (node.attributes.get("alt") or "").strip())
    return dict(list(found.items())[:_MOST_PICTURES])


def _viewed(markup: Markup) -> Iterator[str]:
    """Yield the addresses of files that the page shows in itself, by a viewer or directly."""
    for node in markup.tree.css("embed[src], object[data], iframe[src], param[name=src][value]"):
        names = node.attributes
        stated = names.get("src") or names.get("data") or names.get("value") or ""
        file = _VIEWER.search(stated)
        url = absolute(markup.base, _once_decoded(file[1]) if file else stated)
        if url:
            yield url


def _once_decoded(stated: str) -> str:
    """Return an address that stood percent-coded in a query, byte for byte, whatever its charset.

    >>> _once_decoded("%2Ff%2F%C4%EA%B1%A8.pdf"), _once_decoded("/f/%25C4%25EA.pdf")
    ('/f/%C4%EA%B1%A8.pdf', '/f/%C4%EA.pdf')
    """
    return quote(unquote_to_bytes(stated), safe="/:?&=%+@,;~!$'()*")


def _scripted(markup: Markup) -> Iterator[str]:
    """Yield the addresses of files that the page's own scripts name: PDFObject.embed('/a.pdf')."""
    for node in markup.tree.css("script:not([src])"):
        for stated in _IN_SCRIPT.findall(node.text()):
            url = absolute(markup.base, stated)
            if url:
                yield url


def _of_article(markup: Markup) -> Iterator[LexborNode]:
    """Yield the pictures of the page's article: of its known block, else within its fences."""
    main = main_node(markup.tree)
    if main is not None:
        yield from main.css("img")
        return
    inside = False
    for node in markup.tree.root.traverse(include_text=True) if markup.tree.root else ():
        if node.tag in ("meta", "-comment"):
            stated = fence(node.tag, node.attributes.get("name"), node.comment_content)
            inside = inside if stated is None else stated
        elif inside and node.tag == "img":
            yield node


def _address(node: LexborNode, markup: Markup) -> str | None:
    """Return where a picture lies: a page that loads it late names it beside `src`."""
    stated = (node.attributes.get(name) or "" for name in _LAZY)
    return next(filter(None, (absolute(markup.base, one) for one in stated)), None)


def _is_ornament(node: LexborNode, url: str) -> bool:
    sides = [_pixels(node.attributes.get(name) or "") for name in ("width", "height")]
    if any(side is not None and side < _SMALLEST_SIDE for side in sides):
        return True
    return bool(_ORNAMENT.search(url)) or _stands_for_a_link(node)


def _pixels(stated: str) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", stated)
    return int(found[1]) if found else None


def _stands_for_a_link(node: LexborNode) -> bool:
    """Whether a picture is a link's label; one that opens itself large is not."""
    above = node.parent
    while above is not None and above.tag not in ("p", "div", "td", "body", "a"):
        above = above.parent
    if above is None or above.tag != "a":
        return False
    return not _PICTURE.search(above.attributes.get("href") or "")
