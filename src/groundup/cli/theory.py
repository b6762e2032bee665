"""``groundup theory``: where the chapters are."""

import argparse

from groundup.cli.arguments import Commands, add_command, projects_of
from groundup.cli.output import DONE, open_in_browser, print_json


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "theory", "say where a project's chapter is", "groundup theory kmeans --open")
    command.add_argument("name", metavar="NAME", help="a project, or all")
    command.add_argument("--open", action="store_true", help="open it")


def run(options: argparse.Namespace) -> int:
    """Print each chapter's path and return the exit code."""
    from groundup.publish.chapters import chapter

    chapters = [(project.name, chapter(project.name)) for project in projects_of([options.name])]
    paths = dict.fromkeys(path for _, path in chapters)  # a book that was built holds them all
    if options.json:
        records = [{"name": name, "path": str(path)} for name, path in chapters]
        print_json({"chapters": records} if options.name == "all" else records[0])
    else:
        print(*paths, sep="\n")
    for path in paths if options.open else ():
        open_in_browser(path)
    return DONE
