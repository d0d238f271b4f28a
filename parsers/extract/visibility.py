"""Tell whether an element hides its content from a reader: by its attributes, by a style sheet.

The means are those of hijacked pages: display, visibility, opacity, size, far off screen, clipped
away, colour on colour, a marquee of one pixel, `hidden`, noscript, and a box that one script opens
and another closes around honest markup. Of style sheets only the page's own are read, and of these
only rules for one class or id, on a screen of any size: print and phone rules, states and nested
selectors hide much that readers see. Their reasons begin with `SHEET`, and so do those of scripts
that hide an element by its id or class, because a script may show what these hide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.extract.markup import attributes_in
from parsers.memo import Memo
from parsers.patterns import bounded, linear
from parsers.scripts import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SHEET = "style sheet: "

_STYLES = (
    ("display:none", bounded(r"display:none")),
    ("visibility:hidden", bounded(r"visibility:(?:hidden|collapse)")),
    ("opacity:0", bounded(r"opacity:0(?:\.0{1,4})?(?:;|!|$)")),
    ("font-size:0", bounded(r"font-size:[01](?:\.\d)?(?:px|pt|em|%)?(?:;|!|$)")),
    ("font-size:0", bounded(r"(?:^|;)font:0/0")),
    (
        "off screen",
        bounded(
            r"(?:left|top|right|bottom|text-indent|margin-left|margin-top):-\d{3,5}(?:px|r?em|v[wh])"
            r"|translate(?:x|y|3d)?\([^)]{0,12}-\d{4,5}(?:px|r?em|v[wh]|%)"
        ),
    ),
    (
        "clipped away",
        bounded(
            r"clip:rect\((?:0(?:px)?,?){4}\)|transform:scale\(0(?:\.0{1,4})?[,)]"
            r"|clip-path:(?:inset\((?:[5-9]\d|100)%|circle\(0)"
        ),
    ),
    ("opacity:0", bounded(r"filter:opacity\(0(?:\.0{1,4})?%?\)")),
    (
        "transparent ink",
        bounded(r"(?:^|;)color:(?:transparent|rgba\(\d{1,3},\d{1,3},\d{1,3},0(?:\.0{1,4})?\))"),
    ),
    (
        "no height",
        linear(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|!).*overflow:hidden"),
    ),
    ("no height", linear(r"overflow:hidden.*;(?:max-)?(?:height|width):[01](?:px)?(?:;|!|$)")),
)
_COLOUR = bounded(r"(?:^|;)color:([a-z0-9#(),]{3,30})")
_GROUND = bounded(r"(?:^|;)background(?:-color)?:([a-z0-9#(),]{3,30})")
_RGB = bounded(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})")
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "transparent": ""}
_SHORT_HEX = 4
_TAGS = frozenset({"noscript", "template"})

#: Selector (".name" or "#name") → reason.
Sheet = dict[str, str]


def hidden_reason(tag: str, written: str, sheet: Sheet | None = None) -> str | None:
    """Return why a reader does not see the element's content, None where they do.

    `written` are its attributes as `markup.tokens_of` gives them.
    """
    if tag in _TAGS:
        return tag
    if not (sheet or may_hide(tag, written)):
        return None
    attributes = attributes_in(written)
    if "hidden" in attributes:
        return "hidden"
    if tag == "marquee" and _is_tiny(attributes):
        return "marquee of no size"
    style = attributes.get("style")
    reason = _reasons[style, attributes.get("color")] if style else None
    return reason or (_by_sheet(tag, attributes, sheet) if sheet else None)


def may_hide(tag: str, written: str) -> bool:
    """Whether an element's own attributes may hide it: nine in ten have none that could."""
    return "style=" in written or "hidden=" in written or tag == "marquee" or tag in _TAGS


def _reason_in(given: tuple[str, str | None]) -> str | None:
    style, colour = given
    plain = "".join(style.split()).lower()[:_LONGEST_STYLE]
    for reason, pattern in _STYLES:
        if pattern.search(plain):
            return reason
    return "colour on colour" if _is_on_its_own_colour(plain, colour) else None


# An editor writes the same few styles on every element of a page.
_reasons: Memo[tuple[str, str | None], str | None] = Memo(
    _reason_in, lambda given: len(given[0]) + len(given[1] or ""), entries=1 << 12
)


# Styles of honest elements have some hundred characters.
_LONGEST_STYLE = 4000


def _is_on_its_own_colour(style: str, colour: str | None) -> bool:
    ground, ink = _GROUND.search(style), _COLOUR.search(style)
    text = ink[1] if ink else (colour or "").strip().lower()
    if not ground or not text:
        return False
    return _hex(text) == _hex(ground[1]) != ""


def _hex(colour: str) -> str:
    """Return a colour as #rrggbb, as written where it has another form, "" for none."""
    if rgb := _RGB.match(colour):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups())
    if colour.startswith("#") and len(colour) == _SHORT_HEX:
        return "#" + "".join(2 * digit for digit in colour[1:])
    return _NAMED.get(colour, colour)


