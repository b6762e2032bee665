"""EM from a plain start, so that there is something to see: components as wide as all rows, at rows drawn at random."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from groundup.core.functions import entropy, logsumexp_and_softmax
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, Covariance, CovarianceType
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, log_densities

NARROW = 0.003  # Width of a component that begins at one row, in that of the others.
NUMBERS = 100_000  # Entries of the rows that are fitted for a demonstration.


@dataclass(frozen=True)
class HalfStep:
    """An E-step or an M-step, with what it changes.

    Parameters
    ----------
    step : {"E", "M"}
        Which one.
    iteration : int
        Counted from 1: the E-step and the M-step after it have the same number.
    mixture : Mixture
        Its parameters, with means as in the data: those that the E-step used, or the new ones of the M-step.
    share : ndarray of shape (n, K)
        Responsibilities of the last E-step.
    bound : float
        Lower bound of the mean log-density that `share` gives at `mixture`; at an E-step it is the log-density.
    """

    step: str
    iteration: int
    mixture: Mixture
    share: Array
    bound: float


def complete(data: Dataset) -> Dataset:
    """Return the rows without a missing entry: only these have a place in the plane.

    Raises
    ------
    NotApplicable
        If there are fewer than two.
    """
    present = ~np.isnan(data.X).any(axis=1)
    if present.all():
        return data
    if present.sum() < 2:
        raise NotApplicable("Nearly every row lacks an entry, so that there is nothing to draw.")
    return data.take(np.flatnonzero(present))


def left_out(data: Dataset) -> str:
    """Return how many rows have no part in a picture because they lack an entry, in words; "" where none does."""
    count = int(np.isnan(data.X).any(axis=1).sum())
    return f"{plural(count, 'row')} left out: an entry is missing" if count else ""


def rows_shown(X: Array, K: int) -> Array:
    """Return the rows of a demonstration, which lack no entry: all, or some of very many."""
    return np.asarray(X[some_rows(len(X), max(NUMBERS // X.shape[1], K))], dtype=np.float64)


def plain_start(model: GaussianMixture, X: Array, kind: CovarianceType | None = None) -> GaussianMixture:
    """Return an unfitted mixture like a fitted one, that starts wide at rows drawn at random.

    Parameters
    ----------
    model : GaussianMixture
        Fitted.
    X : ndarray of shape (n, d)
        Rows, of which there are at least as many as components.
    kind : {"full", "tied", "diag", "spherical"}, optional
        Kind of the covariances, that of the fitted one by default.
    """
    K, kind = len(model.means_), kind or model.covariance_type
    precision = 1 / (X.var(axis=0) + max(model.reg_covar, 1e-12))
    if kind == "full":
        start = np.broadcast_to(np.diag(precision), (K, len(precision), len(precision)))
    else:
        start = {"tied": np.diag(precision), "diag": np.tile(precision, (K, 1)),
                 "spherical": np.full(K, 1 / np.mean(1 / precision))}[kind]  # fmt: skip
    rows = np.random.default_rng(0).choice(len(X), K, replace=False)
    return GaussianMixture(
        K, covariance_type=kind, tol=model.tol, reg_covar=model.reg_covar, max_iter=model.max_iter or 1,
        weights_init=np.full(K, 1 / K), means_init=X[rows], precisions_init=np.array(start), random_state=0,
    )  # fmt: skip


def round_start(model: GaussianMixture, X: Array) -> GaussianMixture:
    """Return a mixture as `plain_start`, of round components.

    Raises
    ------
    NotApplicable
        Where those of the model are round already.
    """
    if model.covariance_type == "spherical":
        raise NotApplicable("The components are round.")
    return plain_start(model, X, "spherical")


def narrow_start(model: GaussianMixture, X: Array) -> GaussianMixture:
    """Return a mixture as `plain_start`, of which the first component is hardly wider than its row.

    Its likelihood has no bound: the floor of the variances is lowered, too.

    Raises
    ------
    NotApplicable
        Where all components have one covariance.
    """
    if model.covariance_type == "tied":
        raise NotApplicable("A covariance that all components share cannot shrink to a row.")
    start = plain_start(model, X)
    precisions = np.array(start.precisions_init)
    precisions[0] *= NARROW**-2
    floor = min(model.reg_covar, 1e-6 * float(X.var(axis=0).max()))
    return start.set_params(precisions_init=precisions, reg_covar=floor)


def half_steps(model: GaussianMixture, X: Array) -> Iterator[HalfStep]:
    """Yield the E-steps and M-steps of an unfitted mixture."""
    kind, origin = COVARIANCES[model.covariance_type], X.mean(axis=0)
    share = np.empty(0)
    for state in model.steps(X):
        mixture = Mixture(state.fit.mixture.weights, state.fit.mixture.means + origin, state.fit.mixture.covariances)
        joint = log_joint(kind, mixture, X)
        if state.step == "E":
            share = logsumexp_and_softmax(joint)[1]
        yield HalfStep(state.step, (state.iteration + 1) // 2, mixture, share, lower_bound(joint, share))


def log_joint(kind: Covariance, mixture: Mixture, X: Array) -> Array:
    """Return the log-probability of each row with each component, (n, K)."""
    return log_densities(kind, mixture, kind.whitener(mixture.covariances), X.T).T


def lower_bound(joint: Array, share: Array) -> float:
    """Return the bound of the mean log-density that responsibilities give.  eq. gaussian_mixture:bound"""
    used = np.where(share > 0, joint, 0.0)  # A component of weight zero has no responsibility.
    return float((share * used + entropy(share)).sum() / len(share))
