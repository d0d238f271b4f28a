"""`scrapy store …`: look into a store and after it: upgrade, check, find, correct, export.

Thin: what each does is in `crawler.stores`. What is found goes to stdout, a line each; a failure is
one sentence on stderr. Exit code: 0 done, 1 a failure, 2 a mistake in the arguments.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import counted, machine_told, tell
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Callable

# The drivers are imported by the task that needs them: see `crawler.stores.addresses`.


class Command(ScrapyCommand):
    """Look into a store: one subcommand a task."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "upgrade|check|find|correct|export <store> [options]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Upgrade, check, search, correct or export a store of reports"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "A store is sqlite:///FILE, duckdb:///FILE or postgresql://user@host/database. "
            "Examples: scrapy store check sqlite:///reports.sqlite; "
            "scrapy store find sqlite:///reports.sqlite 公开指南"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the subcommands, each with its arguments."""
        super().add_options(parser)
        tasks = parser.add_subparsers(dest="task", metavar="task", prog="scrapy store")
        for name, (task, help_line, arguments) in _TASKS.items():
            sub = tasks.add_parser(name, help=help_line, description=help_line)
            super().add_options(sub)
            for action in sub._actions:  # noqa: SLF001 (argparse has no other way)
                # What stands before the task holds where nothing stands behind it.
                action.default = argparse.SUPPRESS
            sub.set_defaults(do=task)
            sub.add_argument("store", help="the store's address")
            for argument, (value, meaning) in arguments.items():
                if argument.startswith("--"):
                    sub.add_argument(argument, metavar=value, required=True, help=meaning)
                else:
                    sub.add_argument(argument, help=meaning)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the task; what goes wrong is told in one sentence."""
        if args:
            raise UsageError(f"unknown argument {args[0]}", print_help=False)
        if opts.task is None:
            raise UsageError
        from crawler.stores.engines import told  # noqa: PLC0415

        do: Callable[[argparse.Namespace], None] = opts.do
        try:
            with machine_told(), told(opts.store):
                do(opts)
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
        except BrokenPipeError:  # `| head` has seen enough
            _drop_output()


def _upgrade(opts: argparse.Namespace) -> None:
    """Bring the store to this version's schema."""
    from crawler.stores.engines import engine_of  # noqa: PLC0415
    from crawler.stores.migrating import newest, upgrade  # noqa: PLC0415

    upgrade(engine_of(opts.store))
    tell([f"the store has schema {newest()}"])


def _check(opts: argparse.Namespace) -> None:
    """Write the table `findings` anew."""
    from crawler.stores.engines import engine_of  # noqa: PLC0415
    from crawler.stores.findings import note_findings  # noqa: PLC0415
    from crawler.stores.migrating import make_ready  # noqa: PLC0415

    engine = engine_of(opts.store)
    make_ready(engine, opts.store)
    counts = note_findings(engine)
    told = ", ".join(f"{count} {rule}" for rule, count in counts.items())
    tell([f"{counted(sum(counts.values()), 'finding')} in the table findings: {told}"])


def _find(opts: argparse.Namespace) -> None:
    """Print the documents that hold the words."""
    from crawler.stores.engines import engine_of  # noqa: PLC0415
    from crawler.stores.searching import find  # noqa: PLC0415

    with engine_of(opts.store, writes=False).connect() as connection:
        for row in find(connection, opts.words):
            _line(*row)


def _correct(opts: argparse.Namespace) -> None:
    """Note a person's correction."""
    from crawler.stores.correcting import correct  # noqa: PLC0415
    from crawler.stores.engines import engine_of  # noqa: PLC0415

    value = None if opts.value == "none" else _number(opts.value)
    with engine_of(opts.store).begin() as connection:
        name = correct(connection, opts.report, opts.metric, value, who=opts.who, why=opts.why)
    tell([f"correction {name} holds from now on"])


def _export(opts: argparse.Namespace) -> None:
    """Write the items of the newest parser as JSON lines to stdout."""
    import orjson  # noqa: PLC0415

    from crawler.stores.engines import engine_of  # noqa: PLC0415
    from crawler.stores.reading import items  # noqa: PLC0415

    with engine_of(opts.store, writes=False).connect() as connection:
        for item in items(connection):
            _write(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE))
    _write(b"", flush=True)


def _write(data: bytes, *, flush: bool = False) -> None:
    """Write bytes to stdout. Raises DisclosureError where it takes none: not the store's fault."""
    try:
        sys.stdout.buffer.write(data)
        if flush:
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_output()
        raise DisclosureError(
            f"the output cannot be written ({error.strerror}): free space or write it elsewhere, "
            "and run the same command again"
        ) from error


def _drop_output() -> None:
    """Let what Python still holds for stdout go nowhere: it flushes once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--value {text}: write a number, or none", print_help=False) from None


def _line(*values: object) -> None:
    """Write values as one line: what a page says must not move the terminal's cursor."""
    cells = ("" if value is None else str(value) for value in values)
    line = "\t".join("".join(c if c.isprintable() else " " for c in cell) for cell in cells)
    sys.stdout.write(line + "\n")


_TASKS: dict[str, tuple[Callable[[argparse.Namespace], None], str, dict[str, tuple[str, str]]]] = {
    "upgrade": (_upgrade, "bring a store to this version's schema", {}),
    "check": (_check, "compare an organ's reports with one another: writes `findings`", {}),
    "find": (_find, "documents whose text holds the words", {"words": ("", "as they stand")}),
    "correct": (
        _correct,
        "lay a right value over a figure that was read wrong; nothing read is changed",
        {
            "--report": ("ID", "report_id of the document"),
            "--metric": ("CODE", "code of parsers/metrics.toml"),
            "--value": ("NUMBER", "the right value, or none where the document states none"),
            "--who": ("NAME", "who says so"),
            "--why": ("REASON", "a sentence"),
        },
    ),
    "export": (_export, "all items as JSON lines on stdout", {}),
}
