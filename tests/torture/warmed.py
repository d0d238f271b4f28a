"""Commands of the project as a user runs them, from one process that has loaded what they need.

Every check of this folder shares it: what it has loaded (`warm`) no run has to load again.
"""

from __future__ import annotations

from functools import partial

from tests.archive.conftest import fork_server
from tests.walk import runs

WARM = "tests.torture.warm"
#: `tests.walk.runs.scrapy`, from that process.
scrapy = partial(runs.scrapy, imports=(WARM,))
#: The process itself.
warm_server = partial(fork_server, WARM)
