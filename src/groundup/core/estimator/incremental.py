"""Models that learn from one batch after another: `fit` and `partial_fit` are one path."""

from typing import Any, Self

from groundup.core.checks.inputs import check_features
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.training import adopt
from groundup.core.types import ArrayLike


class Incremental(Estimator):
    """Mixed into models whose state can take in more rows."""

    _state: Any

    def _absorb(self, data: Any, state: Any) -> Any:
        """Return the state after one more batch; `state` is None before the first."""
        raise NotImplementedError

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, state: Any) -> Any:
        """Validate and arrange a batch; by default as for a fit."""
        return self._prepare(X, y, sample_weight)

    def partial_fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Learn from one more batch. Everything that a fit would set is set anew, or removed.

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
            As `fit`; and for other columns than in the earlier batches. The model stays as it was.
        """
        self.check_parameters()
        state = getattr(self, "_state", None)
        data = self._prepare_batch(X, y, sample_weight, state)
        columns = self._columns(X)
        if state is not None:
            check_features(self, X, columns["n_features_in_"])
            columns = {name: value for name, value in vars(self).items() if name in COLUMNS}
        state = self._absorb(data, state)
        adopt(self, columns | self._finish(data, state) | {"_state": state})
        return self


COLUMNS = ("n_features_in_", "feature_names_in_")
