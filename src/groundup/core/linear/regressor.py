"""Base of all linear regressors: slopes, an intercept, and predictions."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.parameters import Boolean
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.regressor import Regressor
from groundup.core.linalg.translation import Origin, near_origin
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike


class LinearRegressor(Regressor):
    """Mixed into regressors whose prediction is ``X wᵀ + b``.

    Attributes of a fitted model
    ----------------------------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    """

    _column_is_flat: ClassVar[bool] = False  # scikit-learn's penalised models take y of one column for a flat one

    fit_intercept: bool = parameter(Boolean(), default=True)

    coef_: Array = fitted("t? d")
    intercept_: Any = fitted("t?", "1", "")

    def _rows(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> tuple[Samples, bool]:
        """Validated samples, and whether y was one-dimensional."""
        owner = type(self).__name__
        matrix = self._input(X)
        target = inputs.as_target(y, len(matrix), owner=owner)
        weight = inputs.as_weight(sample_weight, len(matrix))
        return Samples(matrix, target.reshape(len(matrix), -1), weight), target.ndim == 1

    def _measured(self, rows: Samples) -> tuple[Samples, Origin | None]:
        """The rows of positive weight, measured from near their columns, and from where."""
        return near_origin(rows.present(), self.fit_intercept)

    def _parameters(self, coef: Array, intercept: Array, flat: bool, dtype: Any) -> dict[str, Any]:
        """Fitted attributes from slopes (d, t) and intercepts (t,), in the form of y."""
        slopes, constant = coef.T.astype(dtype), intercept.astype(dtype)
        return {
            "coef_": slopes[0] if flat or (self._column_is_flat and len(slopes) == 1) else slopes,
            "intercept_": (constant[0] if flat else constant) if self.fit_intercept else 0.0,
        }

    def predict(self, X: ArrayLike) -> Array:
        """Targets of the rows of `X`.  eq. linear_regression:prediction

        Parameters
        ----------
        X : array-like of shape (n, d)
            Samples, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets)
            In the unit of y.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        return self._predict(self._new_rows(X))

    def _predict(self, rows: Array) -> Array:
        return np.asarray(rows @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def state_about_zero(state: Any, origin: Origin | None) -> Any:
    """Return a state with the intercepts about zero, for data measured from an origin."""
    return state if origin is None else replace(state, intercept=origin.intercept(state.coef, state.intercept))
