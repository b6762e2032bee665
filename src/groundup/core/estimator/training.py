"""Fits in progress: states that can be observed, stopped and resumed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from math import nan
from numbers import Real
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from groundup.core.estimator.history import History
from groundup.core.exceptions import ConvergenceWarning, warn
from groundup.core.types import Array, ArrayLike


class State(Protocol):
    """State of an algorithm: a frozen dataclass that determines the next one."""

    @property
    def converged(self) -> bool:
        """Whether the stopping rule is met; then this state is the last."""
        ...


S_co = TypeVar("S_co", covariant=True)  # The states that a model yields.


class Trainable(Protocol[S_co]):
    """Methods of a model that `Training` calls."""

    @property
    def _proves(self) -> bool: ...
    def check_parameters(self) -> None: ...  # noqa: D102
    @property
    def _prepare(self) -> Callable[..., Any]: ...
    def _iterate(self, data: Any, start: Any) -> Iterator[S_co]: ...
    def _finish(self, data: Any, state: Any) -> dict[str, Any]: ...
    def _advice(self, state: Any) -> str: ...
    def _columns(self, X: ArrayLike) -> dict[str, Any]: ...


M = TypeVar("M", bound=Trainable[Any])


class Training(Generic[M]):
    """Iterator of the states of a fit, which `finish` ends.

    The model does not change before `finish`, so that a failed or interrupted fit leaves it unchanged.

    Parameters
    ----------
    model : Estimator
        Model to fit; its hyper-parameters are validated here.
    X : array-like of shape (n, d)
        Rows are samples.
    y : array-like of shape (n,) or (n, n_targets), optional
        Targets, for supervised models.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.
    start : State, optional
        A state of an earlier training on the same data, to resume from.
    history : mapping of str to array, optional
        `Training.history` of the earlier training, to which this one appends.
    **passed : object
        What a search passes on, see `groundup.core.estimator.search`.
    """

    def __init__(
        self,
        model: M,
        X: ArrayLike,
        y: ArrayLike = None,
        sample_weight: ArrayLike = None,
        start: State | None = None,
        history: Mapping[str, Array] | None = None,
        **passed: Any,
    ) -> None:
        model.check_parameters()
        self.model = model
        self.data = model._prepare(X, y, sample_weight, **passed)
        self.state = start
        self._history: dict[str, list[Any]] = {name: list(column) for name, column in (history or {}).items()}
        self._columns = model._columns(X)
        self._states = model._iterate(self.data, start)

    def __iter__(self) -> Iterator[Any]:
        for state in self._states:
            self.state = state
            self._record(scalars(state))
            yield state

    def _record(self, values: Mapping[str, Any]) -> None:
        for name in self._history or values:
            self._history.setdefault(name, []).append(values.get(name, nan))

    def history(self) -> History:
        """Return each scalar field of the first state as an array over the iterations.

        Returns
        -------
        History
            A dict of arrays, with NaN where a later state does not have the field; including the history of a resumed
            training.
        """
        return History({name: np.array(column) for name, column in self._history.items()})

    def fitted_at(self, state: Any) -> dict[str, Any]:
        """Return the fitted attributes for a state, with number and names of the columns."""
        return self._columns | self.model._finish(self.data, state)

    def finish(self) -> M:
        """Set the fitted attributes for the last state, and return the model.

        Returns
        -------
        Estimator
            The model, fitted.

        Warns
        -----
        ConvergenceWarning
            If the last state has not converged, unless the certificate proves the answer all the same, or if it has
            but the certificate does not hold.
        """
        state = next(iter(self)) if self.state is None else self.state
        fitted = self.fitted_at(state)
        certificate = fitted.get("certificate_")
        holds = getattr(certificate, "holds", state.converged)
        if not state.converged and not (holds and self.model._proves):
            warn(self.model._advice(state), ConvergenceWarning)
        elif not holds:  # Users rarely read the certificate.
            name = type(self.model).__name__
            warn(f"{name} converged, but its answer is not certified: {certificate}.", ConvergenceWarning)
        adopt(self.model, fitted | {"history_": self.history()})
        return self.model


def adopt(model: Any, fitted: Mapping[str, Any]) -> None:
    """Replace all fitted attributes of a model in one assignment.

    So a model is either as before or completely fitted, also for another thread, and after an interruption.
    """
    before = dict(vars(model))  # another thread may be fitting the same model
    kept = {name: value for name, value in before.items() if name not in model._fitted and not name.endswith("_")}
    model.__dict__ = kept | dict(fitted)


def scalars(state: Any) -> dict[str, Any]:
    """Return the numeric scalar fields of a state by name, without truth values."""
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return {name: value for name, value in values.items() if isinstance(value, Real) and not isinstance(value, bool)}
