"""What can be said of a trained network: how far it is from a point where no small step helps."""

from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.objective import OnAllRows
from groundup.core.nn.stationarity import LARGEST_DECREASE, decrease_along_gradient
from groundup.core.rows import Samples, sample_of_rows
from groundup.core.types import Array

SCORE_ROUNDING = 1e-9  # A score that is computed again agrees to this.


def certify_stationary(objective: OnAllRows, w: Array, constant: Array) -> Certificate:
    """Return whether a step along the steepest descent would lower the objective much.

    eq. multilayer_perceptron:stationary

    The objective of a network has many minima and saddle points, and no bound tells how far the lowest minimum is: so
    nothing is said about it.

    Parameters
    ----------
    objective : OnAllRows
        The objective that was minimised, in the form for predictions.
    w : ndarray of shape (p,)
        Parameters.
    constant : ndarray of shape (t,)
        The best scores that do not depend on the features, which give the unit of a decrease.
    """
    samples = objective.samples
    part = samples.take(sample_of_rows(len(samples), samples.weight))
    unit = max(_constant_loss(objective, part, constant), _value(objective, part, w))
    found = decrease_along_gradient(lambda v: _value(objective, part, v), w, objective(w)[1], unit)
    return Certificate(
        "The parameters are nearly stationary: no step along the steepest descent lowers the objective by more than "
        "one per cent of that of constant scores. Lower minima may exist elsewhere.",
        "largest decrease found along the gradient, relative to the objective of constant scores",
        found / unit if unit else 0.0,
        LARGEST_DECREASE,
    )


def certify_record(score: float, best: float) -> Certificate:
    """Return whether weights have the best score that training recorded on the rows held out.

    Early stopping chooses them by that score; they need not be stationary.
    """
    return Certificate(
        "Of all epochs, these weights had the best score on the rows held out.",
        "difference of their score from the best one recorded",
        abs(score - best),
        SCORE_ROUNDING,
    )


def _value(objective: OnAllRows, part: Samples, w: Array) -> float:
    """Return the objective at `w` on some rows; infinite where it overflows."""
    network = objective.objective.network
    p = network.bound(w, objective.s)
    with np.errstate(over="ignore", invalid="ignore"):
        total = part.sum(_losses, objective, p)
        value = (total + float((objective.objective.l2 * w) @ w) / 2) / part.total
    return value if np.isfinite(value) else np.inf


def _losses(X: Any, y: Array, weight: Array | None, objective: OnAllRows, p: Any) -> float:
    losses = objective.objective.loss.forward(objective.objective.network.apply(p, X.T), y.T)[0]
    return float((losses if weight is None else losses * weight).sum(dtype=np.float64))


def _constant_loss(objective: OnAllRows, part: Samples, constant: Array) -> float:
    """Return the mean loss of scores that are the same for all rows."""
    losses = objective.objective.loss.forward(np.repeat(constant[:, None], len(part), axis=1), part.y.T)[0]
    return float(np.average(losses, weights=part.weight))
