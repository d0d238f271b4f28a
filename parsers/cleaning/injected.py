r"""Find what was injected beside the text: scripts that redirect, cloak or write, and foreign meta.

A script is judged as it stands and with its escapes undone (\x64, \u0064, %64, fromCharCode,
base64), by what it does: sends visitors of search engines elsewhere, shows engines another title,
writes script tags out of coded strings, loads from a throwaway host. Counters and the badge of
public institutions write their tags in the same ways and stay. In title, keywords and description
the words of a farm or a brand are foreign. The report's own text is never touched here.
"""

from __future__ import annotations

from functools import cache
from itertools import chain, filterfalse
from re import IGNORECASE
from typing import TYPE_CHECKING, NamedTuple

from parsers.cleaning.brands import has_brand, needle
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import has_several_farm_words, holding_farm_words, words
from parsers.items import Cut
from parsers.patterns import bounded, holding, linear, screened
from parsers.scripts import ESCAPED, decoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.cleaning.flat import Flat

_ENGINES = r"baidu|sogou|google|so\.com|sm\.cn|360spider|yisou|toutiao|bing"
_MOVES = r"location|window\.open|top\.|<meta http-equiv"
# What a script does, in RE2: whatever stands between two signs; before it a sign that it must have.
_SCRIPTS = (
    ("redirects by referrer", "referrer",
     linear(rf"(?s)(?:{_ENGINES}).*referrer.*(?:{_MOVES})|referrer.*(?:{_ENGINES}).*(?:{_MOVES})",
            ignore_case=True)),
    ("shows search engines another page", "useragent",
     linear(r"(?s)useragent.*(?:spider|bot).*(?:document\.title|document\.write|location)"
            r"|(?:spider|bot).*useragent.*(?:document\.title|document\.write|location)",
            ignore_case=True)),
    ("packed script that writes", "eval(function(p,a,c,k,e,",
     linear(r"(?s)eval\(function\(p,a,c,k,e,[dr]\).*(?:document|location)")),
)  # fmt: skip
# What writes or loads; a burial ground of honest counters, so that the address decides.
_WRITES = r"document\.write|createelement\(['\"]script|<script|\.src\s*=|eval\("
_CODED = linear(
    r"(?i)document\.write(?:ln)?\s*\(\s*(?:unescape|decodeuricomponent|atob|string\.fromcharcode)"
    r"|eval\s*\(\s*(?:unescape|decodeuricomponent|atob|string\.fromcharcode)"
)
_ADDRESS = bounded(r"//([a-z0-9][a-z0-9.-]{2,80}+)", IGNORECASE)
_HONEST_HOSTS = (
    r"conac\.cn|cnzz\.com|51\.la|baidu\.com|bdstatic\.com|bdimg\.com|umeng\.com|gov\.cn|edu\.cn"
    r"|kaipuyun\.cn|jiathis\.com|bshare\.cn|webtrends\.com|qq\.com|weibo\.com|gridsum\.com|webdissector\.com"
    r"|google-analytics\.com|w3\.org|jquery\.com|bootcss\.com|iconfont\.cn|alicdn\.com|people\.com\.cn"
)
_META = frozenset({"title", "keywords", "description", "og:title", "og:description"})

#: What RE2 needs to see in a page's scripts before one of them can be cut.
SCRIPTS_NEEDLE = (
    r"referrer|useragent|eval\(|document\.write|createelement|//[a-z0-9.-]+|\\x[0-9a-f]{2}"
)


def cut_injected_scripts(scripts: tuple[str, ...], own: str) -> tuple[tuple[str, ...], list[Cut]]:
    """Return the scripts of a page of the host `own` that stay, and each injected one whole."""
    suspects = [*dict.fromkeys(screened(_may_be_injected(), [*scripts]))]
    hiding = _may_hide()(suspects)
    plain = {each: _plain(each) if each in hiding else each for each in suspects}
    seen = _Seen.of(plain, own)
    rules = {script: rule for script in suspects if (rule := _rule_against(script, seen))}
    if not rules:
        return scripts, []
    cuts = [
        Cut("script_injection", script, "removed", rules[script])
        for script in scripts
        if script in rules
    ]
    return tuple(filterfalse(rules.__contains__, scripts)), cuts


class _Seen(NamedTuple):
    """What one look at all scripts tells, each `plain`: with its escapes undone.

    `hosts` are those that each names; of all of them these are `foreign`, and of those `cheap` ones
    are throwaway. `writing` are the texts that write or load, and `selling` hold a farm's words.
    """

    plain: dict[str, str]
    hosts: dict[str, set[str]]
    foreign: set[str]
    cheap: set[str]
    writing: set[str]
    selling: set[str]

    @staticmethod
    def of(plain: dict[str, str], own: str) -> _Seen:
        """Look at the scripts of a page of the host `own`."""
        hosts = {script: _hosts_in(text) for script, text in plain.items()}
        every = [*{*chain.from_iterable(hosts.values())}]
        foreign = {*every}.difference(_honest()(every), (own,))
        cheap = foreign.intersection(throwaway_among(every))
        writing = _may_write()([plain[script] for script in plain if not _loads(script)])
        return _Seen(plain, hosts, foreign, cheap, writing, holding_farm_words()([*writing]))


