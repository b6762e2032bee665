"""Extrapolation of EM: three mixtures in a row show where the next ones lead.

Source: Varadhan and Roland, Simple and globally convergent methods for accelerating the convergence of any EM
algorithm, Scandinavian Journal of Statistics 35 (2008).
"""

import numpy as np

from groundup.core.types import Array
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

LEAST_WEIGHT = 1e-300  # Of a component, so that it has a logarithm.
LONGEST = 16.0  # Multiple of a step that is taken at most: longer ones are discarded too often.


def extrapolated(kind: Covariance, first: Mixture, second: Mixture, third: Mixture) -> Mixture:
    """Return the mixture to which three successive ones lead.  eq. gaussian_mixture:squarem

    Weights and variances move on scales without limits, so that any step leads to a mixture; means are measured in
    standard deviations, so that the units of the columns do not matter.
    """
    unit = np.sqrt(np.diagonal(kind.matrices(third.covariances, *third.means.shape), axis1=1, axis2=2))
    points = [coordinates(kind, mixture, unit) for mixture in (first, second, third)]
    step, bend = points[1] - points[0], points[2] - 2 * points[1] + points[0]
    square = float(bend @ bend)
    length = 1.0  # leads to the third mixture
    if square > 0:
        length = min(max(1.0, float(np.sqrt(step @ step / square))), LONGEST)
    return mixture_at(kind, points[0] + 2 * length * step + length**2 * bend, unit, third)


def coordinates(kind: Covariance, mixture: Mixture, unit: Array) -> Array:
    """Return the parameters in one vector, as numbers without limits."""
    weights = np.log(np.maximum(mixture.weights, LEAST_WEIGHT))
    return np.concatenate([weights, (mixture.means / unit).ravel(), kind.coordinates(mixture.covariances).ravel()])


def mixture_at(kind: Covariance, point: Array, unit: Array, like: Mixture) -> Mixture:
    """Return the mixture with these coordinates, shaped like another one."""
    K, size = len(like.weights), like.means.size
    weights = np.exp(point[:K] - point[:K].max())
    covariances = kind.at_coordinates(point[K + size :].reshape(like.covariances.shape))
    return Mixture(weights / weights.sum(), point[K : K + size].reshape(like.means.shape) * unit, covariances)
