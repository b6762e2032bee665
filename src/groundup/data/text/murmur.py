"""MurmurHash3 of 32 bits, for many byte strings at once.

A. Appleby, MurmurHash3 (2011, public domain). Strings of equal length form a table of bytes, whose columns of four are
mixed into all hashes by one operation of NumPy.
"""

from collections.abc import Sequence

import numpy as np

from groundup.core.types import Array

C1, C2, ADDEND = np.uint32(0xCC9E2D51), np.uint32(0x1B873593), np.uint32(0xE6546B64)
FINAL = ((16, np.uint32(0x85EBCA6B)), (13, np.uint32(0xC2B2AE35)))


def murmur3(keys: Sequence[bytes], seed: int = 0) -> Array:
    """Return the hash of each key as an integer with sign.

    Parameters
    ----------
    keys : sequence of bytes
        Of any lengths.
    seed : int, default=0
        Of 32 bits.

    Returns
    -------
    ndarray of int32 of shape (n,)
    """
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    hashes = np.empty(len(keys), np.uint32)
    order = np.argsort(lengths, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        if len(group):
            joined = b"".join([keys[k] for k in group.tolist()])
            hashes[group] = _of_equal_length(np.frombuffer(joined, np.uint8).reshape(len(group), -1), seed)
    return hashes.view(np.int32)


def _of_equal_length(table: Array, seed: int) -> Array:
    """Return the hashes of the rows of a table of bytes."""
    n, length = table.shape
    whole = length // 4 * 4
    h = np.full(n, seed, np.uint32)
    for block in np.ascontiguousarray(table[:, :whole]).view("<u4").T:
        h ^= _scrambled(block)
        h = _rotated(h, 13) * np.uint32(5) + ADDEND
    if whole < length:
        rest = np.zeros((n, 4), np.uint8)
        rest[:, : length - whole] = table[:, whole:]
        h ^= _scrambled(rest.view("<u4")[:, 0])
    h ^= np.uint32(length & 0xFFFFFFFF)
    for shift, factor in FINAL:
        h = (h ^ (h >> np.uint32(shift))) * factor
    return h ^ (h >> np.uint32(16))


def _scrambled(block: Array) -> Array:
    return _rotated(block * C1, 15) * C2


def _rotated(values: Array, by: int) -> Array:
    return (values << np.uint32(by)) | (values >> np.uint32(32 - by))
