"""Rules about every module: what may import what, what may stand where, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

MODULES = sorted((*ROOT.glob("crawler/**/*.py"), *ROOT.glob("parsers/**/*.py")))
PARSERS = [path for path in MODULES if path.is_relative_to(ROOT / "parsers")]
#: Scrapy's side of the archive; every other module of it works on bytes, files and SQLite.
SCRAPY_SIDE = {
    "connection.py", "download.py", "extension.py", "replay.py", "selftest.py", "tape.py", "tls.py",
    "wire.py",
}  # fmt: skip
NO_SCRAPY = [
    *sorted(ROOT.glob("crawler/cms/*.py")),
    *(path for path in sorted(ROOT.glob("crawler/archive/*.py")) if path.name not in SCRAPY_SIDE),
]
FRAMEWORKS = {"scrapy", "twisted"}
PARSING_LIBRARIES = {"selectolax", "lxml", "opencc", "rapidfuzz", "re2", "parsers"}
#: Only modules that a worker with limits loads may import these: `parsers/extract/worker.py`.
PARSING_LIBRARIES |= {"pdfplumber", "pdfminer", "python_calamine", "olefile"}
PARSING_LIBRARIES |= {"rapidocr", "cv2", "numpy", "PIL", "pypdfium2"}
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "crawler",
    "deploy",
    "parsers",
    "pyproject.toml",
    "requirements.lock",
    "scrapy.cfg",
    "tests",
}


def imported(path):
    """The top-level names that a module imports at run time: not those for its types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    names = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("needs the git checkout, which an unpacked archive is not")
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def tracked_text():
    for name in tracked():
        if not name.endswith(".lock"):
            yield name, (ROOT / name).read_bytes().decode("utf-8", "replace")


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PARSERS, ids=named)
def test_parsers_import_the_standard_library_and_parsing_libraries_only(path):
    assert imported(path) <= sys.stdlib_module_names | PARSING_LIBRARIES


@pytest.mark.parametrize("path", NO_SCRAPY, ids=named)
def test_families_and_records_import_no_scrapy(path):
    assert not imported(path) & FRAMEWORKS


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_opens_by_saying_what_it_knows(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_prints_or_catches_everything(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert "print" not in {getattr(call, "id", None) for call in calls}
    handlers = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert None not in handlers
    assert "Exception" not in {getattr(handler, "id", None) for handler in handlers}


def test_the_top_level_holds_what_the_tree_of_the_readme_shows():
    assert {name.partition("/")[0] for name in tracked()} <= TOP_LEVEL


def test_no_file_names_a_path_of_a_machine_or_a_package_registry():
    # Put together here, so that this file does not hold what it looks for.
    registries = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org")
    words = "|".join(re.escape(name) for name in (*registries, "/sim" + "ple/"))
    pattern = re.compile(rf"{words}|(?<![\w.])/(?:home|root|Users|work)/\w")
    found = [
        f"{name}: {match[0]}" for name, text in tracked_text() for match in pattern.finditer(text)
    ]
    assert found == []


def test_the_lock_names_no_host():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock


def test_nothing_is_left_for_later():
    # Put together here, as above.
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"))
    pattern = re.compile(rf"\b(?:{words})\b")
    code = [(name, text) for name, text in tracked_text() if name.endswith(".py")]
    assert [name for name, text in code if pattern.search(text)] == []
