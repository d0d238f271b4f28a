"""Clean: cut what hijackers and copiers added to a document, and put back what they replaced.

One module a kind of injection, run in the order in which they lie over one another: hidden parts
and link farms before the script is converted, pinyin before the script, names last, on simplified
text. Every step returns what it cut beside what is left; the archived bytes are never touched. An
honest sentence lost costs more than ten spam ones kept: in doubt a step flags, or leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from parsers.cleaning.characters import mend_characters
from parsers.cleaning.damage import mend_damage
from parsers.cleaning.hidden import cut_hidden_blocks
from parsers.cleaning.injected import cut_injected_meta, cut_injected_scripts, cut_title_words
from parsers.cleaning.link_farms import cut_link_farms
from parsers.cleaning.lost_digits import mend_dates
from parsers.cleaning.pinyin import cut_pinyin
from parsers.cleaning.rewrite import merge
from parsers.cleaning.script import simplify
from parsers.cleaning.substitutions import restore_names, without_empty_blocks
from parsers.items import Cleaned
from parsers.metadata import published_in
from parsers.titles import find_title, opening_title

if TYPE_CHECKING:
    from parsers.items import Cut, Document, KnownOrgan, Script

__all__ = ["clean"]


# What one cut uncovers (a signature behind a farm, a name beside a brand) the next round cuts; real
# pages need one round and one that finds nothing.
MAX_ROUNDS = 4


def clean(document: Document, known: KnownOrgan | None) -> Cleaned:
    """Return `document` cleaned, what was cut, and the script that it came in.

    `known` is what the registry knows of the organ behind the page's host, None where nothing.
    Cleaning twice changes nothing more; a clean page stays as it is.
    """
    done: list[Cut] = []
    script: Script = "simplified"
    for number in range(MAX_ROUNDS):
        document, cuts, seen = _clean_once(document, known)
        script = seen if number == 0 or seen == "obfuscated" else script
        changes = [cut for cut in cuts if cut.action != "flagged"]
        done += changes
        if not changes:
            break
    doubts = [cut for cut in cuts if cut.action == "flagged"]
    return Cleaned(without_empty_blocks(document), merge([*done, *doubts]), script)


def _clean_once(document: Document, known: KnownOrgan | None) -> tuple[Document, list[Cut], Script]:
    cuts: list[Cut] = []
    for step in _STEPS:
        document, found = step(document)
        cuts += found
    glossed = any(cut.kind == "pinyin_annotation" for cut in cuts)
    document, script = simplify(document, glossed=glossed)
    document, found = mend_damage(document)
    cuts += found
    document, found = restore_names(document, known, _hosts(document))
    cuts += found
    document, found = mend_dates(document, _year(document), published_in(document))
    return document, cuts + found, script


_STEPS = (
    cut_hidden_blocks,
    cut_injected_scripts,
    mend_characters,
    cut_link_farms,
    cut_injected_meta,
    cut_title_words,
    cut_pinyin,
)


def _hosts(document: Document) -> frozenset[str]:
    """Return the page's own hosts, with and without www."""
    hosts = set()
    for url in (document.page.url, document.page.final_url):
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            continue
        bare = host.removeprefix("www.")
        hosts |= {host, bare, f"www.{bare}"}
    return frozenset(hosts)


def _year(document: Document) -> int | None:
    title = find_title(document) or opening_title(document)
    return title.year if title else None
