"""Tasks and mistakes that the exercises of linear models share."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from groundup.projects.common.exercise import Case, Mistake, Task, case


def with_ones(designs: Callable[[np.random.Generator], Iterator[Case]]) -> Task:
    """Return the task of appending a column of ones.

    Parameters
    ----------
    designs : callable
        Yields cases that begin with X.

    Returns
    -------
    Task
        Of the function ``with_ones(X)``.
    """
    return Task(
        "Returns X with one more column, (n, d + 1), the last one.",
        lambda rng: (case(one.about, one.arguments[0]) for one in designs(rng)),
        (
            "np.ones(n) is the new column; np.column_stack puts columns next to each other.",
            "n is len(X). The column of ones comes last, because its weight is read as the last one.",
        ),
        (
            Mistake("The column of ones comes first; here it is the last one.",
                    {"[X, np.ones(len(X))]": "[np.ones(len(X)), X]"}),
            Mistake("The new column holds zeros: its weight would then have no effect.", {"np.ones": "np.zeros"}),
            Mistake("The ones are a row below X; they should be a column next to it.",
                    {"np.column_stack([X, np.ones(len(X))])": "np.vstack([X, np.ones(X.shape[1])])"}),
        ),
    )  # fmt: skip


def descent_mistakes(state: str, step: str, uphill: str) -> Sequence[Mistake]:
    """Return the mistakes of every method that steps through states.

    Parameters
    ----------
    state : str
        The textbook's line that yields.
    step : str
        The textbook's line that changes the parameters.
    uphill : str
        The same with the wrong sign.

    Returns
    -------
    sequence of Mistake
        A reversed sign, a state that is yielded too late, and one step too many.
    """
    return (
        Mistake("The step goes uphill: its sign is reversed.", {step: uphill}),
        Mistake("It yields after the step; the start, at zero, is yielded first.",
                {f"        {state}\n": "", step: f"{step}\n        {state}"}),
        Mistake("There is one step too many.", {"range(steps)": "range(steps + 1)"}),
    )  # fmt: skip
