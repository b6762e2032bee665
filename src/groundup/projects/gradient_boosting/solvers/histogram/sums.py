"""Sums of gradients, Hessians and counts in the bins, all exact: of whole numbers below 2^53."""

from dataclasses import dataclass

import numpy as np

from groundup.core.rows import parts
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable

PLACES = 1 << 17  # Entries that are summed at once: their cells stay in the cache, 1.8 ns each instead of 2.4.


@dataclass(frozen=True)
class Weights:
    """Derivatives of the loss as whole numbers, of which sums and differences have no rounding.

    Parameters
    ----------
    packed : ndarray of shape (n,)
        ``2^b q + 1``, where q is the rounded multiple of the gradient: one sum holds gradients and count.
    bits : int
        The b, such that all rows count less than ``2^b``.
    gradient_unit, hessian_unit : float
        What a gradient and a Hessian of 1 stand for.
    hessian : ndarray of shape (n,) or None
        Rounded multiples of the Hessians; None where all are 1.
    """

    packed: Array
    bits: int
    gradient_unit: float
    hessian_unit: float = 1.0
    hessian: Array | None = None

    @property
    def n_sums(self) -> int:
        """Number of sums of a bin: of gradients, counts, and Hessians unless these are constant."""
        return 2 if self.hessian is None else 3


def weights(gradients: Array, hessians: Array | None) -> Weights:
    """Return gradients and Hessians as whole numbers, of as many digits as their sums leave, less two.

    eq. gradient_boosting:packing
    """
    bits = len(gradients).bit_length()
    unit = _power_of_two(float(np.abs(gradients).sum()) * 2.0 ** (bits - 51))
    packed = gradients * (1 / unit)
    np.rint(packed, out=packed)
    packed *= 2.0**bits
    packed += 1.0
    if hessians is None:
        return Weights(packed, bits, unit)
    hessian_unit = _power_of_two(float(hessians.sum()) * 2.0**-51)
    return Weights(packed, bits, unit, hessian_unit, np.rint(hessians * (1 / hessian_unit)))


def _power_of_two(number: float) -> float:
    """Return the smallest power of two that is not below a number: multiples of it are scaled without rounding."""
    return 2.0 ** np.ceil(np.log2(number)) if number > 1e-290 else 1.0


def cumulated(table: BinnedTable, w: Weights, out: Array, rows: Array | None = None) -> None:
    """Write the sums over some rows, by default all, of each column's entries in each bin and those before it.

    eq. gradient_boosting:histogram

    Parameters
    ----------
    table : BinnedTable
        The bins.
    w : Weights
        What is summed.
    out : ndarray of shape (2 or 3, d, B)
        Where to write sums of gradients, counts, and sums of Hessians unless these are constant.
    rows : ndarray of int, optional
        Row numbers.
    """
    d, B = table.shape
    summed = [w.packed] if w.hessian is None else [w.packed, w.hessian]
    sums = np.zeros((len(summed), d, B))
    if rows is None:  # column by column weights need not be repeated: 1.3 ns an entry instead of 1.8
        for j, column in enumerate(table.columns):
            bins = column.astype(np.intp)
            for k, one in enumerate(summed):
                sums[k, j] = np.bincount(bins, one, B)
    else:
        for part in parts(len(rows), max(1, PLACES // d)):
            cells = table.cells.take(rows[part], axis=0).ravel().astype(np.intp)
            for total, one in zip(sums, summed, strict=True):
                total += np.bincount(cells, np.repeat(one.take(rows[part]), d), d * B).reshape(d, B)
    whole = np.cumsum(sums.astype(np.int64), axis=2)  # 5 times faster than of floating-point numbers
    np.copyto(out[0], whole[0] >> w.bits)
    np.copyto(out[1], whole[0] & ((1 << w.bits) - 1))
    np.copyto(out[2:], whole[1:])
