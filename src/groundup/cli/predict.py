"""``groundup predict``: predict or transform the rows of a table with a saved model."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from groundup.cli.arguments import Commands, add_command, count
from groundup.cli.output import DONE, print_json, show
from groundup.core.files import write_whole
from groundup.core.text import plural
from groundup.data.tables.entries import no_formula

if TYPE_CHECKING:
    from pandas import DataFrame


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "predict", "predict or transform the rows of a table with a model that was run",
                          "groundup predict runs/linear_regression/my new.csv --out p.csv")  # fmt: skip
    command.add_argument("model", type=Path, metavar="MODEL", help="the folder of a run, or the file of a saved model")
    command.add_argument("file", type=Path, metavar="FILE", help="a table of the kind that the model was fitted to")
    command.add_argument("--skip-rows", type=count, default=0, metavar="N", help="lines above the names of the columns")
    command.add_argument("--out", type=Path, metavar="FILE", help="write CSV there [standard output]")


def run(options: argparse.Namespace) -> int:
    """Print or write the predictions or new columns, and return the exit code."""
    from groundup.workbench.report.summary import columns
    from groundup.workbench.run.folders import MODEL
    from groundup.workbench.run.predict import predict

    model_file = options.model / MODEL if options.model.is_dir() else options.model
    found = predict(model_file, options.file, options.skip_rows)
    frame = found.frame
    if found.columns and not options.quiet:
        show("\n".join(columns(found.columns)), sys.stderr)
    if options.json:
        return print_json({"predictions": frame.to_dict("list"), "table": [vars(column) for column in found.columns]})
    frame = for_spreadsheets(frame)
    if options.out is None:
        frame.to_csv(sys.stdout, index=False)
        return DONE
    write_whole(options.out, frame.to_csv(index=False))
    if not options.quiet:
        show(f"{plural(len(frame), found.thing)}: {options.out}")
    return DONE


def for_spreadsheets(frame: "DataFrame") -> "DataFrame":
    """Return a table whose text no spreadsheet takes for a formula: it begins with an apostrophe instead."""
    text = frame.select_dtypes(exclude="number")
    return frame.assign(**{str(name): text[name].map(no_formula) for name in text}).rename(columns=no_formula)
