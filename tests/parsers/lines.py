"""Pages of lines at random, and a memory that forgets, to hold what is told at once against."""

from __future__ import annotations

import random

from parsers.cleaning.flat import Flat
from parsers.cleaning.shown_texts import ShownTexts
from parsers.items import Block, Document
from tests.parsers.pages import page_of

SEED = 20261122


def mixed(pieces, count, longest):
    """Texts of pieces at random, the same ones in every run."""
    chance = random.Random(SEED)
    return ["".join(chance.choices(pieces, k=chance.randrange(1, longest))) for _ in range(count)]


def lines_of(texts):
    """A page of these lines."""
    blocks = tuple(Block(text) for text in texts)
    return Flat(Document(page_of(""), "text/html", "utf-8", "题", blocks=blocks))


def lines_shown(page):
    """The lines of a page that are shown, but blank ones: told in three ways."""
    lines, every = ShownTexts(page), range(len(page.texts))
    shown = lines.above(len(page.texts), len(page.texts))[::-1]
    assert [page.texts[n] for n in lines.among([*every]) if page.texts[n]] == shown
    below = [line for n in every[page.first - 1 :] if (line := lines.below(n)) is not None]
    assert [*dict.fromkeys(below)] == [*dict.fromkeys(shown)]
    return shown


def forgetful(self, question, texts):
    """`Memory.new` of one that knows no text."""
    self._seen.pop(question, None)
    return range(len(texts))
