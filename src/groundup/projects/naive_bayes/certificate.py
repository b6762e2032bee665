"""Certificate of probabilities: whether the gradient of the likelihood vanishes, and whether they sum to one."""

from collections.abc import Iterable

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.naive_bayes.solvers.probabilities import group_sums

MOST_ROUNDING = 0.01  # Means that are off by more of a standard deviation mislead, be it by rounding alone.


def stationarity(counts: Array, log_prob: Array, sizes: Array | None = None) -> float:
    """Return the largest relative error of the equations of shares.  eq. naive_bayes:lagrange

    The probabilities θ that maximise ``Σ counts · log θ`` under ``Σ θ = 1``, both along axis 1, are the zeros of the
    derivatives ``counts / θ − λ`` with ``λ = Σ counts``. Where a count is zero, θ is zero instead. The error is the
    largest of ``|λ θ / counts − 1|``, of ``λ θ`` where the count is zero, and of ``|Σ θ − 1|``.

    Parameters
    ----------
    counts : ndarray of shape (K, E) or (K, E, d)
        Smoothed numbers of E events in K classes.
    log_prob : ndarray of the same shape
        Logarithms of θ.
    sizes : ndarray of int, optional
        Numbers of events in groups whose probabilities sum to one; by default all are one group.
    """
    worst = 0.0
    for k in range(len(counts)):  # one class at a time stays in the cache
        count, theta = counts[k : k + 1], np.exp(log_prob[k : k + 1])
        worst = max(worst, float(np.abs(group_sums(theta, sizes) - 1).max()))
        theta *= group_sums(count, sizes)
        seen = count > 0
        if not seen.all():  # at the boundary, where θ must be zero
            worst = max(worst, float(theta[~seen].max()))
        ratio = np.divide(theta, count, out=np.ones_like(theta), where=seen)
        ratio -= 1
        worst = max(worst, float(np.abs(ratio, out=ratio).max()))
    return worst


def certify_shares(violations: Iterable[float], smoothed: bool) -> Certificate:
    """Return the certificate of probabilities that are shares of counts.

    Parameters
    ----------
    violations : iterable of float
        `stationarity` of each set of events.
    smoothed : bool
        Whether the counts include an alpha.
    """
    prior = ", penalised by the Dirichlet prior of the smoothing" if smoothed else ""
    return Certificate(
        f"The probabilities maximise the likelihood of the counts{prior}, and they sum to one.",
        "largest relative derivative of the Lagrangian",
        max(violations),
        1e-10,
    )


def certify_normal(mean_error: Array, variance_error: Array, rounding: float) -> Certificate:
    """Return the certificate of means and variances.  eq. naive_bayes:gaussian-score

    Parameters
    ----------
    mean_error : ndarray of shape (K, d)
        Derivatives of the log-likelihood by the means, a row, in standard deviations.
    variance_error : ndarray of shape (K, d)
        Derivatives by the variances, a row, relative to these.
    rounding : float
        Relative error with which the parameters are stored, in standard deviations.
    """
    return Certificate(
        "Means and variances maximise the likelihood, with the share of the largest variance added to all.",
        "largest relative derivative of the log-likelihood",
        float(max(np.abs(mean_error).max(), np.abs(variance_error).max())),
        min(max(1e-10, rounding), MOST_ROUNDING),
    )
