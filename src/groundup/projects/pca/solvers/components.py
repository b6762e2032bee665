"""Axes, their signs and their number: what every solver ends with."""

import math
from typing import Any

import numpy as np

from groundup.core.constants import EPS
from groundup.core.storage import record
from groundup.core.types import Array

WHOLE = ("full", "covariance_eigh")  # Solvers that find all axes, and so can choose their number.
METHODS = {  # Algorithms, and the solvers that run them.
    "at once": WHOLE,
    "krylov": ("arpack", "randomized"),
    "power": ("power",),
    "oja": ("oja",),
    "em": ("em",),
}


@record
class AxesState:
    """Axes of a step.

    Parameters
    ----------
    method : str
        Algorithm that made it, and can go on from it: one of `METHODS`.
    center : ndarray of shape (d,)
        Mean of the rows, relative to the table's origin.
    scatter : float
        Sum of the squared lengths of the centred rows.
    axes : ndarray of shape (m, d)
        Orthonormal rows, those of the largest singular values first.
    singular : ndarray of shape (m,)
        Lengths of the columns of scores along the axes.
    memory : tuple of ndarray
        What the solver's next step needs besides.
    loss : float
        Variance that the asked number of axes leaves.
    iteration : int
        Number of steps.
    passes : int
        Passes over the rows.
    converged : bool
        Whether the solver has done what it was asked for.
    """

    method: str
    center: Array
    scatter: float
    axes: Array
    singular: Array
    memory: tuple[Array, ...]
    loss: float
    iteration: int
    passes: int
    converged: bool


def require_state(start: Any, method: str, d: int) -> None:
    """Raise ValueError for a state to start from that another algorithm made, or that has another number of columns."""
    if start is None:
        return
    came = getattr(start, "method", None)
    if came != method:
        given = told(came) if came in METHODS else type(start).__name__
        raise ValueError(f"start is a state of {given}; allowed are states of {told(method)}, or None.")
    if len(start.center) != d:
        raise ValueError(f"start is a state of {len(start.center)} columns, but X has {d}.")


def told(method: str) -> str:
    """Return the solvers of a method, in words."""
    return f"svd_solver {' or '.join(map(repr, METHODS[method]))}"


def fix_signs(axes: Array) -> Array:
    """Turn each axis, a row, so that its largest entry is positive.  eq. pca:sign"""
    if not axes.size:
        return axes
    largest = np.abs(axes).argmax(axis=1)
    signs = np.where(axes[np.arange(len(axes)), largest] < 0, -1.0, 1.0)
    return axes * signs[:, None]


def left_variance(scatter: float, singular: Array, degrees: float) -> float:
    """Return the variance that axes with the given singular values leave.  eq. pca:error"""
    return float(max(scatter - np.square(singular).sum(), 0.0) / degrees)


def number_of_axes(asked: int | float | str, variance: Array, total: float, n: float, d: int) -> int:
    """Return how many axes are kept, where it depends on the variances along them.

    Parameters
    ----------
    asked : int, float between 0 and 1, or "mle"
        A number, the share of the variance that the axes explain, or Minka's estimate.
    variance : ndarray of shape (min(n, d),)
        All variances, largest first.
    total : float
        Their sum.
    n : float
        Number of samples: a row of weight two is two of them.
    d : int
        Number of columns.
    """
    if asked == "mle":
        return most_probable_number(variance, n, d)
    if 0 < float(asked) < 1:
        share = np.cumsum(variance / (total or 1.0))
        return min(int(np.searchsorted(share, asked, side="right")) + 1, len(variance))
    return int(asked)


def require_number(asked: Any, solver: str, shape: tuple[int, int], total: float) -> None:
    """Raise ValueError for a number of axes that the solver cannot find."""
    (n, d), smaller = shape, "min(n_samples, n_features)"
    if asked == "mle":
        if solver not in WHOLE:
            raise ValueError(f"n_components='mle' cannot be a string with svd_solver={solver!r}.")
        if total < d:
            raise ValueError("n_components='mle' is only supported if n_samples >= n_features.")
    elif solver in WHOLE:
        if not 0 <= asked <= min(n, d):
            raise ValueError(
                f"n_components={asked} must be between 0 and {smaller}={min(n, d)} with svd_solver={solver!r} "
                f"(n_samples={n}, n_features={d})."
            )
    elif not 1 <= asked <= min(n, d):
        raise ValueError(
            f"n_components={asked} must be between 1 and {smaller}={min(n, d)} with svd_solver={solver!r} "
            f"(n_samples={n}, n_features={d})."
        )
    elif solver in ("arpack", "em") and asked == min(n, d):
        raise ValueError(
            f"n_components={asked} must be strictly less than {smaller}={min(n, d)} with svd_solver={solver!r} "
            f"(n_samples={n}, n_features={d})."
        )


def most_probable_number(variance: Array, n: float, d: int) -> int:
    """Return the number of axes of largest evidence.  eq. pca:minka

    Source: T. P. Minka, Automatic choice of dimensionality for PCA, NIPS 2000.
    """
    relative = np.zeros(d)
    relative[: len(variance)] = variance / (variance.max(initial=0.0) or 1.0)  # adds a constant to each evidence
    evidence = [log_evidence(relative, k, n, d) for k in range(1, d)]
    return 1 + int(np.argmax(evidence)) if evidence and max(evidence) > -np.inf else min(1, d)


def log_evidence(variance: Array, k: int, n: float, d: int) -> float:
    """Return the logarithm of Laplace's approximation of the evidence for k axes."""
    if variance[k - 1] < EPS:
        return -math.inf
    noise = max(EPS, float(variance[k:].sum()) / (d - k))
    halves = (d - np.arange(k)) / 2
    prior = -k * math.log(2) + sum(math.lgamma(h) for h in halves) - float(halves @ np.full(k, math.log(math.pi)))
    fit = -n / 2 * float(np.log(variance[:k]).sum()) - n * (d - k) / 2 * math.log(noise)
    free = d * k - k * (k + 1) / 2
    expected = np.where(np.arange(d) < k, variance, noise)
    first, second = np.triu_indices(d, 1)
    curved = first < k
    first, second = first[curved], second[curved]
    with np.errstate(divide="ignore"):
        curvature = np.log((variance[first] - variance[second]) * (1 / expected[second] - 1 / expected[first]))
    hessian = float(curvature.sum()) + len(first) * math.log(n)
    return prior + fit + math.log(2 * math.pi) * (free + k) / 2 - hessian / 2 - k * math.log(n) / 2


def zeroed(singular: Array, rounding: float) -> Array:
    """Return singular values with zeros for those that are rounding, relative to the largest."""
    return np.where(singular > rounding * singular.max(initial=0.0), singular, 0.0)
