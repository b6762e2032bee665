"""Naive Bayes for columns of categories."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Count, Instance, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import DataConversionWarning, warn
from groundup.core.rows import Rows
from groundup.core.types import Array
from groundup.projects.naive_bayes.models.discrete import Counts, DiscreteNB, Smoothing
from groundup.projects.naive_bayes.models.naive_bayes import LabeledRows
from groundup.projects.naive_bayes.solvers import categories
from groundup.projects.naive_bayes.solvers.probabilities import Joint, sums_over_columns, vanishing

MOST_CATEGORIES = 1 << 24  # Of one column; larger numbers are hardly those of categories.


class CategoricalNB(DiscreteNB):
    """Classifier by columns of categories, with probabilities of its own for each.

    The categories of a column are 0, 1, …; scikit-learn's ``OrdinalEncoder`` makes such columns. Fractions are cut
    down to whole numbers, with a warning.

    Parameters
    ----------
    alpha : float, default=1.0
        Smoothing: added to each count. Without it, a row with a category that a class has never had is impossible in
        that class.
    force_alpha : bool, default=True
        Whether an alpha below 1e-10 is kept; else it is raised to 1e-10, with a warning.
    fit_prior : bool, default=True
        Whether the classes' probabilities are their shares of the rows; else they are equal.
    class_prior : array-like of shape (K,), default=None
        The classes' probabilities, if they are known.
    min_categories : int, array-like of shape (d,) or None, default=None
        Least number of categories of each column, where the rows of the fit may lack some.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    class_count_ : ndarray of shape (K,)
        Weight of the rows of each class.
    class_log_prior_ : ndarray of shape (K,)
        Logarithms of the classes' probabilities.
    n_categories_ : ndarray of int of shape (d,)
        Number of categories of each column.
    category_count_ : list of d ndarrays of shape (K, n_categories_[j])
        Weight of the rows of each class with each category.
    feature_log_prob_ : list of d ndarrays of shape (K, n_categories_[j])
        Logarithms of the probabilities of the categories in each class.
    certificate_ : Certificate
        Whether these maximise the penalised likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import CategoricalNB
    >>> model = CategoricalNB().fit([[0, 1], [0, 2], [1, 0], [1, 1]], ["rain", "rain", "sun", "sun"])
    >>> print(model.predict([[0, 0], [1, 2]]))
    ['rain' 'sun']
    """

    accepts = Accepts(categories=True)

    alpha: float = parameter(Smoothing, default=1.0)
    min_categories: int | Sequence[int] | Array | None = parameter(
        OneOf((None,)) | Count | Instance((list, tuple, np.ndarray), "whole numbers, one for each column"), default=None
    )

    n_categories_: Array = fitted("d", kinds="i")
    _category_count: Array = fitted("K C")
    _category_log_prob: Array = fitted("K C", infinite=-np.inf)

    @property
    def category_count_(self) -> list[Array]:
        """Weight of the rows of each class with each category, an array for each column."""
        return self._by_column(self._category_count)

    @property
    def feature_log_prob_(self) -> list[Array]:
        """Logarithms of the probabilities of the categories in each class, an array for each column."""
        return self._by_column(self._category_log_prob)

    def _by_column(self, table: Array) -> list[Array]:
        return np.split(table, np.cumsum(self.n_categories_)[:-1], axis=1)

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _check(self, data: LabeledRows) -> None:
        super()._check(data)
        self._fewest(data.rows.X.shape[1])
        if any(Rows(data.rows.X).map(categories.has_fractions)):
            warn(
                f"X has fractions, which {type(self).__name__} cuts down to whole numbers, the numbers of categories; "
                "bin the columns first (KBinsDiscretizer).",
                DataConversionWarning,
            )

    def _fewest(self, d: int) -> Array:
        """Return the least number of categories of each column."""
        least = np.asarray(0 if self.min_categories is None else self.min_categories)
        if least.dtype.kind not in "iu":
            raise ValueError(f"'min_categories' should have integral type. Got {least.dtype} instead.")
        if least.size and not 0 <= least.min() <= least.max() <= MOST_CATEGORIES:
            raise ValueError(
                f"'min_categories' must be from 0 to {MOST_CATEGORIES:,}, got {least.min()} to {least.max()}."
            )
        if least.ndim and least.shape != (d,):
            raise ValueError(
                f"'min_categories' should have shape ({d},) when an array-like is provided. Got {least.shape} instead."
            )
        return np.broadcast_to(least, d)

    def _memory(self) -> Counts | None:
        """Return the counts of the fitted model: all that more rows add to."""
        if not hasattr(self, "_category_count"):
            return None
        sizes = self.n_categories_
        return Counts(self.class_count_, self._category_count, self._category_log_prob, sizes, 0.0, 0, True)

    def _absorb(self, data: LabeledRows, state: Counts | None) -> Counts:
        d = data.rows.X.shape[1]
        before = np.zeros(d, np.int64) if state is None or state.sizes is None else state.sizes
        found = categories.numbers_of_categories(data.rows)
        if (found > MOST_CATEGORIES).any():
            j = int(found.argmax())
            raise ValueError(
                f"X: column {j} has the category {found[j] - 1:g}, but categories are counted from 0 to at most "
                f"{MOST_CATEGORIES - 1:,}; encode them first (OrdinalEncoder)."
            )
        sizes = np.maximum.reduce([found.astype(np.int64), self._fewest(d), before])
        size, count = categories.category_counts(data.rows, data.K, sizes)
        if state is None:
            return self._state_of(size, count, 1, sizes)
        count += categories.widened(state.event_count, before, sizes)
        return self._state_of(state.class_count + size, count, state.iteration + 1, sizes)

    def _smoothed(self, class_count: Array, event_count: Array) -> Array:
        return event_count + self._smoothing()

    def _attributes(self, state: Counts, smoothed: Array) -> dict[str, Any]:
        return {
            "n_categories_": state.sizes,
            "_category_count": state.event_count,
            "_category_log_prob": state.log_prob,
        }

    # --- predictions ------------------------------------------------------------------------------------------------

    def _joint(self, X: Any) -> Joint:
        for number, unknown in enumerate(Rows(X).map(self._unknown)):
            if unknown.any():
                raise ValueError(
                    self._unknown_category(X, number * Rows(X).block_rows + int(np.flatnonzero(unknown)[0]))
                )
        first = categories.first_places(self.n_categories_)
        table, order = self._tables()
        value = sums_over_columns(X, table.T, first) + self.class_log_prior_
        return Joint(value, None if order is None else sums_over_columns(X, order.T, first))

    def _tables(self) -> tuple[Array, Array | None]:
        """Return the log-probabilities of the categories without vanishing factors, and the powers of these."""
        return vanishing(self._category_log_prob, self._remaining())

    def _unknown(self, X: Array) -> Array:
        """Return whether each row of a block has a category that is none of the fit."""
        return np.asarray((self.n_categories_ <= X).any(axis=1))

    def _unknown_category(self, X: Any, row: int) -> str:
        j = int((np.asarray(X[row]) >= self.n_categories_).argmax())
        return (
            f"X has the category {X[row, j]:g} at row {row}, column {j}, but in the fit this column had "
            f"{self.n_categories_[j]} categories, from 0 to {self.n_categories_[j] - 1}: it has no probability. Set "
            "min_categories, so that the fit leaves room for it."
        )

    def _contributions(self, X: Any) -> tuple[Array, Joint]:
        place = np.asarray(X[0]).astype(np.intp) + categories.first_places(self.n_categories_)
        table, order = self._tables()
        return np.arange(len(place)), Joint(table[:, place].T, None if order is None else order[:, place].T)

    def _log_prior(self) -> Array:
        return self.class_log_prior_
