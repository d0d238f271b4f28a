"""Find domains in a text, and tell those of betting sites by their form.

Government, school and e-mail domains are never found; a path behind a domain makes it an address,
not a name. Forms: www.688365.com (seed 002), bet365.com, 3344555.com; lexicon: `brands`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = (
    "com|net|org|cc|cn|vip|top|xyz|info|tv|me|app|bet|club|co|io|pro|fun|site|online|asia|win|live"
    "|biz|shop|ph|la|us|im|hk|mo|casino|games|poker|bingo|link|cool|one"
)
_DOMAIN = re.compile(
    rf"(?<![@\w./-])(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]{{0,40}}[a-z0-9])?\.){{1,4}}(?:{_TOP}))"
    r"(?![a-z.@-]|\d(?!\d{3}年))",
    re.IGNORECASE,
)
_HONEST = re.compile(
    r"(?:\.|^)(?:gov|edu|org|mil|ac)\.cn$|\.政务$|^(?:12345|people|xinhuanet)\.", re.IGNORECASE
)
_BETTING = re.compile(
    r"\d{3,}|bet|casino|poker|kaiyun|yabo|leyu|xpj|hga?\d|vns|js\d|jinsha|yongli|manbetx|bwin|w88|fun88"
    r"|huatihui|hth|tyc\d|pj\d|aomen|macao|k8|agg?\d|ob\d|lottery|caipiao|qipai|\.(?:bet|casino|poker|vip|win)$",
    re.IGNORECASE,
)
# Numbers that honest domains hold: hotlines and the portals named after them.
_HONEST_NUMBERS = re.compile(
    r"12345|12306|12380|12388|12315|12333|12366|12369|12309|10086|10010|163|126|139|189|360|58"
)


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    words: str

    @property
    def host(self) -> str:
        """The host, in lower case, without a scheme."""
        return re.sub(r"^https?://", "", self.words, flags=re.IGNORECASE).lower()


def domains_in(text: str) -> Iterator[Domain]:
    """Yield the domains in `text` that stand as words of their own, in order.

    >>> [d.words for d in domains_in("编印《www.688365.com公报》，邮箱a@163.com，www.lf.gov.cn")]
    ['www.688365.com']
    """
    if "." not in text:
        return
    for found in _DOMAIN.finditer(text):
        if _HONEST.search(found.group(1)) or text[found.end() : found.end() + 1] == "/":
            continue
        yield Domain(found.start(), found.end(), found.group())


def is_betting(words: str) -> bool:
    """Whether a domain looks like a betting site's: a run of digits, a brand's letters."""
    host = re.sub(r"^https?://", "", words, flags=re.IGNORECASE)
    return bool(_BETTING.search(_HONEST_NUMBERS.sub("", host)))
