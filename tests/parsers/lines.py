"""Pages of lines at random, and a memory that forgets, to hold what is told at once against."""

from __future__ import annotations

import random

from parsers.cleaning.flat import Flat
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


def forgetful(self, question, texts):
    """`Memory.new` of one that knows no text."""
    self._seen.pop(question, None)
    return range(len(texts))
