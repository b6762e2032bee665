"""``groundup compare``: parameters, scores and time next to scikit-learn's."""

import argparse
import sys

from groundup.cli.arguments import Commands, add_command, add_data_options, requests_of
from groundup.cli.output import DONE, print_json, show


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "compare", "compare a project's fitted parameters, scores and time with "
                          "scikit-learn's", "groundup compare kmeans --data iris")  # fmt: skip
    command.add_argument("names", nargs=1, metavar="NAME", help="a project, or all")
    add_data_options(command)


def run(options: argparse.Namespace) -> int:
    """Print the comparison and return the exit code."""
    from groundup.workbench.report.record import record
    from groundup.workbench.report.summary import comparison_summary
    from groundup.workbench.run.run import run_next_to_reference

    stream = None if options.quiet else sys.stderr
    results = [run_next_to_reference(asked, stream) for asked in requests_of(options)]
    if options.json:
        records = [record(result) for result in results]
        return print_json(records[0] if len(records) == 1 else {"runs": records})
    show("\n\n".join(map(comparison_summary, results)))
    return DONE
