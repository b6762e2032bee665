"""The estimator: `fit` as the last of its states, and scikit-learn's protocol by duck typing.

An algorithm subclasses `Estimator`, declares its hyper-parameters and what data it accepts, and writes three pure
methods: `_prepare` validates and arranges the data, `_iterate` yields states, `_finish` turns the last state into
fitted attributes. All else (fitting, history, checkpoints, tags, printing) is here, once.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import Parameters, fitted
from groundup.core.estimator.tags import tags_of
from groundup.core.estimator.training import State, Training, scalars
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.types import Array, ArrayLike

E = TypeVar("E", bound="Estimator")


class Estimator(Parameters):
    """Base of every algorithm.

    Attributes of a fitted model
    ----------------------------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (d,)
        Names of the columns, where X had any.
    history_ : dict of str to ndarray
        Every scalar of the states over the iterations.
    certificate_ : Certificate
        How far from optimal the answer can be.
    """

    n_features_in_: int = fitted()
    feature_names_in_: Array = fitted()
    certificate_: Certificate = fitted()
    history_: dict[str, Array] = fitted()

    kind: ClassVar[str | None] = None  # scikit-learn's estimator type
    accepts: ClassVar[Accepts] = Accepts()
    watched: ClassVar[str] = "loss"  # the states' field that progress, learning curve and report show

    # --- what an algorithm provides -------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Any:
        """Validate and arrange the data; set nothing on the model, and do nothing that takes long."""
        raise NotImplementedError

    def _iterate(self, data: Any, start: Any) -> Iterator[Any]:
        """Yield the states of the algorithm from `start` (None: the beginning) until it has converged."""
        raise NotImplementedError

    def _finish(self, data: Any, state: Any) -> dict[str, Any]:
        """Return the fitted attributes, by name, that follow from the last state."""
        raise NotImplementedError

    def _advice(self, state: Any) -> str:
        """Return what to change when the iteration ended before it converged."""
        return f"{type(self).__name__} stopped before it converged: increase max_iter or scale the features."

    def most_states(self) -> int | None:
        """Return how many states a fit can yield at most, or None if that is not known."""
        return getattr(self, "max_iter", None)

    # --- fitting --------------------------------------------------------------------------------------------------

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Run the algorithm to its end.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows are samples. A memory map of floats is read block by block; other numbers are first made floats, in
            memory.
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
            For data of the wrong shape, and for missing or infinite entries. The model stays as it was.

        Warns
        -----
        ConvergenceWarning
            As `Training.finish`.
        """
        training = Training(self, X, y, sample_weight)
        for state in training:
            if getattr(self, "verbose", 0):
                numbers = ", ".join(f"{name} {value:.6g}" for name, value in scalars(state).items())
                print(f"{type(self).__name__}: {numbers}")
        return training.finish()

    def steps(
        self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None, start: State | None = None
    ) -> Iterator[Any]:
        """Yield one state an iteration; the model itself stays as it is.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`, and refused as there, at once.
        start : State, optional
            A state yielded earlier for the same data, to resume from.

        Yields
        ------
        State
            A frozen dataclass; its last one is what `fit` adopts.
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
        """Return validated data, as the model declares to accept it."""
        return self.accepts.validated(X, type(self).__name__, min_rows=min_rows)

    def _columns(self, X: ArrayLike) -> dict[str, Any]:
        """Number and names of the columns of `X`, as fitted attributes; documents have none."""
        if self.accepts.kind == "text":
            return {}
        if self.accepts.kind == "sequences":
            return {"n_features_in_": self._input(X).shape[2]}
        names = inputs.feature_names(X)
        shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
        columns: dict[str, Any] = {"n_features_in_": int(shape[1])}
        return columns if names is None else columns | {"feature_names_in_": names}

    def _new_rows(self, X: ArrayLike) -> Any:
        """Return validated rows for a fitted model: same columns as in `fit`."""
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
        """Return a table of the hyper-parameters for notebooks."""
        from html import escape

        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(repr(value))}</td></tr>"
            for name, value in self.get_params().items()
        )
        state = "fitted" if self.__sklearn_is_fitted__() else "not fitted"
        return f"<table><caption><b>{type(self).__name__}</b> ({state})</caption>{cells}</table>"
