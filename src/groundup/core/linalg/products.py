"""Matrix products of long, thin blocks, computed in one thread.

Distributing such a product costs as much time as it saves, and ten times more on a busy machine. Therefore a block is
multiplied as a stack of small chunks. Large products are passed to BLAS in one piece.
"""

import numpy as np

from groundup.core.types import Array

MAX_ONE_THREAD = 1 << 18  # OpenBLAS computes a product of at most this many multiplications in one thread.
MIN_CHUNK_ROWS = 512  # With fewer rows in a chunk, there would be too many chunks.


def chunk_rows(K: int, d: int, m: int) -> int:
    """Return the largest chunk of rows whose product uses one thread.

    The other factor is a (K, d) matrix. If chunks were too small, it is one chunk of m rows.
    """
    fitting = MAX_ONE_THREAD // (K * d)
    return fitting if MIN_CHUNK_ROWS <= fitting < m else m


def outer_product(C: Array, X: Array) -> Array:
    """Return ``C @ X.T``, (K, m), for C of shape (K, d) and X of shape (m, d)."""
    (K, d), m = C.shape, len(X)
    if K == 1:
        return (X @ C[0])[None]
    if X.dtype == np.float32 and d > 3 * K:  # BLAS copies the right factor of such a product: 1.3 to 2.9 times slower
        return np.ascontiguousarray((X @ C.T).T)
    chunk = chunk_rows(K, d, m)
    count = m // max(chunk, 1)
    whole = count * chunk
    result = np.empty((K, m), np.result_type(C, X))
    stack = X[:whole].reshape(count, chunk, d).swapaxes(1, 2)  # (count, d, chunk)
    np.matmul(C, stack, out=result[:, :whole].reshape(K, count, chunk).swapaxes(0, 1))
    np.matmul(C, X[whole:].T, out=result[:, whole:])
    return result


def inner_product(A: Array, X: Array) -> Array:
    """Return ``A @ X``, (K, d), for A of shape (K, m) and X of shape (m, d)."""
    (K, m), d = A.shape, X.shape[1]
    chunk = chunk_rows(K, d, m)
    count = m // max(chunk, 1)
    whole = count * chunk
    stack = A[:, :whole].reshape(K, count, chunk).swapaxes(0, 1)
    total: Array = (stack @ X[:whole].reshape(count, chunk, d)).sum(axis=0)
    total += A[:, whole:] @ X[whole:]
    return total
