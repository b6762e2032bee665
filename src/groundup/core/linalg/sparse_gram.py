"""Gram matrices of sparse rows, block by block."""

import numpy as np

from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr
from groundup.core.rows import parts
from groundup.core.types import Array

PAIR_COST = 64  # A product of two entries, found by their places, costs this many products of a dense block.


def gram(Y: Csr, weight: Array | None = None) -> Array:
    """Return ``Yᵀ diag(weight) Y``, (d, d), block by block: from pairs of entries, or from dense blocks."""
    n, d = Y.shape
    pairs = np.cumsum(np.diff(Y.indptr).astype(np.int64) ** 2)
    result = np.zeros((d, d))
    if PAIR_COST * pairs[-1] > n * d**2:
        for part in parts(n, max(1, BLOCK_BYTES // (8 * d))):
            block = Y[part]
            dense = np.zeros(block.shape)
            dense[block.row_of_entry, block.indices] = block.data
            result += (dense if weight is None else dense * weight[part, None]).T @ dense
        return result
    most = BLOCK_BYTES // 8 + d**2 // 4  # pairs of a block
    bounds = np.searchsorted(pairs, np.arange(most, pairs[-1], most))
    for first, last in zip([0, *bounds], [*bounds, n], strict=True):
        result += Y[first:last].gram(None if weight is None else weight[first:last])
    return result
