"""What a docstring shows is what the code gives: every example of every module is run."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.conftest import ROOT

MODULES = sorted(
    path
    for room in ("crawler", "parsers")
    for path in ROOT.glob(f"{room}/**/*.py")
    if "    >>> " in path.read_text(encoding="utf-8")
)


def named(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_examples_are_true(path):
    told = []
    runner = doctest.DocTestRunner(verbose=False)
    for example in doctest.DocTestFinder().find(importlib.import_module(named(path))):
        runner.run(example, out=told.append)
    assert not told, "".join(told)
    assert runner.tries
