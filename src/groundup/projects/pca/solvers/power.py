"""Power iteration with deflation: one axis after the other, as in the textbook."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.pca.solvers.components import AxesState, left_variance
from groundup.projects.pca.solvers.table import Table

NOTHING = 1e-14  # An eigenvalue of a matrix of trace one up to which it is rounding.
ROUNDING = 1e-13  # Residual, relative to the largest eigenvalue, that counts as rounding.


def iterate(
    table: Table, k: int, tol: float, max_iter: int, start: AxesState | None, generator: np.random.Generator
) -> Iterator[AxesState]:
    """Yield a state for each multiplication with the matrix.  eq. pca:power

    Parameters
    ----------
    table : Table
        The rows.
    k : int
        Number of axes.
    tol : float
        Residual of an eigenvector at which its iteration stops, relative to the largest eigenvalue.
    max_iter : int
        Largest number of multiplications for one axis.
    start : AxesState, optional
        An earlier state.
    generator : Generator
        Draws the first vectors.
    """
    moments, products = table.scatter_matrix()
    scatter = float(moments.squares.sum())
    products /= scatter or 1.0  # of trace one, so that lengths neither overflow nor underflow
    state = start
    while state is None or not _ended(state, k):
        if state is None:
            found, values, v = np.zeros((0, table.shape[1])), np.zeros(0), generator.standard_normal(table.shape[1])
            seeds, place = generator.standard_normal((k, table.shape[1])), np.array([0, 0, 0])
        else:
            seeds, place, values = state.memory
            found, values, v = state.axes[:-1], values[:-1], state.axes[-1]
            if place[1] == 0:  # the last axis is done
                found, values, v = state.axes, state.memory[2], seeds[len(state.axes)]
        deflated = products - (found.T * values) @ found  # eq. pca:deflation
        v = step(deflated, found, v)
        image = deflated @ v
        value = float(v @ image)
        largest = values[0] if len(values) else value
        met = float(np.linalg.norm(image - value * v)) <= max(tol, ROUNDING) * largest
        used = int(place[1]) + 1
        missed = int(place[2]) + (used == max_iter and not met)
        values = np.append(values, value)
        singular = np.sqrt(np.maximum(values, 0.0) * (scatter or 1.0))
        over = met or used == max_iter
        state = AxesState(
            method="power",
            center=moments.center,
            scatter=scatter,
            axes=np.vstack([found, v]),
            singular=singular,
            memory=(seeds, np.array([len(found) + over, 0 if over else used, missed]), values),
            loss=left_variance(scatter, singular, table.degrees),
            iteration=1 if state is None else state.iteration + 1,
            passes=1,
            converged=len(found) + over == k and not missed,
        )
        yield state


def step(deflated: Array, found: Array, v: Array) -> Array:
    """Return the vector after one more multiplication, orthogonal to the axes found before."""
    for image in (deflated @ v, v):  # where nothing varies besides the axes found, any other direction will do
        for _ in range(2):
            image = image - found.T @ (found @ image)
        length = np.linalg.norm(image)
        if length > NOTHING * np.linalg.norm(v):
            break
    onward: Array = image / length
    return onward


def _ended(state: AxesState, k: int) -> bool:
    """Whether all axes are found, or given up."""
    return bool(state.memory[1][0] == k)
