"""The project's settings without its stages and commands: for tests of the archive alone."""

from crawler.settings import *  # noqa: F403

COMMANDS_MODULE = ""
ITEM_PIPELINES = {}
SPIDER_MODULES = []
