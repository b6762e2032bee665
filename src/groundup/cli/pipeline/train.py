"""``groundup pipeline train``: find, judge and store a model."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json, say, show, silent


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "train", "search for a model, judge it on rows held out, and store it",
                          "groundup pipeline train shop/config.toml --out shop/model")  # fmt: skip
    command.add_argument("config", type=Path, metavar="CONFIG.toml", help="the configuration, as init proposes it")
    command.add_argument("--out", type=Path, required=True, metavar="ARTIFACT", help="directory of the model and all "
                         "that belongs to it; a killed training goes on where it was")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Train, and return the exit code."""
    from groundup.pipeline.training import PAGE, train

    made = train(options.config, options.out, silent if options.quiet or options.json else say)
    if options.json:
        return print_json({"artifact": str(options.out), "metrics": dict(made.metrics)})
    if not options.quiet:
        show("\n".join([made.metrics["summary"], *(f"- {one}" for one in made.metrics["doubts"])]))
        show(f"\nartifact: {options.out}\nread:     {options.out / PAGE}\n"
             f"next:     groundup pipeline predict {options.out} NEW.csv --out SCORED.csv")  # fmt: skip
    return DONE
