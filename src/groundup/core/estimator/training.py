"""A fit in progress: an iterator of states that can be watched, stopped at any state, and gone on from."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from math import nan
from numbers import Real
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from groundup.core.exceptions import ConvergenceWarning, warn
from groundup.core.types import Array, ArrayLike


class State(Protocol):
    """One iteration of an algorithm: a frozen dataclass with all that the next iteration needs."""

    @property
    def converged(self) -> bool:
        """Whether the stopping rule is met, so that this state is the last."""
        ...


class Trainable(Protocol):
    """What a training asks of a model."""

    def check_parameters(self) -> None: ...  # noqa: D102
    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Any: ...
    def _iterate(self, data: Any, start: Any) -> Iterator[Any]: ...
    def _finish(self, data: Any, state: Any) -> dict[str, Any]: ...
    def _advice(self, state: Any) -> str: ...
    def _columns(self, X: ArrayLike) -> dict[str, Any]: ...


M = TypeVar("M", bound=Trainable)


class Training(Generic[M]):
    """The states of a fit, and its end.

    Nothing is set on the model before `finish`, so that a failed or abandoned fit leaves it as it was.

    Parameters
    ----------
    model : Estimator
        Its hyper-parameters say what to do; they are validated here.
    X : array-like of shape (n, d)
        Rows are samples.
    y : array-like of shape (n,) or (n, n_targets), optional
        Targets, for supervised models.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.
    start : State, optional
        A state of an earlier training on the same data, to resume from.
    history : mapping of str to array, optional
        `Training.history` of the earlier training, which this one continues.
    """

    def __init__(
        self,
        model: M,
        X: ArrayLike,
        y: ArrayLike = None,
        sample_weight: ArrayLike = None,
        start: State | None = None,
        history: Mapping[str, Array] | None = None,
    ) -> None:
        model.check_parameters()
        self.model = model
        self.data = model._prepare(X, y, sample_weight)
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

    def history(self) -> dict[str, Array]:
        """Each scalar field of the first state, as an array over the iterations; NaN where a later one has it not.

        Returns
        -------
        dict of str to ndarray
            With what an earlier training had recorded, if this one goes on from it.
        """
        return {name: np.array(column) for name, column in self._history.items()}

    def finish(self) -> M:
        """Adopt the last state: set the model's fitted attributes, all at once, and return the model.

        Returns
        -------
        Estimator
            The model, fitted.

        Warns
        -----
        ConvergenceWarning
            When the last state has not converged; and when it has, but the certificate does not hold.
        """
        if self.state is None:
            next(iter(self))
        assert self.state is not None
        fitted = self.model._finish(self.data, self.state)
        if not self.state.converged:
            warn(self.model._advice(self.state), ConvergenceWarning)
        elif not getattr(
            certificate := fitted.get("certificate_"), "holds", True
        ):  # Users rarely read the certificate.
            name = type(self.model).__name__
            warn(f"{name} converged, but its answer is not certified: {certificate}.", ConvergenceWarning)
        adopt(self.model, self._columns | fitted | {"history_": self.history()})
        return self.model


def adopt(model: Any, fitted: Mapping[str, Any]) -> None:
    """Set fitted attributes in place of all those of an earlier fit, in one assignment: a model is old or new."""
    old = {name for name in vars(model) if name in model._fitted or name.endswith("_")}
    kept = {name: value for name, value in vars(model).items() if name not in old}
    model.__dict__ = kept | dict(fitted)


def scalars(state: Any) -> dict[str, Any]:
    """The fields of a state that are single numbers (truth values left out), by name."""
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return {name: value for name, value in values.items() if isinstance(value, Real) and not isinstance(value, bool)}
