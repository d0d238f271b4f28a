"""Tell whether an element hides its content from a reader, by its own attributes.

Style sheets are not read: print and phone rules hide much that readers see. The reasons are the
means that hijacked pages used (display:none, far off screen, zero size).
"""

from __future__ import annotations

import re

_STYLES = (
    ("display:none", re.compile(r"display:none")),
    ("visibility:hidden", re.compile(r"visibility:(?:hidden|collapse)")),
    ("opacity:0", re.compile(r"opacity:0(?:\.0+)?(?:;|!|$)")),
    ("font-size:0", re.compile(r"font-size:0(?:px|pt|em|%)?(?:;|!|$)")),
    ("off screen", re.compile(r"(?:left|top|text-indent|margin-left|margin-top):-\d{3,}(?:px|em)")),
    (
        "no height",
        re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|!).*overflow:hidden"),
    ),
    ("no height", re.compile(r"overflow:hidden.*;(?:max-)?(?:height|width):[01](?:px)?(?:;|!|$)")),
)
_TAGS = frozenset({"noscript", "template"})


def hidden_reason(tag: str, attributes: dict[str, str | None]) -> str | None:
    """Return why a reader does not see the element's content, None where they do."""
    if tag in _TAGS:
        return tag
    if "hidden" in attributes:
        return "hidden"
    style = attributes.get("style")
    if not style:
        return None
    style = "".join(style.split()).lower()
    return next((reason for reason, pattern in _STYLES if pattern.search(style)), None)
