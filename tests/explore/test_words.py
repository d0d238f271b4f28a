"""The interface in two languages: whatever a page says has its Chinese."""

import re
from typing import get_args, get_type_hints

import pytest

from crawler.explore.listing import LISTS
from crawler.explore.runs import STATES
from crawler.explore.words import words
from crawler.feeds.headlines import HEADLINES
from crawler.jobs.outcomes import OUTCOMES, RUNNING
from parsers.items import Cut, Report
from parsers.vocabulary import metrics, vocabulary
from tests.conftest import ROOT
from tests.explore.conftest import of_year

ROOM = ROOT / "crawler" / "explore"
_PHRASE = re.compile(r"""\bt\(\s*(?:"([^"]*)"|'([^']*)')(?!\s*\+)\s*[,)]""")
_MISSING = re.compile(r'Missing\(\s*"([^"]*)"')


def phrases():
    found = set()
    for path in ROOM.glob("templates/*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[1] or match[2] for match in _PHRASE.finditer(text)}
    for path in ROOM.glob("*.py"):
        found |= set(_MISSING.findall(path.read_text(encoding="utf-8")))
    return found


def literals(kind, name):
    return get_args(get_type_hints(kind)[name])


def codes():
    """What templates look up by a code of the data."""
    return {
        *HEADLINES,
        *(word for word in literals(Report, "kind")),
        *literals(Cut, "kind"),
        *(f"state.{state}" for state in STATES),
        *(f"outcome.{outcome.name}" for outcome in OUTCOMES),
        f"outcome.{RUNNING}",
        *(f"quality.{name}{more}" for name in LISTS for more in ("", ".meaning")),
        *(f"table.{name}" for name in vocabulary()["table"]),
        *(f"list.{name}" for name in vocabulary()["table"]),
        *(f"list.{metric.partition('.')[0]}" for metric in metrics()),
    }


def test_there_are_phrases_to_look_for():
    assert len(phrases()) > 150


def test_every_phrase_has_its_chinese():
    assert sorted(phrases() - words()["zh"].keys()) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_its_words(language):
    assert sorted(codes() - words()[language].keys()) == []


def test_what_is_filled_in_is_the_same_in_both_languages():
    for phrase, chinese in words()["zh"].items():
        english = words()["en"].get(phrase, phrase)
        assert set(re.findall(r"{\w+}", chinese)) == set(re.findall(r"{\w+}", english)), phrase


def test_no_chinese_stands_without_a_phrase():
    ours = phrases() | codes() | words()["en"].keys()
    data = {"central", "province", "prefecture", "county", "township", "government", "office",
            "department", "removed", "restored", "flagged"}  # fmt: skip
    assert sorted(words()["zh"].keys() - ours - data) == []


def test_the_switch_leads_to_the_same_page_and_is_kept(store, pages):
    site = pages(store(of_year(2020, 1)))
    english = site.ask("/?place=990100&lang=en")
    assert 'href="/?place=990100&amp;lang=zh"' in english.text
    chinese = site.ask("/?place=990100&lang=zh")
    assert '<html lang="zh-CN">' in chinese.text
    kept = chinese.headers["set-cookie"].partition(";")[0]
    assert '<html lang="zh-CN">' in site.ask("/quality", headers={"cookie": kept}).text


def test_without_a_choice_the_browser_says_which_language(store, pages):
    site = pages(store(of_year(2020, 1)))
    assert (
        '<html lang="zh-CN">' in site.ask("/", headers={"accept-language": "zh-CN,en;q=0.5"}).text
    )
    assert '<html lang="en">' in site.ask("/", headers={"accept-language": "de"}).text
