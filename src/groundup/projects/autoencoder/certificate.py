"""What can be said of a trained autoencoder: how far from the best linear code, or from a stationary point."""

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.parameters import views
from groundup.core.nn.stationarity import LARGEST_DECREASE, decrease_along_gradient
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.objective import CodingObjective
from groundup.projects.autoencoder.solvers.scaling import Scaling

SAMPLE_ROWS = 4000  # A decrease along the gradient is measured on at most this number of rows.
LARGEST_EXCESS = 1e-3  # Part of the variance by which the error of a linear code may exceed the smallest possible one.


def certify_principal(samples: Samples, scaling: Scaling, error: float, rank: int) -> Certificate:
    """Return whether a linear autoencoder reaches the smallest error of its rank, that of PCA.

    By Eckart and Young's theorem that error is the sum of the smallest eigenvalues of the covariance matrix.

    eq. autoencoder:eckart-young

    Parameters
    ----------
    samples : Samples
        Rows of the fit.
    scaling : Scaling
        Their origin and unit.
    error : float
        Mean squared distance of the rows to their reconstructions, in squared units of the scaling.
    rank : int
        Smallest number of units of a layer.
    """
    variances = np.maximum(np.linalg.eigvalsh(samples.sum(_scatter, scaling) / samples.total), 0)
    total = float(variances.sum())
    smallest = float(variances[: max(0, len(variances) - rank)].sum())
    return Certificate(
        "The code is linear, and no linear code of its size leaves a smaller reconstruction error.",
        "reconstruction error beyond that of PCA, relative to the variance",
        (error - smallest) / total if total else 0.0,
        LARGEST_EXCESS,
    )


def certify_stationary(objective: CodingObjective, samples: Samples, w: Array, place: tuple[int, ...]) -> Certificate:
    """Return whether a step along the steepest descent would lower the objective much.

    Nothing is said of other minima: there are many.

    eq. autoencoder:stationary

    Parameters
    ----------
    objective : CodingObjective
        The objective of training.
    samples : Samples
        Rows of the fit; thousands of them are a sample.
    w : ndarray of shape (p,)
        Parameters.
    place : tuple of int
        Place of the random numbers, the same for all steps.
    """
    part = samples.take(np.arange(0, len(samples), -(-len(samples) // SAMPLE_ROWS)))
    network, none = objective.network, np.zeros(0, w.dtype)

    def value(v: Array) -> float:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = objective.value(network.bound(v, none), part.X, part.y, part.weight, place)
            found = (found + float((objective.l2 * v) @ v) / 2) / part.total
        return found if np.isfinite(found) else np.inf

    gradient = np.zeros_like(w)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        p, g = network.bound(w, none), views(network.shapes, gradient)
        here = objective.summed(p, g, part.X, part.y, part.weight, place)
        here = objective.penalized(here, gradient, w, part.total)
    unit = max(part.X.shape[1] / 2, abs(here))  # half of the variance of all columns, in the unit of the scaling
    return Certificate(
        "The parameters are nearly stationary: no step along the steepest descent lowers the objective by more than "
        "one per cent of its size, or of the variance. Lower minima may exist elsewhere.",
        "largest decrease found along the gradient, relative to the objective or the variance",
        decrease_along_gradient(value, w, gradient, unit) / unit,
        LARGEST_DECREASE,
    )


def _scatter(X: Array, y: Array, weight: Array | None, scaling: Scaling) -> Array:
    A = scaling.columns(X, np.float64)
    product: Array = (A if weight is None else A * weight) @ A.T
    return product
