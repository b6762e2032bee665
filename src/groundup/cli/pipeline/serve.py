"""``groundup pipeline serve``: a trained model as an HTTP service."""

import argparse
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, print_json, say, show

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "serve", "answer requests over HTTP",
                          "groundup pipeline serve shop/model --host 127.0.0.1 --port 8000")  # fmt: skip
    command.add_argument("artifact", type=Path, metavar="ARTIFACT", help="a directory that train has made")
    command.add_argument("--host", default="127.0.0.1", help="the address to listen at [127.0.0.1: this machine only]")
    command.add_argument("--port", type=port, default=8000, help="the port to listen at; 0: a free one [8000]")


def run(options: argparse.Namespace) -> int:
    """Serve until the process is ended, and return the exit code."""
    from groundup.pipeline import artifact
    from groundup.pipeline.serving.observability import log_to_stderr
    from groundup.pipeline.serving.server import serve

    model = artifact.load(options.artifact)
    log_to_stderr()
    if options.host not in LOOPBACK and not options.quiet:
        say("note: the service has neither passwords nor encryption; put a proxy that has in front of it")

    def bound(port: int) -> None:
        address = f"http://{f'[{options.host}]' if ':' in options.host else options.host}:{port}"
        if options.json:
            print_json({"address": address, "model": model.version})
        elif not options.quiet:
            show(f"serving {options.artifact}, version {model.version}, at {address}; Ctrl-C ends it")

    serve(model, options.host, options.port, bound)
    return DONE


def port(text: str) -> int:
    """Return a port: a whole number up to 65535."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a whole number from 0 to 65535")
    return int(text)
