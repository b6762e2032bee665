"""Folds of cross-validation from cross-products: the other folds' are those of all rows less those of the fold.

So every row is read twice, however many folds there are, and no fold is copied.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundup.core.linalg.normal_equations import (
    NormalEquations,
    centered_products,
    product_shifts,
    shifted_products,
)
from groundup.core.rows import Samples
from groundup.core.types import Array

LEAST_SHARE = 1e-3  # Part of a column's square outside the fold, below which a difference loses too many digits.
LEAST_ERROR = 1e-6  # Sum of squared errors, relative to the sizes of its terms, below which it has lost its digits.


@dataclass(frozen=True)
class Fold:
    """Products of the rows of a fold, and the normal equations of all others.

    Parameters
    ----------
    train : NormalEquations
        Of the rows outside the fold.
    products : ndarray of shape (p, p)
        Of ``[1, X − x_shift, y − y_shift]`` in the fold, with ones only where there is an intercept.
    x_shift, y_shift : ndarray of shape (d,), (t,)
        Approximate means.
    """

    train: NormalEquations
    products: Array
    x_shift: Array
    y_shift: Array

    def squared_errors(self, coefs: Array) -> Array | None:
        """Return the sum of squared errors in the fold, averaged over targets, for slopes of shape (d, a, t).

        None where so small a difference of products has lost its digits.
        """
        d, a, t = coefs.shape
        ones, total = len(self.products) - d - t, np.zeros(a)
        for k in range(t):
            V = np.zeros((len(self.products), a))  # residuals are [1, X − x_shift, y − y_shift] V
            V[ones : ones + d], V[ones + d + k] = -coefs[:, :, k], 1
            if ones:
                V[0] = self.y_shift[k] - self.train.y_mean[k] + (self.train.x_mean - self.x_shift) @ coefs[:, :, k]
            squares = (V * (self.products @ V)).sum(0)
            if (squares < LEAST_ERROR * (np.abs(V) * (np.abs(self.products) @ np.abs(V))).sum(0)).any():
                return None
            total += squares / t
        return total


@dataclass(frozen=True)
class FoldProducts:
    """Cross-products of all rows.

    Parameters
    ----------
    rows : Samples
        Dense X, y of shape (n, t) and weights.
    intercept : bool
        Whether there is one.
    products, x_shift, y_shift
        Of all rows, as in `Fold`.
    """

    rows: Samples
    intercept: bool
    products: Array
    x_shift: Array
    y_shift: Array

    @cached_property
    def whole(self) -> NormalEquations:
        """The normal equations of all rows."""
        return centered_products(self.products, self.x_shift, self.y_shift, self.rows.total, self.intercept)

    def fold(self, train: Array, test: Array) -> Fold | None:
        """Return the products of one split.

        None where the training rows are not all those outside the fold, and where the difference has lost digits.
        """
        n = len(self.rows)
        present = np.bincount(train, minlength=n) + np.bincount(test, minlength=n)
        if not (present == 1).all():
            return None
        held_out = self.rows.part(test)
        products = shifted_products(held_out, self.x_shift, self.y_shift, self.intercept)
        weight = self.rows.total - held_out.total
        normal = centered_products(self.products - products, self.x_shift, self.y_shift, weight, self.intercept)
        outside, inside = _squares(normal), np.diag(products)[int(self.intercept) :]
        if (outside < LEAST_SHARE * inside)[_squares(self.whole) > 0].any():
            return None
        return Fold(normal, products, self.x_shift, self.y_shift)


def _squares(normal: NormalEquations) -> Array:
    return np.append(np.diag(normal.gram), normal.total)


def fold_products(rows: Samples, intercept: bool) -> FoldProducts:
    """Return the products of all rows, in one pass."""
    shift = product_shifts(rows, intercept)
    return FoldProducts(rows, intercept, shifted_products(rows, *shift, intercept), *shift)
