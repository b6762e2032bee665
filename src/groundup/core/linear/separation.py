"""Whether the likelihood has a maximum at all: it has none when a hyperplane separates the classes.

Source: A. Albert and J. A. Anderson, On the existence of maximum likelihood estimates in logistic regression models,
Biometrika 71 (1984).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.linear.objective import ScoreObjective
from groundup.core.types import Array

GROWING = 0.1  # of a margin in one step: where the likelihood has a maximum, the last steps are far smaller
LEVEL = 1e-3  # of the largest growth: what rounding, and what is still converging, may fall by


def separated(objective: ScoreObjective, theta: Array, progress: Any) -> bool:
    """Whether some direction raises the scores of all rows' own classes above the others, or lowers none of them.

    Two directions are looked at: the parameters themselves, and the last move that the solver made; where the classes
    can be separated the moves turn into such a direction.

    eq. logistic_regression:separable
    """
    if not objective.loss.endless:
        return False
    if (margins(objective, theta) > 0).all():
        return True
    moves: Sequence[Array] = getattr(progress, "moves", ())
    if not len(moves):
        return False
    growth = margins(objective, moves[-1])
    return bool(growth.max() > GROWING and growth.min() >= -LEVEL * growth.max())


def margins(objective: ScoreObjective, theta: Array) -> Array:
    """By how much the score of each row's own class exceeds the largest other one, of shape (n,)."""
    Z, y = objective.scores(theta), objective.rows.y
    if len(Z) == 1:
        return np.asarray((2 * y - 1) * Z[0])
    own = y, np.arange(len(y))
    score = Z[own].copy()
    Z[own] = -np.inf
    return np.asarray(score - Z.max(axis=0))
