"""Let the garbage collector rest over what is vast: looking for cycles takes a tenth to a third.

What the stages make of a page holds no cycles: all of it goes as the page goes.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of a page: the longest report read has 200,000 with all its tables.
VAST_PAGE = 300_000


@contextmanager
def resting(*, vast: bool) -> Iterator[None]:
    """Let the collector rest where the work is `vast`, if it does not rest already."""
    rests = vast and gc.isenabled()
    if rests:
        gc.disable()
    try:
        yield
    finally:
        if rests:
            _take_for_old()
            gc.enable()


def _take_for_old() -> None:
    """Let the collector take what there is for old: its next look would be at all of it."""
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
