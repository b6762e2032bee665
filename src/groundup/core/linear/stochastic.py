"""Stochastic gradient methods: SGD, and SAGA with vanishing variance.

The memory of an iterate is ``(seed, epoch)`` and, for SAGA, a table of the slopes of all rows.

Sources: Robbins and Monro (1951); Defazio, Bach and Lacoste-Julien, SAGA, NIPS 2014.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.products import scores
from groundup.core.optimize.objective import Iterate, initial
from groundup.core.rows import batches
from groundup.core.types import Array


def stable_step_size(objective: ScoreObjective, batch: int) -> float:
    """Return a step size that is stable for every batch.

    The curvature of a batch may exceed that of all rows.
    """
    bound = objective.curvature_bound()
    return 1 / float(np.linalg.norm(bound, 2) + 2 * np.trace(bound) / batch)


def initial_sgd(objective: ScoreObjective, w: Array, seed: int, epoch: int = 0) -> Iterate:
    """Return the iterate at `w`."""
    return initial(objective, w, memory=(seed, epoch))


def sgd(objective: ScoreObjective, iterate: Iterate, rate: float, batch: int) -> Iterator[Iterate]:
    """Step against the gradients of batches, with a falling step size.

    eq. logistic_regression:sgd
    """
    while True:
        seed, epoch = iterate.memory
        w, step = iterate.w, rate / np.sqrt(1 + epoch)
        for rows in batches(len(objective.rows), batch, seed, epoch):
            w = objective.nonsmooth.prox(w - step * objective.subsample(rows)(w)[1], step)
        iterate = Iterate(w, *objective(w), memory=(seed, epoch + 1))
        yield iterate


def initial_saga(objective: ScoreObjective, w: Array, seed: int) -> Iterate:
    """Return the iterate at `w`, with a table of the slopes of all rows, (t, n)."""
    y, weight = objective.rows.y, objective.rows.weight
    slopes = objective.loss.value_and_slope(objective.scores(w), y)[1] * (1 if weight is None else weight)
    return initial(objective, w, memory=(seed, 0, slopes))


def saga(objective: ScoreObjective, iterate: Iterate, rate: float, batch: int) -> Iterator[Iterate]:
    """Correct the gradient of each batch by the remembered slopes of all rows.

    With φ the slope of a row's loss at its last visit, times its weight, a step is

        w ← prox(w − η (C n / |B| Σ_B (φ_new − φ) x + C Σ φ x + l2 gradient)),

    then φ ← φ_new for the rows of the batch B. The step is right on average; as w settles, so do the φ, and the
    variance disappears. For single, independent draws and η = 1 / (6 L + μ), with L = C n / 4 · max s ‖x‖² and the
    strength μ of the square penalty, the error falls geometrically: by e in about max(2 n, 3 L / μ) rows.
    """
    X, y, weight = objective.rows.X, objective.rows.y, objective.rows.weight
    n = len(X)
    while True:
        seed, epoch, table = iterate.memory
        w, slopes = iterate.w, table.copy()
        remembered = objective.gather(slopes @ X, slopes.sum(axis=1))  # gradient of all rows
        for rows in batches(n, batch, seed, epoch):
            slope = objective.loss.value_and_slope(scores(X[rows], *objective.split(w)), y[rows])[1]
            if weight is not None:
                slope *= weight[rows]
            difference = slope - slopes[:, rows]
            change = objective.gather(difference @ X[rows], difference.sum(axis=1))
            w = w - rate * (remembered + n / len(rows) * change + objective.l2_gradient(w))
            w = objective.nonsmooth.prox(w, rate)
            remembered = remembered + change
            slopes[:, rows] = slope
        iterate = Iterate(w, *objective(w), memory=(seed, epoch + 1, slopes))
        yield iterate
