"""Scatter matrices of sparse rows, whose eigenvalues bound the inertia from below."""

from dataclasses import replace

import numpy as np

from groundup.core.linalg.sparse_gram import gram
from groundup.core.types import Array
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows


def sparse_scatter_matrix(X: SparseRows, weight: Array | None) -> Array:
    """Return Σ w (x − origin)(x − origin)ᵀ, (d, d), where the origin is the weighted mean of the rows."""
    total = float(len(X)) if weight is None else float(weight.sum())
    return gram(X.entries, weight) - total * np.outer(X.offset, X.offset)


def wide_sparse_scatter_matrix(X: SparseRows, weight: Array | None) -> Array:
    """Return the products √w (x − origin) of every two rows, (n, n): the same eigenvalues, except zeros."""
    root = np.ones(len(X)) if weight is None else np.sqrt(weight)
    Y = X.entries
    along = root * (Y @ X.offset)
    products = gram(replace(Y, data=Y.data * root[Y.row_of_entry]).transposed())
    cross = np.outer(along, root)
    return products - cross - cross.T + X.offset @ X.offset * np.outer(root, root)
