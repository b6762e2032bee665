"""``groundup bench``: time projects next to their references."""

import argparse
from dataclasses import asdict
from pathlib import Path

from groundup.cli.arguments import Commands, add_command, projects_of
from groundup.cli.output import DONE, print_json, say, silent


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "bench", "time projects next to their references", "groundup bench kmeans")
    command.add_argument("names", nargs="*", metavar="NAME", help="projects [all]")
    command.add_argument("--out", type=Path, default=Path("benchmarks"), metavar="DIR",
                         help="folder of results.json and results.md [benchmarks]")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Measure, print the table and return the exit code."""
    from groundup.workbench.bench import measure, table

    names = [project.name for project in projects_of(options.names or ["all"])]
    rows = measure.main(names, options.out, say if not options.quiet else silent)
    if options.json:
        return print_json({"environment": table.environment(), "rows": [asdict(row) for row in rows]})
    print(table.table(rows), table.environment(), sep="\n\n")
    for miss in [] if options.quiet else table.misses(rows):
        say(f"below target: {miss}")
    return DONE
