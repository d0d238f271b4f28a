"""The README is true: what it names exists, and what exists is named."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from typing import get_args, get_type_hints

import pytest

from crawler import settings
from parsers.items import Report
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    path.stem for path in ROOT.glob("crawler/commands/*.py") if path.stem != "__init__"
)
DEPENDENCIES = [
    re.split(r"[<>=\[ ]", dependency)[0]
    for dependency in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]["dependencies"]
]
SETTINGS = list(settings._FROM_ENVIRONMENT)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named(command):
    assert f"scrapy {command}" in README


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_a_deployment_is_named(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_every_dependency_says_why(name):
    assert re.search(rf"`{re.escape(name)}`", README)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Report)])
def test_every_field_of_the_item_is_explained(field):
    assert f"| `{field}` |" in README


def words_of(name):
    hint = get_type_hints(Report)[name]
    return [word for word in get_args(hint) if isinstance(word, str)]


@pytest.mark.parametrize("word", [*words_of("kind"), *words_of("script")])
def test_every_word_of_a_closed_list_is_explained(word):
    assert f"`{word}`" in README


@pytest.mark.parametrize("target", re.findall(r"^    make (\w+)", README, re.MULTILINE))
def test_every_make_target_that_is_named_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", re.findall(r"^    ([\w.]+/)(?:\s|$)", README, re.MULTILINE))
def test_every_room_of_the_tree_exists(name):
    assert (ROOT / name).is_dir()
