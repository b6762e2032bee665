"""What can be said of a trained network: how far it is from a point where no small step helps."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.containers.steps import Steps
from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.dense import Dense
from groundup.core.nn.losses import Loss, SquaredError
from groundup.core.nn.objective import OnAllRows, targets_of, total_of, weights_of
from groundup.core.nn.parameters import views
from groundup.core.nn.stationarity import LARGEST_DECREASE, decrease_along_gradient
from groundup.core.rows import Samples, sample_of_rows
from groundup.core.types import Array

ROUNDING = float(np.finfo(np.float64).eps)
ROUNDED = 64  # Squared error of a mean of equal numbers, in squared units of rounding, that is put down to rounding.
SATURATED = 1e-6  # A unit that passes on less than this of a derivative of size one passes on nothing,
FEWEST_UNITS = 0.125  # and if fewer than this part of a layer's units pass on anything, the layer does not learn.
SCORE_ROUNDING = 1e-9  # A score that is computed again agrees to this.


def certify_stationary(
    objective: OnAllRows,
    w: Array,
    constant: Array,
    *,
    part: Samples | None = None,
    gradient: Array | None = None,
) -> Certificate:
    """Return whether a step along the steepest descent would lower the objective much.

    eq. multilayer_perceptron:stationary

    The objective of a network has many minima and saddle points, and no bound tells how far the lowest minimum is: so
    nothing is said about it. Steps are steepest for features, and targets of a squared error, in standard units: else a
    column that is far from zero allows tiny steps only, which gain nothing anywhere, and so do large targets. Where
    nearly all units of a layer are saturated nothing is certified either.

    Parameters
    ----------
    objective : OnAllRows
        The objective that was minimised, in the form for predictions.
    w : ndarray of shape (p,)
        Parameters.
    constant : ndarray of shape (t,)
        The best scores that do not depend on the features, which give the unit of a decrease.
    part : Samples, optional
        Rows on which decreases are measured; by default about a thousand.
    gradient : ndarray of shape (p,), optional
        The gradient on all rows, where it is known.
    """
    samples = objective.samples
    part = samples.take(sample_of_rows(len(samples), samples.weight)) if part is None else part
    unit, zero = (constant_loss(objective.objective.loss, part, scores) for scores in (constant, 0 * constant))
    measure = "largest decrease found along the gradient, relative to the objective of constant scores"
    here = _value(objective, part, w)
    gradient = (objective(w)[1] if gradient is None else gradient).astype(np.float64)
    ascent = in_standard_units(objective, part, gradient)
    if unit <= ROUNDED * float(np.finfo(w.dtype).eps) ** 2 * zero:  # constant targets: all that is left is rounding
        unit, alive = zero or 1.0, True
    else:
        alive = units_pass_on(objective, part, w)
    found = decrease_along_gradient(lambda v: _value(objective, part, v), w, gradient, max(unit, here), ascent)
    return Certificate(
        "The parameters are nearly stationary: no step along the steepest descent, in standard units of the data, "
        "lowers the objective by more than one per cent of that of constant scores. Lower minima may exist elsewhere.",
        measure if alive else f"{measure} (none is known: the units are saturated, scale the features)",
        found / unit if alive else inf,
        LARGEST_DECREASE,
    )


def in_standard_units(objective: OnAllRows, samples: Samples, gradient: Array) -> Array:
    """Return the direction of steepest ascent of the same network with standardised features, and targets.

    With ``x = mean + spread · x'`` the first layer has the weights ``spread · W`` and the biases ``b + Wᵀ mean``; with
    ``y = spread · y'`` the last one has weights and biases that are divided by it.

    eq. multilayer_perceptron:standard-units
    """
    ascent = gradient.copy()
    mean, variance = _moments(samples)
    scale = np.where(variance > (ROUNDING * mean) ** 2, variance, np.inf)[:, None]
    network, loss = objective.objective.network, objective.objective.loss
    if isinstance(loss, SquaredError):
        last = views(network.shapes, ascent)[str(len(network.layers) - 1)]
        spread = np.square(spread_of_targets(samples))
        last["W"] *= spread
        last["b"] *= spread
    for first in weights_and_biases(views(network.shapes, ascent)["0"]):
        first["W"][...] = (first["W"] - mean[:, None] * first["b"]) / scale
        first["b"][...] -= mean @ first["W"]
    return ascent


def spread_of_targets(samples: Samples) -> Array:
    """Return the standard deviation of each target, (t,); 1 where it is constant."""
    y, weight = targets_of(samples.y).astype(np.float64), weights_of(samples.y, samples.weight)
    variance = np.average(np.square(y - np.average(y, axis=1, weights=weight)[:, None]), axis=1, weights=weight)
    return np.sqrt(np.where(variance > (ROUNDING * np.abs(y).max(axis=1)) ** 2, variance, 1.0))


def weights_and_biases(layer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parts of a layer that take weighted sums of its input: one, or one for each direction of reading."""
    if "W" in layer:
        return [layer]
    return [one for part in layer.values() if isinstance(part, Mapping) for one in weights_and_biases(part)]


