"""``groundup exercise``: a textbook to be written by the learner."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command, projects_of
from groundup.cli.output import DONE, print_json
from groundup.workbench.run.errors import UsageError


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "exercise", "write a project's textbook with its function bodies taken out",
                          "groundup exercise kmeans --out mine.py")  # fmt: skip
    command.add_argument("name", metavar="NAME", help="a project, or all")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="the file to be written [NAME_exercise.py]; for all, a folder"
    )
    command.add_argument("--force", action="store_true", help="overwrite the file if it exists")


def run(options: argparse.Namespace) -> int:
    """Write the exercise files and return the exit code."""
    from groundup.workbench.learn.commands import exercise

    files = _files(options)
    for name, path in files.items():
        exercise(name, path, options.force)
    if options.json:
        records = [{"name": name, "path": str(path)} for name, path in files.items()]
        return print_json({"exercises": records} if options.name == "all" else records[0])
    for name, path in {} if options.quiet else files.items():
        print(f"{path}: write the functions, then run: groundup check {name} {path}")
    return DONE


def _files(options: argparse.Namespace) -> dict[str, Path]:
    """Return the file of each project."""
    if options.name != "all":
        return {options.name: options.out or Path(f"{options.name}_exercise.py")}
    names = [project.name for project in projects_of(["all"])]
    files = {name: (options.out or Path()) / f"{name}_exercise.py" for name in names}
    present = [str(path) for path in files.values() if path.exists()]
    if present and not options.force:  # before the first one is written
        raise UsageError(f"{', '.join(present)}: there already, and may hold your work. Another --out, or --force.")
    return files