def _is_tiny(attributes: Mapping[str, str]) -> bool:
    sizes = [attributes.get(name, "").strip().removesuffix("px") for name in _SIZES]
    return any(size in ("0", "1", "2") for size in sizes)


_SIZES = ("height", "width")


def _by_sheet(tag: str, attributes: Mapping[str, str], sheet: Sheet) -> str | None:
    names = [f".{name}" for name in attributes.get("class", "").split()]
    if identity := attributes.get("id"):
        names.append(f"#{identity}")
    for name in names:
        reason = sheet.get(name) or sheet.get(tag + name)
        if reason:
            return reason
    return None


_RULE = linear(r"([^{}]+)\{([^{}]*)\}")
_NESTED = linear(r"@[^{}]+\{(?:[^{}]*\{[^{}]*\}\s*)*\}")
_COMMENT = linear(r"(?s)/\*.*?\*/")
_SELECTOR = linear(r"^(?:(?:html|body)\s+)?([a-z0-9]{0,12}[.#][\w-]{1,80})$", ignore_case=True)
# Without a size or a medium of its own a rule is every reader's.
_EVERY_SCREEN = linear(r"(?i)@media\s+(?:screen|all)\s*\{((?:[^{}]*\{[^{}]*\}\s*)*)\}")


def read_sheets(sheets: Iterable[str]) -> Sheet:
    """Return what the rules of `<style>` elements hide; a later rule that shows wins.

    >>> read_sheets([".seo{display:none} @media print{.a{display:none}} .x:hover{opacity:0}"])
    {'.seo': 'style sheet: display:none'}
    """
    hiding: Sheet = {}
    for text in sheets:
        for name, reason in _rules_of(text[:_LONGEST_SHEET]) if "{" in text else ():
            if reason is None:
                hiding.pop(name, None)
            else:
                hiding[name] = reason
    return hiding


# The pages of one site bear the same few style sheets.
@lru_cache(maxsize=128)
def _rules_of(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return each selector of a sheet that hides, with the reason, or shows, with None."""
    plain = _COMMENT.sub("", text)
    if "@" in plain:
        plain = _NESTED.sub("", _EVERY_SCREEN.sub(lambda rules: rules[1], plain))
    return tuple(pair for rule in _RULE.finditer(plain) for pair in _taken(rule[1], rule[2]))


# The longest of a portal's own style elements seen has 60,000 characters.
_LONGEST_SHEET = 200_000


def _taken(selectors: str, style: str) -> Iterator[tuple[str, str | None]]:
    reason = _reasons[style, None]
    if reason is None and "display:" not in style:
        return
    for selector in selectors.split(","):
        found = _SELECTOR.search(selector.strip())
        if found:
            yield found[1], SHEET + reason if reason else None


_BY_SCRIPT = bounded(
    r"getElementById\(\s?[\"'](?P<id>[\w-]{1,80}+)[\"']\s?\)\.style\.(?:display\s?=\s?[\"']none"
    r"|visibility\s?=\s?[\"']hidden)"
    r"|\$\(\s?[\"'](?P<name>[.#][\w-]{1,80}+)[\"']\s?\)\.(?:hide\(\s?\)|css\(\s?[\"']display[\"'],\s?[\"']none)"
)


def hidden_by(scripts: Iterable[str]) -> Sheet:
    """Return what scripts hide by id or class as they run: what a click shows, too.

    >>> hidden_by(['document.getElementById("lk").style.display="none"'])
    {'#lk': 'style sheet: display:none by script'}
    """
    return {
        found["name"] or f"#{found['id']}": f"{SHEET}display:none by script"
        for text in scripts
        if "none" in text or "hid" in text
        for found in _BY_SCRIPT.finditer(text)
    }


_OPENS = linear(r"(?is)document\.write(?:ln)?\s*\(.*<(?:div|span|p|ul|table)[^>]*style=[^>]*>")
_CLOSES = linear(r"(?is)document\.write(?:ln)?\s*\(.*</(?:div|span|p|ul|table)>")
_STYLE_IN = linear(r"(?is)<(?:div|span|p|ul|table)[^>]*style=\\?[\"']?([^\"'>]{1,300})")


@dataclass(slots=True)
class Written:
    """Follows scripts in page order: where they open and close a box that hides honest markup."""

    opened_at: int | None = None
    reason: str = ""
    hidden: list[tuple[int, int, str]] = field(default_factory=list)

    def meet(self, script: str, place: Callable[[], int]) -> None:
        """Take in a script; `place` returns the number of the block that it stands before.

        What lies between an opening and a closing script is hidden; an opening alone hides nothing.
        """
        if "document" not in script and "\\x" not in script:
            return
        plain = decoded(script)
        if self.opened_at is not None and _CLOSES.search(plain):
            self.hidden.append((self.opened_at, place(), self.reason))
            self.opened_at = None
        elif _OPENS.search(plain) and not _CLOSES.search(plain):
            style = _STYLE_IN.search(plain)
            reason = _reasons[style[1], None] if style else None
            if reason:
                self.opened_at, self.reason = place(), f"box written by script: {reason}"