def units_pass_on(objective: OnAllRows, part: Samples, w: Array) -> bool:
    """Return whether the units of each layer pass on derivatives, apart from a few.

    Units that are saturated, or off, give out a constant where the network was trained. If nearly all are, its gradient
    is small for no good reason.
    """
    network, rng = objective.objective.network, np.random.default_rng(0)
    p, g = network.bound(w, objective.s), views(network.shapes, np.zeros_like(w))
    x: Any = part.X.T
    with np.errstate(over="ignore", invalid="ignore"):
        for k, layer in enumerate(network.layers):
            x, memory = layer.forward(p[str(k)], x)
            values = x.values if isinstance(x, Steps) else x
            slope: Any = rng.normal(size=values.shape).astype(values.dtype)
            if isinstance(layer, Dense):
                continue  # weighted sums pass on all
            slope = x.with_values(slope) if isinstance(x, Steps) else slope
            dx = layer.backward(p[str(k)], memory, slope, g[str(k)])
            if share_of_units(g[str(k)], dx) < FEWEST_UNITS:
                return False
    return True


def share_of_units(g: Mapping[str, Any], dx: Any) -> float:
    """Return how many of the units of a layer pass on derivatives: by their sums, or by the input of an activation."""
    sums = [np.abs(part["b"]) for part in weights_and_biases(g)]
    if not sums:
        sums = [np.linalg.norm(dx.values if isinstance(dx, Steps) else dx, axis=1)] if dx is not None else [np.ones(1)]
    return float(np.mean(np.concatenate(sums) > SATURATED))


def _moments(samples: Samples) -> tuple[Array, Array]:
    """Return means and variances of the columns, over all steps of sequences."""
    X, weight = samples.X, samples.weight
    if isinstance(X, Sequences):
        X, weight = X.values, weights_of(X, weight)
    n = X.shape[0]
    share = np.full(n, 1 / n) if weight is None else weight / weight.sum()
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
    network, samples = objective.objective.network, objective.samples
    p = network.bound(w, objective.s)
    with np.errstate(over="ignore", invalid="ignore"):
        value = part.sum(_losses, objective, p) / total_of(part.y, part.weight)
        value += float((objective.objective.l2 * w) @ w) / 2 / total_of(samples.y, samples.weight)
    return value if np.isfinite(value) else inf


def _losses(X: Any, y: Any, weight: Array | None, objective: OnAllRows, p: Any) -> float:
    losses = objective.objective.loss.forward(objective.objective.network.apply(p, X.T), targets_of(y))[0]
    each = weights_of(y, weight)
    return float((losses if each is None else losses * each).sum(dtype=np.float64))


def constant_loss(loss: Loss, samples: Samples, constant: Array) -> float:
    """Return the mean loss of scores that are the same for all rows."""
    y = targets_of(samples.y)
    losses = loss.forward(np.repeat(constant[:, None], y.shape[1], axis=1), y)[0]
    return float(np.average(losses, weights=weights_of(samples.y, samples.weight)))
