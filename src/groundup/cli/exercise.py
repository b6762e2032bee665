"""``groundup exercise``: a textbook to be written by the learner."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "exercise", "write a project's textbook with its function bodies taken out",
                          "groundup exercise kmeans --out mine.py")  # fmt: skip
    command.add_argument("name", metavar="NAME", help="a project")
    command.add_argument("--out", type=Path, metavar="FILE", help="the file to be written [NAME_exercise.py]")
    command.add_argument("--force", action="store_true", help="overwrite the file if it exists")


def run(options: argparse.Namespace) -> int:
    """Write the exercise file and return the exit code."""
    from groundup.workbench.learn.commands import exercise

    path = exercise(options.name, options.out or Path(f"{options.name}_exercise.py"), options.force)
    if options.json:
        return print_json({"name": options.name, "path": str(path)})
    if not options.quiet:
        print(f"{path}: write the functions, then run: groundup check {options.name} {path}")
    return DONE
