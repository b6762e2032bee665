"""Certificate of a mixture: a stationary point of the likelihood."""

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

ROUNDING = 1e-12  # A change of the mean log-density of this size is rounding.


def gradient_norm(kind: Covariance, mixture: Mixture, after: Mixture) -> float:
    """Return the length of the gradient of the mean log-density in the free parameters.

    Lengths are measured in the metric of the complete data: a component's mean in standard deviations divided by the
    square root of its weight, and so on. So half the square is about what the next step of EM gains.

    eq. gaussian_mixture:gradient

    Parameters
    ----------
    kind : Covariance
        Kind of the covariances.
    mixture : Mixture
        The parameters.
    after : Mixture
        The parameters after one more E-step and M-step, towards which the gradient points.
    """
    K, d = mixture.means.shape
    whitener, found = kind.whitener(mixture.covariances), kind.matrices(after.covariances, K, d)
    square = 0.0
    for k in np.flatnonzero(after.weights).tolist():
        moved = kind.whitened(whitener, k, (after.means[k] - mixture.means[k])[:, None])
        half = kind.whitened(whitener, k, found[k])
        stretched = kind.whitened(whitener, k, half.T) - np.eye(d)
        shifted = (after.weights[k] - mixture.weights[k]) ** 2 / after.weights[k]
        square += shifted + after.weights[k] * float((moved**2).sum() + (stretched**2).sum() / 2)
    return float(np.sqrt(square))


def certify(norm: float, tol: float) -> Certificate:
    """Return the certificate for a gradient, and the `tol` of the stopping rule."""
    return Certificate(
        claim="The mixture is a stationary point of the likelihood, but for what reg_covar adds; others may be better.",
        measure="gradient of the mean log-density in weights, means, covariances, in the metric of the complete data",
        value=norm,
        tolerance=float(np.sqrt(2 * max(tol, ROUNDING))),
    )
