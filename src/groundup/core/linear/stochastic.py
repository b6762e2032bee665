"""Steps along the gradients of mini-batches: plain ones (SGD), and ones whose noise dies out (SAGA).

Sources: Robbins and Monro (1951); Defazio, Bach and Lacoste-Julien, SAGA, NIPS 2014.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.linear.objective import ScoreObjective, scores
from groundup.core.storage import record
from groundup.core.types import Array


@record
class Sweep:
    """Where passes over shuffled mini-batches have led.

    Parameters
    ----------
    w : ndarray of shape (p, t)
        Parameters.
    value : float
        Smooth part of the objective there.
    gradient : ndarray of shape (p, t)
        Its gradient.
    slopes : ndarray of shape (t, n), or (t, 0)
        SAGA: derivative of the weighted loss of each row by its scores, where the row was seen last.
    """

    w: Array
    value: float
    gradient: Array
    slopes: Array


def begin(objective: ScoreObjective, w: Array, *, remember: bool) -> Sweep:
    """The state at `w`; with a memory of every row's slope, if there is to be one."""
    value, gradient = objective(w)
    y, weight = objective.rows.y, objective.rows.weight
    slopes = np.empty((objective.outputs, 0))
    if remember:
        slopes = objective.loss.value_and_slope(objective.scores(w), y)[1] * (1 if weight is None else weight)
    return Sweep(w, float(value), gradient, slopes)


def safe_rate(objective: ScoreObjective, batch: int) -> float:
    """A step that no batch can make too long: a batch's own curvature may exceed that of all rows."""
    bound = objective.bound()
    return 1 / float(np.linalg.norm(bound, 2) + 2 * np.trace(bound) / batch)


def sgd(objective: ScoreObjective, state: Sweep, epoch: int, rate: float, batch: int, seed: int) -> Iterator[Sweep]:
    """Step against the gradient of one batch after the other, by less and less.  eq. logistic_regression:sgd"""
    while True:
        w, step = state.w, rate / np.sqrt(1 + epoch)
        for rows in batches(objective, batch, seed, epoch):
            w = objective.corner.prox(w - step * objective.sample(rows)(w)[1], step)
        value, gradient = objective(w)
        state = Sweep(w, float(value), gradient, state.slopes)
        yield state
        epoch += 1


def saga(objective: ScoreObjective, state: Sweep, epoch: int, rate: float, batch: int, seed: int) -> Iterator[Sweep]:
    """The same, each batch's gradient corrected by what is remembered of the others.  eq. logistic_regression:saga"""
    X, y, weight = objective.rows.X, objective.rows.y, objective.rows.weight
    n = len(X)
    while True:
        w, slopes = state.w, state.slopes.copy()
        known = objective.gather(slopes @ X, slopes.sum(axis=1))  # of all rows, as remembered
        for rows in batches(objective, batch, seed, epoch):
            slope = objective.loss.value_and_slope(scores(X[rows], *objective.split(w)), y[rows])[1]
            if weight is not None:
                slope *= weight[rows]
            news = slope - slopes[:, rows]
            change = objective.gather(news @ X[rows], news.sum(axis=1))
            w = w - rate * (known + n / len(rows) * change + objective.gradient_of_squares(w))
            w = objective.corner.prox(w, rate)
            known = known + change
            slopes[:, rows] = slope
        value, gradient = objective(w)
        state = Sweep(w, float(value), gradient, slopes)
        yield state
        epoch += 1


def batches(objective: ScoreObjective, size: int, seed: int, epoch: int) -> Iterator[Array]:
    """Indices of the rows, shuffled as a function of the seed and the epoch, so that an epoch can be repeated."""
    n = len(objective.rows)
    order = np.random.default_rng([seed, epoch]).permutation(n)
    for start in range(0, n, size):
        yield order[start : start + size]
