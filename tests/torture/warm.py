"""What every life of the chain loads and compiles, for the fork server: a second and more of each.

Settings and the reactor are none of it: those are a life's own.
"""

import importlib

from crawler.pipelines import run_stages, stages
from crawler.registry import Registry
from tests.parsers.pages import page_of
from tests.torture.chain import report_page

for name in (
    "alembic.command", "botocore.endpoint", "botocore.httpsession", "crawler.archive.extension",
    "crawler.archive.package", "crawler.archive.restore", "crawler.discovery",
    "crawler.engines.work", "crawler.reparse", "crawler.spiders.steps", "crawler.stores.loading",
    "duckdb_engine", "parsers.cleaning.explain",
):  # fmt: skip
    importlib.import_module(name)
list(run_stages([page_of(report_page(0))], stages(Registry(()))))
