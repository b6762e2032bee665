"""Student's t, Fisher's F, chi-squared and the normal distribution: tail probabilities and quantiles, with NumPy alone.

Those of t and F go back to the regularised incomplete beta function, by its continued fraction, which gives small tail
probabilities with full relative precision.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.8, 26.5.27, 26.6.2; W. J. Lentz, Applied
Optics 15 (1976), with Thompson and Barnett's change.
"""

import math

import numpy as np

from groundup.core.types import Array, ArrayLike

TINY = 1e-300  # stands for zero in a denominator
STIRLING = 100.0  # arguments from which three terms of Stirling's series are exact
TERMS = 10_000  # of the continued fraction; it needs about sqrt(max(a, b))


def incomplete_beta(a: float, b: float, x: Array, y: Array) -> Array:
    """Regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1], elementwise.

    ``y = 1 - x`` is asked for too, since it cannot be had from an x that has been rounded to 1.
    """
    swap = x > (a + 1) / (a + b + 2)  # the fraction converges fast on this side; the other is 1 minus it
    direct = _beta_fraction(a, b, np.where(swap, 0.0, x), np.where(swap, 1.0, y))
    mirrored = 1 - _beta_fraction(b, a, np.where(swap, y, 0.0), np.where(swap, x, 1.0))
    return np.where(swap, mirrored, direct)


def _beta_fraction(a: float, b: float, x: Array, y: Array) -> Array:
    with np.errstate(divide="ignore"):  # the logarithm of a number near 1 is that of its distance from 1
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
    """Logarithm of the beta function; for large arguments lgamma's are so large that their difference has no digits."""
    small, large = sorted((a, b))
    if large < STIRLING:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    total = large + small
    leading = (large - 0.5) * math.log1p(small / large) + small * math.log(total) - small
    return math.lgamma(small) - (leading + _stirling(total) - _stirling(large))


def _stirling(a: float) -> float:
    """What Stirling's formula leaves of lgamma, for large a."""
    return 1 / (12 * a) - 1 / (360 * a**3) + 1 / (1260 * a**5)


def _nonzero(x: Array) -> Array:
    return np.where(np.abs(x) < TINY, TINY, x)


def t_tail(t: ArrayLike, df: float) -> Array:
    """Probability that |T| exceeds |t|, for Student's T with `df` degrees of freedom (both tails)."""
    t = np.abs(np.asarray(t, dtype=np.float64))
    with np.errstate(over="ignore", divide="ignore"):
        x, y = 1 / (1 + t / df * t), 1 / (1 + df / t / t)
    return incomplete_beta(df / 2, 0.5, x, y)


def f_tail(f: ArrayLike, df1: float, df2: float) -> Array:
    """Probability that Fisher's F with `df1` and `df2` degrees of freedom exceeds `f`."""
    f = np.asarray(f, dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore"):
        x, y = 1 / (1 + df1 / df2 * f), 1 / (1 + df2 / df1 / f)
    return incomplete_beta(df2 / 2, df1 / 2, x, y)


def t_quantile(tail: float, df: float) -> float:
    """The t that |T| exceeds with probability `tail`: the half-width of a two-sided interval, in standard errors."""
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
    """The z below which a standard normal variable falls with probability `p`, elementwise."""
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    return np.array([inverse(float(q)) for q in np.ravel(p)]).reshape(np.shape(p))


def normal_tail(z: ArrayLike) -> Array:
    """Probability that |Z| exceeds |z|, for a standard normal Z (both tails), elementwise."""
    size = np.abs(np.asarray(z, dtype=np.float64)) / math.sqrt(2)
    return np.array([math.erfc(value) for value in np.ravel(size)]).reshape(size.shape)


def chi2_tail(x: float, df: int) -> float:
    """Probability that the sum of squares of `df` standard normal variables exceeds `x`: a sum of positive terms.

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
