"""The estimator: hyper-parameters, `fit` as the last of its states, and scikit-learn's protocol by duck typing.

An algorithm subclasses `Estimator` and writes three pure methods: `_prepare` validates the data, `_iterate` yields
states, `_finish` turns the last state into fitted attributes. All else (parameters, cloning, history, checkpoints,
tags, printing) is here, once.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.parameters import Rule, check_values
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.tags import tags_of
from groundup.core.estimator.training import State, Training
from groundup.core.exceptions import NotFittedError, recognised
from groundup.core.types import Array, ArrayLike

E = TypeVar("E", bound="Estimator")


class Estimator:
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

    n_features_in_: int
    feature_names_in_: Array
    certificate_: Certificate
    history_: dict[str, Array]

    _rules: ClassVar[Mapping[str, Rule]] = {}  # what each hyper-parameter may be
    _records: ClassVar[tuple[type, ...]] = ()  # the dataclasses that states and fitted attributes are made of
    _kind: ClassVar[str | None] = None  # scikit-learn's estimator type

    # --- what an algorithm provides -------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Any:
        """Validate and arrange the data; set nothing on the model."""
        raise NotImplementedError

    def _iterate(self, data: Any, start: Any) -> Iterator[Any]:
        """Yield the states of the algorithm from `start` (None: the beginning) until it has converged."""
        raise NotImplementedError

    def _finish(self, data: Any, state: Any) -> dict[str, Any]:
        """Fitted attributes, by name, that follow from the last state."""
        raise NotImplementedError

    def _advice(self, state: Any) -> str:
        """What to change when the iteration ended before it converged."""
        return f"{type(self).__name__} stopped before it converged: increase max_iter or scale the features."

    def _most_states(self) -> int | None:
        """How many states a fit can yield at most, if that is known."""
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
        for _ in training:
            pass
        return training.finish()

    def steps(
        self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None, start: State | None = None
    ) -> Iterator[Any]:
        """Yield one state an iteration; the model itself stays as it is.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`, and refused as there.
        start : State, optional
            A state yielded earlier for the same data, to go on from.

        Yields
        ------
        State
            A frozen dataclass; its last one is what `fit` adopts.
        """
        yield from Training(self, X, y, sample_weight, start)

    # --- parameters -----------------------------------------------------------------------------------------------

    @classmethod
    def _parameter_names(cls) -> list[str]:
        parameters = inspect.signature(cls).parameters
        for parameter in parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(
                    f"{cls.__name__}.__init__ takes {parameter}, but hyper-parameters must be named one by one, "
                    "so that they can be read, set and copied."
                )
        return sorted(parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Hyper-parameters by name (`deep` is for scikit-learn; no parameter here is itself an estimator)."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **parameters: Any) -> Self:
        """Set hyper-parameters by name; they are validated by the next `fit`.

        Raises
        ------
        ValueError
            For a name that is no hyper-parameter.
        """
        allowed = self._parameter_names()
        for name in parameters:
            if name not in allowed:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {type(self).__name__}. Valid parameters are: {allowed}."
                )
        vars(self).update(parameters)
        return self

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for the first hyper-parameter that is not allowed."""
        check_values(type(self).__name__, self._rules, self.get_params())

    # --- fitted models --------------------------------------------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")

    def _require_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise recognised(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with data before using it."
            )

    def _columns(self, X: ArrayLike) -> dict[str, Any]:
        """Number and names of the columns of `X`, as fitted attributes."""
        names = inputs.feature_names(X)
        shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
        columns: dict[str, Any] = {"n_features_in_": int(shape[1])}
        return columns if names is None else columns | {"feature_names_in_": names}

    def _new_rows(self, X: ArrayLike) -> Array:
        """Validated rows for a fitted model: same columns as in `fit`."""
        self._require_fitted()
        array = inputs.as_matrix(X, owner=type(self).__name__)
        inputs.check_features(self, X, array.shape[1])
        return array

    # --- scikit-learn and notebooks -------------------------------------------------------------------------------

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags of this estimator."""
        return tags_of(self)

    def __repr__(self) -> str:
        signature = inspect.signature(type(self))
        changed = {
            name: value
            for name, value in self.get_params().items()
            if not _same(value, signature.parameters[name].default)
        }
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    def _repr_html_(self) -> str:
        """Table of parameters for notebooks."""
        from html import escape

        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(repr(value))}</td></tr>"
            for name, value in self.get_params().items()
        )
        state = "fitted" if self.__sklearn_is_fitted__() else "not fitted"
        return f"<table><caption><b>{type(self).__name__}</b> ({state})</caption>{cells}</table>"


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and not isinstance(value, np.ndarray) and value == default)
