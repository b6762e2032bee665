"""Oja's rule: the axes turn towards one sample after the other, as in the textbook."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.pca.solvers.components import AxesState, left_variance
from groundup.projects.pca.solvers.direct import ritz
from groundup.projects.pca.solvers.krylov import multiplication
from groundup.projects.pca.solvers.table import Table
from groundup.projects.pca.solvers.tail import unseen

GAIN = 1e-4  # Share of the captured variance that a pass gains when the iteration stops.
RATE = 2.0  # First step size, times the mean squared length of a row.
PER_BLOCK = 1024  # Rows that are centred at a time.


def iterate(
    table: Table, k: int, tol: float, max_iter: int, start: AxesState | None, entropy: tuple[int, ...]
) -> Iterator[AxesState]:
    """Yield a state for each pass over the rows, whose order is drawn for every pass.  eq. pca:oja

    Source: E. Oja, Journal of Mathematical Biology 15 (1982).
    """
    n, d = table.shape
    if start is None:
        moments = table.moments()
        center, scatter = moments.center, float(moments.squares.sum())
        seed = np.array(entropy, np.uint64)
        first = np.random.default_rng(seed).standard_normal((d, k))
        V = np.linalg.qr(first)[0]
    else:
        center, scatter, (V, seed, _) = start.center, start.scatter, start.memory
    mean_square = scatter / n or 1.0  # of the rows as they are multiplied, with the roots of their weights
    state = start
    while state is None or not (state.converged or state.iteration == max_iter):
        done = 0 if state is None else state.iteration
        order = np.random.default_rng([*seed, done + 1]).permutation(n)
        for begin in range(0, n, PER_BLOCK):
            A = table.matrix(center, order[begin : begin + PER_BLOCK])
            V = turned(A, V, RATE * d / mean_square, done * n + begin)
        multiply = multiplication(table, False, center, scatter or 1.0)
        singular, axes, _ = ritz(V, *table.product(V, center))
        captured = float(np.square(singular).sum())
        gain = np.inf if state is None else captured - float(np.square(state.singular).sum())
        state = AxesState(
            method="oja",
            center=center,
            scatter=scatter,
            axes=axes,
            singular=singular,
            memory=(V, seed, unseen(table, center, scatter, multiply, axes, np.random.default_rng([*seed, 0]))),
            loss=left_variance(scatter, singular, table.degrees),
            iteration=done + 1,
            passes=2 * (done + 1) + 1,
            converged=abs(gain) <= max(tol, GAIN) * captured,
        )
        yield state


def turned(A: Array, V: Array, rate: float, seen: int) -> Array:
    """Return orthonormal columns after one step for each row of A, with steps that shrink with the rows seen."""
    for t, x in enumerate(A, start=seen + 1):
        V = np.linalg.qr(V + rate / t * np.outer(x, x @ V))[0]
    return V
