"""The commands ``groundup exercise`` and ``groundup check``, without their command line."""

import os
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

from groundup.core.files import write_whole
from groundup.core.text import suggest
from groundup.projects import FINISHED
from groundup.workbench.learn import hints
from groundup.workbench.learn.blank import blank
from groundup.workbench.learn.check import LARGEST, Submission, check_all, load, textbook
from groundup.workbench.learn.report import Report
from groundup.workbench.run.errors import UsageError, message_of

DEFAULT_SECONDS = 5.0  # longest time for one function; the textbook's take milliseconds
POLL = 0.3  # seconds between two looks at a file that is watched


def exercise(name: str, out: Path, force: bool = False) -> Path:
    """Write the exercise file of a project.

    Parameters
    ----------
    name : str
        The project.
    out : Path
        The file.
    force : bool
        Whether an existing file is overwritten.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If there is no such project, or the file exists.
    OSError
        If the file cannot be written.
    """
    _require(name)
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}")
    results = {task: one.result for task, one in load(name).tasks.items()}
    shown = shlex.quote(out.name) if re.fullmatch(r"[\w. -]+", out.name) else "FILE"  # it is printed within quotes
    text = blank(textbook(name), results, name, shown)
    if not force and os.path.lexists(out):
        raise UsageError(f"{out} exists, and may hold your work. Another --out, or --force to overwrite it.")
    write_whole(out, text)
    return out


def check(name: str, file: Path, seconds: float = DEFAULT_SECONDS) -> Report:
    """Compare every function of a learner's file with the textbook's.

    Parameters
    ----------
    name : str
        The project.
    file : Path
        The learner's file. It runs in a subprocess only.
    seconds : float
        Longest time for one function.

    Returns
    -------
    Report
        ``str(report)`` is for people, ``report.as_json()`` for programs; ``report.complete`` says whether every
        function is written and right.

    Raises
    ------
    UsageError
        If there is no such project, or the file is no text or cannot be read.
    """
    _require(name)
    (report,) = check_all(name, [Submission(str(file), _read(file))], seconds)
    return report


def watch(name: str, file: Path, seconds: float = DEFAULT_SECONDS) -> Iterator[Report]:
    """Yield a report now, and again whenever the file has been saved, until interrupted.

    Parameters
    ----------
    name, file, seconds
        As of `check`.

    Yields
    ------
    Report
        One after another; a file that is gone for a moment while an editor saves it is waited for.
    """
    seen = _saved(file)
    yield check(name, file, seconds)
    while True:
        time.sleep(POLL)
        now = _saved(file)
        if now is not None and now != seen:
            seen = now  # before the check, during which the file may be saved again
            yield check(name, file, seconds)


def hint(name: str, file: Path, function: str, seconds: float = DEFAULT_SECONDS) -> str:
    """Return the next step for one function.

    Parameters
    ----------
    name, file, seconds
        As of `check`.
    function : str
        The function, or "function:2" for its second hint, whatever is written.

    Returns
    -------
    str
        A few sentences that do not contain the answer.

    Raises
    ------
    UsageError
        As of `check`; also if there is no such function or hint.
    """
    _require(name)
    tasks = load(name).tasks
    function, colon, number = function.partition(":")
    if function not in tasks:
        raise UsageError(f"{name} has no function {function!r}. {suggest(function, tasks)}")
    count = len(tasks[function].hints)
    if colon and not (number.isdecimal() and 1 <= int(number) <= count):
        raise UsageError(f"--hint {function}:{number}: the hints of {function} are {function}:1 to {function}:{count}")
    if number:
        return hints.numbered(function, tasks[function], int(number))
    (report,) = check_all(name, [Submission(str(file), _read(file), (function,))], seconds)
    return report.problem or hints.next_step(report.functions[0], tasks[function])


def _require(name: str) -> None:
    if name not in FINISHED:
        raise UsageError(f"there is no project {name!r}. {suggest(name, FINISHED)}")


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(message_of(error)) from None
    if len(content) > LARGEST:
        raise UsageError(f"{file} is larger than {LARGEST:,} bytes; that is no exercise file.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no text in UTF-8.") from None


def _saved(file: Path) -> tuple[int, int] | None:
    """Time and size of a file; None while it is not there."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
