"""Axes in the space of a kernel, from the centred table of its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.constants import EPS
from groundup.core.kernels import Kernel
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.pca.solvers.krylov import BLOCKS, FEWEST_BLOCKS, ROUNDING, eigen, extended

NEGATIVE = {4: (5e-3, 1e-6), 8: (1e-5, 1e-10)}  # Share of the largest eigenvalue, and value, that rounding explains.
SMALL = {4: 2e-7, 8: 1e-12}  # Positive eigenvalues up to this share of the largest are zero.


@record
class KernelState:
    """Eigenvectors of a step.

    Parameters
    ----------
    eigenvalues : ndarray of shape (k,)
    eigenvectors : ndarray of shape (n, k)
        Orthonormal columns.
    memory : tuple of ndarray
        The subspace and its image.
    loss : float
        Part of the trace that the eigenvalues leave, for a sample.
    iteration : int
    converged : bool
    """

    eigenvalues: Array
    eigenvectors: Array
    memory: tuple[Array, ...]
    loss: float
    iteration: int
    converged: bool


@dataclass(frozen=True)
class KernelProblem:
    """Rows of positive weight, and the table of their kernel values.

    Parameters
    ----------
    X : ndarray or Csr of shape (n, d)
        The rows.
    weight : ndarray of shape (n,) or None
        Their weights.
    kernel : Kernel
        The kernel.
    origin : ndarray of shape (d,) or None
        Subtracted from the rows first, which changes nothing once the table is centred; rows far from zero keep digits.
    dtype : dtype
        Of the results.
    """

    X: Any
    weight: Array | None
    kernel: Kernel
    origin: Array | None
    dtype: Any

    @property
    def total(self) -> float:
        """Number of samples."""
        return float(len(self.X)) if self.weight is None else float(self.weight.sum())

    @property
    def root(self) -> Array:
        """Square roots of the weights."""
        return np.ones(len(self.X)) if self.weight is None else np.sqrt(self.weight)

    def values(self, X: Any) -> Array:
        """Return kernel values of other rows with these, (m, n)."""
        with np.errstate(over="ignore", invalid="ignore"):  # finite_values tells
            if self.origin is None:
                return finite_values(self.kernel.table(X, self.X), self.kernel)
            return finite_values(self.kernel.table(X - self.origin, self.X - self.origin), self.kernel)

    @cached_property
    def means(self) -> tuple[Array, float]:
        """Mean of every column of the table, and of the whole."""
        columns = self._means(self._raw.T)
        return columns, float(self._means(columns))

    @cached_property
    def _raw(self) -> Array:
        return self.values(self.X)

    @property
    def rounding(self) -> float:
        """Rounding error of the centred table, as a norm."""
        return 4 * EPS * len(self.X) * float(np.abs(self._raw).max())

    def _means(self, table: Array) -> Array:
        """Return the weighted mean of each row."""
        means: Array = table.mean(-1, dtype=np.float64) if self.weight is None else table @ self.weight / self.total
        return means

    @cached_property
    def table(self) -> Array:
        """The centred table, times the roots of the weights of both rows.  eq. pca:kernel-centering"""
        return centered(self._raw, self._means(self._raw), *self.means) * self.root[:, None] * self.root


def finite_values(table: Array, kernel: Kernel) -> Array:
    """Return a table of kernel values.

    Raises
    ------
    ValueError
        For values that are NaN or infinite.
    """
    if np.isfinite(table).all():
        return table
    name = f"kernel={kernel.name!r}" if isinstance(kernel.name, str) else "the kernel function"
    i, j = (int(place) for place in np.argwhere(~np.isfinite(table))[0])
    raise ValueError(
        f"{name} is {table[i, j]} for row {i} of X and row {j} of the fit: scale the columns of X, or take another "
        "gamma, degree or coef0 (a power that is not an integer has no value for a negative number)."
    )


def centered(table: Array, rows: Array, columns: Array, whole: float) -> Array:
    """Return kernel values of centred samples."""
    result = np.subtract(table, columns, dtype=np.float64)
    result -= rows[:, None]
    result += whole
    return result


def iterate(
    problem: KernelProblem,
    k: int,
    solver: str,
    width: int,
    steps: int,
    tol: float | None,
    start: KernelState | None,
    generator: np.random.Generator,
) -> Iterator[KernelState]:
    """Yield a state for each step; the dense solver takes one.  eq. pca:kernel

    Parameters
    ----------
    problem : KernelProblem
        The rows.
    k : int
        Number of axes.
    solver : {"dense", "arpack", "randomized"}
        The last takes the eigenvalues of largest modulus.
    width : int
        Number of random columns.
    steps : int
        Largest number of steps.
    tol : float, optional
        Residual at which the iteration stops, relative to the largest eigenvalue; None takes all steps.
    start : KernelState, optional
        An earlier state.
    generator : Generator
        Draws the columns.
    """  # fmt: skip
    if start is not None and (start.converged or start.iteration == steps):
        return
    table = problem.table
    n = len(table)
    trace = float(np.trace(table))
    if solver == "dense" or FEWEST_BLOCKS * width > n:
        values, vectors = np.linalg.eigh(table)
        order = np.argsort(-np.abs(values) if solver == "randomized" else -values, kind="stable")[:k]
        yield _state(values[order], vectors[:, order], (), trace, problem, 1, True)
        return
    blocks = min(BLOCKS, n // width - 1)
    state = start
    while state is None or not (state.converged or state.iteration == steps):
        if state is None:
            basis, image, fresh = np.zeros((n, 0)), np.zeros((n, 0)), generator.standard_normal((n, width))
        else:
            basis, image = state.memory
            fresh = image[:, -width:]
        basis, image = extended(basis, image, fresh, table.__matmul__, blocks)
        values, turn = eigen(basis, image)
        order = np.argsort(-np.abs(values) if solver == "randomized" else -values, kind="stable")[:k]
        values, vectors = values[order], basis @ turn[:, order]
        residual = np.linalg.norm(image @ turn[:, order] - vectors * values, axis=0)
        done = 1 if state is None else state.iteration + 1
        least = max((ROUNDING if tol is None else max(tol, ROUNDING)) * float(np.abs(values).max()), problem.rounding)
        met = done == steps if tol is None else bool((residual <= least).all())
        state = _state(values, vectors, (basis, image), trace, problem, done, met)
        yield state


def _state(
    values: Array, vectors: Array, memory: tuple[Array, ...], trace: float, problem: KernelProblem, iteration: int,
    converged: bool,
) -> KernelState:  # fmt: skip
    left = max(trace - float(np.maximum(values, 0).sum()), 0.0) / problem.total
    return KernelState(values, vectors, memory, left, iteration, converged)


def positive_eigenvalues(values: Array, itemsize: int) -> Array:
    """Return eigenvalues with zeros for those that are rounding.

    Raises
    ------
    ValueError
        For a negative one that is more than rounding.
    """
    share, size = NEGATIVE[itemsize]
    largest, smallest = float(values.max(initial=0.0)), float(values.min(initial=0.0))
    if smallest < -share * largest and smallest < -size:
        ratio = -smallest / largest if largest else np.inf
        raise ValueError(
            f"There are significant negative eigenvalues ({ratio:g} of the maximum positive): the table of kernel "
            "values is not positive semidefinite. Take another kernel, or fewer components."
        )
    return np.where(values > SMALL[itemsize] * largest, values, 0.0)


def preimage_coefficients(kernel: Kernel, scores: Array, X: Array, weight: Array, alpha: float) -> Array:
    """Return the coefficients of a kernel ridge regression of the rows on their scores.  eq. pca:preimage

    Source: G. Bakır, J. Weston, B. Schölkopf, Learning to find pre-images, NIPS 2003.
    """
    table = finite_values(kernel.table(scores, scores), kernel)
    table.flat[:: len(table) + 1] += alpha / weight
    return np.linalg.lstsq(table, X)[0] if alpha == 0 else np.linalg.solve(table, X)
