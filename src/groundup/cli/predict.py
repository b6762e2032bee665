"""``groundup predict``: predict the rows of a table with a saved model."""

import argparse
import sys
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json
from groundup.core.files import write_whole
from groundup.core.text import plural


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "predict", "predict the rows of a table with a model that was run",
                          "groundup predict runs/linear_regression/model.npz new.csv --out predicted.csv")  # fmt: skip
    command.add_argument("model", type=Path, metavar="MODEL", help="model.npz, next to the report of a run")
    command.add_argument("file", type=Path, metavar="FILE", help="a .csv, .tsv or .parquet table")
    command.add_argument("--out", type=Path, metavar="FILE", help="write CSV there [standard output]")


def run(options: argparse.Namespace) -> int:
    """Print or write the predictions and return the exit code."""
    from groundup.workbench.run.predict import predict

    frame = predict(options.model, options.file)
    if options.json:
        return print_json({"predictions": frame.to_dict("list")})
    if options.out is None:
        frame.to_csv(sys.stdout, index=False)
        return DONE
    write_whole(options.out, frame.to_csv(index=False))
    if not options.quiet:
        print(f"{plural(len(frame), 'prediction')}: {options.out}")
    return DONE
