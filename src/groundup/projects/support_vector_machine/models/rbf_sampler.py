"""Random Fourier features, whose inner products are nearly the kernel "rbf"."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Count, Number, OneOf, RandomState
from groundup.core.containers.csr import Csr
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.kernels import Kernel
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import as_generator
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed

JUDGED_ROWS = 64  # Rows on whose pairs the features are compared with the kernel.
DEVIATIONS = 4.0  # Largest error that passes: the standard deviation of a pair's error is at most √(1.5 / D).


@record
class FourierState:
    """The random features, which are drawn in one step.

    Parameters
    ----------
    iteration : int
        1.
    weights : ndarray of shape (d, D)
        Frequencies.
    offset : ndarray of shape (D,)
        Phases.
    error : float
        Root mean square of the errors of kernel values on pairs of a few rows.
    converged : bool
        True.
    """

    iteration: int
    weights: Array
    offset: Array
    error: float
    converged: bool


@dataclass(frozen=True)
class FourierData:
    """The rows, γ, and the source of the random numbers."""

    rows: Samples
    gamma: float
    rng: np.random.Generator


class RBFSampler(Transformer):
    """Random Fourier features: columns whose inner products are nearly the kernel ``exp(−γ ‖x − y‖²)``.

    A linear machine on them is nearly the machine with that kernel, in a time that grows with the number of rows and
    not with its square.

    Parameters
    ----------
    gamma : "scale" or float, default=1.0
        γ; "scale" is one over the number of columns times the variance of all entries.
    n_components : int, default=100
        Number D of features; errors of kernel values are about ``1 / √D``.
    random_state : int, Generator, RandomState or None, default=None
        Source of the features. An integer gives the numbers of NumPy's Generator, which are others than those that
        scikit-learn draws with it.

    Attributes
    ----------
    random_weights_ : ndarray of shape (d, D)
        Frequencies, normal with variance 2γ.
    random_offset_ : ndarray of shape (D,)
        Phases between 0 and 2π.
    certificate_ : Certificate
        Root mean square of the errors of kernel values, on pairs of at most 64 rows.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Rows play no part but for their number of columns and, with "scale", their weighted variance.

    Source: Rahimi and Recht, Random features for large-scale kernel machines, NIPS 2007.

    Examples
    --------
    >>> from groundup import RBFSampler
    >>> features = RBFSampler(gamma=0.5, n_components=20000, random_state=0).fit_transform([[0.0], [1.0]])
    >>> print((features @ features.T).round(1))  # exp(-0.5) is 0.6
    [[1.  0.6]
     [0.6 1. ]]
    """

    accepts = Accepts(sparse=True)
    watched: ClassVar[str] = "error"

    gamma: float | Literal["scale"] = parameter(OneOf(("scale",)) | Number(0), default=1.0)
    n_components: int = parameter(Count, default=100)
    random_state: Seed = parameter(RandomState, default=None)

    random_weights_: Array = fitted("d *")
    random_offset_: Array = fitted("*")
    _gamma: float = fitted()

    @classmethod
    def _check_agreement(cls, fitted: Any) -> None:
        if fitted["random_weights_"].shape[1] != len(fitted["random_offset_"]):
            raise ValueError("has another number of phases than of frequencies.")

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> FourierData:
        matrix = self._input(X)
        weight = inputs.as_weight(sample_weight, len(matrix))
        rows = Samples(matrix, np.zeros(len(matrix)), weight).present()
        gamma = scaled_gamma(rows) if self.gamma == "scale" else float(self.gamma)
        return FourierData(rows, gamma, as_generator(self.random_state))

    def _iterate(self, data: FourierData, start: FourierState | None) -> Iterator[FourierState]:
        """Draw the features.  eq. support_vector_machine:random-features"""
        if start is None:
            d, D = data.rows.X.shape[1], self.n_components
            weights = np.sqrt(2 * data.gamma) * data.rng.normal(size=(d, D))
            offset = data.rng.uniform(0, 2 * np.pi, D)
            yield FourierState(1, weights, offset, kernel_error(data, weights, offset), True)

    def most_states(self) -> int:
        """Return the number of states of a fit: one."""
        return 1

    def _finish(self, data: FourierData, state: FourierState) -> dict[str, Any]:
        dtype = data.rows.X.dtype
        certificate = Certificate(
            "Inner products of the features are kernel values, as nearly as independent random features give them.",
            "root mean square error on pairs of rows",
            kernel_error(data, state.weights, state.offset),
            DEVIATIONS / np.sqrt(len(state.offset)),
        )
        return {
            "random_weights_": state.weights.astype(dtype),
            "random_offset_": state.offset.astype(dtype),
            "_gamma": data.gamma,
            "certificate_": certificate,
        }

    def _transform(self, X: ArrayLike) -> Array:
        rows = self._new_rows(X)
        return Rows(rows).concatenate(fourier_features, self.random_weights_, self.random_offset_)

    def _n_features_out(self) -> int:
        return len(self.random_offset_)


def fourier_features(X: Array | Csr, weights: Array, offset: Array) -> Array:
    """Return ``√(2 / D) cos(x·ω + b)``, of shape (m, D).  eq. support_vector_machine:random-features"""
    features = X @ weights
    features += offset
    np.cos(features, out=features)
    features *= np.sqrt(2 / len(offset))
    return features.astype(np.result_type(X.dtype, weights), copy=False)


def scaled_gamma(rows: Samples) -> float:
    """Return one over the number of columns times the variance of all entries; 1 for equal entries."""
    d, weight = rows.X.shape[1], rows.weight
    if rows.sparse:
        total = rows.total * d
        mean = rows.X.column_sums(weight).sum() / total
        shares = 1.0 if weight is None else weight[rows.X.row_of_entry]
        stored = (shares * (rows.X.data - mean) ** 2).sum()
        absent = total - np.sum(shares * np.ones(len(rows.X.data)))
        variance = (stored + absent * mean**2) / total
    else:
        row_means = Rows(rows.X).concatenate(lambda X: X.mean(axis=1, dtype=np.float64))
        mean = np.average(row_means, weights=weight)
        squares = Rows(rows.X).concatenate(lambda X: np.square(X - mean, dtype=np.float64).mean(axis=1))
        variance = np.average(squares, weights=weight)
    return float(1 / (d * variance)) if variance > 0 else 1.0


def kernel_error(data: FourierData, weights: Array, offset: Array) -> float:
    """Return the root mean square of the errors of kernel values on all pairs of some rows."""
    n = len(data.rows)
    X = data.rows.X[np.arange(0, n, -(-n // JUDGED_ROWS))]
    features = fourier_features(X, weights, offset)
    exact = Kernel("rbf", gamma=data.gamma).table(X, X)
    return float(np.sqrt(np.square(features @ features.T - exact).mean()))
