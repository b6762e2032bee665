"""Arithmetic in twice the working precision: error-free transformations of float64, on any machine.

A sum or product of two floats is, exactly, a float and its rounding error, which is a float too. Keeping both gives
about 32 digits. Used where a residual, the small difference of large numbers, must be right in all its digits.

Sources: D. E. Knuth, The Art of Computer Programming 2, §4.2.2 (sum); T. J. Dekker, Numer. Math. 18 (1971) (product);
T. Ogita, S. M. Rump and S. Oishi, SIAM J. Sci. Comput. 26 (2005) (sums and dot products made of them).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from groundup.core.types import Array

SPLITTER = 2.0**27 + 1  # multiplying by it separates the 26 leading bits of a float64 from the 26 trailing ones


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Rounded sum and its rounding error: ``a + b == s + e`` exactly."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """Rounded product and its rounding error: ``a * b == p + e`` exactly, for factors below 1e299."""
    p = a * b
    (a1, a0), (b1, b0) = _halves(a), _halves(b)
    return p, ((a1 * b1 - p) + a1 * b0 + a0 * b1) + a0 * b0


def _halves(a: Array) -> tuple[Array, Array]:
    c = SPLITTER * a
    leading = c - (c - a)
    return leading, a - leading


@dataclass(frozen=True)
class Doubled:
    """Unevaluated sums ``value + error`` of two float64 arrays, the second a correction to the first.

    Parameters
    ----------
    value, error : ndarray
        Of the same shape; `error` is at most a few rounding errors of `value`.
    """

    value: Array
    error: Array

    @classmethod
    def exact(cls, value: Array) -> Self:
        """Floats as they are."""
        return cls(value, np.zeros_like(value))

    @classmethod
    def product(cls, a: Array, b: Array) -> Self:
        """``a * b`` of plain arrays, without rounding."""
        return cls(*two_product(a, b))

    def __add__(self, other: "Doubled") -> "Doubled":
        value, error = two_sum(self.value, other.value)
        return Doubled(*two_sum(value, error + self.error + other.error))

    def __sub__(self, other: "Doubled") -> "Doubled":
        return self + Doubled(-other.value, -other.error)

    def times(self, factor: Array) -> "Doubled":
        """Product with a plain array."""
        value, error = two_product(self.value, factor)
        return Doubled(*two_sum(value, error + self.error * factor))

    def sum(self) -> "Doubled":
        """Sum along the first axis, halving it until one entry is left."""
        value, error = self.value, self.error.sum(0)
        while len(value) > 1:
            half = len(value) // 2
            paired, rounding = two_sum(value[:half], value[half : 2 * half])
            error = error + rounding.sum(0)
            value = np.concatenate([paired, value[2 * half :]])
        return Doubled(*two_sum(value[0], error))

    def rounded(self) -> Array:
        """Nearest float64."""
        return self.value + self.error
