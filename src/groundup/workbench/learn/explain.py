"""Typical causes of a wrong value, found by comparing it with what typical mistakes give."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from groundup.projects.common.exercise import Case, Mistake, Task
from groundup.workbench.learn.compare import Difference, difference, leaves
from groundup.workbench.learn.outcome import Outcome, call

CLOSE = 1e-9  # Relative difference below which a ratio of two values is a known number.

RATIOS = {
    -1.0: "The sign is reversed.",
    2.0: "It is twice what is right: a factor ½ is missing, or one of 2 is too many.",
    0.5: "It is half of what is right: a factor 2 is missing, or one of ½ is too many.",
    -2.0: "The sign is reversed and the value is doubled.",
    -0.5: "The sign is reversed and the value is halved.",
    1 / np.log(2): "It uses log2; the chapter's log is the natural one, np.log.",
    np.log(2): "It uses the natural logarithm where the one to base 2 is right.",
    1 / np.log(10): "It uses log10; the chapter's log is the natural one, np.log.",
}


def variant(source: str, name: str, mistake: Mistake) -> Callable[..., Any]:
    """Return the textbook's function with a mistake in it.

    Parameters
    ----------
    source : str
        Source of the textbook.
    name : str
        The function.
    mistake : Mistake
        What to change.

    Returns
    -------
    callable
        It calls the textbook's other functions.

    Raises
    ------
    ValueError
        If a text to be changed does not occur exactly once in the function.
    """
    namespace: dict[str, Any] = {"__name__": "variant"}
    exec(compile(changed(source, name, mistake.changes), f"<{name} with a mistake>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def changed(source: str, name: str, changes: Any) -> str:
    """Return the textbook's source with texts of one function replaced.

    Parameters
    ----------
    source : str
        Source of the textbook.
    name : str
        The function.
    changes : mapping of str to str
        Old text, which occurs once in the function, and new text.

    Returns
    -------
    str
        Source of a module.

    Raises
    ------
    ValueError
        If an old text does not occur exactly once.
    """
    (node,) = (n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == name)
    lines = source.splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    text = "".join(lines[first:last])
    for old, new in changes.items():
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times in {name}; it must be there once")
        text = text.replace(old, new)
    return "".join([*lines[:first], text, *lines[last:]])


def recognized(
    task: Task,
    variants: Sequence[Sequence[Outcome]],
    cases: Sequence[Case],
    came: Sequence[Outcome],
    right: Sequence[Outcome],
) -> str:
    """Return the cause of wrong outcomes, or "" where none is recognised.

    Parameters
    ----------
    task : Task
        Names the mistakes.
    variants : sequence of sequence of Outcome
        For every mistake what it gives, case by case.
    cases : sequence of Case
        The inputs.
    came, right : sequence of Outcome
        The learner's and the textbook's outcomes.

    Returns
    -------
    str
        A full sentence. A declared mistake must give the learner's outcome in every case.
    """
    for mistake, outcomes in zip(task.mistakes, variants, strict=True):
        if all(_equal_outcomes(a, b, task.tolerance) for a, b in zip(came, outcomes, strict=True)):
            return mistake.cause
    return relation(cases, came, right, task.tolerance)


def outcomes(function: Callable[..., Any], cases: Sequence[Case], right: Sequence[Outcome]) -> list[Outcome]:
    """Return what a function gives in every case, over as many states as are needed to compare it.

    Parameters
    ----------
    function : callable
        A variant of the textbook's.
    cases : sequence of Case
        The inputs.
    right : sequence of Outcome
        The textbook's outcomes.

    Returns
    -------
    list of Outcome
        One a case.
    """
    return [call(function, one.arguments, states_needed(b)) for one, b in zip(cases, right, strict=True)]


def states_needed(right: Outcome) -> int:
    """Return how many states to take: two more than there should be, where they come to an end."""
    return len(right.value) + 2 * right.ended if right.kind == "states" else 1


def _equal_outcomes(a: Outcome, b: Outcome, tolerance: float) -> bool:
    """Whether two outcomes are equal; errors are, whatever their texts."""
    if a.kind != b.kind or (a.ended, a.changed, a.overwritten) != (b.ended, b.changed, b.overwritten):
        return False
    return a.kind == "error" or difference(a.value, b.value, tolerance) is None


# --- relations that hold whatever the function -----------------------------------------------------------------------


def relation(cases: Sequence[Case], came: Sequence[Outcome], right: Sequence[Outcome], tolerance: float) -> str:
    """Return how the wrong values follow from the right ones, or "".

    Parameters
    ----------
    cases : sequence of Case
        The inputs.
    came, right : sequence of Outcome
        The learner's and the textbook's outcomes.
    tolerance : float
        Of equal values.

    Returns
    -------
    str
        A full sentence on a relation that holds in all cases: a reversed sign, a factor, a sum instead of a mean.
    """
    if {outcome.kind for outcome in (*came, *right)} != {"value"}:
        return ""
    if any(isinstance(b.value, tuple) for b in right) and _swapped(came, right, tolerance):
        return "The parts of the result are in the wrong order."
    pairs = _wrong_parts(came, right, tolerance)
    if not pairs:
        return ""
    relations: tuple[tuple[Callable[[int, Any, Any], bool], str], ...] = (
        (lambda k, a, b: _close(a, b.T) and a.ndim == 2, "The result is transposed."),
        (lambda k, a, b: _equals_argument(a, cases[k]), "One of the arguments is returned unchanged."),
        (lambda k, a, b: a.shape == b.shape and not a.any() and b.any(), "All values are zero."),
        (lambda k, a, b: a.shape == b.shape and _close(a, b * _rows(cases[k])), "It is n times what is right: a sum "
         "stands where a mean is right, or a division by n, the number of rows, is missing."),
        (lambda k, a, b: a.shape == b.shape and _close(a * _rows(cases[k]), b), "It is 1/n of what is right: a mean "
         "stands where a sum is right, or it is divided by n, the number of rows, once too often."),
        (lambda k, a, b: a.shape == b.shape and _close(a, b**2), "It is the square of what is right."),
        (lambda k, a, b: a.shape == b.shape and _close(a**2, b), "It is the square root of what is right."),
    )  # fmt: skip
    for holds, words in relations:
        if all(holds(k, a, b) for k, a, b in pairs):
            return words
    return next((words for ratio, words in RATIOS.items() if all(_close(a, ratio * b) for _, a, b in pairs)), "")


def _wrong_parts(came: Sequence[Outcome], right: Sequence[Outcome], tolerance: float) -> list[tuple[int, Any, Any]]:
    """Case, learner's and right array of the parts of the results that are wrong in some case."""
    parts = []
    for k, (a, b) in enumerate(zip(came, right, strict=True)):
        mine, theirs = dict(leaves(a.value)), dict(leaves(b.value))
        if mine.keys() != theirs.keys():
            return []
        parts += [(k, path, mine[path], theirs[path]) for path in theirs]
    wrong = {path for _, path, a, b in parts if difference(a, b, tolerance) is not None}
    chosen = [(k, a, b) for k, path, a, b in parts if path in wrong]
    if not all(isinstance(x, np.ndarray | np.generic | float | int) for _, *pair in chosen for x in pair):
        return []
    return [(k, np.asarray(a, float), np.asarray(b, float)) for k, a, b in chosen if np.asarray(a).dtype.kind in "biuf"]


