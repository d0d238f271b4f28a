"""Remember of each text of a page what a look at it has told: no round asks again of what stayed.

A page is gone through until nothing changes, and step by step only a few of its texts do. What a
pattern, a rule or a look for brands says of a text hangs on the text alone: each looks at what is
another text than it was when it looked last. Nothing is kept from one page to the next.
"""

from __future__ import annotations

from itertools import accumulate, compress, count, filterfalse
from operator import is_not, not_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence


class Texts(list[str]):
    """Texts by number, and where they come from: `was`, with those of these numbers `changed`.

    `stays` says of each of `was` whether it is here; None where all are.
    """

    was: Texts | None = None
    changed: Collection[int] = ()
    stays: bytes | None = None
    _now: list[int] | None = None

    @property
    def now(self) -> list[int] | None:
        """The number that each of `was` has here, -1 for one that went; None where all stayed.

        Told when it is asked for: to count a hundred thousand takes 5 ms.
        """
        if self._now is None and self.stays is not None:
            self._now = [*accumulate(self.stays, initial=0)]
            for gone in compress(count(), map(not_, self.stays)):
                self._now[gone] = -1
        return self._now

    def with_changed(self, changed: dict[int, str]) -> Texts:
        """Return the texts with some changed, by number: the same where there are none."""
        if not changed:
            return self
        made = Texts(self)
        for n, text in changed.items():
            made[n] = text
        made.was, made.changed = self, changed.keys()
        return made

    def kept(self, told: list[Any]) -> list[Any]:
        """Return what was `told` of each of `was`, of each of these: they may have changed."""
        return told.copy() if self.stays is None else [*compress(told, self.stays)]

    def left(self, stay: bytes) -> Texts:
        """Return those of which `stay` says that they stay: the same where all do."""
        if 0 not in stay:
            return self
        left = Texts(compress(self, stay))
        left.was, left.stays = self, stay
        return left

    def others_than(self, had: Texts) -> list[int]:
        """Return the numbers of those that are other ones than in `had`, as many, in order."""
        return [] if self is had else [*compress(count(), map(is_not, had, self))]

    def since(self, seen: Texts) -> list[Texts] | None:
        """Return what became of `seen` step by step, these last; None if these come not of it."""
        steps: list[Texts] = []
        at: Texts | None = self
        while at is not None and at is not seen:
            steps.append(at)
            at = at.was
        return None if at is None else steps[::-1]

    def became(self, seen: Texts) -> list[str]:
        """Return what each of `seen` is now, of which these are what became: "" for one that went.

        Raises ValueError if they are not.
        """
        steps = self.since(seen)
        if steps is None:
            raise ValueError("these texts come not of those")
        numbers: Iterable[int] = range(len(seen))
        for now in (step.now for step in steps):
            numbers = numbers if now is None else [-1 if n < 0 else now[n] for n in numbers]
        return [*map([*self, ""].__getitem__, numbers)]

    def new_since(self, seen: Texts) -> Collection[int]:
        """Return the numbers of those that changed or came since `seen`, in no order."""
        steps = self.since(seen)
        return range(len(self)) if steps is None else _new_behind(steps, ())


def _new_behind(steps: Iterable[Texts], unknown: Iterable[int]) -> set[int]:
    """Return the numbers of what changed in these steps, or was `unknown` before them."""
    new = set(unknown)
    for step in steps:
        if step.now is not None:
            new = set(_moved(new, step))
        new.update(step.changed)
    return new


def _moved(numbers: Iterable[int], step: Texts) -> Iterable[int]:
    """Return the numbers that texts have behind a step: those that went have none."""
    now = step.now
    return numbers if now is None else [at for at in map(now.__getitem__, numbers) if at >= 0]


