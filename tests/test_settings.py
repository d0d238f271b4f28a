"""Settings: what README's table holds can come by environment, and slips are told at once."""

from __future__ import annotations

import re

import pytest
from scrapy.settings import Settings

from crawler import settings as ours
from crawler.archive.place import store_of
from crawler.numbers import check_numbers
from parsers.errors import ArchiveError, DisclosureError
from tests.conftest import ROOT

TABLE = re.findall(
    r"^\| `([A-Z0-9_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)


def given(**changes):
    settings = Settings()
    settings.setmodule(ours)
    settings.update(changes, priority="cmdline")
    return settings


def test_every_setting_of_the_table_is_taken_from_the_environment_and_no_other():
    assert sorted(TABLE) == sorted(ours._FROM_ENVIRONMENT)


def test_every_setting_of_the_environment_has_a_default():
    assert all(hasattr(ours, name) for name in ours._FROM_ENVIRONMENT)


def test_the_defaults_are_good():
    check_numbers(given())


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("DOWNLOAD_DELAY", "abc", "a number, 0 or more"),
        ("DOWNLOAD_DELAY", "-1", "a number, 0 or more"),
        ("DOWNLOAD_DELAY", "nan", "a number, 0 or more"),
        ("PAGES_PER_SECTION", "abc", "a whole number, 1 or more"),
        ("PAGES_PER_SECTION", "1.5", "a whole number, 1 or more"),
        ("WALK_DEPTH", "-3", "a whole number, 0 or more"),
        ("CONCURRENT_REQUESTS", "0", "a whole number, 1 or more"),
        ("REVISITS", "maybe", "1 (yes) or 0 (no)"),
    ],
)
def test_a_number_that_is_none_is_named_with_what_it_must_be(name, value, form):
    with pytest.raises(DisclosureError) as told:
        check_numbers(given(**{name: value}))
    assert str(told.value) == f"{name} is {value!r}: it must be {form}"


@pytest.mark.parametrize(("name", "value"), [("DOWNLOAD_TIMEOUT", "0.5"), ("REVISITS", "False")])
def test_a_number_in_another_form_is_good(name, value):
    check_numbers(given(**{name: value}))


def test_a_relative_path_after_file_is_refused_with_the_remedy():
    with pytest.raises(ArchiveError, match=r"names a host, data: write file:///absolute/path"):
        store_of("file://data/archive", {})


@pytest.mark.parametrize("url", ["file:///a/b", "file://localhost/a/b", "/a/b"])
def test_an_absolute_path_is_a_folder(url):
    assert str(store_of(url, {}).folder) == "/a/b"
