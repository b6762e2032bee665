"""The command ``groundup``: parses, calls the workbench, prints.

Exit codes: 0 done, 1 it could not be done, 2 it was asked for wrongly, 130 interrupted by Ctrl-C.
"""

import argparse
import json
import os
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict, replace
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from groundup.cli.arguments import MISUSED, parser
from groundup.core.suggest import suggest
from groundup.core.words import counted
from groundup.workbench.run.errors import RunError, UsageError, words

if TYPE_CHECKING:
    from groundup.projects.common.declaration import Project
    from groundup.workbench.run.request import Request

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # × and ² shall not stop a terminal that cannot show them
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.showwarning = _silent if options.quiet else _note
            code = COMMANDS[options.command](options)
            sys.stdout.flush()
            return code
    except UsageError as error:
        return _complain(error, MISUSED)
    except (RunError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return _complain(words(error), FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)


# --- commands -------------------------------------------------------------------------------------------------------


def _list(options: argparse.Namespace) -> int:
    from groundup.projects import FINISHED, PLANNED, load

    finished = {name: load(name) for name in FINISHED}
    if options.json:
        rows = [{"name": name, "state": "finished", "title": p.title, "summary": p.summary, "data": list(p.data)}
                for name, p in finished.items()]  # fmt: skip
        return _print_json([*rows, *({"name": name, "state": "planned"} for name in PLANNED)])
    for name, project in finished.items():
        print(f"{name:<24} {project.summary}")
        print(f"{'':<24} data sets: {', '.join(project.data)}")
    if not options.quiet:
        print(f"\nplanned: {', '.join(PLANNED)}")
    return DONE


def _run(options: argparse.Namespace) -> int:
    from groundup.workbench.report.gallery import write_gallery
    from groundup.workbench.run.run import CHECKPOINT, run

    requests = _beside_real_data(options, _requests(options))
    waiting = [request for request in requests if (request.folder(options.out) / CHECKPOINT).exists()]
    if options.resume and not waiting:
        raise RunError(f"--resume: no run in {options.out}/ was stopped; there is nothing to go on from.")
    code, results = DONE, []
    for request in requests:
        try:
            result = run(
                request,
                options.out,
                max_seconds=options.max_seconds,
                resume=options.resume and request in waiting,
                stream=_progress_stream(options),
            )
        except RunError as error:
            if len(requests) == 1:
                raise
            code = _complain(f"{request.folder(Path())}: {error}", FAILED)  # the others may do
            continue
        results.append(result)
        _show_run(result, options)
        if result.stopped == "interrupted":
            code = INTERRUPTED
            break
    return max(code, _show_gallery(write_gallery(options.out), results, options))


def _show_run(result: Any, options: argparse.Namespace) -> None:
    from groundup.workbench.report.summary import summary

    if not (options.json or options.quiet):
        print(summary(result), end="\n\n", flush=True)


def _show_gallery(gallery: Path, results: list[Any], options: argparse.Namespace) -> int:
    if options.open and results:
        _open(results[0].folder / "index.html" if len(results) == 1 else gallery)
    if options.json:
        runs = [json.loads((r.folder / "metrics.json").read_text("utf-8")) | {"folder": str(r.folder)} for r in results]
        return _print_json({"runs": runs, "gallery": str(gallery)})
    if not options.quiet:
        print(f"report gallery: {gallery}")
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from groundup.workbench.report.record import record
    from groundup.workbench.report.summary import comparison_summary
    from groundup.workbench.run.run import run_beside_reference

    (request,) = _requests(options)
    result = run_beside_reference(request, _progress_stream(options))
    if options.json:
        return _print_json(record(result))
    print(comparison_summary(result))
    return DONE


def _bench(options: argparse.Namespace) -> int:
    from groundup.workbench.bench import measure

    names = [project.name for project in _projects(options.names or ["all"])]
    rows = measure.main(names, options.out, _say if not options.quiet else _silent)
    if options.json:
        return _print_json({"environment": measure.environment(), "rows": [asdict(row) for row in rows]})
    print(measure.table(rows), measure.environment(), sep="\n\n")
    for miss in [] if options.quiet else measure.misses(rows):
        _say(f"below target: {miss}")
    return DONE


def _theory(options: argparse.Namespace) -> int:
    from groundup.publish.chapters import chapter

    (project,) = _projects([options.name])
    path = chapter(project.name)
    if options.json:
        _print_json({"name": project.name, "path": str(path)})
    else:
        print(path)
    if options.open:
        _open(path)
    return DONE


def _predict(options: argparse.Namespace) -> int:
    from groundup.workbench.run.predict import predict

    frame = predict(options.model, options.file)
    if options.json:
        return _print_json({"predictions": frame.to_dict("list")})
    if options.out is None:
        frame.to_csv(sys.stdout, index=False)
        return DONE
    frame.to_csv(options.out, index=False)
    if not options.quiet:
        print(f"{counted(len(frame), 'prediction')}: {options.out}")
    return DONE


# --- what commands share ---------------------------------------------------------------------------------------------


def _projects(names: Sequence[str]) -> "list[Project]":
    """Declarations of finished projects; "all" is all of them."""
    from groundup.projects import FINISHED, PLANNED, load

    for name in names:
        if name in PLANNED:
            raise UsageError(f"{name} is planned and not there yet. Finished: {', '.join(FINISHED)}.")
        if name not in (*FINISHED, "all"):
            raise UsageError(f"there is no project {name!r}. {suggest(name, (*FINISHED, *PLANNED, 'all'))}")
    return [load(name) for name in (FINISHED if "all" in names else dict.fromkeys(names))]


def _requests(options: argparse.Namespace) -> "list[Request]":
    from groundup.workbench.run.request import Request

    requests = [
        Request(project, options.data, options.target, options.seed, dict(options.set))
        for project in _projects(options.names)
    ]
    for request in requests:  # before the first of them starts to work
        request.check()
    return requests


def _beside_real_data(options: argparse.Namespace, requests: "list[Request]") -> "list[Request]":
    """For "all": each project on the data it chooses first and, unless other data is asked for, on real data too."""
    if "all" not in options.names or options.data is not None:
        return requests
    real = [replace(request, data=request.project.real, beside=True) for request in requests if request.project.real]
    return [request for pair in zip_longest(requests, real) for request in pair if request]


def _progress_stream(options: argparse.Namespace) -> TextIO | None:
    return None if options.quiet else sys.stderr


def _print_json(content: Any) -> int:
    from groundup.workbench.report.record import to_json

    sys.stdout.write(to_json(content))
    return DONE


def _open(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        _say(f"no browser was found; open {path} yourself")


def _say(words: str) -> None:
    print(f"groundup: {words}", file=sys.stderr)


def _note(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    if issubclass(category, UserWarning):  # those of libraries, for programmers, are no news to the user
        _say(f"note: {message}")


def _silent(*message: Any, **more: Any) -> None:
    """Say nothing."""


def _complain(error: object, code: int) -> int:
    _say(f"{'' if code == INTERRUPTED else 'error: '}{error}")
    return code


COMMANDS = {
    "list": _list,
    "run": _run,
    "compare": _compare,
    "bench": _bench,
    "theory": _theory,
    "predict": _predict,
}


if __name__ == "__main__":
    sys.exit(main())
