"""Sums of gradients, Hessians and counts in the bins, all exact: of whole numbers below 2^53."""

from dataclasses import dataclass

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable


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


def weights(gradients: Array, hessians: Array | None) -> Weights:
    """Return gradients and Hessians as whole numbers, with as many digits as their sums leave.

    eq. gradient_boosting:packing
    """
    bits = len(gradients).bit_length()
    unit = float(np.abs(gradients).sum()) * 2.0 ** (bits - 51) or 1.0
    packed = np.rint(gradients / unit)
    packed *= 2.0**bits
    packed += 1.0
    if hessians is None:
        return Weights(packed, bits, unit)
    hessian_unit = float(hessians.sum()) * 2.0**-51 or 1.0
    return Weights(packed, bits, unit, hessian_unit, np.rint(hessians / hessian_unit))


def histograms(table: BinnedTable, w: Weights, rows: Array, sizes: Array) -> Array:
    """Return the sums in each bin of each column, of the rows of k nodes.

    eq. gradient_boosting:histogram

    Parameters
    ----------
    table : BinnedTable
        The bins.
    w : Weights
        What is summed.
    rows : ndarray of int of shape (m,)
        The rows, node after node.
    sizes : ndarray of int of shape (k,)
        Number of rows of each node.

    Returns
    -------
    ndarray of shape (1 or 2, k, d, B)
        Packed sums of gradients and counts, and sums of Hessians unless these are constant.
    """
    (d, B), k = table.shape, len(sizes)
    cells = table.cells.take(rows, axis=0) + np.repeat(np.arange(0, k * d * B, d * B), sizes)[:, None]
    found = [
        np.bincount(cells.ravel(), np.repeat(one.take(rows), d), k * d * B)
        for one in (w.packed, w.hessian)
        if one is not None
    ]
    return np.stack(found).reshape(-1, k, d, B)


def unpacked(sums: Array, w: Weights) -> tuple[Array, Array, Array]:
    """Return gradients, Hessians and counts from sums of shape (1 or 2, ...)."""
    gradient = np.floor(sums[0] * 2.0**-w.bits)
    count = sums[0] - gradient * 2.0**w.bits
    gradient *= w.gradient_unit
    return gradient, count if w.hessian is None else sums[1] * w.hessian_unit, count
