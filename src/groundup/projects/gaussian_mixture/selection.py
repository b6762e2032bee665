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
FLOOR = 3.0  # Variance, in units of `reg_covar`, below which it is the floor and not the rows that decides.
PART = 0.1  # Coefficient of a column in a direction of length 1 from which it takes part.


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
        Whether a component has shrunk to rows without spread in some direction, so that the criteria mean nothing.
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
        Candidate(len(fit.weights_), fit.covariance_type, fit.bic(X), fit.aic(X), fit.icl(X), len(collapsed(fit)) > 0)
        for fit in fits
    )


def collapsed(model: GaussianMixture) -> Array:
    """Return the numbers of the components whose variance in some direction is the floor, so that it decides.

    Where the rows themselves have no spread in a direction these are all components that have a covariance for it: the
    likelihood of such a mixture is as high as the floor allows, and not to be compared with that of others.
    """
    matrices = COVARIANCES[model.covariance_type].matrices(model.covariances_, *model.means_.shape)
    return np.flatnonzero(np.linalg.eigvalsh(matrices)[:, 0] < FLOOR * model.reg_covar)


def without_spread(model: GaussianMixture, X: Array) -> Array:
    """Return the columns that take part in a direction in which the rows have no more spread than the floor.

    Parameters
    ----------
    model : GaussianMixture
        Fitted.
    X : ndarray of shape (n, d)
        The rows of the fit; those that lack an entry (NaN) are left out.
    """
    complete = X[~np.isnan(X).any(axis=1)]
    if len(complete) < 2:
        return np.array([], dtype=int)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(complete.T, bias=True)))
    flat = vectors[:, values < FLOOR * model.reg_covar]
    return np.flatnonzero((np.abs(flat) > PART).any(axis=1))
