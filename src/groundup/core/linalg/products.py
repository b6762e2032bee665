"""Matrix products of long, thin blocks, in pieces too small for BLAS to share among threads.

To hand such a product over costs as much as it gains, and ten times more on a machine that has other work to do; so a
block is multiplied as a stack of small pieces. Large products are left to BLAS as they are.
"""

import numpy as np

from groundup.core.types import Array

UNSHARED = 1 << 18  # multiplications up to which OpenBLAS keeps a product to one thread
FEWEST = 512  # rows of a piece, below which the pieces would be too many


def rows_of_a_piece(K: int, d: int, m: int) -> int:
    """Rows whose product with a (K, d) matrix is not shared; m where that would be too few."""
    fitting = UNSHARED // (K * d)
    return fitting if FEWEST <= fitting < m else m


def outer_product(C: Array, X: Array) -> Array:
    """``C @ X.T``, (K, m), for C of shape (K, d) and X of shape (m, d)."""
    (K, d), m = C.shape, len(X)
    piece = rows_of_a_piece(K, d, m)
    count = m // max(piece, 1)
    whole = count * piece
    result = np.empty((K, m), np.result_type(C, X))
    stack = X[:whole].reshape(count, piece, d).swapaxes(1, 2)
    np.matmul(C, stack, out=result[:, :whole].reshape(K, count, piece).swapaxes(0, 1))
    np.matmul(C, X[whole:].T, out=result[:, whole:])
    return result


def inner_product(A: Array, X: Array) -> Array:
    """``A @ X``, (K, d), for A of shape (K, m) and X of shape (m, d)."""
    (K, m), d = A.shape, X.shape[1]
    piece = rows_of_a_piece(K, d, m)
    count = m // max(piece, 1)
    whole = count * piece
    stack = A[:, :whole].reshape(K, count, piece).swapaxes(0, 1)
    total: Array = (stack @ X[:whole].reshape(count, piece, d)).sum(axis=0)
    total += A[:, whole:] @ X[whole:]
    return total
