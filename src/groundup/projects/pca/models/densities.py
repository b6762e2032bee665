"""Densities of rows under probabilistic PCA, and rows with missing entries."""

from typing import Any

import numpy as np

from groundup.core.checks import inputs
from groundup.core.containers.csr import Csr
from groundup.core.containers.view import rows_of
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.pca.models.projection import Projection
from groundup.projects.pca.solvers import em
from groundup.projects.pca.solvers.scores import log_density, sparse_scores, sparse_squares


class Densities(Projection):
    """Base of `PCA`: what a mean, axes and variances say of rows as a probabilistic model."""

    svd_solver: str

    def _differences(self, rows: Array) -> Array:
        """Return rows less the mean, with what the other entries let expect for the missing ones.  eq. pca:e-step"""
        rows = super()._differences(rows)
        if self.svd_solver != "em" or not np.isnan(rows).any():
            return rows
        center, W, noise = self._parameters()
        expected = em.infer(rows, center, W, noise)[1] @ W.T if noise > 0 else 0.0  # constant columns
        return np.where(np.isnan(rows), expected, rows)

    def _parameters(self) -> tuple[Array, Array, float]:
        """Return mean, scaled axes and noise of probabilistic PCA, for rows less the mean."""
        beyond = np.sqrt(np.maximum(self.explained_variance_ - self.noise_variance_, 0))
        noise = max(self.noise_variance_, em.SMALLEST_NOISE * float(self.explained_variance_.max(initial=0.0)))
        return np.zeros(len(self.mean_)), self.components_.T.astype(np.float64) * beyond, noise

    def score_samples(self, X: ArrayLike) -> Array:
        """Return the log-density of every row under probabilistic PCA.  eq. pca:density

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)
            Of a row with missing entries (solver "em"), the density of the others. Where the axes explain all variance
            without being as many as the columns, it is the density within their subspace, and -inf outside it.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        return self._densities(self._new_rows(X))

    def _densities(self, rows: Any) -> Array:
        if self.svd_solver == "em" and self._parameters()[2] > 0 and np.isnan(rows).any():
            blocks = (super(Densities, self)._differences(block) for (block,) in Rows(rows).blocks())
            return np.concatenate([em.infer(block, *self._parameters())[3] for block in blocks])
        axes, variance = self.components_.astype(np.float64), self.explained_variance_.astype(np.float64)
        d = axes.shape[1]
        if isinstance(rows, Csr):
            scores = sparse_scores(rows, self.mean_, self._mean_rest, axes)
            outside = np.maximum(sparse_squares(rows, self.mean_, self._mean_rest) - np.square(scores).sum(axis=1), 0.0)
            return log_density(scores, outside, variance, self.noise_variance_, d)
        parts = []
        for (block,) in Rows(rows).blocks():
            centred = self._differences(block)
            scores = centred @ axes.T
            outside = np.square(centred - scores @ axes).sum(axis=1)
            parts.append(log_density(scores, outside, variance, self.noise_variance_, d))
        return np.concatenate(parts)

    def score(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> float:
        """Return the mean log-density of the rows under probabilistic PCA.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Rows, with the columns of the fit.
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
            As `score_samples`.
        """
        rows = self._new_rows(X)
        weight = inputs.as_weight(sample_weight, rows.shape[0])
        if weight is None:
            return float(self._densities(rows).mean())
        present = np.flatnonzero(weight)
        return float(weight[present] @ self._densities(rows_of(rows, present)) / weight.sum())
