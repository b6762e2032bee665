"""Base of the naive Bayes models: rows of classes in, joint log-probabilities out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.inputs import as_weight, is_sparse
from groundup.core.checks.labels import as_labels
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.incremental import IncrementalClassifier, codes_among
from groundup.core.estimator.parameters import fitted
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.naive_bayes.models.explanation import Explanation
from groundup.projects.naive_bayes.solvers.counting import parts
from groundup.projects.naive_bayes.solvers.probabilities import Joint


@dataclass(frozen=True)
class LabeledRows:
    """Rows of positive weight, with the number of its class as the target of each."""

    rows: Samples
    classes: Array

    @property
    def K(self) -> int:
        """Number of classes."""
        return len(self.classes)


class NaiveBayes(IncrementalClassifier, ProbabilisticClassifier):
    """Base of the models; each says what is summed up, and what follows from the sums.

    A model implements `_absorb` (the state after more rows), `_finish` (attributes), `_joint` (joint log-probabilities)
    and `_contributions` (what each feature adds to them). A fit takes one pass over the rows.
    """

    _fewest_classes: ClassVar[int] = 1  # With one class the answer is known, and scikit-learn gives it.

    class_count_: Array = fitted("K")

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> LabeledRows:
        return self._prepare_batch(X, y, sample_weight, True)

    def _prepare_batch(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool, classes: Any = None
    ) -> LabeledRows:
        matrix = self._input(X)
        labels = as_labels(y, len(matrix), owner=type(self).__name__)
        rows = Samples(matrix, labels, as_weight(sample_weight, len(matrix))).present()
        every = np.unique(rows.y) if classes is None else classes
        codes = codes_among(rows.y, every) if classes is not None else np.searchsorted(every, rows.y)
        data = LabeledRows(Samples(rows.X, codes, rows.weight), every)
        self._check(data)
        return data

    def _check(self, data: LabeledRows) -> None:
        """Refuse hyper-parameters that do not suit the data."""

    def _iterate(self, data: LabeledRows, start: Any) -> Iterator[Any]:
        state, done = start, 0 if start is None else start.iteration
        remaining = list(parts(data.rows))[done:]
        for k, part in enumerate(remaining, start=1):
            state = self._absorb(replace(data, rows=part), state)
            yield replace(state, converged=k == len(remaining))

    def _advice(self, state: Any) -> str:
        return (
            f"{type(self).__name__} was stopped before it had read all rows: it has learned from the first ones only."
        )

    # --- predictions ------------------------------------------------------------------------------------------------

    def _joint(self, X: Any) -> Joint:
        """Return the joint log-probabilities of validated rows."""
        raise NotImplementedError

    def _contributions(self, X: Any) -> tuple[Array, Joint]:
        """Return columns, (m,), and what each adds to the joint log-probability of one row, (m, K)."""
        raise NotImplementedError

    def _log_prior(self) -> Array:
        """Return what is added to the contributions: log-probabilities of the classes, (K,)."""
        raise NotImplementedError

    def predict_joint_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities of rows together with classes.  eq. naive_bayes:joint

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K)
            ``log P(class) + log P(row | class)``, in the order of `classes_`; −∞ for what is impossible.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for entries that `fit` refuses.
        """
        return self._joint(self._new_rows(X)).logarithms()

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities of the classes.  eq. naive_bayes:posterior

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`. A row that is impossible in every class, which happens without smoothing, has
            the probabilities that it has in the limit of a vanishing smoothing.

        Raises
        ------
        NotFittedError, ValueError
            As `predict_joint_log_proba`.
        """
        return self._joint(self._new_rows(X)).log_posterior()

    def _class_scores(self, X: ArrayLike) -> Array:
        return self._joint(self._new_rows(X)).leading()  # no need to divide: eq. naive_bayes:prediction

    def explain(self, document: ArrayLike, names: ArrayLike = None) -> Explanation:
        """Return what each feature of one row contributes to the log-probability of each class.

        The contributions and the classes' own log-probabilities add up to `predict_joint_log_proba`.
        eq. naive_bayes:log-odds

        Parameters
        ----------
        document : array-like of shape (d,) or (1, d)
            One row, with the columns of the fit.
        names : array-like of shape (d,), optional
            Names of the columns, for example of a vectorizer's words; by default those of the fit.

        Returns
        -------
        Explanation
            Which prints as a table.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For several rows, for what `predict` refuses, and for a wrong number of names.
        """
        self._require_fitted()
        one: Any = document
        row = self._new_rows(one if is_sparse(one) or np.ndim(one) != 1 else [one])
        if len(row) != 1:
            raise ValueError(f"explain takes one row, got {len(row)}; choose one, for example X[:1].")
        columns, terms = self._contributions(row)
        return Explanation(
            classes=self.classes_,
            features=self._names(names)[columns],
            values=np.asarray(row[0])[columns],
            terms=terms,
            prior=self._log_prior(),
            total=self._joint(row),
        )

    def _names(self, names: ArrayLike) -> Array:
        """Return the names of all columns, as they are given or known, else their numbers."""
        d = self.n_features_in_
        known = getattr(self, "feature_names_in_", None) if names is None else np.asarray(names, dtype=object)
        if known is None:
            return np.array([f"column {j}" for j in range(d)], dtype=object)
        if known.shape != (d,):
            raise ValueError(f"names must have shape ({d},), one name for each column, got {known.shape}.")
        return known
