"""``groundup pipeline``: a tabular classifier from a table to a service.

Exit codes besides those of every command: 3 where `monitor` finds drift.
"""

import argparse

from groundup.cli.arguments import Commands
from groundup.cli.output import FAILED, MISUSED, complain
from groundup.cli.pipeline import evaluate, init, monitor, predict, serve, train
from groundup.pipeline.errors import PipelineError

SUBCOMMANDS = {
    "init": init,
    "train": train,
    "evaluate": evaluate,
    "predict": predict,
    "monitor": monitor,
    "serve": serve,
}
OPTIONAL = ("pandera", "skops", "fastapi", "uvicorn", "prometheus_client")

EXAMPLE = """example, from a table to a service:
  groundup pipeline init customers --out shop/config.toml     or: init my.csv --target churned
  groundup pipeline train shop/config.toml --out shop/model
  groundup pipeline evaluate shop/model
  groundup pipeline predict shop/model new.csv --out scored.csv --rejects rejects.csv
  groundup pipeline monitor shop/model new.csv --out drift.html
  groundup pipeline serve shop/model --port 8000
"""


def add(commands: Commands) -> None:
    """Add the command and its commands to the command line."""
    command = commands.add_parser(
        "pipeline",
        help="take a classifier of a table to production",
        description="Take a classifier of a table to production: contract, search, evaluation, service, monitoring.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    inner = command.add_subparsers(dest="step", metavar="STEP", required=True)
    for one in SUBCOMMANDS.values():
        one.add(inner)


def run(options: argparse.Namespace) -> int:
    """Run one step, and return its exit code."""
    try:
        return SUBCOMMANDS[options.step].run(options)
    except PipelineError as error:
        return complain(error, MISUSED)
    except ModuleNotFoundError as error:
        if error.name not in OPTIONAL:
            raise
        return complain(f"the pipeline needs {error.name}: pip install 'groundup[pipeline]'", FAILED)
