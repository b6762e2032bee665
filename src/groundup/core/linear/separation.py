"""Linear separability of the classes.

If a hyperplane separates the classes, the likelihood has no maximum.

Source: A. Albert and J. A. Anderson, On the existence of maximum likelihood estimates in logistic regression models,
Biometrika 71 (1984).
"""

import numpy as np

from groundup.core.linear.objective import ScoreObjective
from groundup.core.types import Array

MARGIN_GROWTH = 0.1  # Growth of a margin in one step that indicates divergence; last steps to a maximum are smaller.
MARGIN_LOSS = 1e-3  # Largest fall of another margin, relative to the largest growth: rounding or slow convergence.


def is_separable(objective: ScoreObjective, theta: Array, last_step: Array | None) -> bool:
    """Return whether a direction raises some rows' margins and lowers none.

    Two directions are examined: the parameters themselves, and the last step of the solver. On separable classes the
    steps converge to such a direction.

    eq. logistic_regression:separable
    """
    if not objective.loss.unbounded_if_separable:
        return False
    if (margins(objective, theta) > 0).all():
        return True
    if last_step is None:
        return False
    growth = margins(objective, last_step)
    return bool(growth.max() > MARGIN_GROWTH and growth.min() >= -MARGIN_LOSS * growth.max())


def margins(objective: ScoreObjective, theta: Array) -> Array:
    """Return each row's own score minus the largest other score, of shape (n,)."""
    Z, y = objective.scores(theta), objective.rows.y
    if len(Z) == 1:
        return np.asarray((2 * y - 1) * Z[0])
    own = y, np.arange(len(y))
    score = Z[own].copy()
    Z[own] = -np.inf
    return np.asarray(score - Z.max(axis=0))
