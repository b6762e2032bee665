"""What the figures show: the data in standard units, no larger than a picture needs, and two of the features alone."""

from dataclasses import dataclass, replace

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.regularized_regression.models.ridge import Ridge

MOST_ROWS = 1000
MOST_COLUMNS = 40
FEWEST_ROWS = 10
TINY = 1e-12  # instead of the zero that a column twice would give
ROUNDING = 1e-12  # Relative size below which a difference is that of rounding.
RESEMBLING = 0.6  # Correlation that makes long contours.
RETURNING = 0.3  # How far, between where a weight stays and where it never begins, the penalty is.


@dataclass(frozen=True)
class Standard:
    """Features in standard deviations from their means, and the target's deviations from its mean.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Columns of mean 0 and variance 1.
    y : ndarray of shape (n,)
        Of mean 0.
    names : tuple of str
        Of the columns.
    coef : ndarray of shape (d,)
        The weights behind the data: the true ones where they are known, else an estimate of them.
    noise : float
        Standard deviation of what these leave.
    """

    X: Array
    y: Array
    names: tuple[str, ...]
    coef: Array
    noise: float

    @property
    def H(self) -> Array:
        """``XᵀX / n``: the correlations of the features."""
        return np.asarray(self.X.T @ self.X / len(self.X))

    @property
    def c(self) -> Array:
        """``Xᵀy / n``: the covariances with the target."""
        return np.asarray(self.X.T @ self.y / len(self.X))


def standardize(data: Dataset) -> Standard:
    """The data in standard units: at most a thousand rows, and the forty features that tell most of the target.

    Raises
    ------
    NotApplicable
        For several targets, few rows, or nothing that varies.
    """
    if data.y is None or np.ndim(data.y) > 1:
        raise NotApplicable("drawn for one target at a time")
    if len(data.X) < FEWEST_ROWS:
        raise NotApplicable(f"needs at least {FEWEST_ROWS} rows")
    rows = some_rows(len(data.X), MOST_ROWS)
    raw, target = np.asarray(data.X[rows], dtype=np.float64), np.asarray(data.y[rows], dtype=np.float64)
    width = raw.std(axis=0)
    varying = np.flatnonzero(width > ROUNDING * np.abs(raw).max(axis=0))
    y = target - target.mean()
    if not len(varying) or not y.any():
        raise NotApplicable("needs features and a target that vary")
    X = (raw[:, varying] - raw[:, varying].mean(axis=0)) / width[varying]
    most = np.sort(np.argsort(-np.abs(X.T @ y))[:MOST_COLUMNS])
    X, columns = X[:, most], varying[most]
    names = tuple(data.feature_names[j] for j in columns)
    if "coef" in data.truth:
        return Standard(X, y, names, data.truth["coef"][columns] * width[columns], float(data.truth["noise"]))
    estimate = Ridge(1.0).fit(X, y)
    spare = max(1, len(X) - X.shape[1] - 1)
    noise = np.sqrt(((y - estimate.predict(X)) ** 2).sum() / spare)
    return Standard(X, y, names, estimate.coef_, float(noise) or 1e-6)


def corner_pair(problem: Standard) -> Standard:
    """The feature that tells most of the target, and one that resembles it and enters the lasso of the two half-way.

    Raises
    ------
    NotApplicable
        For a single feature.
    """
    first, others = _strongest(problem)
    H, c = problem.H[first, others], problem.c
    far = np.abs(entrance(H, c[first], c[others]) / np.abs(c[first]) - 0.5) + np.abs(np.abs(H) - RESEMBLING)
    return _only(problem, first, others[far.argmin()])


def returning_pair(problem: Standard) -> tuple[Standard, float]:
    """A weaker and the strongest feature, and a penalty at which descent gives the weaker a weight that it loses again.

    Raises
    ------
    NotApplicable
        For a single feature, or when no feature resembles the strongest one.
    """
    strong, others = _strongest(problem)
    H, c = problem.H[strong, others], problem.c
    alone = np.abs(c[others])  # Its weight begins as a part of this, which the strong feature then takes over.
    stays = np.maximum(entrance(H, c[strong], c[others]), 0)
    room = np.where(H * c[strong] * c[others] > 0, alone - stays, 0.0)
    best = int(room.argmax())
    if room[best] <= ROUNDING * np.abs(c[strong]):
        raise NotApplicable("needs two features that resemble each other")
    return _only(problem, others[best], strong), float(stays[best] + RETURNING * room[best])


def entrance(H: Array, strong: float, others: Array) -> Array:
    """Return the alphas at which features enter the lasso beside the strongest one, whose weight is not zero there.

    The first weight grows by `strong` − α, in absolute values; the slope of another reaches α from above or below.
    """
    c = others * np.sign(strong)
    above, below = np.maximum([1 - H, 1 + H], TINY)
    return np.asarray(np.maximum((c - H * abs(strong)) / above, (H * abs(strong) - c) / below))


def _strongest(problem: Standard) -> tuple[int, Array]:
    if len(problem.names) < 2:
        raise NotApplicable("needs two features")
    first = int(np.abs(problem.c).argmax())
    return first, np.flatnonzero(np.arange(len(problem.names)) != first)


def _only(problem: Standard, *columns: int) -> Standard:
    index = list(columns)
    names = tuple(problem.names[j] for j in index)
    return replace(problem, X=problem.X[:, index], names=names, coef=problem.coef[index])


def half_error(two: Standard, u: Array, v: Array) -> Array:
    """Half the mean squared error of a pair of features, at weights `u` and `v` of any shape."""
    H, c = two.H, two.c
    quadratic = H[0, 0] * u**2 + 2 * H[0, 1] * u * v + H[1, 1] * v**2
    return np.asarray(quadratic / 2 - c[0] * u - c[1] * v + (two.y**2).mean() / 2)
