"""Cross-validation of ridge regression: leave-one-out, and folds.

Each kind of validation is split into parts, whose contributions add up: blocks of rows that are left out one by one, or
folds. A part is a function of its number, so that a validation can be interrupted and resumed after any part.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.estimator.regressor import Regressor
from groundup.core.estimator.search import at_rows
from groundup.core.linalg.least_squares import centered_product
from groundup.core.linalg.normal_equations import normal_equations
from groundup.core.linalg.triangular_factor import by_qr
from groundup.core.linear.squared_error import Means
from groundup.core.metrics.scorers import Scorer
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splits
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.solvers import leave_one_out
from groundup.projects.regularized_regression.solvers.leave_one_out import Tall
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum, of_normal, of_triangle, products_suffice

Score = Callable[[Array, Array, float], Array]


def negative_error(errors: Array, total: Array, weight: float) -> Array:
    """Return minus the mean of squared errors."""
    return -errors / weight


def r_squared(errors: Array, total: Array, weight: float) -> Array:
    """Return the coefficient of determination.

    A constant target scores 1 if predicted exactly, else 0.
    """
    return np.where(total > 0, 1 - errors / np.where(total > 0, total, 1), np.where(errors == 0, 1.0, 0.0))


ScoreName = Literal["neg_mean_squared_error", "r2"]
# Those that follow from sums of squared errors.
SCORES: Mapping[ScoreName, Score] = {"neg_mean_squared_error": negative_error, "r2": r_squared}


class Validation(Protocol):
    """A validation of a alphas and t targets, in parts."""

    @property
    def parts(self) -> int:
        """Number of parts."""
        ...

    def part(self, number: int) -> tuple[Array, Array | None]:
        """Return the contribution (a, t) of a part, and its rows' errors if stored."""
        ...

    def scores(self, total: Array, done: int) -> Array:
        """Return the scores (a, t) from the total of `done` parts; higher is better."""
        ...


