"""Kernels: inner products of rows in a space that is never formed.

Tables of kernel values are filled block by block. Rows may be dense or sparse; of rows with few entries a block is
made dense at a time. Single precision stays single.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.rows import parts
from groundup.core.types import Array

KernelName: TypeAlias = Literal["linear", "poly", "rbf", "sigmoid", "cosine", "precomputed"]
NAMES = ("linear", "poly", "rbf", "sigmoid", "cosine", "precomputed")
ColumnwiseName: TypeAlias = Literal["laplacian", "chi2", "additive_chi2"]
COLUMNWISE = ("laplacian", "chi2", "additive_chi2")  # Sums over columns that are no matrix products.
DENSE = 0.1  # Share of stored entries from which dense products are faster, for less than seven times the memory.


@dataclass(frozen=True)
class Kernel:
    """A kernel with its parameters.

    Parameters
    ----------
    name : str or callable
        "linear" ``x·y``, "poly" ``(γ x·y + c)^p``, "rbf" ``exp(−γ ‖x − y‖²)``, "sigmoid" ``tanh(γ x·y + c)``, "cosine"
        ``x·y / (‖x‖ ‖y‖)``, "laplacian" ``exp(−γ Σ |x − y|)``, "additive_chi2" ``−Σ (x − y)² / (x + y)``, "chi2"
        ``exp(−γ Σ (x − y)² / (x + y))``, "precomputed" (rows hold kernel values), or a function of two rows that
        returns a number.
    gamma, degree, coef0 : float
        γ, p and c.
    parameters : mapping of str to object
        Further arguments of a function.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1.0, 0.0], [0.0, 2.0]])
    >>> Kernel("poly", gamma=1.0, degree=2, coef0=1.0).table(X, X)
    array([[ 4.,  1.],
           [ 1., 25.]])
    """

    name: KernelName | ColumnwiseName | Callable[..., Any]
    gamma: float = 1.0
    degree: float = 3.0
    coef0: float = 1.0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def table(self, X: Any, Y: Any) -> Array:
        """Return the kernel values of all pairs of rows, (n, m).

        Parameters
        ----------
        X : ndarray or Csr of shape (n, d)
            Rows; precomputed values, (n, m).
        Y : ndarray or Csr of shape (m, d)
            Other rows, not looked at if the values are precomputed.
        """
        if self.name == "precomputed":
            return np.array(dense_rows(X))
        dtype = np.result_type(X.dtype, Y.dtype)
        result = np.empty((len(X), len(Y)), dtype)
        if callable(self.name):
            right = dense_rows(Y)
            for i, x in enumerate(dense_rows(X)):
                result[i] = [self.name(x, y, **self.parameters) for y in right]
            return result
        right = unit_rows(Y) if self.name == "cosine" else Y
        if isinstance(right, Csr) and len(right.data) > DENSE * len(Y) * Y.shape[1]:
            right = dense_rows(right)
        for block in parts(len(X), max(1, BLOCK_BYTES // (8 * max(len(Y), Y.shape[1])))):
            left = dense_rows(X[block])
            result[block] = self._block(unit_rows(left) if self.name == "cosine" else left, right)
        return result

    def symmetric(self, X: Any) -> Array:
        """Return the kernel values of all pairs of the same rows, (n, n); a function is called once for each pair."""
        if not callable(self.name):
            return self.table(X, X)
        rows = dense_rows(X)
        result = np.zeros((len(rows), len(rows)), X.dtype)
        for i, x in enumerate(rows):
            result[i, i:] = [self.name(x, y, **self.parameters) for y in rows[i:]]
        return result + np.triu(result, 1).T

    def _block(self, X: Array, Y: Any) -> Array:
        if self.name in COLUMNWISE:
            sums = column_sums(X, dense_rows(Y), squares=self.name != "laplacian")
            return -sums if self.name == "additive_chi2" else np.exp(-self.gamma * sums)
        if self.name == "rbf":
            values: Array = squared_distances(X, Y)
            values *= -self.gamma
            return np.exp(values, out=values)
        products = X @ Y.T
        if self.name == "poly":
            return (self.gamma * products + self.coef0) ** self.degree
        return np.tanh(self.gamma * products + self.coef0) if self.name == "sigmoid" else products


def squared_distances(X: Array, Y: Any) -> Array:
    """Return ``‖x − y‖²`` for all pairs of rows, (n, m), in double precision.

    Distances from the mean of Y lose no digits where dense rows are far from zero. Y may be sparse.
    """
    if isinstance(Y, Csr):
        A, B, lengths = (
            X.astype(np.float64),
            Y,
            np.bincount(Y.row_of_entry, np.square(Y.data, dtype=np.float64), len(Y)),
        )
    else:
        origin = Y.mean(axis=0, dtype=np.float64)
        A, B = X - origin, Y - origin
        lengths = np.square(B).sum(axis=1)
    squares = -2 * (A @ B.T)
    squares += np.square(A).sum(axis=1)[:, None]
    squares += lengths
    return np.maximum(squares, 0.0, out=squares)  # rounding may leave −1e-16


def column_sums(X: Array, Y: Array, *, squares: bool) -> Array:
    """Return ``Σ |x − y|`` over the columns or, with `squares`, ``Σ (x − y)² / (x + y)``, for all pairs, (n, m).

    Column by column, so that no table of n × m × d numbers is formed.
    """
    sums = np.zeros((len(X), len(Y)))
    for x, y in zip(X.T.astype(np.float64), Y.T.astype(np.float64), strict=True):
        difference = x[:, None] - y
        if squares:
            total = x[:, None] + y
            sums += np.square(difference) / np.where(total > 0, total, 1)
        else:
            sums += np.abs(difference)
    return sums


def unit_rows(X: Any) -> Any:
    """Return dense or sparse rows divided by their lengths; rows of zeros stay.

    They are first divided by their largest entries, whose squares might leave the range of floats.
    """
    if isinstance(X, Csr):
        largest = np.zeros(len(X), X.dtype)
        np.maximum.at(largest, X.row_of_entry, np.abs(X.data))
        data = X.data / np.where(largest > 0, largest, 1)[X.row_of_entry]
        norms = np.sqrt(np.bincount(X.row_of_entry, np.square(data), len(X)))
        return replace(X, data=(data / np.where(norms > 0, norms, 1)[X.row_of_entry]).astype(X.dtype))
    largest = np.abs(X).max(axis=1, keepdims=True, initial=0.0)
    scaled = X / np.where(largest > 0, largest, 1)
    norms = np.linalg.norm(scaled, axis=1, keepdims=True)
    return scaled / np.where(norms > 0, norms, 1)


def dense_rows(X: Any) -> Array:
    """Return rows of a table as an array."""
    if not isinstance(X, Csr):
        return np.asarray(X)
    rows = np.zeros(X.shape, X.dtype)
    rows[X.row_of_entry, X.indices] = X.data
    return rows