def _loads(script: str) -> bool:
    """Whether a script is none but an address to load one from."""
    return script.startswith("src=")


def _hosts_in(text: str) -> set[str]:
    return {host.lower().rstrip(".") for host in _ADDRESS.findall(text)}


def _plain(script: str) -> str:
    """Return a script as it stands, and behind it with its escapes undone where it has any."""
    plain = decoded(script)
    return script if plain == script else f"{script}\n{plain}"


_TORN = r"'\s*\+\s*'|\"\s*\+\s*\""


@cache
def _may_be_injected() -> Callable[[list[str]], set[str]]:
    """Return what tells the scripts that a rule can be against, as they stand or decoded."""
    signs = rf"referrer|useragent|{_WRITES}|src=|{ESCAPED}|{_TORN}"
    return holding(signs, ignore_case=True)


@cache
def _may_hide() -> Callable[[list[str]], set[str]]:
    """Return what tells those of which `decoded` can make something else."""
    return holding(f"{ESCAPED}|{_TORN}", ignore_case=True)


@cache
def _honest() -> Callable[[list[str]], set[str]]:
    """Return what tells the hosts of honest counters and libraries."""
    return holding(rf"(?m:^|\.)(?:{_HONEST_HOSTS})(?m:$)")


@cache
def _may_write() -> Callable[[list[str]], set[str]]:
    return holding(_WRITES, ignore_case=True)


def _rule_against(script: str, seen: _Seen) -> str | None:  # noqa: PLR0911 (one a rule)
    """Return the rule against a script, None where there is none."""
    plain, hosts = seen.plain[script], seen.hosts[script]
    cheap = not seen.cheap.isdisjoint(hosts)
    if _loads(script):
        return "loads from a throwaway host" if cheap else None
    coded = not hosts or not seen.foreign.isdisjoint(hosts)  # its address may be coded
    lower = plain.lower()
    for name, sign, pattern in _SCRIPTS:
        if sign in lower and coded and pattern.search(plain):
            return name
    if plain not in seen.writing:
        return None
    if cheap:
        return "writes a foreign script"
    if plain in seen.selling and has_several_farm_words(plain):
        return "writes a link farm"
    if coded and _CODED.search(plain) and _SCRIPT_TAG.search(plain):
        return "writes a script out of a coded string"
    return None


_SCRIPT_TAG = linear(r"(?i)<script|\.src\s*=|<iframe|<div[^>]*display\s*:\s*none")


def cut_injected_meta(page: Flat) -> tuple[Flat, list[Cut]]:
    """Return the page without foreign keywords and descriptions, and their values.

    A brand in `title` may stand for the organ and is `substitutions`' to restore; here goes what
    bears a farm's words, and keywords or a description that names a brand.
    """
    left = page.memory.made(cut_injected_meta)
    values = page.texts[1 : page.first]
    if left.get("values") == values:
        return page, []
    cuts: list[Cut] = []
    meta, own = page.meta, host_of(page.page.final_url)
    stay = bytearray(b"\1") * len(meta)
    kinds = {name: name.lower() for name, _ in meta}
    sold = _sold(page, {value for name, value in meta if kinds[name] in _META})
    for n, (name, value) in enumerate(meta):
        kind, sells = kinds[name], sold.get(value)
        if kind == "refresh" and _leads_astray(page, value, own):
            cuts.append(Cut("script_injection", value, "removed", "refreshes to a foreign host"))
        elif sells and kind in _META and (sells == "words" or kind != "title"):
            cuts.append(Cut("meta_injection", value, "removed", f"foreign words in meta {name}"))
        else:
            continue
        stay[n] = 0
    if not cuts:
        left["values"] = values
        return page, []
    return page.with_meta(bytes(stay)), cuts


def _sold(page: Flat, values: set[str]) -> dict[str, str]:
    """Return what each of these values and of those before them sells: "words", "brand" or ""."""
    sold: dict[str, str] = page.memory.made(_sold)
    new = list(values.difference(sold))
    sold |= dict.fromkeys(new, "")
    for value in screened(_suspects(), new):
        # A broadcaster's keywords hold 在线视频, too; a farm's hold many such words.
        if has_several_farm_words(value):
            sold[value] = "words"
        elif has_brand(value):
            sold[value] = "brand"
    return sold


@cache
def _suspects() -> Callable[[list[str]], set[str]]:
    return holding(f"{words().pattern}|{needle()}", ignore_case=True)


def _leads_astray(page: Flat, refresh: str, own: str) -> bool:
    told: dict[str, bool] = page.memory.made(_leads_astray)
    if refresh not in told:
        hosts = {host.lower() for host in _ADDRESS.findall(refresh)} - {own}
        told[refresh] = bool(throwaway_among([*hosts]))
    return told[refresh]
