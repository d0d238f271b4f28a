"""Who follows the README's steps for a new family, word by word, ends with one that works.

In a copy of the project: what the steps name (model, lists of families, file names, the line of
`asked.json`, the command) is taken from the README as it stands.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NAME = "meridian"
STEPS = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = STEPS.partition("## Add a site-builder family")[2].partition("\n## ")[0]
PAGE = """<html><head><script src="/meridian/list.js"></script><title>公开年报</title></head>
<body><ul>
<li><a href="{year}.html">安澜县{year}年政府信息公开工作年度报告</a><i>{after}-01-20</i></li>
<li><a href="{before}.html">安澜县{before}年政府信息公开工作年度报告</a><i>{year}-01-22</i></li>
</ul>{pager}</body></html>
"""
STANZA = f"""
[[portal]]
id = "yunze"
name = "云泽市人民政府"
division = "999900"
region = "示例省云泽市"
level = "prefecture"
type = "government"
hosts = ["www.yunze.example"]
home = "http://www.yunze.example/"

[[portal.section]]
url = "http://www.yunze.example/{NAME}/"
cms = "{NAME}"
"""
USE = """
from pathlib import Path
from crawler import cms
from crawler.registry import Registry
from tests.cms import page
print(cms.family_of(page(b'<script src="/meridian/list.js">')).NAME)
print(Registry.load(Path("portal.toml")).portals[0].sections[0].cms)
"""


def step(number: int) -> str:
    found = re.search(rf"^{number}\. (.*?)(?=^\d\. |^\S|\Z)", STEPS, re.MULTILINE | re.DOTALL)
    assert found
    return " ".join(found[1].split())


def named(pattern: str, number: int) -> str:
    found = re.search(pattern, step(number))
    assert found, f"step {number} names no {pattern}"
    return found[1]


def copied(tmp_path: Path) -> Path:
    copy = tmp_path / "project"
    for name in ("crawler", "parsers", "tests/cms", "tests/site", "tests/conftest.py"):
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name in ("tests/__init__.py", "pyproject.toml", "scrapy.cfg", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    return copy


def write_the_module(copy: Path) -> None:
    model = (copy / named(r"copy the form of `([\w/.]+)`", 1)).read_text(encoding="utf-8")
    signs = re.compile(r"_SIGNS = re\.compile\(\n.*?\n\)", re.DOTALL)
    text = signs.sub(lambda _: '_SIGNS = re.compile(r"/meridian/list\\.js")', model)
    text = text.replace('NAME = "vsb"', f'NAME = "{NAME}"')
    path = named(r"Write `([\w/.]+)`", 1).replace("NAME", NAME)
    (copy / path).write_text(text, encoding="utf-8")


def put_it_into_the_list(copy: Path) -> None:
    path = copy / named(r"Import it in `([\w/.]+)`", 2)
    text = path.read_text(encoding="utf-8")
    text = text.replace("    lonsun,\n", f"    lonsun,\n    {NAME},\n", 1)
    before = named(r"before `(\w+)`", 2)
    path.write_text(text.replace(f" {before},\n)", f" {NAME}, {before},\n)"), encoding="utf-8")


def write_two_pages(copy: Path) -> None:
    pager = '<div><a href="2.html">下一页</a></div>'
    asked = json.loads((copy / "tests/cms/asked.json").read_text(encoding="utf-8"))
    line = json.loads("{" + named(r"`(\"NAME/1\.html\": \{.*?\})`", 3).replace("NAME", NAME) + "}")
    ((case, fetch),) = line.items()
    asked |= {case: fetch, case.replace("1", "2"): {"url": f"{fetch['url']}2.html"}}
    (copy / "tests/cms/asked.json").write_text(json.dumps(asked), encoding="utf-8")
    for number, (year, more) in enumerate(((2014, pager), (2012, "")), 1):
        path = named(r"as `(tests/cms/NAME/1\.html)`", 3).replace("NAME", NAME)
        page = copy / path.replace("1.html", f"{number}.html")
        page.parent.mkdir(exist_ok=True)
        text = PAGE.format(year=year, before=year - 1, after=year + 1, pager=more)
        page.write_text(text, encoding="utf-8")


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run in the copy; of its tests only those that speak of the new family, to be quick."""
    environment = os.environ | {"PYTEST_ADDOPTS": f"-k {NAME} -p no:cacheprovider -n 0"}
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def test_the_readmes_steps_for_a_family_work_as_they_stand(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    write_the_module(copy)
    put_it_into_the_list(copy)
    write_two_pages(copy)

    command = shlex.split(named(r"`(\.venv/bin/python -m pytest [\w/]+)`", 4))
    first = run(copy, *command)
    assert first.returncode == 1
    written = [
        json.loads((copy / "tests/cms" / NAME / f"{number}.listing.json").read_text("utf-8"))
        for number in (1, 2)
    ]
    assert [row["title"][3:8] for one in written for row in one["entries"]] == [
        "2014年", "2013年", "2012年", "2011年",
    ]  # fmt: skip
    assert [one["url"] for one in written[0]["next"]] == [f"http://www.yunze.example/{NAME}/2.html"]
    assert written[1]["next"] == []

    second = run(copy, *command)
    assert second.returncode == 0, second.stdout
    (copy / "portal.toml").write_text(STANZA, encoding="utf-8")
    assert run(copy, ".venv/bin/python", "-c", USE).stdout.split() == [NAME, NAME]
