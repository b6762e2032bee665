"""Products of a table with the parameters of a few scores, and with slopes of the rows' scores.

BLAS copies the factors of a large product into an order of its own, which takes longer than the product itself if one
of them is thin. A small product is computed as it stands: so a block of rows is multiplied as a stack of chunks.
"""

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array

SMALL_PRODUCT = 1 << 18  # BLAS computes a product of at most this many multiplications in place, in one thread.
MIN_CHUNK = 64  # With fewer rows in a chunk, the sum over the chunks takes longer than the copies.


def scores(X: Array | Csr, w: Array, b: Array) -> Array:
    """Return the scores of rows, of shape (t, m)."""
    if isinstance(X, Csr):
        return np.asarray(w.T @ X.T + b[:, None])
    X = X.astype(w.dtype, copy=False)  # at once: a product would convert it entry by entry
    m, (d, t) = len(X), w.shape
    chunk = _chunk(m, d, t)
    if t == 1:
        Z = (X @ w[:, 0])[None]
    elif chunk:
        whole = m - m % chunk
        rows = np.empty((m, t), w.dtype)
        np.matmul(X[:whole].reshape(-1, chunk, d), w, out=rows[:whole].reshape(-1, chunk, t))
        np.matmul(X[whole:], w, out=rows[whole:])
        Z = np.ascontiguousarray(rows.T)
    else:
        Z = np.ascontiguousarray((X @ w).T) if w.dtype == np.float32 else w.T @ X.T  # the faster order of each
    Z += b[:, None]
    return Z


def times_rows(slope: Array, X: Array | Csr) -> Array:
    """Return ``slope @ X`` in double precision, of shape (t, d), for slopes of shape (t, m)."""
    if isinstance(X, Csr):
        return np.asarray(slope @ X)
    X = X.astype(slope.dtype, copy=False)
    (t, m), d = slope.shape, X.shape[1]
    chunk = _chunk(m, d, t)
    if t == 1 or not chunk:
        return np.asarray(slope @ X, dtype=np.float64)
    whole = m - m % chunk
    stack = slope[:, :whole].reshape(t, -1, chunk).swapaxes(0, 1)
    total: Array = (stack @ X[:whole].reshape(-1, chunk, d)).sum(axis=0, dtype=np.float64)
    total += slope[:, whole:] @ X[whole:]
    return total


def _chunk(m: int, d: int, t: int) -> int:
    """Rows of a chunk; 0 if the block is not cut."""
    fitting = SMALL_PRODUCT // max(1, d * t)
    return fitting if MIN_CHUNK <= fitting < m else 0
