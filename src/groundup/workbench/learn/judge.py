"""The verdict on one function: right, wrong with the first failing input, or open."""

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.projects.common.exercise import Case, Exercise, Task
from groundup.workbench.learn import explain, show
from groundup.workbench.learn.blank import functions, is_open
from groundup.workbench.learn.compare import Difference, difference, named
from groundup.workbench.learn.outcome import Outcome, Printed, Shared, call

SEED = 0  # of the generator that makes the inputs: everybody is checked on the same ones
NEAR_NAME = 0.65  # Similarity of two names above which one may be meant by the other; assign and hessian have 0.62.

Verdict = dict[str, Any]  # plain values only: it leaves the process as JSON


class Subject:
    """A project's textbook and exercise, with the right outcomes.

    Parameters
    ----------
    name : str
        The project.
    """

    def __init__(self, name: str) -> None:
        self.exercise: Exercise = import_module(f"groundup.projects.{name}.exercise").EXERCISE
        self.textbook: ModuleType = import_module(f"groundup.projects.{name}.textbook")
        self.source = Path(str(self.textbook.__file__)).read_text("utf-8")
        self.helpers = {task: getattr(self.textbook, task) for task in self.exercise.tasks}
        self.parameters = {task: list(inspect.signature(one).parameters) for task, one in self.helpers.items()}
        self.cases = cache(self._cases)
        self.right = cache(self._right)
        self.variants = cache(self._variants)

    def _cases(self, task: str) -> tuple[Case, ...]:
        return tuple(self.exercise.tasks[task].cases(np.random.default_rng(SEED)))

    def _right(self, task: str) -> list[Outcome]:
        return [call(self.helpers[task], one.arguments) for one in self.cases(task)]

    def _variants(self, task: str) -> list[list[Outcome]]:
        mistakes = self.exercise.tasks[task].mistakes
        variants = (explain.variant(self.source, task, mistake) for mistake in mistakes)
        return [explain.outcomes(one, self.cases(task), self.right(task)) for one in variants]


@dataclass(frozen=True)
class Attempt:
    """A learner's file that has been run.

    Parameters
    ----------
    file, source : str
        Its name in error messages, and its text.
    namespace : dict
        What it has defined. The functions look names up in it.
    printed : Printed
        Where their output goes.
    shared : Shared
        What they share with the check.
    """

    file: str
    source: str
    namespace: dict[str, Any]
    printed: Printed
    shared: Shared


def judge(subject: Subject, task: str, attempt: Attempt, tell: Callable[[Mapping[str, Any]], None]) -> Verdict:
    """Compare one of a learner's functions with the textbook's.

    While the function runs, the textbook's functions stand in for the learner's others, so that one mistake is
    reported once.

    Parameters
    ----------
    subject : Subject
        The right answers.
    task : str
        The function.
    attempt : Attempt
        The learner's file; the textbook's functions enter its namespace.
    tell : callable
        Is given ``{"case": k}`` before each call, and ``{"verdict": …}`` as soon as a failure is known, in case a later
        input ends this process.

    Returns
    -------
    dict
        The keys of `report.Function` without its name and equations; those that are empty are left out.
    """
    written = functions(attempt.source)
    if task not in attempt.namespace:
        return {"state": "open", "kind": "missing", "problem": _missing(task, written, subject)}
    if task in written and is_open(written[task]):
        return {"state": "open", "kind": "open"}
    function = attempt.namespace[task]
    unfit = _unfit(task, function, subject)
    if unfit:
        return unfit
    attempt.namespace.update({name: one for name, one in subject.helpers.items() if name != task})
    came: list[Outcome] = []
    failed: tuple[int, Difference] | None = None
    verdict: Verdict = {"state": "right", "kind": "right"}
    for k, (one, right) in enumerate(zip(subject.cases(task), subject.right(task), strict=True)):
        tell({"case": k})
        attempt.printed.text = ""
        outcome = call(function, one.arguments, explain.states_needed(right), attempt.file, attempt.shared)
        if outcome.kind == "open":
            return {"state": "open", "kind": "begun", "problem": f"{task} is begun: it raises NotImplementedError."}
        came.append(outcome)
        found = failure(outcome, right, subject.exercise.tasks[task], subject.parameters[task])
        if found is not None and failed is None:
            failed = k, found
            verdict = _wrong(subject, task, k, found, outcome) | {"printed": attempt.printed.text}
            tell({"verdict": verdict})
    return verdict if failed is None else verdict | _cause(subject, task, failed[1], came, failed[0])


