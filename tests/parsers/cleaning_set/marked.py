"""The form of a labelled page: HTML in which what was put in stands between ⟦ and ⟧.

`⟦farm:甲|乙⟧` was put in; `⟦brand:必威体育⇒渠县人民政府⟧` was put in place of what stands behind ⇒.
From the marked text come the page as served, the honest page, and the exact spans of the truth.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache

import opencc

from parsers.items import KnownOrgan
from tests.parsers.pages import page_of

_MARK = re.compile(r"⟦(?P<kind>\w+):(?P<bad>[^⟦⟧⇒]*)(?:⇒(?P<good>[^⟦⟧⇒]*))?⟧")
_TAG = re.compile(r"<[^>]*>")

#: Two private characters around a number: where something of the honest page was replaced.
SLOT = "\ue000{}\ue001"


@dataclass(frozen=True, slots=True)
class Injection:
    """What was put in: `served[start:end]`; `good` is what it replaced, None where nothing."""

    kind: str
    start: int
    end: int
    bad: str
    good: str | None

    @property
    def shown(self) -> str:
        """The injected characters as a reader's eye would meet them, without white space."""
        return squeezed(html.unescape(_TAG.sub("", self.bad)))


@dataclass(frozen=True, slots=True)
class Marked:
    """A labelled page: its name and address, what the registry knows, and its marked HTML.

    `whose` says whose its host is: "official" (hacked or not), "sold" (it was the organ's and has
    changed hands), "copy" (it never was), "" where the page does not test it.
    """

    name: str
    url: str
    known: KnownOrgan | None
    text: str
    traditional: bool = False
    whose: str = ""

    def served(self) -> str:
        """Return the page as it was served, spam and all."""
        pieces = _MARK.split(self.text)
        honest = "".join(pieces[::4])
        honest = _traditional(honest) if self.traditional else honest
        out, at = [], 0
        for n in range(0, len(pieces), 4):
            out.append(honest[at : at + len(pieces[n])])
            at += len(pieces[n])
            out.append(pieces[n + 2] if n + 2 < len(pieces) else "")
        return _whole("".join(out))

    def honest(self) -> str:
        """Return the page as it was before, a numbered slot for each thing that was replaced."""
        count = iter(range(len(self.text)))
        return _whole(
            _MARK.sub(lambda m: "" if m["good"] is None else SLOT.format(next(count)), self.text)
        )

    def original(self) -> str:
        """Return the page as the government wrote it."""
        return _whole(_MARK.sub(lambda m: m["good"] or "", self.text))

    def injections(self) -> list[Injection]:
        """Return what was put in, in page order; offsets count characters of `served()`."""
        found, shift = [], len(_HEAD)
        for mark in _MARK.finditer(self.text):
            start = mark.start() + shift
            bad = mark["bad"]
            found.append(Injection(mark["kind"], start, start + len(bad), bad, mark["good"]))
            shift -= len(mark.group()) - len(bad)
        return found

    def page(self, text: str):
        """Return `text` as a capture of this page's address."""
        return page_of(text, self.url)


_HEAD = "<!DOCTYPE html><html><head><meta charset='utf-8'>"


def _whole(text: str) -> str:
    return _HEAD + text


def squeezed(text: str) -> str:
    """Return `text` without white space and invisible marks: what wording is compared by."""
    return re.sub(r"[\s\u3000]+", "", text)


def organ(name: str) -> KnownOrgan:
    """Return what a registry would know of the organ `name`."""
    return KnownOrgan("set", name)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def _traditional(text: str) -> str:
    """Return `text` in Traditional script as a copier's tool writes it, character by character."""
    return "".join(
        other if len(other := _converter().convert(letter)) == 1 else letter for letter in text
    )
