"""Hashes of the values of rows: equal rows have equal ones, whatever their place and their form."""

from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array


def fingerprint(X: Array | Csr, dtype: Any) -> Array:
    """Return a 64-bit hash of every row's values, rounded to a precision, whatever their own.

    Among 100,000 distinct rows two agree with probability below 1e-5.
    """
    multiplier = np.random.default_rng(0).integers(2**64, size=(X.shape[1],), dtype=np.uint64)
    odd: Array = 2 * multiplier + np.uint64(1)  # or the product would lose the high bits
    if not isinstance(X, Csr):
        return np.asarray(bits(X, dtype) @ odd)
    result, filled = np.zeros(len(X), np.uint64), X.filled_rows
    result[filled] = np.add.reduceat(bits(X.data, dtype) * odd[X.indices], X.indptr[filled])
    return result


def bits(values: Array, dtype: Any) -> Array:
    """Return numbers, rounded to a precision, as whole numbers; 0 for zero."""
    with np.errstate(over="ignore"):
        rounded = values.astype(dtype).astype(np.float64) + 0.0  # adding 0 turns −0 into 0
    whole: Array = rounded.view(np.uint64)
    whole ^= whole >> np.uint64(32)  # short numbers differ only in their high bits, which a product would lose
    return whole
