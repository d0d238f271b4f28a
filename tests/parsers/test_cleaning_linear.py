"""No page can make cleaning slow: patterns are proved linear, time grows as length does."""

from __future__ import annotations

import ast
import random
import re
from re import _parser

import pytest

from parsers.cleaning import _STEPS, clean
from parsers.cleaning.domains import throwaway_among
from parsers.cleaning.flat import Flat
from parsers.cleaning.joined import PART
from parsers.extract import extract
from parsers.items import Block, Cell, Document
from parsers.patterns import (
    MAX_STEPS,
    bounded,
    linear,
    parting,
    registered,
    spans,
    steps_of,
    which,
)
from tests.conftest import ROOT
from tests.parsers.cleaning_cost import seconds
from tests.parsers.cleaning_set.generated import generated
from tests.parsers.hostile import SHAPES
from tests.parsers.pages import page_of

SEED = 20261122

#: Modules whose every pattern meets page text.
CHECKED = [
    *sorted(ROOT.glob("parsers/cleaning/*.py")),
    ROOT / "parsers/extract/visibility.py",
    ROOT / "parsers/scripts.py",
]
COMPILERS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall"}


def bare_patterns(source):
    """The lines on which a module uses `re` or `re2` other than by `parsers.patterns`."""
    tree = ast.parse(source)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("re", "re2")
        and node.func.attr in COMPILERS | {"finditer"}
    ]


def test_every_pattern_over_page_text_is_compiled_by_the_two_ways_alone():
    found = {path.name: bare_patterns(path.read_text("utf-8")) for path in CHECKED}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert bare_patterns("import re\nre.compile('a')\nre.sub('a', '', text)") == [2, 3]


def test_every_pattern_is_listed_with_its_engine_and_its_bound():
    for page in generated(7, ("names", "damage"))[:6]:
        clean_page(page)
    listed = registered()
    engines = {pattern.engine for pattern in listed}
    assert engines == {"re", "re2"}
    assert len(listed) > 60
    assert all(p.steps is None or 0 < p.steps <= MAX_STEPS for p in listed)
    assert all((p.steps is None) == (p.engine == "re2") for p in listed)


def clean_page(page):
    return clean(extract(page.page(page.served())), page.known)


@pytest.mark.parametrize(
    "pattern",
    [r"\s*x", r"(a|aa)+$", r"(\d+)+$", r".*甲", r"(?:ab)*", r"(a)\1", r"(?:a{0,40}){0,40}b"],
)
def test_a_pattern_that_a_text_can_make_slow_is_refused(pattern):
    with pytest.raises(ValueError, match="slow"):
        bounded(pattern)


def test_what_re2_cannot_match_is_refused_and_never_falls_back():
    with pytest.raises(ValueError, match="RE2"):
        linear(r"甲(?=乙)")


def test_spans_are_those_of_every_match_in_characters():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(200):
        text = "".join(chance.choices("甲乙a1\n𠀀é", k=chance.randrange(30)))
        found = [each.span() for each in linear("[a甲]1|乙+é?").finditer(text)]
        assert list(spans("[A甲]1|乙+é?", ignore_case=True)(text)) == found


def test_a_text_is_parted_into_what_matches_and_what_is_left():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(200):
        text = "".join(chance.choices("甲乙a1\n𠀀é", k=chance.randrange(30)))
        parts = re.split("([a甲]1|乙+é?)", text)
        assert parting("[a甲]1|乙+é?")(text) == (parts[::2], parts[1::2])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a{0,6}a{0,6}b", "a" * 12),
        ("(?:ab|a|b){0,5}c", "ab" * 5),
        ("(?:甲|乙){2,4}(?!丙)", "甲乙甲乙丙"),
    ],
)
def test_the_bound_is_at_least_what_a_matcher_needs(pattern, text):
    """A backtracking matcher that counts its steps never needs more than the bound says."""
    assert _counted(pattern, text) <= steps_of(pattern)


