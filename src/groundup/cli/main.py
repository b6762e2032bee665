"""The command ``groundup``: parses, runs one command, turns errors into exit codes.

Exit codes: 0 done, 1 it could not be done, 2 the command is wrong, 130 interrupted by Ctrl-C.
"""

import argparse
import os
import signal
import sys
import threading
import warnings
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

import groundup
from groundup.cli import bench, check, compare, exercise, list, pipeline, predict, run, theory
from groundup.cli.output import DONE, FAILED, INTERRUPTED, MISUSED, complain, show_warnings
from groundup.workbench.run.errors import RunError, UsageError, message_of

COMMANDS = {
    "list": list,
    "run": run,
    "compare": compare,
    "bench": bench,
    "theory": theory,
    "predict": predict,
    "exercise": exercise,
    "check": check,
    "pipeline": pipeline,
}

EXAMPLES = """examples:
  groundup list                                          what there is
  groundup run kmeans                                    fit, compare, draw and report, on made-up data
  groundup run linear_regression --data diabetes         on a real data set
  groundup run linear_regression --data my.csv --target price
  groundup run kmeans --model MiniBatchKMeans            another model of the project; --model all for each of them
  groundup run kmeans --set n_clusters=5 --set init=random --seed 3
  groundup run kmeans --max-seconds 10                   then resume with: groundup run kmeans --resume
  groundup compare kmeans                                parameters, scores and time next to scikit-learn
  groundup predict runs/kmeans/iris new.csv > clusters.csv
  groundup exercise kmeans --out mine.py                 write the algorithm yourself, then
  groundup check kmeans mine.py                          compare it with the textbook
  groundup pipeline init my.csv --target churned --out shop/config.toml     a classifier for production, step by step
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Explain a wrong command line, and how to get help."""
        self.exit(MISUSED, f"groundup: error: {message}\ntry: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = _Parser(
        prog="groundup",
        description="Machine-learning algorithms from the ground up: run them, compare them, read about them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"groundup {groundup.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        command.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # A terminal that cannot show × and ² must not stop a run.
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    if threading.current_thread() is threading.main_thread():  # A shell starts background jobs with it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with warnings.catch_warnings():
            show_warnings(options.quiet)
            code = COMMANDS[options.command].run(options)
            sys.stdout.flush()
            return code
    except UsageError as error:
        return complain(error, MISUSED)
    except (RunError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # The reader of our output has closed it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return complain(message_of(error), FAILED)
    except KeyboardInterrupt:
        return complain("interrupted", INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
