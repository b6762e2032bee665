"""``groundup run``: fit, compare, draw, report."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundup.cli.arguments import Commands, add_command, add_data_options, requests_of, seconds
from groundup.cli.output import DONE, FAILED, INTERRUPTED, complain, open_in_browser, print_json, show
from groundup.workbench.run.errors import RunError

if TYPE_CHECKING:
    from groundup.workbench.run.request import Asked


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "run", "fit projects, compare them with scikit-learn and write reports",
                          "groundup run linear_regression --data my.csv --target price")  # fmt: skip
    command.add_argument("names", nargs="+", metavar="NAME", help="projects, or all")
    add_data_options(command)
    command.add_argument("--out", type=Path, default=Path("runs"), metavar="DIR", help="folder of the reports [runs]")
    command.add_argument("--open", action="store_true", help="open the report in a browser")
    command.add_argument("--present", action="store_true",
                         help="write for a lecture hall, too: one large figure, step by step, and a GIF for slides",
                         )  # fmt: skip
    command.add_argument("--max-seconds", type=seconds, metavar="S", help="stop the fit after this time; see --resume")
    command.add_argument("--resume", action="store_true",
                         help="resume a fit that --max-seconds or Ctrl-C stopped (without --data the latest)",
                         )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run every request, write reports and gallery, and return the exit code."""
    from groundup.workbench.report.gallery import write_gallery
    from groundup.workbench.run.run import run

    requests = _with_real_data(options, requests_of(options))
    waiting = [request for request in requests if request.stopped(options.out)] if options.resume else []
    several = len(requests) > 1
    if options.resume and several and not waiting:
        raise RunError(f"--resume: none of these runs in {options.out}/ was stopped; there is nothing to resume.")
    code, results = DONE, []
    for request in requests:
        try:
            result = run(
                request,
                options.out,
                max_seconds=options.max_seconds,
                resume=request in waiting or (options.resume and not several),
                present=options.present,
                stream=None if options.quiet else sys.stderr,
            )
        except RunError as error:
            if not several:
                raise
            code = complain(f"{request.folder(Path())}: {error}", FAILED)  # the others may do
            continue
        results.append(result)
        _show_run(result, options)
        if result.stopped == "interrupted":
            code = INTERRUPTED
            break
    return max(code, _show_gallery(write_gallery(options.out), results, options))


def _with_real_data(options: argparse.Namespace, requests: "list[Asked]") -> "list[Asked]":
    """Return, for "all", each project on its default data and, unless data was asked for, on real data too."""
    if "all" not in options.names or options.data is not None or options.model is not None:
        return requests
    return [
        replace(request, data=name)
        for request in requests
        for name in dict.fromkeys((next(iter(request.project.data)), request.project.real))
        if name
    ]


def _show_run(result: Any, options: argparse.Namespace) -> None:
    from groundup.workbench.report.summary import summary

    if not (options.json or options.quiet):
        show(summary(result), end="\n\n")


def _show_gallery(gallery: Path, results: list[Any], options: argparse.Namespace) -> int:
    if options.open and results:
        open_in_browser(results[0].folder / "index.html" if len(results) == 1 else gallery)
    if options.json:
        runs = [json.loads((r.folder / "metrics.json").read_text("utf-8")) | {"folder": str(r.folder)} for r in results]
        return print_json({"runs": runs, "gallery": str(gallery)})
    if not options.quiet:
        show(f"report gallery: {gallery}")
    return DONE
