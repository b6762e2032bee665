"""The next step for a learner: it depends on how far the function is."""

from groundup.projects.common.exercise import Task
from groundup.workbench.learn.report import Function


def next_step(found: Function, task: Task) -> str:
    """Return a hint that fits what is written.

    Parameters
    ----------
    found : Function
        The verdict on the function.
    task : Task
        Its hints.

    Returns
    -------
    str
        For an open function the first hint, for one that fails the second, for a wrong shape what the shape should
        be, for a wrong value its cause or the last hint with the usual causes.
    """
    if found.state == "right":
        return f"{found.name} is right."
    if found.kind in ("open", "missing"):
        return numbered(found.name, task, 1)
    if found.kind == "begun":
        return numbered(found.name, task, min(2, len(task.hints)))
    if found.kind in ("error", "ended", "signature"):
        return f"{found.problem}\n{numbered(found.name, task, min(2, len(task.hints)))}"
    if found.kind in ("type", "shape", "length", "dtype", "changed"):
        return "\n".join(filter(None, (found.problem, f"{found.name}: {task.result}", found.cause)))
    if found.cause:
        return f"{found.problem}\n{found.cause}"
    causes = "".join(f"\n  - {mistake.cause}" for mistake in task.mistakes)
    return f"{found.problem}\n{numbered(found.name, task, len(task.hints))}\nUsual causes:{causes}"


def numbered(name: str, task: Task, number: int) -> str:
    """Return one of a function's hints, and how to get the one after it.

    Parameters
    ----------
    name : str
        The function.
    task : Task
        Its hints.
    number : int
        From 1 on.

    Returns
    -------
    str
        "(1 of 3; the next one: --hint loss:2)" follows the hint.
    """
    count = len(task.hints)
    more = f"; the next one: --hint {name}:{number + 1}" if number < count else ""
    return f"{task.hints[number - 1]}  (hint {number} of {count}{more})"
