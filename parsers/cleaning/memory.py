"""Remember of each text of a page what a look at it has told: no round asks again of what stayed.

A page is gone through until nothing changes, and step by step only a few of its texts do. What a
pattern, a rule or a look for brands says of a text hangs on the text alone: each looks at what is
another text than it was when it looked last. Nothing is kept from one page to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Texts(list[str]):
    """Texts by number, and where they come from: `was` with those of these numbers `changed`."""

    was: Texts | None = None
    changed: Iterable[int] = ()

    def with_changed(self, changed: dict[int, str]) -> Texts:
        """Return the texts with some changed, by number: the same where there are none."""
        if not changed:
            return self
        made = Texts(self)
        for n, text in changed.items():
            made[n] = text
        made.was, made.changed = self, changed.keys()
        return made

    def since(self, seen: object) -> list[int] | None:
        """Return the numbers of what changed since `seen`, in order; None if these come not of it.

        Whoever changed a text and changed it back is told, too.
        """
        changed: set[int] = set()
        at: Texts | None = self
        while at is not None and at is not seen:
            changed.update(at.changed)
            at = at.was
        return None if at is None else sorted(changed)


class Memory:
    """What is known of the texts of one page, by question: whoever asks it is its key."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._seen: dict[object, Sequence[str | None]] = {}
        self._told: dict[object, Any] = {}

    def forget(self) -> None:
        """Let go of all that is known: the collector would go through it."""
        self._seen.clear()
        self._told.clear()

    def new(self, question: object, texts: list[str]) -> Sequence[int]:
        """Return the numbers of those of `texts` that are not known, and take them for known now.

        Where blocks went, texts are looked for wherever they stood.
        """
        seen = self._seen.get(question)
        self._seen[question] = texts
        if seen is None:
            return range(len(texts))
        if seen is texts:
            return ()
        since = texts.since(seen) if isinstance(texts, Texts) else None
        if since is not None:
            return since
        if len(seen) == len(texts):
            pairs = zip(seen, texts, strict=True)
            return [n for n, (was, now) in enumerate(pairs) if was is not now]
        known = set(map(id, seen))  # texts are moved, not copied: their letters are not looked at
        return [n for n, text in enumerate(map(id, texts)) if text not in known]

    def know(self, question: object, texts: list[str], numbers: Iterable[int]) -> None:
        """Take those of `texts` that have these numbers for known, and no others."""
        seen: list[str | None] = [None] * len(texts)
        for n in numbers:
            seen[n] = texts[n]
        self._seen[question] = seen

    def made(self, question: object) -> dict[str, Any]:
        """Return the answers to a question, by text: to look up and to add to."""
        made: dict[str, Any] = self._told.setdefault(question, {})
        return made

    def hit(
        self, question: object, texts: list[str], look: Callable[[list[str]], list[int]]
    ) -> list[int]:
        """Return the numbers of those of `texts` that `look` tells, in order.

        It is given what is new of them, and tells numbers in that.
        """
        seen = self._seen.get(question, ())
        new = self.new(question, texts)
        if len(new) == len(texts):
            hit = look(texts)
        else:
            known = self._told[question]
            if len(seen) != len(texts):
                told = {id(seen[n]) for n in known}
                known = [n for n, text in enumerate(map(id, texts)) if text in told]
            found = look([texts[n] for n in new]) if new else ()
            hit = sorted({*set(known).difference(new), *(new[n] for n in found)}) if new else known
        self._told[question] = hit
        return hit

    def holding(self, holds: Callable[[list[str]], set[str]], texts: list[str]) -> set[str]:
        """Return those of `texts` that `holds` tells, and perhaps some that they were before."""
        new = self.new(holds, texts)
        known: set[str] = self._told.setdefault(holds, set())
        known |= holds([texts[n] for n in new])
        return known