def _counted(pattern, text):
    """Count the steps of matching at the first place: one a literal, all ways tried."""
    steps = 0

    def run(items, at, then):
        nonlocal steps
        if not items:
            return then(at)
        (operator, argument), rest = items[0], items[1:]
        name = str(operator)
        goes_on = lambda end: run(rest, end, then)  # noqa: E731
        if name in ("LITERAL", "IN"):
            steps += 1
            letters = {chr(argument)} if name == "LITERAL" else {chr(code) for _, code in argument}
            return at < len(text) and text[at] in letters and goes_on(at + 1)
        if name == "BRANCH":
            return any(run(list(branch), at, goes_on) for branch in argument[1])
        if name == "SUBPATTERN":
            return run(list(argument[3]), at, goes_on)
        if name == "MAX_REPEAT":
            low, high, inside = argument
            return _repeat(run, list(inside), low, high, at, goes_on)
        if name == "ASSERT_NOT":
            return not run(list(argument[1]), at, lambda _: True) and goes_on(at)
        raise AssertionError(name)

    run(list(_parser.parse(pattern)), 0, lambda _: False)
    return steps


def _repeat(run, inside, low, high, at, goes_on):
    if high > 0 and run(
        inside, at, lambda end: _repeat(run, inside, low - 1, high - 1, end, goes_on)
    ):
        return True
    return low <= 0 and goes_on(at)


def test_a_needle_never_misses_what_a_step_would_do(monkeypatch):
    """With every step forced to run, pages come out as with the needles' choice."""
    pages = generated(11)[::14]
    chosen = [clean_page(page) for page in pages]
    everything = frozenset(name for name, _ in _STEPS)
    monkeypatch.setattr("parsers.cleaning.needed", lambda _: everything)
    monkeypatch.setattr("parsers.cleaning.needed_now", lambda *_: everything)
    for page, cleaned in zip(pages, chosen, strict=True):
        assert clean_page(page) == cleaned, page.name


def test_one_pass_tells_which_words_a_text_holds():
    match = which(["甲", "b+", "丙"])
    assert sorted(match("xBBx丙")) == [1, 2]
    assert match("无") == []


def test_one_look_at_many_hosts_tells_what_a_look_at_each_does():
    hosts = ["www.lf.gov.cn", "abc.com", "b58et.com", "a.top", "x\u0663\u0663\u0663.com", "",
             "12345.net", "yabo.org", "q-z.cn", "one.vip", "a.topic.com"]  # fmt: skip
    alone = {host for host in hosts if throwaway_among([host])}
    assert throwaway_among(hosts) == alone
    assert {"b58et.com", "a.top", "yabo.org", "one.vip"} <= throwaway_among(hosts)


def test_a_rule_meets_each_cell_that_it_concerns_and_leaves_the_others_as_they_are():
    rows = ((Cell("甲", 2), Cell("乙")), (), (Cell("丙"), Cell("甲乙", header=True), Cell("甲")))
    document = Document(page_of(""), "text/html", "utf-8", blocks=(Block(rows=rows),))
    asked = []

    def rule(whole):
        asked.extend(whole.split(PART))
        return whole.replace("甲", "丁"), []

    page, _ = Flat(document).rewrite(rule, bounded("甲"))
    changed = page.document
    assert asked == ["甲", "甲乙"]
    assert changed.blocks[0].rows == (
        (Cell("丁", 2), Cell("乙")),
        (),
        (Cell("丙"), Cell("丁乙", header=True), Cell("丁")),
    )
    assert changed.blocks[0].rows[0][1] is rows[0][1]


SIZE = 30_000
# Four times the text may take six times the time: caches, and clocks of 1 ms, are in it.
GROWTH, NOISE = 6.0, 0.012


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_some_four_times_the_time(shape):
    seconds(shape, 2_000)  # caches are filled
    for attempt in range(4):
        small, large = seconds(shape, SIZE, 2), seconds(shape, 4 * SIZE, 2)
        if large <= GROWTH * small + NOISE:
            return
        assert attempt < 3, f"{shape}: {small:.3f} s, then {large:.3f} s"


def test_a_quadratic_rule_would_be_seen(monkeypatch):
    slow = re.compile(r"\s*甲")
    monkeypatch.setattr(
        "parsers.cleaning.is_sound", lambda page: slow.sub("", " " * (len(page.whole) // 3)) or True
    )
    seconds("endless line of honest", 2_000)  # what is made once is none of the time
    small, large = (seconds("endless line of honest", size) for size in (SIZE, 4 * SIZE))
    assert large > GROWTH * small + NOISE
