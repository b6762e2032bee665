"""How many components, and which kind of covariances: mixtures of several sizes and kinds, compared by criteria."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.thinning import some_rows
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, CovarianceType

MOST = 8  # Largest number of components tried.
ROWS = 1000  # Most rows that are fitted,
NUMBERS = 100_000  # and most entries of them.
STOP: Mapping[str, Any] = {"tol": 1e-5, "max_iter": 500}  # With the default tol EM ends on the first plateau.
SHARE = 5  # Different rows for each component: with fewer, components fit single rows.
FLOOR = 3.0  # Variance of a component, in units of `reg_covar`, below which it has collapsed in a direction
SPREAD = 100.0  # in which the variance of all rows is larger than this.


@dataclass(frozen=True)
class Candidate:
    """A fitted mixture, by its criteria; of each the least is best.

    Parameters
    ----------
    K : int
        Number of components.
    kind : {"full", "tied", "diag", "spherical"}
        Kind of the covariances.
    bic, aic, icl : float
        Criteria on the rows of the fit.
    collapsed : bool
        Whether a component has shrunk to rows without spread, so that the criteria mean nothing.
    """

    K: int
    kind: CovarianceType
    bic: float
    aic: float
    icl: float
    collapsed: bool


def candidates(X: Array) -> tuple[Candidate, ...]:
    """Return mixtures of up to `MOST` components of all kinds, fitted to the rows or to some of very many.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows; those that lack an entry (NaN) are left out.
    """
    X = X[~np.isnan(X).any(axis=1)]
    some = np.ascontiguousarray(X[some_rows(len(X), min(ROWS, max(NUMBERS // X.shape[1], 50)))], dtype=np.float64)
    return _candidates(some.tobytes(), some.shape)


def best(found: Sequence[Candidate], K: int | None = None) -> Candidate | None:
    """Return the candidate with the least BIC, of those with K components if a number is given.

    Candidates that have collapsed do not count; None where there is no other.
    """
    sound = [one for one in found if not one.collapsed and K in (None, one.K)]
    return min(sound, key=lambda one: one.bic, default=None)


@lru_cache(maxsize=4)  # A run asks three times: before the fit, for the answer and for the figure.
def _candidates(rows: bytes, shape: tuple[int, int]) -> tuple[Candidate, ...]:
    X = np.frombuffer(rows).reshape(shape)
    if len(X) < 2:
        return ()
    most = max(1, min(MOST, len(np.unique(X, axis=0)) // SHARE))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A candidate that has not converged is as good as it is.
        fits = [GaussianMixture(K, covariance_type=kind, random_state=0, **STOP).fit(X)
                for kind in COVARIANCES for K in range(1, most + 1)]  # fmt: skip
    return tuple(
        Candidate(
            len(fit.weights_), fit.covariance_type, fit.bic(X), fit.aic(X), fit.icl(X), bool(len(collapsed(fit, X)))
        )
        for fit in fits
    )


def collapsed(model: GaussianMixture, X: Array) -> Array:
    """Return the numbers of the components that have no spread in a direction in which the rows have some.

    Parameters
    ----------
    model : GaussianMixture
        Fitted.
    X : ndarray of shape (n, d)
        The rows of the fit.
    """
    matrices = COVARIANCES[model.covariance_type].matrices(model.covariances_, *model.means_.shape)
    complete = X[~np.isnan(X).any(axis=1)]
    if len(complete) < 2:
        return np.array([], dtype=int)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(complete.T, bias=True)))
    V = vectors[:, values > SPREAD * model.reg_covar]
    if V.size == 0:
        return np.array([], dtype=int)
    least = np.linalg.eigvalsh(V.T @ matrices @ V)[:, 0]
    return np.flatnonzero(least < FLOOR * model.reg_covar)
