"""``groundup pipeline evaluate``: how good a model is, on the rows held out or on new ones."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json, say, show


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "evaluate", "show how good a model is",
                          "groundup pipeline evaluate shop/model new_with_answers.csv")  # fmt: skip
    command.add_argument("artifact", type=Path, metavar="ARTIFACT", help="a directory that train has made")
    command.add_argument("data", type=Path, nargs="?", metavar="DATA", help="a table with the target; without it, the "
                         "scores on the rows that train held out")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Show the scores, and return the exit code."""
    from groundup.pipeline import artifact, rows
    from groundup.pipeline.evaluation.judgement import evaluate
    from groundup.pipeline.evaluation.words import table

    model = artifact.load(options.artifact)
    frame = None
    if options.data is not None:
        data, sliced = model.config.data, model.config.evaluation.slices
        needed = model.contract.without(*(name for name in data.drop if name not in sliced))
        found = rows.read(options.data, needed)
        rows.refuse_many(found, model.config.data.most_rejected, options.data)
        if found.rejected and not options.quiet:
            say(f"note: {found.rejected:,} of {found.total:,} rows break the contract and are left out")
        frame = found.frame
    metrics = evaluate(model, frame)
    if options.json:
        return print_json(metrics)
    show(table(metrics))
    return DONE
