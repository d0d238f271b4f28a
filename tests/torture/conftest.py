"""Runs of these tests share one process to fork from, which ends with them."""

from tests.archive.conftest import _end_fork_servers

__all__ = ["_end_fork_servers"]
