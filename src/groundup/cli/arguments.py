"""The command line's grammar: commands, options, and what their values may be."""

import argparse
from pathlib import Path
from typing import Any, NoReturn

import groundup
from groundup.core.literals import read_value

MISUSED = 2  # exit code

EXAMPLES = """examples:
  groundup list                                          what there is
  groundup run kmeans                                    fit, compare, draw and report, on made-up data
  groundup run linear_regression --data diabetes         on a real data set
  groundup run linear_regression --data my.csv --target price
  groundup run kmeans --set n_clusters=5 --set init=random --seed 3
  groundup run kmeans --max-seconds 10                   then go on with: groundup run kmeans --resume
  groundup compare kmeans                                parameters, scores and time beside scikit-learn
  groundup predict runs/kmeans/model.npz new.csv > clusters.csv
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Explain a wrong command line, and how to get help."""
        self.exit(MISUSED, f"groundup: error: {message}\ntry: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """All commands with their options; help shows examples."""
    top = _Parser(
        prog="groundup",
        description="Machine-learning algorithms from the ground up: run them, compare them, read about them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"groundup {groundup.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, does: str, example: str) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = commands.add_parser(
            name, help=does, description=f"{does[0].upper()}{does[1:]}.", epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        )  # fmt: skip
        sub.add_argument("--quiet", action="store_true", help="no progress, no notes, no summary")
        sub.add_argument("--json", action="store_true", help="JSON on standard output, and nothing else there")
        return sub

    command("list", "list the projects", "groundup list")

    run = command("run", "fit projects, compare them with scikit-learn and write reports",
                  "groundup run linear_regression --data my.csv --target price")  # fmt: skip
    run.add_argument("names", nargs="+", metavar="NAME", help="projects, or all")
    _add_data_options(run)
    run.add_argument("--out", type=Path, default=Path("runs"), metavar="DIR", help="folder of the reports [runs]")
    run.add_argument("--open", action="store_true", help="open the report in a browser")
    run.add_argument("--max-seconds", type=_seconds, metavar="S", help="stop the fit after this time; see --resume")
    run.add_argument("--resume", action="store_true", help="go on from where --max-seconds or Ctrl-C stopped a fit")

    compare = command("compare", "hold a project's fitted parameters, scores and time against scikit-learn's",
                      "groundup compare kmeans --data iris")  # fmt: skip
    compare.add_argument("names", nargs=1, metavar="NAME", help="a project")
    _add_data_options(compare)

    bench = command("bench", "time projects beside their peers", "groundup bench kmeans")
    bench.add_argument("names", nargs="*", metavar="NAME", help="projects [all]")

    bench.add_argument("--out", type=Path, default=Path("benchmarks"), metavar="DIR",
                       help="folder of results.json and results.md [benchmarks]")  # fmt: skip

    theory = command("theory", "say where a project's chapter is", "groundup theory kmeans --open")
    theory.add_argument("name", metavar="NAME", help="a project")
    theory.add_argument("--open", action="store_true", help="open it")

    predict = command("predict", "predict the rows of a table with a model that was run",
                      "groundup predict runs/linear_regression/model.npz new.csv --out predicted.csv")  # fmt: skip
    predict.add_argument("model", type=Path, metavar="MODEL", help="model.npz, beside the report of a run")
    predict.add_argument("file", type=Path, metavar="FILE", help="a .csv, .tsv or .parquet table")
    predict.add_argument("--out", type=Path, metavar="FILE", help="write CSV there [standard output]")
    return top


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="SET|FILE", help="a data set of the project, or a .csv, .tsv or .parquet table"
    )
    parser.add_argument("--target", metavar="COLUMN", help="what to predict in a table: a column, or several as a,b,c; "
                        "in a long table NAMES:VALUES")  # fmt: skip
    parser.add_argument("--set", type=_setting, nargs="+", action="extend", default=[], metavar="key=value",
                        help="parameters of the model, such as n_clusters=5")  # fmt: skip
    parser.add_argument("--seed", type=_seed, metavar="N", help="of the data and the model [0]")


def _setting(text: str) -> tuple[str, Any]:
    """``key=value`` as a pair."""
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form key=value (names of projects go before --set)")
    return name, read_value(value)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds
