"""``groundup check``: a learner's functions compared with the textbook's.

Exit codes: 0 every function is written and right, 1 something is wrong or still open, 2 the command is wrong.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from groundup.cli.arguments import Commands, add_command, seconds
from groundup.cli.output import DONE, FAILED, print_json
from groundup.workbench.run.errors import UsageError

if TYPE_CHECKING:
    from groundup.workbench.learn.report import Report


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = "groundup check kmeans mine.py\n  groundup check kmeans mine.py --hint update"
    codes = "exit codes:\n  0 all functions are right, 1 some are wrong or still open, 2 the command is wrong"
    command = add_command(commands, "check", "compare your functions with the textbook's", f"{examples}\n\n{codes}")
    command.add_argument("name", metavar="NAME", help="a project")
    command.add_argument("file", type=Path, metavar="FILE", help="the exercise file that you are working on")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--watch", action="store_true", help="check again whenever the file is saved, until Ctrl-C")
    what.add_argument("--hint", metavar="FUNCTION[:N]", help="the next step for a function, or its hint number N")
    command.add_argument("--max-seconds", type=seconds, metavar="S", help="longest time for one function [5]")


def run(options: argparse.Namespace) -> int:
    """Print what is right, wrong and open, and return the exit code."""
    from groundup.workbench.learn import commands

    if options.name == "all":
        raise UsageError(f"a file is compared with one project: name the project whose functions {options.file} has.")
    limit = options.max_seconds or commands.DEFAULT_SECONDS
    if options.hint:
        hint = commands.hint(options.name, options.file, options.hint, limit)
        if options.json:
            return print_json({"name": options.name, "function": options.hint, "hint": hint})
        print(hint)
        return DONE
    if options.watch:
        return _watch(options, limit)
    report = commands.check(options.name, options.file, limit)
    if options.json:
        print_json(report.as_json())
    elif not options.quiet:
        print(report)
    return _code(report)


def _watch(options: argparse.Namespace, limit: float) -> int:
    """Print one report after another; Ctrl-C ends it with the exit code of the last one."""
    from groundup.workbench.learn import commands

    if options.json:
        raise UsageError("--watch prints one report after another, --json one object: choose one of them.")
    code = FAILED
    try:
        for report in commands.watch(options.name, options.file, limit):
            code = _code(report)
            print(report, end="\n\n", flush=True)
    except KeyboardInterrupt:
        print()
    return code


def _code(report: "Report") -> int:
    return DONE if report.complete else FAILED
