"""Extrapolation of EM: three mixtures in a row show where the next ones lead.

Source: Varadhan and Roland, Simple and globally convergent methods for accelerating the convergence of any EM
algorithm, Scandinavian Journal of Statistics 35 (2008).
"""

from collections.abc import Sequence

import numpy as np

from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

LEAST_WEIGHT = 1e-300  # Of a component, so that it has a logarithm.
LONGEST = 16.0  # Multiple of a step that is taken at most: longer ones are discarded too often.


def extrapolated(kind: Covariance, path: Sequence[Mixture], floor: float) -> Mixture:
    """Return the mixture to which three successive ones lead.  eq. gaussian_mixture:squarem

    Weights, and what variances are above the floor, move on scales without limits, so that any step leads to a mixture
    that EM might have reached. Means are measured in standard deviations, so that the units of the columns do not
    matter. Where a component has no more than the floor, the third mixture is returned.
    """
    third = path[-1]
    unit = np.sqrt(np.diagonal(kind.matrices(third.covariances, *third.means.shape), axis1=1, axis2=2))
    try:
        points = [coordinates(kind, mixture, unit, floor) for mixture in path]
    except np.linalg.LinAlgError:
        return third
    step, bend = points[1] - points[0], points[2] - 2 * points[1] + points[0]
    square = float(bend @ bend)
    length = 1.0  # leads to the third mixture
    if square > 0:
        length = min(max(1.0, float(np.sqrt(step @ step / square))), LONGEST)
    return mixture_at(kind, points[0] + 2 * length * step + length**2 * bend, unit, floor, third)


def coordinates(kind: Covariance, mixture: Mixture, unit: Array, floor: float) -> Array:
    """Return the parameters in one vector, as numbers without limits."""
    weights = np.log(np.maximum(mixture.weights, LEAST_WEIGHT))
    above = kind.coordinates(kind.raised(mixture.covariances, -floor))
    return np.concatenate([weights, (mixture.means / unit).ravel(), above.ravel()])


def mixture_at(kind: Covariance, point: Array, unit: Array, floor: float, like: Mixture) -> Mixture:
    """Return the mixture with these coordinates, shaped like another one."""
    K, size = len(like.weights), like.means.size
    weights = np.exp(point[:K] - point[:K].max())
    covariances = kind.raised(kind.at_coordinates(point[K + size :].reshape(like.covariances.shape)), floor)
    return Mixture(weights / weights.sum(), point[K : K + size].reshape(like.means.shape) * unit, covariances)