def failure(came: Outcome, right: Outcome, task: Task, parameters: Sequence[str]) -> Difference | None:
    """Return in which respect an outcome is wrong, or None.

    Parameters
    ----------
    came, right : Outcome
        The learner's and the textbook's.
    task : Task
        Its tolerance.
    parameters : sequence of str
        Names of the arguments.

    Returns
    -------
    Difference or None
        Its words continue the function's name.
    """
    if came.kind == "error":
        return Difference("error", came.problem)
    if came.kind != right.kind:
        yields = "yields states; it should return its result"
        returns = f"returns {named(came.value)}; it should yield its states one after another"
        return Difference("type", yields if came.kind == "states" else returns)
    found = _of_states(came, right, task) if right.kind == "states" else _of_value(came.value, right.value, task)
    if found is None and came.overwritten:
        words = "changes a state after it has yielded it; w = w - … makes a new array, w -= … changes the old one"
        found = Difference("changed", words)
    extra = [parameters[k] for k in came.changed if k not in right.changed]
    if found is None and extra:
        arguments = f"argument{'s' if len(extra) > 1 else ''} {' and '.join(extra)}"
        words = f"changes its {arguments} in place; it should work on a copy or make a new array"
        found = Difference("changed", words)
    return found


def _of_value(came: Any, right: Any, task: Task) -> Difference | None:
    found = difference(came, right, task.tolerance)
    if found is None:
        return None
    if came is None:
        return Difference("type", "returns None; its return statement may be missing")
    return Difference(found.kind, f"is wrong: {_place(found.part, 'its result')} {found.words}", found.part)


def _of_states(came: Outcome, right: Outcome, task: Task) -> Difference | None:
    for k, (a, b) in enumerate(zip(came.value, right.value, strict=False)):
        found = difference(a, b, task.tolerance)
        if found is not None:
            before = f"; the {'one' if k == 1 else k} before {'is' if k == 1 else 'are'} right" if k else ""
            words = f"is wrong: {_place(found.part, f'state {k}')} {found.words}{before}"
            return Difference(found.kind, words, (k, *found.part))
    if len(came.value) < len(right.value):
        return Difference("length", f"stops after {plural(len(came.value), 'state')} instead of {len(right.value)}")
    if right.ended and (len(came.value) > len(right.value) or not came.ended):
        ends = "does not stop" if not came.ended else f"yields {plural(len(came.value), 'state')}"
        return Difference("length", f"{ends}; it should stop after {plural(len(right.value), 'state')}")
    return None


def _place(part: tuple[int, ...], whole: str) -> str:
    return "".join(f"part {k + 1} of " for k in reversed(part)) + whole


def _missing(task: str, written: Mapping[str, Any], subject: Subject) -> str:
    others = [name for name in written if name not in subject.exercise.tasks]
    near = difflib.get_close_matches(task, others, n=1, cutoff=NEAR_NAME)
    return f"{task} is not in the file{f'; is {near[0]} meant to be it?' if near else '.'}"


def _unfit(task: str, function: Any, subject: Subject) -> Verdict:
    """A verdict on something that cannot be called as the textbook's function is; empty if it can."""
    if not callable(function):
        return {"state": "wrong", "kind": "type", "problem": f"{task} is {named(function)}; it should be a function."}
    try:
        signature = inspect.signature(function)
        for one in subject.cases(task):
            signature.bind(*one.arguments)
    except (TypeError, ValueError):
        own = str(signature) if "signature" in locals() else "(?)"
        expected = ", ".join(subject.parameters[task])
        return {"state": "wrong", "kind": "signature", "problem": f"{task} takes {own} instead of ({expected})."}
    return {}


def _wrong(subject: Subject, task: str, k: int, found: Difference, came: Outcome) -> Verdict:
    """What is known of a failure at once: the input, what came, what is right, and the usual causes."""
    right, one = subject.right(task)[k], subject.cases(task)[k]
    verdict: Verdict = {
        "state": "wrong",
        "kind": found.kind,
        "problem": f"{task} {found.words}.",
        "about": one.about,
        "arguments": show.arguments(subject.parameters[task], one.arguments),
        "right": show.value(right.value),
        "usual": [mistake.cause for mistake in subject.exercise.tasks[task].mistakes],
    }
    if found.kind == "changed":
        del verdict["right"]  # the values are equal
    elif came.kind == "states" == right.kind and found.part:
        verdict["came"], verdict["right"] = show.both(came.value[found.part[0]], right.value[found.part[0]])
    elif came.kind == right.kind:
        verdict["came"], verdict["right"] = show.both(came.value, right.value)
    elif came.kind in ("value", "states"):
        verdict["came"] = show.value(came.value)
    return verdict


def _cause(subject: Subject, task: str, found: Difference, came: Sequence[Outcome], first: int) -> Verdict:
    """The cause of a failure where it is recognised."""
    right = subject.right(task)
    known = explain.recognized(subject.exercise.tasks[task], subject.variants(task), subject.cases(task), came, right)
    if not known and found.kind == "shape":
        known = explain.shape_cause(found, came[first].value, right[first].value)
    changed = [subject.parameters[task][k] for k in came[first].changed if k not in right[first].changed]
    if not known and changed and found.kind != "changed":
        known = f"It changes its argument {' and '.join(changed)} in place; `x = x - …` makes a new array."
    return {"cause": known} if known else {}
