"""``groundup pipeline predict``: decisions and probabilities for the rows of a file."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, FAILED, print_json, say, show


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "predict", "predict the rows of a table of any length",
                          "groundup pipeline predict shop/model new.csv --out scored.csv")  # fmt: skip
    command.add_argument("artifact", type=Path, metavar="ARTIFACT", help="a directory that train has made")
    command.add_argument("data", type=Path, metavar="DATA", help="a table: CSV, Parquet or Excel")
    command.add_argument("--out", type=Path, required=True, metavar="SCORED.csv", help="where the predictions go; "
                         "a command that was interrupted goes on when it is repeated")  # fmt: skip
    command.add_argument("--rejects", type=Path, metavar="REJECTS.csv", help="where rows that break the contract go, "
                         "with what they break [next to the predictions: SCORED.rejects.csv]")  # fmt: skip
    command.add_argument("--strict", action="store_true", help="exit code 1 where rows were rejected")


def run(options: argparse.Namespace) -> int:
    """Write both files, and return the exit code."""
    from groundup.pipeline import artifact, prediction

    rejects: Path = options.rejects or prediction.rejected(options.out)
    model = artifact.load(options.artifact)

    def report(done: prediction.Done) -> None:
        if not options.quiet:
            say(f"{done.rows:,} rows, {done.rejected:,} of them rejected")

    done = prediction.predict(model, options.data, options.out, rejects, report=report)
    if options.json:
        print_json({**vars(done), "out": str(options.out), "rejects": str(rejects), "model": model.version})
    elif not options.quiet:
        show(prediction.told(done, options.out, rejects))
    return FAILED if options.strict and done.rejected else DONE
