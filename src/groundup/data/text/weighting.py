"""Weights of counts: logarithms, inverse document frequencies, norms of rows."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from groundup.core.checks.inputs import FLOATS
from groundup.core.containers.csr import Csr
from groundup.core.storage import record
from groundup.core.types import Array


@record
class Weighting:
    """How counts are weighted, and what a fit found for it.

    Parameters
    ----------
    norm : {"l1", "l2"} or None
        Norm of the rows.
    use_idf, smooth_idf, sublinear_tf : bool
        As of `TfidfTransformer`.
    idf_ : ndarray of shape (d,) or None
        Inverse document frequencies, if they are used.
    """

    norm: Literal["l1", "l2"] | None
    use_idf: bool
    smooth_idf: bool
    sublinear_tf: bool
    idf_: Array | None = None

    def fitted(self, rows: Csr) -> "Weighting":
        """Return the same weighting with the frequencies of some documents."""
        return replace(self, idf_=inverse_document_frequency(rows, self.smooth_idf) if self.use_idf else None)

    def applied(self, rows: Csr) -> Csr:
        """Return weighted floats in the place of counts."""
        data = rows.data.astype(as_floats(rows).dtype)
        weigh(data, rows, self.sublinear_tf, self.idf_, self.norm)
        return replace(rows, data=data)


def as_floats(rows: Csr) -> Csr:
    """Return rows of single or double precision, in double precision if they were of another type."""
    return rows if rows.dtype in FLOATS else replace(rows, data=rows.data.astype(np.float64))


def inverse_document_frequency(rows: Csr, smooth: bool) -> Array:
    """Return ``log(n / df) + 1``, where df of the n documents have the term.

    Parameters
    ----------
    rows : Csr of shape (n, d)
        Counts.
    smooth : bool
        Whether one document more is taken to have every term.

    Returns
    -------
    ndarray of shape (d,)
        In the precision of the counts.
    """
    having = np.bincount(rows.indices[rows.data != 0], minlength=rows.shape[1])
    frequency = having.astype(as_floats(rows).dtype) + int(smooth)
    return np.asarray(np.log((len(rows) + int(smooth)) / frequency) + 1)


def weigh(data: Array, rows: Csr, sublinear: bool, idf: Array | None, norm: str | None) -> None:
    """Weigh the entries of sparse rows in place.

    Parameters
    ----------
    data : ndarray of float of shape (entries,)
        The entries, which may be ``rows.data`` itself.
    rows : Csr
        Where they stand.
    sublinear : bool
        Whether a count c becomes 1 + log(c).
    idf : ndarray of shape (d,) or None
        Weights of the columns.
    norm : {"l1", "l2"} or None
        Norm that rows get.
    """
    if sublinear:
        require_logarithms(data)
        stored = data != 0  # an entry of zero that is stored stays zero
        data[stored] = np.log(data[stored]) + 1
    if idf is not None:
        data *= idf[rows.indices]
    if norm is not None:
        data /= row_norms(data, rows, norm)[rows.row_of_entry]


def normalize(rows: Csr, norm: Literal["l1", "l2"]) -> Csr:
    """Return rows of norm one; empty ones stay empty."""
    data = rows.data.copy()
    weigh(data, rows, False, None, norm)
    return replace(rows, data=data)


def row_norms(data: Array, rows: Csr, norm: Any) -> Array:
    """Return the norm of each row in double precision, and 1 for a row of zeros.

    Entries are added one by one, as in a loop, so that the last digit is that of scikit-learn.
    """
    size = np.abs(data) if norm == "l1" else data * data
    sums = np.bincount(rows.row_of_entry, size, len(rows))
    norms = sums if norm == "l1" else np.sqrt(sums)
    return np.where(norms == 0, 1.0, norms)


def require_logarithms(data: Array) -> None:
    """Raise ValueError for negative entries, which have no logarithm."""
    if (data < 0).any():
        raise ValueError(
            "Negative values in data: sublinear_tf=True takes logarithms of counts, but the least entry is "
            f"{data.min():g}."
        )


def require_no_nan(idf: Array) -> None:
    """Raise ValueError for frequencies that are none; infinity is that of a term that no document had."""
    if np.isnan(idf).any():
        raise ValueError("has idf_ with NaN.")
