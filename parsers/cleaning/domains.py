"""Find domains in a text, and tell those of betting sites by their form.

Government, school and e-mail domains are never found; a path behind a domain makes it an address,
not a name. Forms: www.688365.com (seed 002), bet365.com, 3344555.com; lexicon: `brands`. Hosts of
links are judged by the same forms (`throwaway_among`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import compress
from re import IGNORECASE
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from parsers.patterns import bounded, holding, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

_TOP = (
    "com|net|org|cc|cn|vip|top|xyz|info|tv|me|app|bet|club|co|io|pro|fun|site|online|asia|win|live"
    "|biz|shop|ph|la|us|im|hk|mo|casino|games|poker|bingo|link|cool|one|icu|wang|loan|bid"
)
#: What RE2 needs to see on a page before a domain here can be found: .gov.cn and its like are not.
NEEDLE = (
    rf"[a-z0-9]\.(?:{_TOP.replace('cn|', '')})(?:\b|(?:19|20)\d\d年)"
    r"|[^vug]\.cn\b|[^o]v\.cn\b|[^d]u\.cn\b|[^r]g\.cn\b"
)
# A domain that stands as a word of its own: no letter of a host's stands before or behind it, nor
# what makes it an address of a page or a person; a year that hangs on it does. The longest that is
# looked at has 201 letters.
_DOMAIN = bounded(
    r"[a-z0-9](?<![@a-z0-9_./-].)(?:(?<=h)ttps?://[a-z0-9])?+"
    r"(?!(?<=1)2345\.|(?<=p)eople\.|(?<=x)inhuanet\.)"
    r"[a-z0-9-]{0,60}+\.(?:[a-z0-9][a-z0-9-]{0,60}+\.){0,3}+"
    rf"(?:{_TOP})(?:(?![a-z0-9.@/_-])|(?=(?:19|20)[0-9]{{2}}年)(?-i:(?<=[a-z])))"
    r"(?<![a-z0-9.-]{202})(?<!(?<![a-z0-9-])(?:gov|edu|org|mil)\.cn)(?<!(?<![a-z0-9-])ac\.cn)",
    IGNORECASE,
)
_HONEST = bounded(
    r"(?:\.|^)(?:gov|edu|org|mil|ac)\.cn$|\.政务$|^(?:12345|people|xinhuanet)\.", IGNORECASE
)
_BETTING = bounded(
    r"\d{3}|bet|casino|poker|kaiyun|yabo|leyu|xpj|hga?\d|vns|js\d|jinsha|yongli|manbetx|bwin|w88|fun88"
    r"|huatihui|hth|tyc\d|pj\d|aomen|macao|k8|agg?\d|ob\d|lottery|caipiao|qipai|\.(?:bet|casino|poker|vip|win)$",
    IGNORECASE,
)
# Numbers that honest domains hold: hotlines and the portals named after them.
_HONEST_NUMBERS = bounded(
    r"12345|12306|12380|12388|12315|12333|12366|12369|12309|10086|10010|163|126|139|189|360|58"
)
# Top-level domains that cost next to nothing: nine in ten hosts of link farms, few honest ones.
_CHEAP = bounded(r"\.(?:top|vip|xyz|win|bet|club|cc|icu|wang|fun|loan|bid|casino|poker|pw|ml|tk)$")


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    words: str


def domains_in(text: str, own: AbstractSet[str] = frozenset()) -> Iterator[Domain]:
    """Yield the domains in `text` but `own` ones that stand as words of their own, in order.

    >>> [d.words for d in domains_in("编印《www.688365.com公报》，邮箱a@163.com，www.lf.gov.cn")]
    ['www.688365.com']
    """
    if "." not in text:
        return
    passed: set[str] = set()  # a page may say its own a million times
    for found in _DOMAIN.finditer(text):
        words = found.group()
        if words in passed:
            continue
        if _without_scheme(words) in own:
            passed.add(words)
        else:
            yield Domain(found.start(), found.end(), words)


def is_betting(words: str) -> bool:
    """Whether a domain looks like a betting site's: a run of digits, a brand's letters."""
    return bool(_BETTING.search(_HONEST_NUMBERS.sub("", _without_scheme(words))))


def throwaway_among(hosts: list[str]) -> set[str]:
    """Return those of many links' hosts, in lower case, that look bought for a farm.

    They have a cheap top-level domain, or a betting form. Most hosts need one look; numbers
    are taken out of all others at once.
    """
    maybe = list(screened(_maybe_throwaway(), hosts))
    found = set(filter(_CHEAP.search, maybe))
    others = [host for host in maybe if host not in found]
    numberless = _HONEST_NUMBERS.sub("", "\n".join(others)).split("\n")
    betting = list(compress(others, map(_BETTING.search, numberless)))
    return found.union(set(betting).difference(_honest()(betting)))


@cache
def _honest() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts that no form makes betting sites."""
    signs = _HONEST.pattern.replace("^", "(?m:^)").replace("$", "(?m:$)")
    return holding(signs, ignore_case=True)


@cache
def _maybe_throwaway() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts that can be: a number cut out joins what stood beside it."""
    signs = "|".join(each.pattern for each in (_CHEAP, _BETTING, _HONEST_NUMBERS))
    return holding(signs.replace("$", r"(?m:$)").replace(r"\d", r"\p{Nd}"), ignore_case=True)


def host_of(url: str) -> str:
    """Return the host of `url` in lower case, "" where it has none or cannot be split."""
    plain = _PLAIN_URL.match(url)
    if plain:
        return plain[1].lower()
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


# An address of the plain form: `urlsplit` takes ten times as long to say the same.
_PLAIN_URL = bounded(r"https?://([a-z0-9._-]{1,253}+)(?::\d{1,5}+)?(?=[/?#]|$)", IGNORECASE)


def _without_scheme(words: str) -> str:
    lower = words.lower()
    return lower.removeprefix("https://").removeprefix("http://")
