"""``groundup list``: the projects, their models and their data sets."""

import argparse

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    add_command(commands, "list", "list the projects", "groundup list")


def run(options: argparse.Namespace) -> int:
    """Print the projects and return the exit code."""
    from groundup.projects import FINISHED, load

    finished = {name: load(name) for name in FINISHED}
    if options.json:
        rows = [
            {
                "name": name,
                "title": project.title,
                "summary": project.summary,
                "models": [model.name for model in project.models],
                "data": list(project.data),
            }
            for name, project in finished.items()
        ]
        return print_json(rows)
    for name, project in finished.items():
        print(f"{name:<24} {project.summary}")
        print(f"{'':<24} models: {', '.join(model.name for model in project.models)}")
        print(f"{'':<24} data sets: {', '.join(project.data)}")
    return DONE
