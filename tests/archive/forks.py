"""Run commands of Scrapy in processes of their own that need not import it first.

`python -m tests.archive.forks [MODULE...]` imports what every run imports, and those modules, then
reads a line of JSON a run
(`number`, `args`, `env`, `log`: where its stderr goes, `out`: where its stdout does) and forks; it
answers each with a line, its number and the exit code, when it is over: others may run meanwhile.
`pid` names a file for the run's process id, so that it can be killed; `plant` a module, a function
of it and an argument: a fault of ours, planted before the run begins.
A run is as a user's in all but the 1.5 s that imports take: own process, own reactor, own settings.
"""

import contextlib
import importlib
import json
import os
import pathlib
import sys
import traceback

#: Settings are none of them: those are read in the child, after its environment is set.
IMPORTED = (
    "boto3", "scrapy.cmdline", "scrapy.commands.runspider", "scrapy.crawler", "scrapy.core.engine",
    "scrapy.extensions.feedexport", "crawler.archive.replay", "crawler.archive.selftest",
    "crawler.manners", "crawler.resolver", "crawler.robots", "crawler.compression",
    "crawler.feeds.exporters", "crawler.feeds.export", "crawler.feeds.storages", "crawler.registry",
)  # fmt: skip


@contextlib.contextmanager
def _traced():
    """Let an exception end the run as it ends a process: with its traceback."""
    try:
        yield
    except BaseException:  # noqa: BLE001 (whatever it is, the process is over)
        traceback.print_exc()
        sys.stderr.flush()


def run(told):
    """Become the command; never returns."""
    status = 1
    with _traced():
        os.environ.clear()
        os.environ.update(told["env"])
        log = os.open(told["log"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        for fd in (1, 2):
            out = os.open(told.get("out") or os.devnull, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(log if fd == 2 else out, fd)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["scrapy", *told["args"]]
        sys.path[0] = ""
        if told.get("pid"):
            pathlib.Path(told["pid"]).write_text(str(os.getpid()), "utf-8")
        if told.get("plant"):
            module, function, argument = told["plant"]
            getattr(importlib.import_module(module), function)(argument)
        try:
            importlib.import_module("scrapy.cmdline").execute()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        sys.stderr.flush()
    os._exit(status)


def wait_for(told):
    """Start a run and say when it is over; never returns."""
    pid = os.fork()
    if pid == 0:
        run(told)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(1, f"{told['number']} {status}\n".encode())  # at once, whoever else says something
    os._exit(0)


def _bury():
    """Forget those that wait for a run and have said that it is over."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main():
    for name in (*IMPORTED, *sys.argv[1:]):
        importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules
    assert "crawler.settings" not in sys.modules
    for line in sys.stdin:
        _bury()
        if os.fork() == 0:
            wait_for(json.loads(line))


if __name__ == "__main__":
    main()
