"""What the subprocess does: run learners' files and compare their functions."""

import importlib.abc
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from groundup.workbench.learn import show
from groundup.workbench.learn.judge import Attempt, Subject, judge
from groundup.workbench.learn.outcome import ImportRefused, Printed, Shared, explain_error

OWN = __name__.partition(".")[0]
MODULE = "exercise"  # the name under which a learner's file runs; it is not "__main__"

Tell = Callable[[dict[str, Any]], None]


class Guard(importlib.abc.MetaPathFinder):
    """Refuses every module but NumPy and the standard library."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raise `ImportRefused`, or leave the module to the other finders."""
        root = name.partition(".")[0]
        own_parts = root == "numpy" or root.startswith("_")  # such as _sysconfigdata…, which NumPy needs
        if not own_parts and root not in sys.stdlib_module_names:
            raise ImportRefused(root, name=name)


def sit(job: Mapping[str, Any], tell: Tell) -> None:
    """Run the files of a job.

    Parameters
    ----------
    job : mapping
        ``exercise``: the project's name; ``files``: each with ``number``, ``name``, ``source`` and ``tasks``, the
        functions to be compared; ``describe``: None or ``[task, case]``, an input to be described first.
    tell : callable
        Is given events: ``{"file", "begin": task or None}``, ``{"file", "case"}``, ``{"file", "verdict"}``, ``{"file",
        "task", "done": verdict}``, ``{"file", "problem"}``, ``{"described"}``, ``{"finished"}`` and, where this program
        and not the learner's is at fault, ``{"failed": traceback}``.
    """
    try:
        subject = Subject(job["exercise"])
        if job["describe"]:
            task, k = job["describe"]
            one = subject.cases(task)[k]
            given = show.arguments(subject.parameters[task], one.arguments)
            right = show.value(subject.right(task)[k].value)
            tell({"described": {"about": one.about, "arguments": given, "right": right}})
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
    def tell_of_file(event: Mapping[str, Any]) -> None:
        tell({"file": file["number"], **event})

    tell_of_file({"begin": None})
    module = sys.modules[MODULE] = ModuleType(MODULE)
    namespace = vars(module)
    shared = Shared()
    try:
        exec(compile(file["source"], file["name"], "exec"), namespace)
        problem = ""
    except BaseException as error:
        problem = _at_top_level(error, file["name"])
    changed = shared.restore()
    if problem or changed:
        tell_of_file({"problem": problem or f"The file {changed}."})
        return
    own = dict(namespace)
    for task in file["tasks"]:
        tell_of_file({"begin": task})
        namespace.clear()
        namespace.update(own)
        attempt = Attempt(file["name"], file["source"], namespace, printed, shared)
        try:
            verdict = judge(subject, task, attempt, tell_of_file)
        except Exception as error:  # an object of the learner's own class may fail wherever it is looked at
            problem = f"{task} returns something that cannot be compared ({type(error).__name__})."
            verdict = {"state": "wrong", "kind": "type", "problem": problem}
        tell_of_file({"task": task, "done": verdict})


def _at_top_level(error: BaseException, file: str) -> str:
    """What happened while the file ran, before any function was called by the check."""
    words = explain_error(error, file)
    if isinstance(error, ImportRefused):
        return f"The file {words}."
    if isinstance(error, NotImplementedError):
        words = words.replace("fails", "calls an open function").partition(": Not")[0]
    return f'The file {words}. What is tried out belongs under `if __name__ == "__main__":` at the end of the file.'


def forget_own_package() -> None:
    """Remove this package from the modules that an import statement would find."""
    for name in [name for name in sys.modules if name.partition(".")[0] == OWN]:
        del sys.modules[name]
