"""Write sentences whose figures are known: wordings of reports, filled with numbers of ours.

`wordings/*.txt` hold one wording a line, `# under:` the heading that it stands under. In a wording
`{requests.received}` is a figure of that metric, `{~}` one of nothing that is asked for, `{y}` the
year reported on, `{p}` the year before, `{o}` an organ. Behind ` ## ` stands what it says in words:
`zero` metrics are 0, `also a=b` gives a the figure of b, `maybe a=b` may be read or not.
A wording's place tells its half: even ones were seen by the rules' writer, odd ones were held back.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEED = 6
YEAR = 2014
WORDINGS = Path(__file__).with_name("wordings")
ORGANS = (
    "清河县人民政府",
    "柳塘市教育局",
    "东岭镇人民政府",
    "白沙区住房和城乡建设局",
    "云泽市人民政府办公室",
    "石梁县水务局",
)
MONEY = frozenset({"fees.collected"})
_SLOT = re.compile(r"\{([^{}]+)\}")
_SAID = re.compile(r"(zero|also|maybe) ([a-z_.= ]+?)(?= (?:zero|also|maybe) |$)")

Half = Literal["development", "held back"]
Qualifier = Literal["exact", "approximate", "at_least"]


@dataclass(frozen=True)
class Wording:
    """A line of a file: its pattern, the heading above it, and what it says in words."""

    file: str
    heading: str
    text: str
    zeros: tuple[str, ...]
    also: Mapping[str, str]
    maybe: Mapping[str, str]
    half: Half

    @property
    def metrics(self) -> frozenset[str]:
        """What it states, in figures or in words."""
        named = {slot for slot in _SLOT.findall(self.text) if "." in slot}
        return frozenset({*named, *self.zeros, *self.also})


@dataclass(frozen=True)
class Sentence:
    """A filled wording, and the truth of it: `values` must be read, `maybe` may be."""

    wording: Wording
    text: str
    values: Mapping[str, float]
    maybe: Mapping[str, float]
    qualifiers: Mapping[str, Qualifier]
    form: str


def wordings() -> Iterator[Wording]:
    """Yield all wordings, file by file, in order."""
    number = 0
    for path in sorted(WORDINGS.glob("*.txt")):
        heading = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# under: "):
                heading = line.removeprefix("# under: ")
                continue
            text, _, said = line.partition(" ## ")
            told = {word: what.split() for word, what in _SAID.findall(said)}
            yield Wording(
                path.stem,
                heading,
                text,
                tuple(told.get("zero", ())),
                dict(pair.split("=") for pair in told.get("also", ())),
                dict(pair.split("=") for pair in told.get("maybe", ())),
                "held back" if number % 2 else "development",
            )
            number += 1


# ---- how a number may be written; each takes the number and gives its text and its value ----


def chinese(number: int) -> str:
    """Return a number below 100,000 as a Chinese numeral: 12305 is 一万二千三百零五."""
    digits, places = "零一二三四五六七八九", ("", "十", "百", "千", "万")
    said, pending = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if pending and said else "") + digits[digit] + places[place]
        pending = not digit
    return said.removeprefix("一") if said.startswith("一十") else said or "零"


def _spaced(number: int) -> str:
    return " ".join(str(number)) if number >= 10 else f" {number} "


def _in_myriads(number: int) -> str:
    return f"{number / 10000:g}万" if number >= 1000 else str(number)


FORMS = {
    "plain": str,
    "commas": lambda n: f"{n:,}",
    "full width": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "numeral": chinese,
    "apart": lambda n: f" {n} ",
    "spaced": _spaced,
    "myriads": _in_myriads,
    "torn": "\n{}\n".format,
}
#: How often each is drawn.
_DRAWN = ("plain",) * 5 + (
    "commas",
    "full width",
    "numeral",
    "apart",
    "apart",
    "spaced",
    "torn",
    "myriads",
)
_ROUNDED: tuple[tuple[str, str, Qualifier], ...] = (
    ("约", "", "approximate"),
    ("近", "", "approximate"),
    ("", "余", "approximate"),
    ("超过", "", "at_least"),
)
_UNIT = re.compile(r"条次|条|件次|件|人次|人|篇|份|起|宗|次|名|场|期|个|元|万元")
_FEW = frozenset({"review", "litigation", "complaints", "training", "institution", "response"})


def fill(wording: Wording, turn: int, organ: str = "") -> Sentence:
    """Return the `turn`-th filling of a wording; the first one is plain, the others vary.

    `organ` is the one that reports; without it one is drawn.
    """
    draw = random.Random(f"{SEED} {wording.text} {turn}")
    form = "plain" if turn == 0 else draw.choice(_DRAWN)
    slots = _SLOT.findall(wording.text)
    numbers = _numbers(draw, slots)
    rounded = turn > 0 and form == "plain" and draw.random() < 0.25
    first = next((n for n, slot in enumerate(slots) if "." in slot), -1)
    values: dict[str, float] = {}
    qualifiers: dict[str, Qualifier] = {}
    text, at = "", 0
    for n, slot in enumerate(_SLOT.finditer(wording.text)):
        text += wording.text[at : slot.start()]
        at = slot.end()
        name = slot.group(1)
        if name in {"y", "p", "o"}:
            text += {"y": str(YEAR), "p": str(YEAR - 1), "o": organ or draw.choice(ORGANS)}[name]
            continue
        written = FORMS[form](numbers[n])
        if "." in name:
            unit = _UNIT.match(wording.text, at)
            values[name] = numbers[n] / 10000 if name in MONEY else numbers[n]
            qualifiers[name] = "exact"
            plain = not re.search(r"[余约近超]$", text) and "余" not in wording.text[at : at + 1]
            if rounded and n == first and unit and plain:
                before, behind, qualifier = draw.choice(_ROUNDED)
                written, qualifiers[name] = before + written + behind, qualifier
            elif not plain:
                qualifiers[name] = "approximate"
        text += written
    text += wording.text[at:]
    values |= dict.fromkeys(wording.zeros, 0.0)
    values |= {metric: values[source] for metric, source in wording.also.items()}
    maybe = {metric: values[source] for metric, source in wording.maybe.items()}
    return Sentence(wording, text, values, maybe, qualifiers, form)


def _numbers(draw: random.Random, slots: list[str]) -> list[int]:
    """Draw a number a slot: the first is the largest, so that it may be the whole of the others."""
    group = next((slot.partition(".")[0] for slot in slots if "." in slot), "")
    most = 60 if group in _FEW else 9000
    whole = draw.randint(20, most)
    numbers, met = [], False
    for slot in slots:
        if slot in {"y", "p", "o"}:
            numbers.append(0)
            continue
        numbers.append(draw.randint(1, whole - 1) if met else whole)
        met = True
    return numbers


def sentences(turns: int, half: Half | None = None) -> Iterator[Sentence]:
    """Yield each wording of a half (of both where None) filled `turns` times."""
    for wording in wordings():
        if half is None or wording.half == half:
            for turn in range(turns):
                yield fill(wording, turn)
