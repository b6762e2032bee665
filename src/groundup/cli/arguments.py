"""Options that several commands share, and what their values may be."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from groundup.core.text import read_value, suggest
from groundup.data.tables.options import DATES, KINDS, TableOptions
from groundup.data.tables.reading import SUFFIXES
from groundup.workbench.run.errors import UsageError

if TYPE_CHECKING:
    from groundup.projects.common.declaration import Project
    from groundup.workbench.run.request import Asked

MOST_VALUES = 10_000  # Values of a window or a horizon.

Commands = Any  # What argparse's `add_subparsers` returns; its class is private.


def add_command(commands: Commands, name: str, does: str, example: str) -> argparse.ArgumentParser:
    """Add a command with the options that every command has."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_argument("--quiet", action="store_true", help="no progress, no notes, no summary")
    command.add_argument("--json", action="store_true", help="JSON on standard output, and nothing else there")
    return command


def add_data_options(command: argparse.ArgumentParser) -> None:
    """Add the options that choose model, data, parameters and seed."""
    command.add_argument("--model", metavar="MODEL", help="a model of the project, such as MiniBatchKMeans; or all"
                         " [the first that suits the data]")  # fmt: skip
    command.add_argument("--data", metavar="SET|FILE", help=f"a data set of the project, or a table: {SUFFIXES}")
    command.add_argument("--target", metavar="COLUMN", help="what to predict in a table: a column, or several as a,b,c;"
                         " in a long table NAMES:VALUES")  # fmt: skip
    command.add_argument("--set", type=setting, nargs="+", action="extend", default=[], metavar="key=value",
                         help="parameters of the model, such as n_clusters=5")  # fmt: skip
    command.add_argument("--seed", type=seed, metavar="N", help="of the data and the model [0]")
    table = command.add_argument_group("how a table of your own is read; what is left open is decided from the table")
    table.add_argument("--drop", nargs="+", action="extend", default=[], metavar="COLUMN", help="leave columns out")
    table.add_argument("--keep", nargs="+", action="extend", default=[], metavar="COLUMN",
                       help="use columns that look like row numbers, names or constants")  # fmt: skip
    table.add_argument("--as", dest="kinds", type=kind, nargs="+", action="extend", default=[], metavar="COLUMN=KIND",
                       help=f"what it is: {', '.join(KINDS)}")  # fmt: skip
    table.add_argument("--missing", nargs="+", action="extend", default=[], metavar="WORD",
                       help="words that mean a missing entry, as NA ? -999; in one column COLUMN=WORD")  # fmt: skip
    table.add_argument("--skip-rows", type=count, default=0, metavar="N", help="lines above the names of the columns")
    table.add_argument("--dates", choices=DATES, default="days", help="days since the first date; year, month, weekday "
                       "and hour besides; or none [days]")  # fmt: skip
    table.add_argument("--standardize", action=argparse.BooleanOptionalAction, default=None,
                       help="give each feature mean 0 and standard deviation 1 [where a penalty is used]")  # fmt: skip
    table.add_argument("--classes", action="store_true", help="the different numbers of the target are classes")
    table.add_argument("--text", metavar="COLUMN", help="learn from the words of this column alone (naive_bayes)")
    series = command.add_argument_group("how a series of your own is read (recurrent_network)")
    series.add_argument("--time", metavar="COLUMN", help="when the values were [the only column of dates]")
    series.add_argument("--horizon", type=positive, metavar="N", help="values to forecast [one period]")
    series.add_argument("--window", type=positive, metavar="N", help="past values that a forecast is made from"
                        " [two periods]")  # fmt: skip


def setting(text: str) -> tuple[str, Any]:
    """Return ``key=value`` as a pair."""
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form key=value (names of projects go before --set)")
    return name, read_value(value)


def kind(text: str) -> tuple[str, str]:
    """Return ``COLUMN=KIND`` as a pair."""
    name, _, value = text.rpartition("=")
    if not name or value not in KINDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form COLUMN=KIND, with a kind of {', '.join(KINDS)}")
    return name, value


def count(text: str) -> int:
    """Return a number of lines."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of lines")
    return int(text)


def positive(text: str) -> int:
    """Return a number of values: a whole number from 1 on."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_VALUES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MOST_VALUES:,}")
    return int(text)


def table_options(options: argparse.Namespace) -> TableOptions:
    """Return what the options say about a table."""
    return TableOptions(
        drop=tuple(options.drop),
        keep=tuple(options.keep),
        kinds=dict(options.kinds),
        missing=tuple(options.missing),
        skip_rows=options.skip_rows,
        dates=options.dates,
        standardize=options.standardize,
        classes=options.classes,
        text=options.text,
        time=options.time,
        horizon=options.horizon,
        window=options.window,
    )


def seed(text: str) -> int:
    """Return a seed: a whole number of 32 bits."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def seconds(text: str) -> float:
    """Return a positive, finite number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def projects_of(names: Sequence[str]) -> "list[Project]":
    """Return the declarations of finished projects; "all" means all of them.

    Raises
    ------
    UsageError
        For a name that no finished project has.
    """
    from groundup.projects import FINISHED, load

    for name in names:
        if name not in (*FINISHED, "all"):
            raise UsageError(f"there is no project {name!r}. {suggest(name, (*FINISHED, 'all'))}")
    return [load(name) for name in (FINISHED if "all" in names else dict.fromkeys(names))]


def requests_of(options: argparse.Namespace) -> "list[Asked]":
    """Return what the options ask for, a run for each project and model, all checked before the first one starts."""
    from groundup.workbench.run.request import Asked

    asked = [
        Asked(project, model, options.data, options.target, options.seed, dict(options.set), table_options(options))
        for project in projects_of(options.names)
        for model in ([m.name for m in project.models] if options.model == "all" else [options.model])
    ]
    for run in asked:
        run.settle()
    return asked
