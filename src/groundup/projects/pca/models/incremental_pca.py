"""Principal component analysis of batches of rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, OneOf
from groundup.core.containers.view import rows_of
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.kernels import dense_rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.pca.certificate import certify_variance
from groundup.projects.pca.models.projection import Projection
from groundup.projects.pca.solvers.incremental import BatchesState, absorb, batches
from groundup.projects.pca.solvers.krylov import multiplication
from groundup.projects.pca.solvers.table import as_table
from groundup.projects.pca.solvers.tail import unseen

COLUMNS_PER_BATCH = 5  # Rows of a batch for each column, without batch_size.


@dataclass(frozen=True)
class Batches:
    """Rows of positive weight, and the size of their batches."""

    X: Any
    weight: Array | None
    batch_size: int
    k: int

    def rows(self, part: slice) -> tuple[Array, Array | None]:
        """Return the rows of a batch, and their weights."""
        return dense_rows(self.X[part]), None if self.weight is None else self.weight[part]


class IncrementalPCA(Incremental, Projection):
    """Principal component analysis of batches, each of which is looked at once.

    Parameters
    ----------
    n_components : int or None, default=None
        Number of axes; None keeps as many as the first batch has rows or columns.
    whiten : bool, default=False
        Whether scores are divided by the standard deviations along the axes.
    copy : bool, default=True
        Ignored; X is never overwritten.
    batch_size : int or None, default=None
        Rows of a batch in `fit`; None is five times the number of columns.

    Attributes
    ----------
    components_, explained_variance_, explained_variance_ratio_, singular_values_, mean_, n_components_
        As of `PCA`.
    var_ : ndarray of shape (d,)
        Variances of the columns, with n in the denominator.
    noise_variance_ : float
        Mean of the variances along the axes that the last batch dropped.
    n_samples_seen_ : int
        Number of rows.
    batch_size_ : int
        Rows of a batch (after `fit`).
    certificate_ : Certificate
        How much variance the axes may miss (after `fit`, in a few further passes over the rows).
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Where no axes are dropped the answer is that of `PCA`. A row of weight two is two rows.

    Examples
    --------
    >>> from groundup import IncrementalPCA
    >>> model = IncrementalPCA(batch_size=2).fit([[1.0, 1.0], [4.0, 4.0], [7.0, 4.0], [8.0, 3.0]])
    >>> print(model.explained_variance_.round(4))
    [11.  1.]
    """

    accepts = Accepts(sparse=True)

    n_components: int | None = parameter(OneOf((None,)) | Count, default=None, kw_only=False)
    whiten: bool = parameter(Boolean(), default=False)
    copy: bool = ignored(Boolean(), "X is never overwritten", default=True)
    batch_size: int | None = parameter(OneOf((None,)) | Count, default=None)

    var_: Array = fitted("d")
    n_samples_seen_: int = fitted()
    batch_size_: int = fitted(required=False)
    _state: BatchesState = fitted()

    watched: ClassVar[str] = "loss"

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Batches:
        rows = self._input(X)
        return self._batches(rows, sample_weight, self.n_components or min(rows.shape), first=True)

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool) -> Batches:
        if inputs.is_sparse(X):
            raise TypeError(
                "IncrementalPCA.partial_fit does not support sparse input. Either convert data to dense or use "
                "IncrementalPCA.fit to do so in batches."
            )
        rows = self._input(X)
        memory: BatchesState | None = self._memory()
        if memory is not None and rows.shape[1] != self.n_features_in_:
            inputs.check_features(self, X, rows.shape[1])
        found = min(rows.shape) if memory is None else len(memory.axes)
        k = self.n_components or found
        if memory is not None and k != found:
            raise ValueError(
                f"Number of input features has changed from {found} to {k} between calls to partial_fit! Try setting "
                "n_components to a fixed value."
            )
        data = self._batches(rows, sample_weight, k, first)
        inputs.require_squares(np.asarray(data.X), "X")
        return data

    def _batches(self, rows: Any, sample_weight: ArrayLike, k: int, first: bool) -> Batches:
        n, d = rows.shape
        if k > d:
            raise ValueError(
                f"n_components={k} invalid for n_features={d}, need more rows than columns for IncrementalPCA "
                "processing."
            )
        weight = inputs.as_weight(sample_weight, n)
        if weight is not None and not weight.all():
            index = np.flatnonzero(weight)
            rows, weight = rows_of(rows, index), weight[index]
        if first:
            k = self._first_number(k, len(rows))
        return Batches(rows, weight, self.batch_size or COLUMNS_PER_BATCH * d, k)

    def _first_number(self, k: int, n: int) -> int:
        """Return the number of axes of a first batch of n rows."""
        if self.n_components is not None and k > n:
            raise ValueError(
                f"n_components={k} must be less or equal to the batch number of samples {n} for the first partial_fit "
                "call."
            )
        return min(k, n)

    def _absorb(self, data: Batches, state: BatchesState | None) -> BatchesState:
        return absorb(state, *data.rows(slice(None)), data.k, True)

    def _iterate(self, data: Batches, start: BatchesState | None) -> Iterator[BatchesState]:
        state, n = start, len(data.X)
        k = data.k
        for number, part in enumerate(batches(n, data.batch_size, self.n_components or 0), start=1):
            if state is not None and number <= state.iteration:
                continue
            X, weight = data.rows(part)
            k = self._first_number(k, len(X)) if state is None else len(state.axes)
            state = absorb(state, X, weight, k, part.stop == n)
            yield state

    def _finish(self, data: Batches, state: BatchesState) -> dict[str, Any]:
        table = as_table(data.X, data.weight, fewest=0.0)
        center = state.origin - table.origin + state.mean
        scatter = float(table.moments().squares.sum())
        image = table.image(state.axes.T, center).T
        multiply = multiplication(table, False, center, scatter or 1.0)
        rest = unseen(table, center, scatter, multiply, state.axes, np.random.default_rng(state.seen))
        return self._attributes(data, state) | {
            "batch_size_": data.batch_size,
            "certificate_": certify_variance(state.axes, image, rest, scatter),
        }

    def _finish_batch(self, data: Batches, state: BatchesState) -> dict[str, Any]:
        return self._attributes(data, state)

    def _attributes(self, data: Batches, state: BatchesState) -> dict[str, Any]:
        dtype = data.X.dtype
        squares, degrees = np.square(state.singular), max(state.count - 1, 1.0)
        return {
            "components_": state.axes.astype(dtype),
            "explained_variance_": (squares / degrees).astype(dtype),
            "explained_variance_ratio_": (squares / (state.squares.sum() or 1.0)).astype(dtype),
            "singular_values_": state.singular.astype(dtype),
            **self._mean_attributes(state.origin, state.mean, dtype),
            "var_": (state.squares / state.count).astype(dtype),
            "n_components_": len(state.axes),
            "noise_variance_": state.noise,
            "n_samples_seen_": state.seen,
            "_state": state,
        }

    def _advice(self, state: BatchesState) -> str:
        return f"IncrementalPCA stopped after {state.iteration} batches, before the last row."
