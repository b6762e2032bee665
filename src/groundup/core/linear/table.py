"""How a linear classifier reads its table: precision, blocks, and a centre to measure from."""

from dataclasses import replace

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.containers.view import is_mapped
from groundup.core.linear.objective import ScoreObjective
from groundup.core.rows import Columns, Samples
from groundup.core.types import Array

CENTER_ROWS = 1024  # The centre is the mean of about this many rows.
LARGE_BLOCK = 1 << 23  # Bytes of a block that is large enough for two threads of BLAS.
SMALL_BLOCK = 1 << 19  # Bytes of a block whose several scores, and what is computed from them, stay in the cache.
VECTOR_BLOCK = 10_000  # Rows of a block with one score a row: vectors that the allocator reuses.
FEW_COLUMNS = 128  # With fewer, functions of several scores take as long as the products that give the scores.
MAX_CONVERTED = 1 << 26  # Most entries of a table that is converted to double precision as a whole.


def in_suitable_blocks(rows: Samples, outputs: int) -> Samples:
    """Return the same rows in blocks that suit products with them and functions of their scores."""
    d = rows.X.shape[1]
    if outputs > 1 and d <= FEW_COLUMNS:
        return rows.in_blocks_of(max(1, SMALL_BLOCK // (8 * max(d, outputs))))
    large = LARGE_BLOCK // BLOCK_BYTES * rows.block_rows
    return rows.in_blocks_of(large if outputs > 1 else min(large, VECTOR_BLOCK))


def in_double_precision(X: Columns) -> Columns:
    """Return the table in double precision, as products with parameters need it: converted once and not in each.

    A memory map and a table of more than half a gigabyte are left as they are, to be converted block by block.
    """
    if not isinstance(X, np.ndarray) or is_mapped(X) or X.dtype == np.float64 or X.size > MAX_CONVERTED:
        return X
    return X.astype(np.float64)


def converted(objective: ScoreObjective) -> ScoreObjective:
    """Return the same objective of a table in double precision, where `in_double_precision` converts it."""
    rows = objective.rows
    X = in_double_precision(rows.X)
    if X is rows.X:
        return objective
    return replace(objective, rows=Samples(X, rows.y, rows.weight, block_rows=rows.block_rows, mapper=rows.mapper))


def approximate_center(rows: Samples) -> Array:
    """Return the weighted mean of some rows of X; exact for a constant column."""
    X, weight = rows.X, rows.weight
    if isinstance(X, Csr):
        return X.column_sums(weight) / rows.total
    step = -(-len(X) // CENTER_ROWS)
    first = X[0].astype(np.float64)
    offsets = X[::step] - first
    if weight is None:
        return np.asarray(first + offsets.mean(axis=0))
    return np.asarray(first + weight[::step] @ offsets / weight[::step].sum())