@dataclass(frozen=True)
class LeaveOneOut:
    """Predict each row from all others, for all alphas from one factorisation.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and positive weights.
    alphas : ndarray of shape (a,)
        Positive strengths of the penalty.
    intercept : bool
        Whether there is one; it is estimated without the row that is left out.
    scoring : str or None
        One of `SCORES`, weighted; None is minus the mean over the rows of weight times squared error.
    criterion : {"loo", "gcv"}
        Each row's own leverage, or the mean of all.
    mode : str or None
        "svd" for the singular values of the data, "eigen" for the eigenvalues of their products; the data decide by
        default.
    store : bool
        Whether to keep the weighted squared errors of all rows or, with `scoring`, their predictions.

    Raises
    ------
    ValueError
        For fewer than two rows of positive weight.
    """

    rows: Samples
    alphas: Array
    intercept: bool
    scoring: ScoreName | None
    criterion: str
    mode: str | None
    store: bool

    def __post_init__(self) -> None:
        if self.n < 2:
            raise ValueError(
                f"leaving rows out one by one needs at least 2 rows of positive weight, got {self.n} sample."
            )

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def wide(self) -> bool:
        """Whether the space of the rows is the smaller one; then all rows are one part."""
        return self.rows.X.shape[1] >= self.n

    @property
    def parts(self) -> int:
        """As `Validation.parts`."""
        return 1 if self.wide else -(-len(self.rows) // self.rows.block_rows)

    def part(self, number: int) -> tuple[Array, Array | None]:
        """As `Validation.part`: the sum of squared errors over the rows of a block."""
        block, errors = self._errors(number)
        squares = errors**2 if block.weight is None else block.weight[:, None, None] * errors**2
        stored = squares if self.scoring is None else block.y[:, None, :] - errors
        return squares.sum(0), stored if self.store else None

    def scores(self, total: Array, done: int) -> Array:
        """As `Validation.scores`; of a part of the rows, an estimate."""
        seen = len(self.rows) if done == self.parts else done * self.rows.block_rows
        errors = total * (len(self.rows) / seen)
        if self.scoring is None:
            return -errors / self.n
        return SCORES[self.scoring](errors, *_spread(self.rows.y, self.rows.weight))

    @cached_property
    def _model(self) -> Tall:
        means, spectrum = _spectrum(self.rows, self.intercept, float(self.alphas.min()), self.mode)
        return leave_one_out.tall(spectrum, means, self.alphas, self.intercept, self.criterion == "gcv", self.n)

    def _errors(self, number: int) -> tuple[Samples, Array]:
        """The rows of a part, and their leave-one-out errors, of shape (m, a, t)."""
        if self.wide:
            generalized = self.criterion == "gcv"
            return self.rows, leave_one_out.wide(self.rows, self.alphas, self.intercept, generalized, self.mode)
        start = number * self.rows.block_rows
        block = self.rows.take(slice(start, start + self.rows.block_rows))
        return block, leave_one_out.errors(block.X, block.y, block.weight, self._model)


class Predicted(Regressor):
    """Stands for a model where a scorer asks one for its predictions: the rows it is given are the predictions."""

    def predict(self, X: ArrayLike) -> Array:
        """Return the predictions."""
        return np.asarray(X)


def scored(scorer: Scorer, predictions: Array, y: Array, given: Mapping[str, Any], each: bool) -> Array:
    """Return a scorer's scores of predictions of shape (m, a, t).

    Parameters
    ----------
    scorer : callable
        Called with a model, what it predicts from, the targets and what is given.
    predictions, y : ndarray of shape (m, a, t), (m, t)
        Predictions for every alpha, and targets.
    given : mapping of str to object
        Further arguments of the scorer, such as ``sample_weight``.
    each : bool
        Whether every target has its own score.

    Returns
    -------
    ndarray of shape (a, t) or (a, 1)
    """
    flat = each or y.shape[1] == 1
    targets: list[Any] = list(range(y.shape[1])) if flat else [slice(None)]
    by_alpha = np.moveaxis(predictions, 1, 0)
    return np.array([[scorer(Predicted(), fit[:, j], y[:, j], **given) for j in targets] for fit in by_alpha])


@dataclass(frozen=True)
class ScoredRows:
    """Leave-one-out predictions of all rows, and their score.

    Parameters
    ----------
    rows : LeaveOneOut
        What predicts the rows.
    scorer, given, each
        As of `scored`.
    """

    rows: LeaveOneOut
    scorer: Scorer
    given: Mapping[str, Any]
    each: bool
    parts: int = 1

    def part(self, number: int) -> tuple[Array, Array | None]:
        """As `Validation.part`: the scores, and the predictions if they are stored."""
        blocks = [self.rows._errors(k) for k in range(self.rows.parts)]
        predictions = np.concatenate([block.y[:, None, :] - errors for block, errors in blocks])
        samples = self.rows.rows
        scores = scored(self.scorer, predictions, samples.y, self.given, self.each)
        return scores, predictions if self.rows.store else None

    def scores(self, total: Array, done: int) -> Array:
        """As `Validation.scores`."""
        return total


@dataclass(frozen=True)
class Folds:
    """Score the test rows of each split with models of the training rows.

    Parameters
    ----------
    rows, alphas, intercept
        As of `LeaveOneOut`.
    scoring : str or callable
        One of `SCORES`, weighted; or a scorer.
    given : mapping of str to object
        Further arguments of the scorer, for all rows.
    splits : sequence of (train, test)
        Row numbers of each split.
    """

    rows: Samples
    alphas: Array
    intercept: bool
    scoring: ScoreName | Scorer
    given: Mapping[str, Any]
    splits: Splits

    @property
    def parts(self) -> int:
        """As `Validation.parts`."""
        return len(self.splits)

    def part(self, number: int) -> tuple[Array, Array | None]:
        """As `Validation.part`: the scores of a split."""
        train, test = self.splits[number]
        means, spectrum = _spectrum(_subset(self.rows, train), self.intercept, float(self.alphas.min()), None)
        held_out = _subset(self.rows, test)
        if not callable(self.scoring):
            errors = held_out.sum(_squared_errors, means, spectrum.coef(self.alphas))
            return SCORES[self.scoring](errors, *_spread(held_out.y, held_out.weight)), None
        predictions = held_out.concatenate(_predictions, means, spectrum.coef(self.alphas))
        given = at_rows(self.given, test, len(self.rows))
        return scored(self.scoring, predictions, held_out.y, given, each=False), None

    def scores(self, total: Array, done: int) -> Array:
        """As `Validation.scores`: the mean over the splits."""
        return total / done


def _spread(y: Any, weight: Array | None) -> tuple[Array, float]:
    """Total sums of squares of the targets, and the sum of the weights."""
    share = np.ones(len(y)) if weight is None else weight
    return share @ (y - np.average(y, axis=0, weights=share)) ** 2, float(share.sum())


def _spectrum(rows: Samples, intercept: bool, smallest: float, mode: str | None) -> tuple[Means, Spectrum]:
    """Spectrum from cross-products or, where needed, from singular values."""
    if mode != "svd":
        normal = normal_equations(rows, intercept)
        spectrum = of_normal(normal)
        if mode == "eigen" or products_suffice(spectrum.squares, smallest):
            return normal, spectrum
    triangle = by_qr(rows, intercept)
    return triangle, of_triangle(triangle, len(rows))


def _subset(rows: Samples, index: Any) -> Samples:
    """Some of the rows."""
    part = rows.part(index)
    if len(part) == 0:
        raise ValueError("cv: every split needs rows of positive weight to train with, and to test with.")
    return part


def _predictions(X: Array | Csr, y: Array, weight: Array | None, means: Means, coef: Array) -> Array:
    """Predictions of a block, for each alpha and target."""
    d, a, t = coef.shape
    fitted = centered_product(X, means.x_mean, coef.reshape(d, a * t)).reshape(-1, a, t) + means.y_mean
    return np.asarray(fitted)


def _squared_errors(X: Array | Csr, y: Array, weight: Array | None, means: Means, coef: Array) -> Array:
    """Weighted sums of squared errors of a block, for each alpha and target."""
    share = np.ones(X.shape[0]) if weight is None else weight
    errors: Array = np.einsum("m,mat->at", share, (y[:, None, :] - _predictions(X, y, weight, means, coef)) ** 2)
    return errors