class Memory:
    """What is known of the texts of one page, by question: whoever asks it is its key."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._seen: dict[object, tuple[Texts, Sequence[int]]] = {}
        self._told: dict[object, Any] = {}

    def forget(self) -> None:
        """Let go of all that is known: the collector would go through it."""
        self._seen.clear()
        self._told.clear()

    def new(self, question: object, texts: Texts) -> Sequence[int]:
        """Return the numbers of those of `texts` that are not known, and take them for known now.

        In order. Whoever changed a text and changed it back is told, too.
        """
        seen, unknown = self._seen.get(question, (_NOTHING, ()))
        self._seen[question] = texts, ()
        steps = texts.since(seen)
        if not steps:
            return range(len(texts)) if steps is None else unknown
        return sorted(_new_behind(steps, unknown))

    def learn(
        self, question: object, texts: Texts, hit: list[int], unknown: Sequence[int] = ()
    ) -> None:
        """Take `texts` for known but the `unknown`: these are `hit`. Numbers, in order."""
        self._seen[question] = texts, unknown
        self._told[question] = hit

    def made(self, question: object) -> dict[Any, Any]:
        """Return the answers to a question, by text mostly: to look up and to add to."""
        made: dict[Any, Any] = self._told.setdefault(question, {})
        return made

    def hit(
        self, question: object, texts: Texts, look: Callable[[list[str]], list[int]]
    ) -> list[int]:
        """Return the numbers of those of `texts` that `look` tells, in order.

        It is given what is new of them, and tells numbers in that.
        """

        def look_at(numbers: Sequence[int]) -> Iterable[int]:
            if len(numbers) == len(texts):
                return look(texts)
            return map(numbers.__getitem__, look([*map(texts.__getitem__, numbers)]))

        return self.told(question, texts, look_at)

    def told(
        self,
        question: object,
        texts: Texts,
        look: Callable[[Sequence[int]], Iterable[int]],
        again: Sequence[int] = (),
    ) -> list[int]:
        """Return the same where `look` is given numbers: of what is new, or to be seen `again`."""
        steps, new = self._news(question, texts, again)
        if steps is None or _is_much(new, texts):
            told = [*look(range(len(texts)))]
        else:
            known: Iterable[int] = self._told[question]
            for step in steps:
                known = _moved(known, step)
            told = sorted([*filterfalse(set(new).__contains__, known), *(look(new) if new else ())])
        self._told[question] = told
        return told

    def each(
        self,
        question: object,
        texts: Texts,
        look: Callable[[Sequence[int]], Iterable[Any]],
    ) -> list[Any]:
        """Return what `look` tells of each of `texts`: it is given the numbers of the same ones."""
        steps, new = self._news(question, texts, ())
        if steps is None:
            told = [*look(range(len(texts)))]
        else:
            told = self._told[question]
            for step in steps:
                told = step.kept(told)
            for n, each in zip(new, look(new) if new else (), strict=True):
                told[n] = each
        self._told[question] = told
        return told

    def _news(
        self, question: object, texts: Texts, again: Sequence[int]
    ) -> tuple[list[Texts] | None, Sequence[int]]:
        """Return what became of what was seen, and the numbers of what is new or seen `again`."""
        steps = texts.since(self._seen[question][0]) if question in self._seen else None
        new = self.new(question, texts)
        return steps, sorted({*new, *again}) if again and len(new) < len(texts) else new

    def holding(self, holds: Callable[[list[str]], set[str]], texts: Texts) -> set[str]:
        """Return those of `texts` that `holds` tells, and perhaps some that they were before."""
        new = self.new(holds, texts)
        known: set[str] = self._told.setdefault(holds, set())
        known |= holds([*dict.fromkeys(map(texts.__getitem__, new))])
        return known


def _is_much(new: Sequence[int], texts: Texts) -> bool:
    """Whether a look at these of `texts` takes no less than one at all of them.

    Of few texts one may be nearly all of the page, and known.
    """
    if len(new) * _HARDLY_LESS <= len(texts):
        return False
    if len(texts) > _FEW:
        return True
    return sum(len(texts[n]) for n in new) * _HARDLY_LESS > sum(map(len, texts))


_NOTHING = Texts()
# To join a third of the texts takes as long as to join all, which the next who looks has use for.
_HARDLY_LESS = 3
# The longest report read has 1,400 blocks and cells; to add up so many lengths takes 50 us.
_FEW = 2000
