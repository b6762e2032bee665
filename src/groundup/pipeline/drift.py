"""Whether new rows are distributed as the training rows: tests, their correction, and how large a difference is.

Those of distributions take counts in the same bins; each errs on the side of no alarm, so that what is said of false
alarms is an upper bound. That of a mean loss is as good as the normal distribution of means.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.statistics.distributions import chi2_tail, normal_tail

GROUPS = 10  # Bins of the population stability index.
FEWEST = 5.0  # Expected rows in a cell from which the chi-squared distribution is trusted.
HALF = 0.5  # Added to each count of the index, so that an empty bin has a logarithm.
TERMS = 100  # Of Kolmogorov's series, whose terms fall faster than exponentially.


@dataclass(frozen=True)
class Drift:
    """What is found of one distribution.

    Parameters
    ----------
    name : str
        A column, ``"probability of yes"``, or ``"rows that break the contract"``.
    what : str
        What is compared: values, missing entries, scores or rows.
    test : str
        Kolmogorov–Smirnov, chi-squared or Fisher.
    p, corrected : float
        Probability of such a difference without drift, by itself and after Holm's correction over all tests.
    psi : float
        Population stability index.
    rows : int
        New rows that were compared.
    alarm : bool
        Whether the corrected test and the index both are beyond their limits.
    """

    name: str
    what: str
    test: str
    p: float
    psi: float
    rows: int
    corrected: float = 1.0
    alarm: bool = False


def kolmogorov_smirnov(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the p-value of the two-sample test, from counts between the same edges.

    The largest distance is looked for at the edges only, so that it is never too large, and the p-value is an upper
    bound.  eq. classification_pipeline:drift
    """
    n, m = expected.sum(), found.sum()
    if not (n and m):
        return 1.0
    distance = np.abs(np.cumsum(expected) / n - np.cumsum(found) / m).max()
    return kolmogorov_tail(math.sqrt(n * m / (n + m)) * float(distance))


def kolmogorov_tail(x: float) -> float:
    """Return P(K > x) for Kolmogorov's distribution.

    Source: A. Kolmogorov, Giornale dell'Istituto Italiano degli Attuari 4 (1933).
    """
    if x < 0.2:  # The series converges slowly where the answer is 1 to twelve digits.
        return 1.0
    k = np.arange(1, TERMS + 1)
    return float(np.clip(2 * ((-1.0) ** (k - 1) * np.exp(-2 * (k * x) ** 2)).sum(), 0, 1))


def homogeneity(expected: np.ndarray, found: np.ndarray) -> tuple[float, str]:
    """Return the p-value that two samples of categories have the same distribution, and the test's name.

    Categories that are too rare for the chi-squared distribution are put together, and their share is tested by
    itself; the smaller of both p-values then counts twice.
    """
    keep = expected + found > 0
    table = np.array([expected[keep], found[keep]], dtype=np.float64)
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return 1.0, "chi-squared"
    cells = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    rare = (cells < FEWEST).any(axis=0)
    common = table[:, ~rare]
    p = _chi_squared(common) if common.shape[1] > 1 else 1.0
    if not rare.any():
        return p, "chi-squared"
    together = table[:, rare].sum(axis=1)
    p_rare, name = share(together, table.sum(axis=1)) if common.shape[1] else (1.0, "Fisher")
    return (min(1.0, 2 * min(p, p_rare)), "chi-squared") if common.shape[1] > 1 else (p_rare, name)


def _chi_squared(table: np.ndarray) -> float:
    """Return the p-value of Pearson's test of a table of two rows."""
    cells = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    if not cells.all():
        return 1.0
    return chi2_tail(float(((table - cells) ** 2 / cells).sum()), table.shape[1] - 1)


