"""What the start of every command costs: Scrapy imports all of them, whichever is asked for."""

import subprocess
import sys

from tests.conftest import ROOT

LISTED = """
import importlib, pkgutil, sys
package = importlib.import_module("crawler.commands")
for each in pkgutil.iter_modules(package.__path__):
    importlib.import_module(f"crawler.commands.{each.name}")
print(*{"parsers.report", "parsers.extract", "parsers.cleaning"}.intersection(sys.modules))
"""


def test_who_starts_a_command_does_not_wait_for_what_reads_pages():
    done = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("\n", "")
