"""Tail probabilities and quantiles of the t, F, chi-squared and normal laws.

Student's t and Fisher's F use the regularised incomplete beta function. Its continued fraction gives small tail
probabilities with full relative precision.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.8, 26.5.27, 26.6.2; W. J. Lentz, Applied
Optics 15 (1976), with Thompson and Barnett's change.
"""

import math
from functools import lru_cache

import numpy as np

from groundup.core.types import Array, ArrayLike

TINY = 1e-300  # Replaces zero in a denominator.
STIRLING = 100.0  # Three terms of Stirling's series are exact to rounding for arguments of at least this.
TERMS = 10_000  # Largest number of terms of the continued fraction, which needs about sqrt(max(a, b)).


def incomplete_beta(a: float, b: float, x: Array, y: Array) -> Array:
    """Return the regularised incomplete beta function I_x(a, b), elementwise.

    The parameters a and b are positive, and x is in [0, 1].

    ``y = 1 - x`` is a separate argument because it cannot be computed from an x that was rounded to 1.
    """
    swap = x > (a + 1) / (a + b + 2)  # the fraction converges fast for small x; I_x(a, b) = 1 − I_y(b, a)
    direct = _beta_fraction(a, b, np.where(swap, 0.0, x), np.where(swap, 1.0, y))
    mirrored = 1 - _beta_fraction(b, a, np.where(swap, y, 0.0), np.where(swap, x, 1.0))
    return np.where(swap, mirrored, direct)


def _beta_fraction(a: float, b: float, x: Array, y: Array) -> Array:
    with np.errstate(divide="ignore"):  # near 1, log1p of the distance from 1 keeps the digits
        log_x = np.where(x < 0.5, np.log(x), np.log1p(-np.minimum(y, 0.9)))
        log_y = np.where(y < 0.5, np.log(y), np.log1p(-np.minimum(x, 0.9)))
        front = np.exp(a * log_x + b * log_y - _log_beta(a, b)) / a
    c, d = np.ones_like(x), 1 / _nonzero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _nonzero(1 + term * d)
            c = _nonzero(1 + term / c)
            fraction = fraction * (c * d)
        if (np.abs(c * d - 1) < 1e-15).all():
            break
    return front * fraction


def _log_beta(a: float, b: float) -> float:
    """Return the logarithm of the beta function, accurate for large arguments."""
    small, large = sorted((a, b))
    if large < STIRLING:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    total = large + small
    leading = (large - 0.5) * math.log1p(small / large) + small * math.log(total) - small
    return math.lgamma(small) - (leading + _stirling(total) - _stirling(large))


def _stirling(a: float) -> float:
    """Return the remainder of Stirling's formula for lgamma, for large a."""
    return 1 / (12 * a) - 1 / (360 * a**3) + 1 / (1260 * a**5)


def _nonzero(x: Array) -> Array:
    return np.where(np.abs(x) < TINY, TINY, x)


def t_tail(t: ArrayLike, df: float) -> Array:
    """Return P(|T| > |t|) for Student's T with `df` degrees of freedom."""
    t = np.abs(np.asarray(t, dtype=np.float64))
    with np.errstate(over="ignore", divide="ignore"):
        x, y = 1 / (1 + t / df * t), 1 / (1 + df / t / t)
    return incomplete_beta(df / 2, 0.5, x, y)


def f_tail(f: ArrayLike, df1: float, df2: float) -> Array:
    """Return P(F > f) for Fisher's F with `df1` and `df2` degrees of freedom."""
    f = np.asarray(f, dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore"):
        x, y = 1 / (1 + df1 / df2 * f), 1 / (1 + df2 / df1 / f)
    return incomplete_beta(df2 / 2, df1 / 2, x, y)


@lru_cache(maxsize=128)  # 12 ms; many intervals ask for the same one.
def t_quantile(tail: float, df: float) -> float:
    """Return the two-sided critical value: the t that |T| exceeds with `tail`."""
    low, high = 0.0, 1.0
    while t_tail(high, df) > tail:
        low, high = high, 2 * high
    for _ in range(200):  # halve until the two ends are neighbours
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if t_tail(middle, df) > tail else (low, middle)
    return (low + high) / 2


def normal_quantile(p: ArrayLike) -> Array:
    """Return the quantiles of the standard normal distribution, elementwise."""
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    values = np.asarray(p, dtype=np.float64)
    return np.array([inverse(q) for q in values.ravel().tolist()]).reshape(values.shape)


def normal_tail(z: ArrayLike) -> Array:
    """Return P(|Z| > |z|) for a standard normal Z, elementwise."""
    size = np.abs(np.asarray(z, dtype=np.float64)) / math.sqrt(2)
    return np.array([math.erfc(value) for value in np.ravel(size)]).reshape(size.shape)


def chi2_tail(x: float, df: int) -> float:
    """Return P(χ² > x) for a chi-squared variable with `df` degrees of freedom.

    All terms of the sum are positive, so that no digits cancel.

    Source: Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    half = x / 2
    if df % 2:
        total, term, step = math.erfc(math.sqrt(half)), 2 * math.sqrt(half / math.pi) * math.exp(-half), 0.5
    else:
        total, term, step = 0.0, math.exp(-half), 0.0
    for _ in range(df // 2):
        total, step = total + term, step + 1
        term *= half / step
    return total
