"""Checks learners' files in subprocesses: one after another in the same one while they behave."""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import groundup
from groundup.projects.common.exercise import Exercise
from groundup.workbench.learn.blank import functions
from groundup.workbench.learn.equations import cited
from groundup.workbench.learn.process import Ended, events
from groundup.workbench.learn.report import Function, Report

LARGEST = 1_000_000  # characters of a learner's file


def load(project: str) -> Exercise:
    """Return what a project declares for learners."""
    exercise: Exercise = import_module(f"groundup.projects.{project}.exercise").EXERCISE
    return exercise


def textbook(project: str) -> str:
    """Return the source of a project's textbook."""
    return (Path(groundup.__file__).parent / "projects" / project / "textbook.py").read_text("utf-8")


@dataclass(frozen=True)
class Submission:
    """A learner's file.

    Parameters
    ----------
    name : str
        As error messages give it.
    source : str
        Its text.
    tasks : tuple of str
        The functions to be checked; by default all.
    """

    name: str
    source: str
    tasks: tuple[str, ...] = ()


def check_all(project: str, submissions: Sequence[Submission], seconds: float) -> list[Report]:
    """Compare the functions of several files with the textbook's.

    Parameters
    ----------
    project : str
        Whose textbook.
    submissions : sequence of Submission
        They run one after another in the same subprocess, which is started again only where one of them ends it.
    seconds : float
        Longest time for one function, or for running a file.

    Returns
    -------
    list of Report
        One a file.
    """
    everything = tuple(load(project).tasks)
    files = [_File(k, one.name, one.source, one.tasks or everything) for k, one in enumerate(submissions)]
    hung: _Place | None = None
    while hung or any(file.left for file in files):
        hung = _run(project, [file for file in files if file.left], hung, seconds)
    return [file.report(project) for file in files]


@dataclass
class _File:
    """A learner's file while it is checked."""

    number: int
    name: str
    source: str
    tasks: tuple[str, ...]
    problem: str = ""
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.problem = _syntax_problem(self.source)

    @property
    def left(self) -> list[str]:
        """Functions without a verdict."""
        return [] if self.problem else [task for task in self.tasks if task not in self.verdicts]

    def report(self, project: str) -> Report:
        """What was found."""
        if self.problem:
            return Report(project, self.name, (), self.problem)
        written = functions(textbook(project))
        found = (
            Function(task, cited(ast.get_docstring(written[task]) or ""), **_fields(self.verdicts[task]))
            for task in self.tasks
        )
        return Report(project, self.name, tuple(found))


def _fields(verdict: dict[str, Any]) -> dict[str, Any]:
    """A worker's verdict as fields of `Function`."""
    return verdict | {"usual": tuple(verdict.get("usual", ()))}


_Place = tuple[_File, str, int]  # file, function and number of the input


def _run(project: str, files: list[_File], hung: _Place | None, seconds: float) -> _Place | None:
    """Take verdicts from one subprocess until it is done or has to be ended.

    Parameters
    ----------
    project : str
        Whose textbook.
    files : list of _File
        Those with functions left.
    hung : tuple of (_File, str, int), optional
        An input that ended the last subprocess, and is still to be described.
    seconds : float
        Longest time for one function.

    Returns
    -------
    tuple of (_File, str, int) or None
        The input at which this subprocess ended.
    """
    job = {
        "exercise": project,
        "describe": hung[1:] if hung else None,
        "files": [{"number": f.number, "name": f.name, "source": f.source, "tasks": f.left} for f in files],
    }
    by_number = {file.number: file for file in files}
    file: _File | None = None
    task, case, wrong = None, None, None
    try:
        for event in events(job, seconds):
            file = by_number[event["file"]] if "file" in event else file
            match event:
                case {"failed": trace}:
                    raise RuntimeError(f"the check itself failed:\n{trace}")
                case {"described": found} if hung:
                    hung[0].verdicts[hung[1]] |= found
                case {"begin": name}:
                    task, case, wrong = name, None, None
                case {"case": number}:
                    case = number
                case {"verdict": verdict}:
                    wrong = verdict
                case {"done": verdict} if file:
                    file.verdicts[event["task"]] = verdict
                case {"problem": words} if file:
                    file.problem = words
    except Ended as ended:
        if file is None:
            raise RuntimeError(f"the check itself {ended}") from ended
        if task is None:
            file.problem = f"Running the file {ended}."
            return None
        file.verdicts[task] = wrong or {"state": "wrong", "kind": "ended", "problem": f"{task} {ended}."}
        return None if wrong or case is None else (file, task, case)
    return None


def _syntax_problem(source: str) -> str:
    """Why a text is not valid Python, in a sentence; "" if it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "exercise", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = (error.text or "").strip()[:80]
        where = f"Line {error.lineno}" if error.lineno else "The file"
        return f"{where} is not valid Python: {error.msg}{': ' if line else '.'}{line}"
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"The file is not valid Python: {error}."
    return ""
