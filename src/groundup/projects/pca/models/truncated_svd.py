"""Truncated singular value decomposition of rows that are not centred."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Count, Number, OneOf, RandomState
from groundup.core.containers.csr import Csr
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.rows import Rows
from groundup.core.seeds import as_generator
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.pca.certificate import certify_axes, certify_variance
from groundup.projects.pca.models.projection import as_scores
from groundup.projects.pca.solvers import krylov
from groundup.projects.pca.solvers.components import AxesState, fix_signs, require_state
from groundup.projects.pca.solvers.krylov import Krylov
from groundup.projects.pca.solvers.table import Table, as_table

STEPS = 1000  # Largest number of "arpack".


class TruncatedSVD(Transformer):
    """Singular vectors of the largest singular values, of rows that are not centred: sparse rows stay sparse.

    Parameters
    ----------
    n_components : int, default=2
        Number of axes; with "arpack" less than the numbers of rows and columns.
    algorithm : {"randomized", "arpack"}, default="randomized"
        Block Krylov iteration in a random subspace, for a number of steps or to rounding.
    n_iter : int, default=5
        Steps of "randomized".
    n_oversamples : int, default=10
        Random columns beyond n_components.
    power_iteration_normalizer : {"auto", "QR", "LU", "none"}, default="auto"
        Ignored; the columns are always orthonormal, which costs little.
    random_state : int, Generator, RandomState or None, default=None
        Source of the random columns.
    tol : float, default=0.0
        Residual at which "arpack" stops, relative to the largest eigenvalue; 0 stands for rounding.

    Attributes
    ----------
    components_ : ndarray of shape (k, d)
        Right singular vectors, orthonormal rows; the largest entry of each is positive.
    singular_values_ : ndarray of shape (k,)
        Singular values.
    explained_variance_ : ndarray of shape (k,)
        Variances of the scores, with n in the denominator.
    explained_variance_ratio_ : ndarray of shape (k,)
        Their shares of the variance of all columns.
    certificate_ : Certificate
        Whether the axes are singular vectors, or how much of the squares of the entries they may miss.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import TruncatedSVD
    >>> model = TruncatedSVD(1).fit([[1.0, 1.0], [4.0, 4.0], [7.0, 4.0], [8.0, 3.0]])
    >>> print(model.components_.round(4), model.singular_values_.round(4))
    [[0.8768 0.4808]] [12.9551]
    """

    accepts = Accepts(sparse=True)

    n_components: int = parameter(Count, default=2, kw_only=False)
    algorithm: Literal["randomized", "arpack"] = parameter(OneOf(("randomized", "arpack")), default="randomized")
    n_iter: int = parameter(Number(0, whole=True), default=5)
    n_oversamples: int = parameter(Count, default=10)
    power_iteration_normalizer: Literal["auto", "QR", "LU", "none"] = ignored(
        OneOf(("auto", "QR", "LU", "none")), "columns are always orthonormal", default="auto"
    )
    random_state: Seed = parameter(RandomState, default=None)
    tol: float = parameter(Number(0), default=0.0)

    components_: Array = fitted("* d")
    singular_values_: Array = fitted("*")
    explained_variance_: Array = fitted("*")
    explained_variance_ratio_: Array = fitted("*")

    watched: ClassVar[str] = "loss"

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Table:
        rows = self._input(X)
        n, d = rows.shape
        if d < 2:
            raise ValueError(f"X: found array with {d} feature(s), while a minimum of 2 is required by TruncatedSVD.")
        if self.n_components > d:
            raise ValueError(f"n_components({self.n_components}) must be <= n_features({d}).")
        table = as_table(rows, inputs.as_weight(sample_weight, n), centered=False)
        if self.algorithm == "arpack" and self.n_components >= min(table.shape):
            raise ValueError(
                f"n_components={self.n_components} must be strictly less than min(n_samples, n_features)="
                f"{min(table.shape)} with algorithm='arpack'."
            )
        return table

    def _iterate(self, data: Table, start: AxesState | None) -> Iterator[AxesState]:
        require_state(start, "krylov", data.shape[1])
        k = min(self.n_components, *data.shape)
        exact = self.algorithm == "arpack"
        steps, tol = (STEPS, self.tol) if exact else (self.n_iter + 1, None)
        task = Krylov(k, k + self.n_oversamples, steps, tol, single=False)
        yield from krylov.iterate(data, task, start, as_generator(self.random_state))

    def _finish(self, data: Table, state: AxesState) -> dict[str, Any]:
        k = min(self.n_components, *data.shape)
        axes = fix_signs(state.axes[:k])
        stored = axes.astype(data.dtype).astype(np.float64)
        image = data.image(stored.T, state.center).T
        if self.algorithm == "randomized" and state.converged and len(state.memory) == 2:
            certificate = certify_variance(stored, image, state.memory[-1], state.scatter)
        else:
            squares = np.square(state.singular[:k])
            certificate = certify_axes(stored, image, squares, self.tol, data.dtype, "XᵀX, of rows as they are")
        variance, whole = self._variances(data, axes)
        return {
            "components_": axes.astype(data.dtype),
            "singular_values_": state.singular[:k].astype(data.dtype),
            "explained_variance_": variance.astype(data.dtype),
            "explained_variance_ratio_": (variance / (whole or 1.0)).astype(data.dtype),
            "certificate_": certificate,
        }

    @staticmethod
    def _variances(data: Table, axes: Array) -> tuple[Array, float]:
        """Return the variances of the scores, and that of all columns together."""
        total = data.samples.total
        table = as_table(data.samples.X, data.samples.weight, centered=True, fewest=0.0)
        moments = table.moments()
        image = table.image(axes.T, moments.center).T
        return np.maximum((axes * image).sum(axis=1), 0.0) / total, float(moments.squares.sum()) / total

    def most_states(self) -> int | None:
        """Return the largest possible number of states of a fit, None if unknown."""
        return self.n_iter + 1 if self.algorithm == "randomized" else STEPS

    def _transform(self, X: ArrayLike) -> Array:
        """Return the scores of the rows."""
        rows = self._new_rows(X)
        if isinstance(rows, Csr):
            return (rows @ self.components_.T).astype(np.result_type(rows.dtype, self.components_))
        return Rows(rows).concatenate(_scores, self.components_)

    def _n_features_out(self) -> int:
        return len(self.components_)

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return the points of the subspace that have the given scores.

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
        return as_scores(X, len(self.components_), type(self).__name__) @ self.components_

    def _advice(self, state: AxesState) -> str:
        return f"TruncatedSVD stopped after {state.iteration} steps before convergence: raise tol."


def _scores(X: Array, axes: Array) -> Array:
    scores: Array = X @ axes.T
    return scores