def share(hits: np.ndarray, totals: np.ndarray) -> tuple[float, str]:
    """Return the p-value that two samples have the same share, and the test's name: Fisher's where cells are small."""
    table = np.array([hits, totals - hits], dtype=np.float64)
    cells = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    if (cells >= FEWEST).all():
        return _chi_squared(table.T), "chi-squared"
    return fisher(int(hits[0]), int(totals[0]), int(hits[1]), int(totals[1])), "Fisher"


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Return the two-sided p-value of Fisher's exact test of a of n against b of m.

    It is the probability of all tables with the same sums that are not more probable than the one that was found.
    """
    hits = a + b
    x = np.arange(max(0, hits - n), min(hits, m) + 1)  # hits of the second sample
    logs = np.array([_log_choose(m, int(k)) + _log_choose(n, hits - int(k)) for k in x]) - _log_choose(n + m, hits)
    p = np.exp(logs)
    return float(min(1.0, p[p <= p[b - x[0]] * (1 + 1e-7)].sum()))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def psi(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the population stability index of counts in the same bins, neighbours of which are put together.

    eq. classification_pipeline:psi
    """
    groups = grouped(expected)
    return _index(np.bincount(groups, expected), np.bincount(groups, found))


def grouped(expected: np.ndarray) -> np.ndarray:
    """Return the group, from 0, of each bin: neighbours that together hold about a tenth of the training rows."""
    middles = (np.cumsum(expected) - expected / 2) / max(expected.sum(), 1)
    return np.unique(np.minimum(middles * GROUPS, GROUPS - 1).astype(int), return_inverse=True)[1]


def _index(expected: np.ndarray, found: np.ndarray) -> float:
    e, f = ((counts + HALF) / (counts + HALF).sum() for counts in (expected, found))
    return float(((f - e) * np.log(f / e)).sum())


@dataclass(frozen=True)
class Mean:
    """A mean loss.

    Parameters
    ----------
    value, error : float
        The mean and its standard error.
    rows : int
        Rows that it is of.
    """

    value: float
    error: float
    rows: int


def mean_of(losses: np.ndarray, groups: np.ndarray | None = None) -> Mean:
    """Return the mean of some losses, of shape (n,), and its standard error; rows of a group vary together."""
    beyond, n = losses - losses.mean(), len(losses)
    if groups is not None:
        beyond = np.bincount(np.unique(groups, return_inverse=True)[1], beyond)
    return Mean(float(losses.mean()), float(np.sqrt((beyond**2).sum()) / n), n)


def larger(now: Mean, then: Mean) -> float:
    """Return the p-value that a mean loss is not larger than it was.

    Without drift both have the same variance of a row, which is estimated from both: losses are skewed, so that a
    sample with a small mean has a small standard error, too, and would alone be taken for more certain than it is.
    """
    variance = (now.rows**2 * now.error**2 + then.rows**2 * then.error**2) / (now.rows + then.rows)
    error = math.sqrt(variance * (1 / now.rows + 1 / then.rows))
    if now.value <= then.value or not error:
        return 1.0 if now.value <= then.value else 0.0
    return float(normal_tail((now.value - then.value) / error)) / 2


def holm(p: Sequence[float]) -> np.ndarray:
    """Return the p-values corrected so that any of them is below a level with that probability at most.

    eq. classification_pipeline:holm
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    steps = values[order] * np.arange(len(values), 0, -1)
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return corrected


def compare(name: str, what: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[Drift]:
    """Return what is found of a column or score: of its values, and of its missing entries where there are any."""
    e, f = np.array(expected["counts"], dtype=np.float64), np.array(found["counts"], dtype=np.float64)
    if expected["kind"] == "category":
        p, test = homogeneity(e, f)
    else:
        p, test = kolmogorov_smirnov(e, f), "Kolmogorov–Smirnov"
    tests = [Drift(name, what, test, p, psi(e, f), int(f.sum()))] if e.sum() and f.sum() else []
    if expected["missing"] or found["missing"]:
        tests.append(of_share(name, "missing entries", (expected["missing"], int(e.sum())),
                              (found["missing"], int(f.sum()))))  # fmt: skip
    return tests


def of_share(name: str, what: str, expected: tuple[int, int], found: tuple[int, int]) -> Drift:
    """Return what is found of a share, from the rows with and without."""
    e, f = np.array(expected, dtype=np.float64), np.array(found, dtype=np.float64)
    hits, totals = np.array([e[0], f[0]]), np.array([e.sum(), f.sum()])
    p, test = share(hits, totals) if totals.all() and hits.any() else (1.0, "Fisher")
    return Drift(name, what, test, p, _index(e, f), int(f.sum()))
