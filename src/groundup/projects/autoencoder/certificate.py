"""What can be said of a trained autoencoder: how far from the best linear code, or from a stationary point."""

from dataclasses import replace

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.parameters import views
from groundup.core.nn.stationarity import LARGEST_DECREASE, decrease_along_gradient
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.objective import CodingObjective
from groundup.projects.autoencoder.solvers.scaling import Scaling

SAMPLE_ROWS = 4000  # A decrease along the gradient is measured on at most this number of rows,
FEWEST_DRAWS = 2000  # with at least this number of draws where noise or codes are random,
MOST_NUMBERS = 2**22  # and with at most this number of entries of a table of derivatives.
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


def certify_stationary(
    objective: CodingObjective, samples: Samples, w: Array, place: tuple[int, ...] | None
) -> Certificate:
    """Return whether a step along the steepest descent would lower the objective much.

    Nothing is said of other minima: there are many. Decreases are measured in halves of the number of columns: of a
    reconstruction error, that is its value for a network that always gives the mean.

    eq. autoencoder:stationary

    Parameters
    ----------
    objective : CodingObjective
        The objective of training.
    samples : Samples
        Rows of the fit; thousands of them are a sample, and few are repeated where random numbers are drawn for each.
    w : ndarray of shape (p,)
        Parameters.
    place : tuple of int or None
        Place of the random numbers, the same for all steps; None if there are none.
    """
    part = samples.take(rows_to_measure(len(samples), objective.numbers_of_a_row, place is not None))
    network, none = objective.network, np.zeros(0, w.dtype)
    same = replace(objective, l2=objective.l2 * (part.total / samples.total))  # the penalty has the weight of one row

    def value(v: Array) -> float:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = same.value(network.bound(v, none), part.X, part.y, part.weight, place)
            found = (found + float((same.l2 * v) @ v) / 2) / part.total
        return found if np.isfinite(found) else np.inf

    gradient = np.zeros_like(w)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        p, g = network.bound(w, none), views(network.shapes, gradient)
        here = same.summed(p, g, part.X, part.y, part.weight, place)
        here = same.penalized(here, gradient, w, part.total)
    unit = part.X.shape[1] / 2
    return Certificate(
        "The parameters are nearly stationary: no step along the steepest descent lowers the objective by more than "
        "0.005 for each column; the error of a network that always gives the mean is 0.5 for each. Lower minima may "
        "exist elsewhere.",
        "largest decrease found along the gradient, relative to 0.5 for each column",
        decrease_along_gradient(value, w, gradient, max(unit, abs(here))) / unit,
        LARGEST_DECREASE,
    )


def rows_to_measure(n: int, numbers: int, random: bool) -> Array:
    """Return the numbers of rows that are evaluated at once.

    Parameters
    ----------
    n : int
        Number of rows.
    numbers : int
        Numbers that are kept for a row: of many there are fewer rows.
    random : bool
        Whether random numbers are drawn for a row. Then it may come several times: of few draws, a step may lower the
        objective of these alone.
    """
    most = min(SAMPLE_ROWS, max(1, MOST_NUMBERS // numbers))
    rows = np.arange(0, n, -(-n // most))
    return np.tile(rows, max(1, min(FEWEST_DRAWS, most) // len(rows))) if random else rows


def _scatter(X: Array, y: Array, weight: Array | None, scaling: Scaling) -> Array:
    A = scaling.columns(X, np.float64)
    product: Array = (A if weight is None else A * weight) @ A.T
    return product
