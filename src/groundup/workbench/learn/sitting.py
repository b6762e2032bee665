"""What the subprocess does: run learners' files and compare their functions."""

import builtins
import importlib.abc
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from groundup.workbench.learn import show
from groundup.workbench.learn.judge import Subject, judge
from groundup.workbench.learn.outcome import ImportRefused, Printed, explain_error

OWN = __name__.partition(".")[0]

Tell = Callable[[dict[str, Any]], None]


class Guard(importlib.abc.MetaPathFinder):
    """Refuses every module but NumPy and the standard library."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raise `ImportRefused`, or leave the module to the other finders."""
        root = name.partition(".")[0]
        if root != "numpy" and root not in sys.stdlib_module_names:
            raise ImportRefused(root, name=name)


def sit(job: Mapping[str, Any], tell: Tell) -> None:
    """Run the files of a job.

    Parameters
    ----------
    job : mapping
        ``exercise``: the project's name; ``files``: each with ``number``, ``name``, ``source`` and ``tasks``, the
        functions to be compared; ``describe``: None or ``[task, case]``, an input to be described first.
    tell : callable
        Is given events: ``{"file", "begin": task or None}``, ``{"file", "task", "case"}``, ``{"file", "task",
        "verdict"}``, ``{"file", "task", "done": verdict}``, ``{"file", "problem"}``, ``{"described"}``,
        ``{"finished"}`` and, where this program and not the learner's is at fault, ``{"failed": traceback}``.
    """
    try:
        subject = Subject(job["exercise"])
        if job["describe"]:
            task, k = job["describe"]
            one = subject.cases(task)[k]
            tell({"described": {"about": one.about, "arguments": show.arguments(subject.parameters[task], one.arguments),
                                "right": show.value(subject.right(task)[k].value)}})  # fmt: skip
        np.seterr(all="ignore")
        warnings.simplefilter("ignore")
        for task in {task for file in job["files"] for task in file["tasks"]}:
            subject.right(task)  # before the learner's code can change anything
        printed = Printed()
        sys.stdout = sys.stderr = printed
        forget_own_package()
        sys.meta_path.insert(0, Guard())
        for file in job["files"]:
            _sit_file(subject, file, printed, tell)
        tell({"finished": True})
    except Exception:
        tell({"failed": traceback.format_exc()})


def _sit_file(subject: Subject, file: Mapping[str, Any], printed: Printed, tell: Tell) -> None:
    def about(event: Mapping[str, Any]) -> None:
        tell({"file": file["number"], **event})

    about({"begin": None})
    namespace: dict[str, Any] = {"__name__": "exercise", "__file__": file["name"], "__builtins__": builtins}
    try:
        exec(compile(file["source"], file["name"], "exec"), namespace)
    except BaseException as error:
        about({"problem": _at_top_level(error, file["name"])})
        return
    own = dict(namespace)
    for task in file["tasks"]:
        about({"begin": task})
        verdict = judge(subject, task, file["source"], file["name"], _restored(namespace, own), printed,
                        lambda event, task=task: about({"task": task, **event}))  # fmt: skip
        about({"task": task, "done": verdict})


def _restored(namespace: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The namespace that the learner's functions look names up in, as it was after the file had run."""
    namespace.clear()
    namespace.update(own)
    return namespace


def _at_top_level(error: BaseException, file: str) -> str:
    """What happened while the file ran, before any function was called by the check."""
    words = explain_error(error, file)
    if isinstance(error, NotImplementedError):
        words = words.replace("fails", "calls an open function") .partition(": Not")[0]
    advice = "" if isinstance(error, ImportRefused) else (
        ". What is tried out belongs under `if __name__ == \"__main__\":` at the end of the file")
    return f"The file {words}{advice}."


def forget_own_package() -> None:
    """Remove this package from the modules that an import statement would find."""
    for name in [name for name in sys.modules if name.partition(".")[0] == OWN]:
        del sys.modules[name]
