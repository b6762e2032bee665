"""Base classes of models that learn from batches by `partial_fit`."""

from typing import Any, ClassVar, Self

import numpy as np

from groundup.core.checks.inputs import check_features
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.classifier import Classifier
from groundup.core.estimator.history import History
from groundup.core.estimator.parameters import fitted
from groundup.core.estimator.training import adopt
from groundup.core.types import Array, ArrayLike

COLUMNS = ("n_features_in_", "feature_names_in_")


class Incremental(Estimator):
    """Base class of models whose state can be updated with more rows."""

    _state: Any = fitted(required=False)

    def _memory(self) -> Any:
        """Return the state learned so far; None before the first rows."""
        return getattr(self, "_state", None)

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool) -> Any:
        """Validate and arrange a batch, by default like the data of a fit."""
        return self._prepare(X, y, sample_weight)

    def _absorb(self, data: Any, state: Any) -> Any:
        """Return the state after one more batch; `state` is None before the first."""
        raise NotImplementedError

    def _finish_batch(self, data: Any, state: Any) -> dict[str, Any]:
        """Return the fitted attributes for the state, by default those of a fit."""
        return self._finish(data, state) | {"_state": state}

    def partial_fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Update the model with one more batch.

        Every attribute of an earlier fit is replaced or removed.

        Parameters
        ----------
        X : array-like of shape (m, d)
            The batch, with the columns of the earlier ones.
        y : array-like of shape (m,) or (m, n_targets)
            Its targets; ignored by unsupervised models.
        sample_weight : array-like of shape (m,), optional
            Weights of the rows.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`, and for other columns than in the earlier batches. The model is then unchanged.
        """
        return self._learn(X, y, sample_weight)

    def _learn(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, **declared: Any) -> Self:
        self.check_parameters()
        memory = self._memory()
        data = self._prepare_batch(X, y, sample_weight, memory is None, **declared)
        columns = self._columns(X)
        if memory is not None:
            if self.accepts.kind != "text":
                check_features(self, X, columns["n_features_in_"])
            columns = {name: value for name, value in vars(self).items() if name in COLUMNS}
        state = self._absorb(data, memory)
        adopt(self, columns | {"history_": History()} | self._finish_batch(data, state))
        return self


class IncrementalClassifier(Incremental, Classifier):
    """Base class of classifiers with `partial_fit`.

    The first batch declares all classes.
    """

    _fewest_classes: ClassVar[int] = 2

    def partial_fit(  # type: ignore[override]  # scikit-learn has classes before sample_weight
        self, X: ArrayLike, y: ArrayLike, classes: ArrayLike = None, sample_weight: ArrayLike = None
    ) -> Self:
        """Update the model with one more batch.

        Every attribute of an earlier fit is replaced or removed.

        Parameters
        ----------
        X : array-like of shape (m, d)
            The batch, with the columns of the earlier ones.
        y : array-like of shape (m,)
            Classes of its rows.
        classes : array-like of shape (K,), optional
            All classes of all batches; required in the first call, and constant after it.
        sample_weight : array-like of shape (m,), optional
            Weights of the rows.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Without `classes` in the first call, if they change later, and for a `y` that is not one of them.
        """
        known: Array | None = getattr(self, "classes_", None)
        if classes is None:
            if known is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            every = known
        else:
            named = np.sort(np.asarray(classes))
            every = np.unique(named)
            if known is not None and not np.array_equal(known, named):
                raise ValueError(
                    f"classes={named.tolist()} is not the same as on last call to partial_fit, which was "
                    f"{known.tolist()}."
                )
        if len(every) < self._fewest_classes:
            found = "one class" if len(every) else "no class"
            raise ValueError(f"classes must be at least {self._fewest_classes}, got only {found}: {every.tolist()}.")
        return self._learn(X, y, sample_weight, classes=every)


def codes_among(labels: Array, classes: Array) -> Array:
    """Return the index of each label in the declared classes.

    Raises
    ------
    ValueError
        For a label that is not a declared class.
    """
    strange = ~np.isin(labels, classes)
    if strange.any():
        raise ValueError(
            f"The target label(s) {np.unique(labels[strange]).tolist()} in y do not exist in the initial classes "
            f"{classes.tolist()}."
        )
    return np.searchsorted(classes, labels)
