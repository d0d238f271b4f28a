"""Tell a page's charset and decode it: the content decides, then what header and meta say.

Order (WHATWG's, but for the second step): a byte order mark; the bytes where they are UTF-8
beyond chance, since copied sites declare GBK over UTF-8 and the reverse; the declared charset where
it decodes every byte; UTF-8 where only a few bytes are broken; GB18030. Never drops a byte
silently: replaced bytes and a false declaration give a warning.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([\w-]+)", re.IGNORECASE)
# Only these are believed: Latin-1 is what servers say by default and says nothing about a Chinese
# page. GB18030 is a superset of its elders, and pages declared GB2312 use characters outside of it.
_BELIEVED = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "shift_jis": "shift_jis",
    "euc_jp": "euc_jp",
    "euc_kr": "euc_kr",
}
# HTML wants the declaration within 1,024 bytes; scripts before it push it further.
_META_WINDOW = 4096
# A page of 3,000 characters with a few torn ones is damaged UTF-8, not another charset.
_TORN_SHARE = 0.02


def decode(body: bytes, content_type: str | None, head: bytes) -> tuple[str, str, list[str]]:
    """Return the text of `body`, its charset in Python's naming, and warnings.

    `content_type` is the header as received, `head` the bytes in which a `<meta>` may declare a
    charset (empty for a text page).
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), charset, []
    declared = _declared((content_type or "").encode("latin-1", "replace")) or _declared(
        head[:_META_WINDOW]
    )
    text, charset, warnings = _choose(body, declared)
    torn = text.count("\ufffd")
    if torn:
        warnings.append(f"{torn} characters are damaged in the page's bytes ({charset})")
    return text, charset, warnings


def _choose(body: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    text = _decoded(body, "utf-8")
    if text is not None:
        if declared in (None, "utf-8") or body.isascii():
            return text, "utf-8", []
        return text, "utf-8", [f"declared as {declared}, but its bytes are UTF-8"]
    text = _decoded(body, declared) if declared and declared != "utf-8" else None
    if declared and text is not None:
        return text, declared, []
    text = body.decode("utf-8", "replace")
    if _is_torn(text):
        return text, "utf-8", []
    warning = f"declared as {declared}, but its bytes are not" if declared else None
    return body.decode("gb18030", "replace"), "gb18030", [warning] if warning else []


def _declared(source: bytes) -> str | None:
    found = _DECLARED.search(source)
    if not found:
        return None
    try:
        name = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None
    return _BELIEVED.get(name)


def _decoded(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeDecodeError:
        return None


def _is_torn(text: str) -> bool:
    """Whether `text` is UTF-8 but for a few bytes, as a cut or a mutated copy leaves it."""
    letters = sum(1 for letter in text if letter > "\x7f")
    return text.count("\ufffd") <= letters * _TORN_SHARE
