"""Naive Bayes for measurements with a normal density in each class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Each, Number, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.naive_bayes.certificate import certify_normal
from groundup.projects.naive_bayes.models.discrete import check_priors
from groundup.projects.naive_bayes.models.naive_bayes import LabeledRows, NaiveBayes
from groundup.projects.naive_bayes.solvers.densities import Densities, normal_joint, normal_terms
from groundup.projects.naive_bayes.solvers.moments import Moments, class_moments
from groundup.projects.naive_bayes.solvers.probabilities import Joint


@record
class NormalState:
    """Moments of the rows so far.

    Parameters
    ----------
    origin : ndarray of shape (d,)
        An entry of each column, from which means are measured: sums of differences keep digits that sums lose.
    weight, mean, scatter : ndarray of shape (K,), (K, d) and (K, d)
        As `Moments`.
    loss : float
        Minus the log-likelihood of the columns, a row.
    iteration : int
        Number of parts of the rows.
    converged : bool
        Whether these are all rows.
    """

    origin: Array
    weight: Array
    mean: Array
    scatter: Array
    loss: float
    iteration: int
    converged: bool

    def moments(self) -> Moments:
        """Return the moments alone."""
        return Moments(self.weight, self.mean, self.scatter)

    def means(self) -> Array:
        """Return the means, less the origin; those of a class without rows are zero themselves."""
        return np.where(self.weight[:, None] > 0, self.mean, -self.origin)


class GaussianNB(NaiveBayes):
    """Classifier by columns of measurements, with a normal density in each class.

    Parameters
    ----------
    priors : array-like of shape (K,), default=None
        The classes' probabilities, if they are known; else they are their shares of the rows.
    var_smoothing : float, default=1e-9
        This share of the largest variance of a column, of all rows, is added to all variances.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    class_count_ : ndarray of shape (K,)
        Weight of the rows of each class.
    class_prior_ : ndarray of shape (K,)
        The classes' probabilities.
    theta_ : ndarray of shape (K, d)
        Mean of each column in each class.
    var_ : ndarray of shape (K, d)
        Variance of each column in each class, with what is added.
    epsilon_ : float
        What is added to all variances.
    certificate_ : Certificate
        Whether these maximise the likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    `class_prior_`, `theta_` and `var_` are in the precision of the rows; predictions use what they are in double
    precision.

    After several calls of `partial_fit` the model is that of a fit to all their rows; scikit-learn adds a share of the
    last batch's variance instead, and does not weight the rows in it.

    Examples
    --------
    >>> from groundup import GaussianNB
    >>> model = GaussianNB().fit([[1.0], [2.0], [6.0], [8.0]], ["low", "low", "high", "high"])
    >>> print(model.predict([[0.0], [7.0]]), model.theta_.ravel())
    ['low' 'high'] [7.  1.5]
    """

    priors: Sequence[float] | Array | None = parameter(OneOf((None,)) | Each(Number()), default=None)
    var_smoothing: float = parameter(Number(0), default=1e-9)

    class_prior_: Array = fitted("K")
    _class_prior: Array = fitted("K")
    theta_: Array = fitted("K d")
    var_: Array = fitted("K d")
    epsilon_: float = fitted()
    _state: NormalState = fitted()

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _check(self, data: LabeledRows) -> None:
        if self.priors is None:
            return
        priors = np.asarray(self.priors, dtype=np.float64)
        check_priors(priors, data.K)
        if not np.isclose(priors.sum(), 1.0):
            raise ValueError(f"The sum of the priors should be 1, it is {priors.sum():g}.")
        if (priors < 0).any():
            raise ValueError(f"Priors must be non-negative, got {priors.min():g}.")

    def _absorb(self, data: LabeledRows, state: NormalState | None) -> NormalState:
        origin = data.rows.X[0].astype(np.float64) if state is None else state.origin
        found = class_moments(data.rows, data.K, origin)
        if state is not None:
            found = state.moments().merged(found)
        iteration = 1 if state is None else state.iteration + 1
        return NormalState(origin, found.weight, found.mean, found.scatter, self._loss(found), iteration, True)

    def _floor(self, moments: Moments) -> float:
        """Return what is added to all variances.  eq. naive_bayes:gaussian-variance"""
        return float(self.var_smoothing * moments.together().variance().max())

    def _loss(self, moments: Moments) -> float:
        variance = moments.variance() + self._floor(moments)
        varies = np.where(variance > 0, variance, 1.0)  # a constant has no density
        level = np.log(2 * np.pi * varies) + (variance > 0)
        return float(moments.weight @ level.sum(axis=1) / (2 * moments.weight.sum()))

    def _finish(self, data: LabeledRows, state: NormalState) -> dict[str, Any]:
        dtype, moments = data.rows.X.dtype, state.moments()
        floor = self._floor(moments)
        priors = state.weight / state.weight.sum() if self.priors is None else np.asarray(self.priors, float)
        theta, variance = (state.origin + state.means()).astype(dtype), (moments.variance() + floor).astype(dtype)
        rounded = state.means() - (theta - state.origin)
        spread = np.sqrt(np.where(variance > 0, variance, 1.0), dtype=np.float64)
        largest = float(np.abs(theta / spread).max(initial=1.0))
        return {
            "classes_": data.classes,
            "class_count_": state.weight.astype(dtype),
            "class_prior_": priors.astype(dtype),
            "_class_prior": priors,
            "theta_": theta,
            "var_": variance,
            "epsilon_": floor,
            "certificate_": certify_normal(
                rounded / spread,
                (moments.variance() + floor + rounded**2 - variance) / spread**2,
                4 * float(np.finfo(dtype).eps) * largest,
            ),
            "_state": state,
        }

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        state, (K, d) = fitted["_state"], fitted["theta_"].shape
        found = {name: getattr(state, name) for name in ("origin", "weight", "mean", "scatter")}
        if [array.shape for array in found.values()] != [(d,), (K,), (K, d), (K, d)]:
            raise ValueError("has moments of other shapes than theta_.")
        if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in found.values()):
            raise ValueError("has moments that are not finite.")

    # --- predictions ------------------------------------------------------------------------------------------------

    def _positive_variances(self) -> Array:
        """Return the variances of the classes that have rows; raise ValueError for one of zero."""
        variance = self._state.moments().variance() + self.epsilon_
        wrong = (variance == 0) & (self._class_prior > 0)[:, None]
        if wrong.any():
            k, j = np.argwhere(wrong)[0]
            label = self.classes_.tolist()[k]
            raise ValueError(
                f"{type(self).__name__}: column {j} does not vary in class {label!r}, so that its density "
                f"there is infinite, and var_smoothing={self.var_smoothing:g} of the largest variance adds "
                f"{self.epsilon_:g}: raise var_smoothing, drop the column, or give more rows."
            )
        return np.where(variance > 0, variance, 1.0)

    def _joint(self, X: Any) -> Joint:
        """Return the joint log-probabilities by the moments themselves: `theta_` may have lost all their digits."""
        return normal_joint(X, self._densities(), self._log_prior())

    def _contributions(self, X: Any) -> tuple[Array, Joint]:
        return np.arange(X.shape[1]), normal_terms(np.asarray(X[0]), self._densities())

    def _densities(self) -> Densities:
        return Densities(self._state.origin, self._state.means(), self._positive_variances())

    def _log_prior(self) -> Array:
        with np.errstate(divide="ignore"):  # a class that was declared, and has no rows so far
            return np.log(self._class_prior)
