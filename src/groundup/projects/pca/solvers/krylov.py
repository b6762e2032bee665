"""Block Krylov iteration: the largest axes without the others.

Powers of AᵀA times a few random columns span a subspace that contains the first axes nearly. One step multiplies the
newest columns once more, in one pass over the rows; the axes are the best ones within the subspace.

Sources: N. Halko, P. G. Martinsson, J. A. Tropp, SIAM Review 53 (2011); C. Musco, C. Musco, NIPS 2015 (all powers
together); K. Wu, H. Simon, SIAM J. Matrix Anal. 22 (2000) (a subspace reduced to its best part).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from groundup.core.containers.view import is_mapped
from groundup.core.types import Array
from groundup.projects.pca.solvers.components import AxesState, left_variance
from groundup.projects.pca.solvers.direct import ritz, row_space
from groundup.projects.pca.solvers.table import Table
from groundup.projects.pca.solvers.tail import Multiply, unseen

BLOCKS = 5  # Blocks of columns that are kept before the subspace is reduced to its best half.
FEWEST_BLOCKS = 3  # Rows and columns are at least this many blocks wide; otherwise all axes are found at once.
FAINT = 1e-4  # Part of the largest eigenvalue: smaller ones have too few digits in single precision.
ROUNDING = 1e-13  # Residual of an eigenvector, relative to the largest eigenvalue, that counts as rounding.


@dataclass(frozen=True)
class Krylov:
    """What is asked of the iteration.

    Parameters
    ----------
    k : int
        Number of axes.
    width : int
        Number of random columns, at least k.
    steps : int
        Largest number of steps.
    tol : float, optional
        Residual at which the iteration stops, relative to the largest eigenvalue; None takes all steps.
    single : bool
        Whether steps are computed in single precision; the axes are then found again in double precision. Where the
        first step finds that the last axis is faint, the others are computed in double precision.
    """

    k: int
    width: int
    steps: int
    tol: float | None
    single: bool


def iterate(table: Table, task: Krylov, start: AxesState | None, generator: np.random.Generator) -> Iterator[AxesState]:
    """Yield a state for each step.  eq. pca:range"""
    n, d = table.shape
    if start is None:
        moments = table.moments()
        center, scatter = moments.center, float(moments.squares.sum())
    else:
        center, scatter = start.center, start.scatter
    if FEWEST_BLOCKS * task.width > min(n, d) or scatter == 0:
        if start is None:
            yield all_axes(table, task.k, center, scatter)
        return
    single = task.single if start is None else start.memory[0].dtype == np.float32
    precision = np.float32 if single else np.float64
    blocks = min(BLOCKS, min(n, d) // task.width - 1)
    multiply = multiplication(table, single, center, scatter)
    state = start
    while state is None or not (state.converged or state.iteration == task.steps):
        if state is None:
            seed = generator.integers(2**63, size=1)
            fresh = generator.standard_normal((d, task.width)).astype(precision)
            basis, image = np.zeros((d, 0), precision), np.zeros((d, 0), precision)
        else:
            basis, image, seed = state.memory
            fresh = image[:, -task.width :]
            if single and state.singular[task.k - 1] ** 2 < FAINT * state.singular[0] ** 2:
                single, multiply = False, multiplication(table, False, center, scatter)
                basis, image, fresh = np.zeros((d, 0)), np.zeros((d, 0)), fresh.astype(np.float64)
        basis, image = extended(basis, image, fresh, multiply, blocks)
        state = best_axes(table, task, state, (center, scatter), (basis, image, seed))
        if state.converged or state.iteration == task.steps:
            state = refined(table, task.k, state, multiply, seed)
        yield state


def best_axes(
    table: Table,
    task: Krylov,
    last: AxesState | None,
    moments: tuple[Array, float],
    memory: tuple[Array, Array, Array],
) -> AxesState:
    """Return the state with the best axes within a subspace, given its image.  eq. pca:rayleigh-ritz"""
    (center, scatter), (basis, image, _) = moments, memory
    values, turn = eigen(basis, image)
    first = turn[:, : task.k]
    residual = np.linalg.norm(image @ first - basis @ first * values[: task.k].astype(basis.dtype), axis=0)
    iteration = 1 if last is None else last.iteration + 1
    singular = np.sqrt(np.maximum(values[: task.width], 0.0) * scatter)
    done = iteration == task.steps if task.tol is None else (residual <= max(task.tol, ROUNDING) * values[0]).all()
    return AxesState(
        method="krylov",
        center=center,
        scatter=scatter,
        axes=(basis @ first).T.astype(np.float64),
        singular=singular,
        memory=memory,
        loss=left_variance(scatter, singular[: task.k], table.degrees),
        iteration=iteration,
        passes=iteration + 1,
        converged=bool(done),
    )


def refined(table: Table, k: int, state: AxesState, multiply: Multiply, seed: Array) -> AxesState:
    """Return the best axes within those of a state, in double precision, with their image and what bounds the rest.

    A state that has not converged keeps its subspace, so that it can be resumed with more steps.
    """
    basis = np.linalg.qr(state.axes.T)[0]
    image, triangle = table.product(basis, state.center)
    singular, axes, turned = ritz(basis, image, triangle)
    memory = state.memory
    if state.converged:
        rest = unseen(table, state.center, state.scatter, multiply, axes[:k], np.random.default_rng(seed))
        memory = (turned.T, rest)
    return replace(
        state,
        axes=axes,
        singular=singular,
        memory=memory,
        loss=left_variance(state.scatter, singular[:k], table.degrees),
        passes=state.passes + 1,
    )


def all_axes(table: Table, k: int, center: Array, scatter: float) -> AxesState:
    """Return the axes of a table with so few rows or columns that a subspace would be all of it."""
    basis = row_space(table, center)
    image, triangle = table.product(basis, center)
    singular, axes, turned = ritz(basis, image, triangle)
    loss = left_variance(scatter, singular[:k], table.degrees)
    return AxesState(
        "krylov", center, scatter, axes, singular, (turned.T,), loss, iteration=1, passes=3, converged=True
    )


def multiplication(table: Table, single: bool, center: Array, scatter: float) -> Multiply:
    """Return the product with AᵀA divided by its trace, in one pass."""
    if not single:
        return lambda V: table.image(V, center) / scatter
    scale = scatter**-0.5
    if is_mapped(table.samples.X):
        return lambda V: single_product(table.single_blocks(center, scale), V)
    blocks = list(table.single_blocks(center, scale))  # half of the bytes to read in each step, and twice the speed
    return lambda V: single_product(blocks, V)


def single_product(blocks: Iterable[Array], V: Array) -> Array:
    """Return the product of V with AᵀA, given A in blocks in single precision."""
    image = np.zeros(V.T.shape, np.float32)
    for A in blocks:
        image += (A @ V).T @ A  # on two threads up to three times as fast as A.T @ (A @ V)
    return image.T


def extended(basis: Array, image: Array, fresh: Array, multiply: Multiply, blocks: int) -> tuple[Array, Array]:
    """Return a basis with one more block of columns, and its image.

    A basis of as many blocks as are kept is first reduced to its best half.
    """
    width = fresh.shape[1]
    fresh = orthonormal(fresh, basis)
    if basis.shape[1] >= blocks * width:
        turn = eigen(basis, image)[1][:, : blocks // 2 * width]
        basis, image = basis @ turn, image @ turn
    return np.hstack([basis, fresh]), np.hstack([image, multiply(fresh)])


def orthonormal(fresh: Array, basis: Array) -> Array:
    """Return orthonormal columns that span, with the basis, what `fresh` spans.

    Columns that depend on the others are replaced by random ones. Twice, because rounding undoes once; the second time
    the columns are nearly orthonormal, so that Cholesky's factor of their products is exact enough and the QR
    decomposition, which is several times as slow, is not needed.

    Source: Y. Yamamoto et al., Roundoff error analysis of the CholeskyQR2 algorithm, ETNA 44 (2015).
    """
    columns, triangle = np.linalg.qr(fresh - basis @ (basis.T @ fresh))
    size = np.abs(np.diag(triangle))
    lost = size <= 8 * np.finfo(fresh.dtype).eps * max(float(np.abs(fresh).max()), float(size.max()))
    if lost.any():
        columns[:, lost] = np.random.default_rng(basis.shape[1]).standard_normal((len(fresh), int(lost.sum())))
        columns = np.linalg.qr(columns - basis @ (basis.T @ columns))[0]
    columns = columns - basis @ (basis.T @ columns)
    factor = np.linalg.cholesky((columns.T @ columns).astype(np.float64))
    result: Array = columns @ np.linalg.inv(factor).T.astype(columns.dtype)
    return result


def eigen(basis: Array, image: Array) -> tuple[Array, Array]:
    """Return eigenvalues and vectors of a symmetric matrix within a basis, the largest first."""
    within = (basis.T @ image).astype(np.float64)
    values, turn = np.linalg.eigh((within + within.T) / 2)
    return values[::-1], turn[:, ::-1].astype(basis.dtype)
