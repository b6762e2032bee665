"""What a fitted mixture says about rows: densities, components, samples, criteria."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np

from groundup.core import seeds
from groundup.core.checks import inputs
from groundup.core.checks.parameters import Count
from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.view import rows_of
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted
from groundup.core.functions import entropy, logsumexp, softmax
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, Covariance, CovarianceType
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, log_densities
from groundup.projects.gaussian_mixture.solvers.missing import joint_by_pattern, patterns


class MixtureDensity(Incremental):
    """Methods of a fitted mixture of normal distributions."""

    kind: ClassVar[str | None] = "density_estimator"

    covariance_type: CovarianceType
    random_state: Seed

    weights_: Array = fitted("K")
    means_: Array = fitted("K d")
    covariances_: Array = fitted("K d d", "d d", "K d", "K")
    precisions_: Array = fitted("K d d", "d d", "K d", "K")
    precisions_cholesky_: Array = fitted("K d d", "d d", "K d", "K")

    def predict(self, X: ArrayLike) -> Array:
        """Return the number of the most probable component of every row.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; NaN stands for a missing entry.

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        NotFittedError, ValueError
            Before `fit`, and for data that `fit` does not accept.
        """
        return self._of_joint(X, most_probable)

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the responsibility of every component for every row.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`.

        Returns
        -------
        ndarray of shape (n, K)
            Each row sums to 1.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.

        eq. gaussian_mixture:responsibilities
        """
        return self._of_joint(X, posterior)

    def score_samples(self, X: ArrayLike) -> Array:
        """Return the logarithm of the density at every row.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`; the density is that of the entries that are not missing.

        Returns
        -------
        ndarray of shape (n,)
            −∞ for a row that is too far from all components for its squared distance to be a number.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.

        eq. gaussian_mixture:mixture
        """
        return self._of_joint(X, log_marginal)

    def score(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> float:
        """Return the mean logarithm of the density.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`.
        y : object, optional
            Ignored.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.
        """
        weight = inputs.as_weight(sample_weight, len(self._new_rows(X)))
        return float(
            np.average(self._of_joint(X, log_marginal, weight), weights=None if weight is None else weight[weight > 0])
        )

    def bic(self, X: ArrayLike) -> float:
        """Return the Bayesian information criterion; of several models, the one with the least is to be preferred.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`.

        Returns
        -------
        float
            ``−2 · log-likelihood + parameters · log n``.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.

        eq. gaussian_mixture:bic
        """
        values = self.score_samples(X)
        return float(-2 * values.sum() + self._n_parameters() * np.log(len(values)))

    def aic(self, X: ArrayLike) -> float:
        """Return Akaike's information criterion; of several models, the one with the least is to be preferred.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`.

        Returns
        -------
        float
            ``−2 · log-likelihood + 2 · parameters``.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.

        eq. gaussian_mixture:aic
        """
        return float(-2 * self.score_samples(X).sum() + 2 * self._n_parameters())

    def icl(self, X: ArrayLike) -> float:
        """Return the integrated completed likelihood as a criterion: the less, the better.

        It is `bic` plus twice the entropy of the responsibilities, so that components that overlap cost more.

        Parameters
        ----------
        X : array-like of shape (n, d)
            As in `predict`.

        Returns
        -------
        float

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.

        Source: Biernacki, Celeux and Govaert, IEEE Trans. Pattern Anal. Mach. Intell. 22 (2000).

        eq. gaussian_mixture:icl
        """
        return self.bic(X) + 2 * float(entropy(self.predict_proba(X)).sum())

    def sample(self, n_samples: int = 1) -> tuple[Array, Array]:
        """Draw rows from the density, sorted by component.

        Parameters
        ----------
        n_samples : int, default=1
            Number of rows.

        Returns
        -------
        X : ndarray of shape (n_samples, d)
            Rows.
        y : ndarray of int of shape (n_samples,)
            The component of each.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For a number of rows below 1.

        eq. gaussian_mixture:sample
        """
        self._require_fitted()
        if not Count.allows(n_samples):
            raise ValueError(f"Invalid value for 'n_samples': {n_samples!r}. It must be {Count}.")
        generator = seeds.as_generator(self.random_state)
        mixture, whitener, origin = self._mixture()
        K, d = mixture.means.shape
        sizes = generator.multinomial(n_samples, mixture.weights / mixture.weights.sum())
        covariances = self._covariance.matrices(self._covariance.of_whitener(whitener), K, d)
        drawn = [
            generator.standard_normal((size, d)) @ np.linalg.cholesky(covariance).T + mean
            for size, covariance, mean in zip(sizes, covariances, mixture.means + origin, strict=True)
        ]
        return np.vstack(drawn), np.repeat(np.arange(K), sizes)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        shapes = {fitted[name].shape for name in ("covariances_", "precisions_", "precisions_cholesky_")}
        if len(shapes) > 1:
            raise ValueError(f"has covariances and precisions of different shapes: {sorted(shapes)}.")

    @property
    def _covariance(self) -> Covariance:
        return COVARIANCES[self.covariance_type]

    def _n_parameters(self) -> int:
        """Return how many numbers the model may choose.  eq. gaussian_mixture:parameters"""
        K, d = self.means_.shape
        return K - 1 + K * d + self._covariance.free(K, d)

    def _of_joint(self, X: ArrayLike, function: Callable[[Array], Array], weight: Array | None = None) -> Array:
        """Return a function of the log-probabilities of a block's rows and components, (K, m).

        The rows are those of positive weight.
        """
        table = self._new_rows(X)
        if weight is not None and not weight.all():
            table = rows_of(table, np.flatnonzero(weight))
        mixture, whitener, origin = self._mixture()
        rows = Rows(table, block_rows=max(1, BLOCK_BYTES // (8 * (mixture.means.size + 2 * len(origin)))))
        found = rows.concatenate(partial(_joint, self._covariance, mixture, whitener, origin, function))
        with np.errstate(over="ignore"):  # a log-density of a far row, in single precision
            return found.astype(table.dtype) if found.dtype.kind == "f" else found

    def _mixture(self) -> tuple[Mixture, Array, Array]:
        """Return the fitted mixture, its whitener, and the origin from which its means are measured.

        The covariances are recovered from their factors, which keep more digits where an attribute is single precision.
        """
        means, root = self.means_.astype(np.float64), self.precisions_cholesky_.astype(np.float64)
        whitener = np.swapaxes(root, -1, -2) if self._is_matrix else root
        origin = means.mean(axis=0)
        covariances = self._covariance.of_whitener(whitener)
        return Mixture(self.weights_.astype(np.float64), means - origin, covariances), whitener, origin

    @property
    def _is_matrix(self) -> bool:
        return self.covariance_type in ("full", "tied")


def log_marginal(joint: Array) -> Array:
    """Return the log-density of each row, (m,), for log-probabilities of shape (K, m)."""
    reachable = np.isfinite(joint.max(axis=0))
    return np.where(reachable, logsumexp(np.where(reachable, joint, 0.0), axis=0), -np.inf)


def posterior(joint: Array) -> Array:
    """Return the responsibilities, (m, K)."""
    _require_reachable(joint)
    return softmax(joint, axis=0).T


def most_probable(joint: Array) -> Array:
    """Return the number of the most probable component of each row."""
    _require_reachable(joint)
    return joint.argmax(axis=0)


def _require_reachable(joint: Array) -> None:
    if not np.isfinite(joint.max(axis=0)).all():
        raise ValueError(
            "X: a row is so far from every component (some 1e154 standard deviations) that its squared distance "
            "overflows: no component is more probable than the others."
        )


def _joint(
    kind: Covariance,
    mixture: Mixture,
    whitener: Array,
    origin: Array,
    function: Callable[[Array], Array],
    X: Array,
) -> Any:
    """Return a function of the log-probabilities of one block's rows and components."""
    joint = np.empty((len(mixture.means), len(X)))
    complete = ~np.isnan(X).any(axis=1)
    with np.errstate(over="ignore"):  # a far row's squared distance, whose log-density is then −∞
        x = np.subtract(X[complete], origin, dtype=np.float64).T
        joint[:, complete] = log_densities(kind, mixture, whitener, x)
        if not complete.all():
            gaps = [pattern for pattern in patterns(X) if len(pattern.unseen)]
            for pattern, values, _, _ in joint_by_pattern(kind, mixture, X, origin, gaps):
                joint[:, pattern.rows] = values
    return function(joint)
