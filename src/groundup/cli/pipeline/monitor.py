"""``groundup pipeline monitor``: whether new rows are like those that the model was trained on.

Exit codes: 0 no alarm, 3 alarm, 2 a table that cannot be compared.
"""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json, show
from groundup.core.files import write_whole

DRIFT = 3


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "monitor", "compare new rows with the training rows: exit code 3 where they drift",
                          "groundup pipeline monitor shop/model new.csv --out drift.html")  # fmt: skip
    command.add_argument("artifact", type=Path, metavar="ARTIFACT", help="a directory that train has made")
    command.add_argument("data", type=Path, metavar="NEW", help="a table: CSV, Parquet or Excel; where it has the "
                         "target, scores are computed, too")  # fmt: skip
    command.add_argument("--out", type=Path, required=True, metavar="REPORT.html", help="where the page goes")


def run(options: argparse.Namespace) -> int:
    """Write the page, and return the exit code."""
    from groundup.pipeline import artifact
    from groundup.pipeline.monitor_page import page, sentences
    from groundup.pipeline.monitoring import monitor

    model = artifact.load(options.artifact)
    found = monitor(model, options.data)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, page(found, model, options.data))
    if options.json:
        print_json({**found.told(), "report": str(options.out)})
    elif not options.quiet:
        show("\n".join([*sentences(found, model, options.data), f"report: {options.out}"]))
    return DRIFT if found.alarms else DONE
