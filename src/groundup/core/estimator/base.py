"""Base class of the estimators: fitting by states, scikit-learn's protocol.

An algorithm subclasses `Estimator`, declares its hyper-parameters and the data it accepts, and implements three pure
methods: `_prepare` validates and arranges the data, `_iterate` yields states, `_finish` returns the fitted attributes
for the last state. Fitting, history, checkpoints, tags and printing are implemented here for all algorithms.
"""

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.display import brief, html_table, html_verdict
from groundup.core.estimator.callbacks import Observable, observed
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.history import History
from groundup.core.estimator.parameters import Parameters, fitted
from groundup.core.estimator.routing import Routed
from groundup.core.estimator.tags import tags_of
from groundup.core.estimator.training import State, Trainable, Training, scalars
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.types import Array, ArrayLike

MOST_NAMED = 12  # Coefficients that a notebook shows by name.
S = TypeVar("S", bound=State)  # The state that a model's `_iterate` yields: a type checker reads it there.


class Estimator(Parameters, Routed, Observable):
    """Base class of every algorithm.

    Attributes of a fitted model
    ----------------------------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (d,)
        Names of the columns, if X had names.
    history_ : History
        A dict of arrays: every scalar field of the states, over the iterations.
    certificate_ : Certificate
        Bound of the suboptimality of the fitted model.
    """

    n_features_in_: int = fitted()
    feature_names_in_: Array = fitted("d", kinds="UO", required=False)
    certificate_: Certificate = fitted(required=False)
    history_: History = fitted()

    kind: ClassVar[str | None] = None  # scikit-learn's type of estimator.
    accepts: ClassVar[Accepts] = Accepts()
    _poor_score: ClassVar[bool] = False  # scikit-learn's tag of models that do not suit the data of its checks.
    watched: ClassVar[str] = "loss"  # Field of the states that progress, learning curve and report show.
    _proves: ClassVar[bool] = False  # Whether a certificate that holds makes more iterations needless: no search does.

    # --- implemented by each algorithm ----------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Any:
        """Validate and arrange the data, quickly and without changing the model."""
        raise NotImplementedError

    def _iterate(self, data: Any, start: Any) -> Iterator[Any]:
        """Yield the states from `start` (None: the beginning) until convergence."""
        raise NotImplementedError

    def _finish(self, data: Any, state: Any) -> dict[str, Any]:
        """Return the fitted attributes for the last state, by name."""
        raise NotImplementedError

    def _advice(self, state: Any) -> str:
        """Return a warning and its remedy for iterations that ended before convergence."""
        return f"{type(self).__name__} stopped before it converged: increase max_iter or scale the features."

    def most_states(self) -> int | None:
        """Return the largest possible number of states of a fit, None if unknown."""
        return getattr(self, "max_iter", None)

    # --- fitting --------------------------------------------------------------------------------------------------

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Fit the model: run the algorithm to its last state.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows are samples. A memory map of floats is read block by block; other numbers are first converted to
            floats in memory.
        y : array-like of shape (n,) or (n, n_targets)
            Targets; ignored by unsupervised models.
        sample_weight : array-like of shape (n,), optional
            A weight of 2 equals the row twice, a weight of 0 its absence.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            For a hyper-parameter that is not allowed.
        TypeError
            For data that are not numbers.
        ValueError
            For data of the wrong shape, and for missing or infinite entries. The model is then unchanged.

        Warns
        -----
        ConvergenceWarning
            As `Training.finish`.
        """
        return self._trained(Training(self, X, y, sample_weight), X, y, sample_weight)

    def _trained(self, training: Training[Self], X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Self:
        """Return the model after all states of a training, which its callbacks may watch."""
        if not getattr(self, "_skl_callbacks", None):
            return self._finished(training, iter(training))
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        return observed(self, training, {"X": X, "y": y, "metadata": metadata}, partial(self._finished, training))

    def _finished(self, training: Training[Self], states: Iterator[Any]) -> Self:
        for state in states:
            if getattr(self, "verbose", 0):
                print(self._told(state))
        return training.finish()

    def _told(self, state: Any) -> str:
        """Return what a fit with `verbose` prints of a state."""
        numbers = ", ".join(f"{name} {value:.6g}" for name, value in scalars(state).items())
        return f"{type(self).__name__}: {numbers}"

    def steps(
        self: Trainable[S],
        X: ArrayLike,
        y: ArrayLike = None,
        sample_weight: ArrayLike = None,
        start: S | None = None,
    ) -> Iterator[S]:
        """Yield one state for each iteration, without changing the model.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`; validated at once.
        start : State, optional
            A state yielded earlier for the same data, to resume from.

        Yields
        ------
        State
            A frozen dataclass; `fit` uses the last one.

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`.
        """
        return iter(Training(self, X, y, sample_weight, start))

    # --- fitted models --------------------------------------------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        return any(name.endswith("_") and not name.startswith("_") for name in vars(self))

    def _require_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise recognized(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with data before using it."
            )

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        """Return the data, validated by the model's declaration `accepts`."""
        return self.accepts.validated(X, type(self).__name__, min_rows=min_rows)

    def _columns(self, X: Any) -> dict[str, Any]:
        """Return number and names of the columns as fitted attributes."""
        if self.accepts.kind == "text":
            return {}
        if self.accepts.kind == "sequences":
            return {"n_features_in_": self._input(X).shape[2]}
        names = inputs.feature_names(X)
        shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
        columns: dict[str, Any] = {"n_features_in_": int(shape[1])}
        return columns if names is None else columns | {"feature_names_in_": names}

    def _new_rows(self, X: ArrayLike) -> Any:
        """Return validated rows with the columns of the fit."""
        self._require_fitted()
        rows = self._input(X)
        if self.accepts.kind != "text":
            inputs.check_features(self, X, rows.shape[-1])
        return rows

    # --- scikit-learn and notebooks -------------------------------------------------------------------------------

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags of this estimator."""
        return tags_of(self)

    def _repr_html_(self) -> str:
        """Return what was changed, and what was found, as a table for notebooks."""
        state = "fitted" if self.__sklearn_is_fitted__() else "not fitted"
        rows = [(escape(name), escape(brief(value))) for name, value in self._changed().items()]
        rows = rows or [("parameters", "all at their defaults")]
        certificate = getattr(self, "certificate_", None)
        if certificate is not None:
            verdict = html_verdict(certificate.holds, certificate.verdict)
            rows.append(("certificate", f"{verdict} {escape(certificate.claim)}"))
        rows += [(escape(name), escape(words)) for name, words in self._found().items()]
        return html_table(rows, caption=f"<b>{escape(type(self).__name__)}</b> ({state})")

    def _found(self) -> dict[str, str]:
        """Return the fitted attributes in brief, the coefficients by the names of their features."""
        apart = ("certificate_", "history_", "n_features_in_", "feature_names_in_")
        fitted = {name: value for name, value in vars(self).items() if name.endswith("_") and name[0] != "_"}
        found = {name: brief(value) for name, value in fitted.items() if name not in apart}
        names, coef = fitted.get("feature_names_in_", ()), fitted.get("coef_")
        if isinstance(coef, np.ndarray) and coef.size == len(names) <= MOST_NAMED:
            found["coef_"] = ", ".join(f"{name}: {w:.6g}" for name, w in zip(names, coef.ravel(), strict=True))
        return found