def _swapped(came: Sequence[Outcome], right: Sequence[Outcome], tolerance: float) -> bool:
    return all(
        isinstance(a.value, tuple | list)
        and len(a.value) == len(b.value) > 1
        and difference(list(a.value)[::-1], b.value, tolerance) is None
        for a, b in zip(came, right, strict=True)
    )


def _close(a: Any, b: Any) -> bool:
    if a.shape != np.shape(b):
        return False
    scale = np.abs(b).max(initial=0.0)
    return bool(np.allclose(a, b, rtol=CLOSE, atol=CLOSE * scale if np.isfinite(scale) else 0.0, equal_nan=True))


def _equals_argument(a: Any, case: Case) -> bool:
    return any(isinstance(one, np.ndarray) and np.array_equal(a, one) for one in case.arguments)


def _rows(case: Case) -> int:
    """Number of rows of the first array among the arguments."""
    return next((len(one) for one in case.arguments if isinstance(one, np.ndarray) and one.ndim), 1)


def shape_cause(found: Difference, came: Any, right: Any) -> str:
    """Return the typical cause of a wrong shape, or "".

    Parameters
    ----------
    found : Difference
        Whose kind is "shape".
    came, right : object
        The learner's and the right value.

    Returns
    -------
    str
        A full sentence.
    """
    for k in found.part:
        came, right = came[k], right[k]
    a, b = np.shape(came), np.shape(right)
    for holds, words in (
        (a == (*b, 1) or a == (1, *b), "An axis of length 1 is left over: a slice such as X[:, 0:1] or keepdims=True "
         "keeps it, an index such as X[:, 0] drops it."),
        (a == b[::-1], "The result is transposed, or a sum or mean runs over the wrong axis."),
        (a == () and len(b) == 1, "A sum or mean runs over everything; with axis=0 it leaves one value a column, with "
         "axis=1 one a row."),
        (len(a) == 1 and b == (), "There is one value for each row or column; a sum or mean over them is missing."),
        (len(a) == len(b) + 1 and set(a) <= {*b, *a} and len(set(a)) == 1, "An array of shape (n,) and one of shape "
         "(n, 1) broadcast to (n, n): make both (n,)."),
        (len(a) == len(b) == 1, "A sum or mean runs over the wrong axis, or a row or column too many or too few is "
         "taken."),
    ):  # fmt: skip
        if holds:
            return words
    return ""
