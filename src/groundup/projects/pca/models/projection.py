"""Base of the models made of a mean, axes and the variances along them: transform and back, probabilistic PCA."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_matrix
from groundup.core.containers.csr import Csr
from groundup.core.estimator.parameters import fitted
from groundup.core.estimator.transformer import Transformer
from groundup.core.linalg.double_double import two_sum
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.pca.solvers.scores import sparse_scores


class Projection(Transformer):
    """Base of `PCA` and `IncrementalPCA`, which find the axes."""

    whiten: bool

    components_: Array = fitted("* d")
    explained_variance_: Array = fitted("*")
    explained_variance_ratio_: Array = fitted("*")
    singular_values_: Array = fitted("*")
    mean_: Array = fitted("d")
    n_components_: int = fitted()
    noise_variance_: float = fitted()
    _mean_rest: Array = fitted("d")

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        k = len(fitted["components_"])
        for name in ("explained_variance_", "explained_variance_ratio_", "singular_values_"):
            if len(fitted[name]) != k:
                raise ValueError(f"has {len(fitted[name])} entries of {name} for {k} axes.")
        if (fitted["explained_variance_"] < 0).any() or fitted["noise_variance_"] < 0:
            raise ValueError("has a negative variance.")

    def _n_features_out(self) -> int:
        return len(self.components_)

    def _transform(self, X: ArrayLike) -> Array:
        """Return the scores of the rows.  eq. pca:scores"""
        return self._scores(self._new_rows(X))

    def _scores(self, rows: Any) -> Array:
        axes, scale = self.components_, self._scale()
        if isinstance(rows, Csr):
            scores = sparse_scores(rows, self.mean_, self._mean_rest, axes) * scale
            return scores.astype(np.result_type(rows.dtype, axes))
        parts = [self._centered(block) @ axes.T * scale for (block,) in Rows(rows).blocks()]
        return np.concatenate(parts)

    def _centered(self, rows: Array) -> Array:
        """Return rows less the mean, in the precision of the scores."""
        return self._differences(rows).astype(np.result_type(rows, self.components_), copy=False)

    def _differences(self, rows: Array) -> Array:
        """Return rows less the mean, which is known to more digits than it is stored with."""
        difference: Array = np.subtract(rows, self.mean_, dtype=np.float64)
        difference -= self._mean_rest
        return difference

    def _scale(self) -> Array:
        """Return what scores are multiplied with: whitened scores along an axis without variance are zero."""
        variance = self.explained_variance_
        if not self.whiten:
            return np.ones_like(variance)
        positive = np.where(variance > 0, variance, 1)
        scale: Array = np.where(variance > 0, 1 / np.sqrt(positive), 0).astype(variance.dtype)  # eq. pca:whitening
        return scale

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return the points of the subspace that have the given scores.  eq. pca:reconstruction

        Parameters
        ----------
        X : array-like of shape (n, k)
            Scores.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For another number of scores than axes, and for missing or infinite entries.
        """
        self._require_fitted()
        scores = as_scores(X, len(self.components_), type(self).__name__)
        if self.whiten:
            scores = scores * np.sqrt(self.explained_variance_)
        return scores @ self.components_ + self.mean_

    def get_covariance(self) -> Array:
        """Return the covariance matrix of probabilistic PCA.  eq. pca:probabilistic

        Returns
        -------
        ndarray of shape (d, d)
            What the axes explain beyond the noise, and the noise in all directions.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        axes, noise = self.components_, self.noise_variance_
        beyond = np.maximum(self.explained_variance_ - noise, 0)
        covariance: Array = (axes.T * beyond) @ axes
        covariance.flat[:: len(covariance) + 1] += noise
        return covariance

    def get_precision(self) -> Array:
        """Return the inverse of the covariance matrix of probabilistic PCA.

        Where there is no noise, it is the pseudo-inverse.

        Returns
        -------
        ndarray of shape (d, d)

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        axes, noise = self.components_, self.noise_variance_
        variance = np.maximum(self.explained_variance_, noise)
        present = variance > 0
        rest = 1 / noise if noise > 0 else 0.0
        precision: Array = (axes[present].T * (1 / variance[present] - rest)) @ axes[present]
        precision.flat[:: len(precision) + 1] += rest
        return precision

    @staticmethod
    def _mean_attributes(origin: Array, center: Array, dtype: Any) -> dict[str, Array]:
        """Return the mean as it is stored, and what rounding takes from it."""
        mean, error = two_sum(origin, center)
        stored = mean.astype(dtype)
        return {"mean_": stored, "_mean_rest": (mean - stored) + error}


def as_scores(X: Any, k: int, owner: str) -> Any:
    """Return validated scores along k axes."""
    none = k == 0 and np.size(X) == 0  # A table without columns is refused elsewhere.
    scores = np.zeros((len(X), 0)) if none else as_matrix(X, owner=owner)
    if scores.shape[1] != k:
        raise ValueError(f"X has {scores.shape[1]} columns, but {owner} has {k} components.")
    return scores
