"""``groundup theory``: where a project's chapter is."""

import argparse

from groundup.cli.arguments import Commands, add_command, projects_of
from groundup.cli.output import DONE, open_in_browser, print_json


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "theory", "say where a project's chapter is", "groundup theory kmeans --open")
    command.add_argument("name", metavar="NAME", help="a project")
    command.add_argument("--open", action="store_true", help="open it")


def run(options: argparse.Namespace) -> int:
    """Print the chapter's path and return the exit code."""
    from groundup.publish.chapters import chapter

    (project,) = projects_of([options.name])
    path = chapter(project.name)
    if options.json:
        print_json({"name": project.name, "path": str(path)})
    else:
        print(path)
    if options.open:
        open_in_browser(path)
    return DONE
