"""What can be said of a trained network: how far it is from a point where no small step helps."""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.losses import Loss
from groundup.core.nn.objective import OnAllRows
from groundup.core.nn.parameters import views
from groundup.core.nn.stationarity import LARGEST_DECREASE, decrease_along_gradient
from groundup.core.rows import Samples, sample_of_rows
from groundup.core.types import Array

ROUNDING = float(np.finfo(np.float64).eps)
ROUNDED = 64  # Squared error of a mean of equal numbers, in squared units of rounding, that is put down to rounding.
SCORE_ROUNDING = 1e-9  # A score that is computed again agrees to this.


def certify_stationary(objective: OnAllRows, w: Array, constant: Array) -> Certificate:
    """Return whether a step along the steepest descent would lower the objective much.

    eq. multilayer_perceptron:stationary

    The objective of a network has many minima and saddle points, and no bound tells how far the lowest minimum is: so
    nothing is said about it. Steps are steepest for features in standard units: else a column that is far from zero
    allows tiny steps only, which gain nothing anywhere.

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
    unit, zero = (constant_loss(objective.objective.loss, part, scores) for scores in (constant, 0 * constant))
    if unit <= ROUNDED * float(np.finfo(w.dtype).eps) ** 2 * zero:  # constant targets: all that is left is rounding
        unit = zero or 1.0
    here = _value(objective, part, w)
    gradient = objective(w)[1].astype(np.float64)
    ascent = in_standard_units(objective, part, gradient)
    found = decrease_along_gradient(lambda v: _value(objective, part, v), w, gradient, max(unit, here), ascent)
    return Certificate(
        "The parameters are nearly stationary: no step along the steepest descent, with features in standard units, "
        "lowers the objective by more than one per cent of that of constant scores. Lower minima may exist elsewhere.",
        "largest decrease found along the gradient, relative to the objective of constant scores",
        found / unit,
        LARGEST_DECREASE,
    )


def in_standard_units(objective: OnAllRows, samples: Samples, gradient: Array) -> Array:
    """Return the direction of steepest ascent of the same network with standardised features.

    With ``x = mean + spread · x'`` the first layer has the weights ``spread · W`` and the biases ``b + Wᵀ mean``.

    eq. multilayer_perceptron:standard-units
    """
    ascent = gradient.copy()
    first = views(objective.objective.network.shapes, ascent)["0"]
    mean, variance = _moments(samples)
    varies = variance > (ROUNDING * mean) ** 2
    first["W"][...] = (first["W"] - mean[:, None] * first["b"]) / np.where(varies, variance, np.inf)[:, None]
    first["b"][...] -= mean @ first["W"]
    return ascent


def _moments(samples: Samples) -> tuple[Array, Array]:
    """Return means and variances of the columns."""
    X, share = samples.X, (np.ones(len(samples)) if samples.weight is None else samples.weight) / samples.total
    mean = X.T @ share.astype(np.float64)
    if samples.sparse:
        return mean, np.maximum(replace(X, data=X.data.astype(np.float64) ** 2).T @ share - mean**2, 0)
    return mean, share @ np.square(X - mean)


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
    """Return the objective at `w` on some rows, with their share of the penalty; infinite where it overflows."""
    network = objective.objective.network
    p = network.bound(w, objective.s)
    with np.errstate(over="ignore", invalid="ignore"):
        total = part.sum(_losses, objective, p)
        value = total / part.total + float((objective.objective.l2 * w) @ w) / 2 / objective.samples.total
    return value if np.isfinite(value) else np.inf


def _losses(X: Any, y: Array, weight: Array | None, objective: OnAllRows, p: Any) -> float:
    losses = objective.objective.loss.forward(objective.objective.network.apply(p, X.T), y.T)[0]
    return float((losses if weight is None else losses * weight).sum(dtype=np.float64))


def constant_loss(loss: Loss, samples: Samples, constant: Array) -> float:
    """Return the mean loss of scores that are the same for all rows."""
    losses = loss.forward(np.repeat(constant[:, None], len(samples), axis=1), samples.y.T)[0]
    return float(np.average(losses, weights=samples.weight))
