"""A tiny estimator and project for tests: every step halves the distance to the target's mean."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_matrix, as_target
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.regressor import Regressor
from groundup.core.seeds import as_generator
from groundup.core.storage import record
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation
from groundup.projects.common.declaration import Metric, Model, Project


@record
class HalvingState:
    iteration: int
    loss: float
    guess: np.ndarray
    converged: bool


class Halving(Regressor):
    """Predicts the mean of y, found by halving the distance to it."""

    tol: float = parameter(Number(0), default=1e-9, kw_only=False)
    max_iter: int = parameter(Count, default=100, kw_only=False)
    mode: str = parameter(OneOf(("auto", "slow")), default="auto", kw_only=False)
    positive: bool = parameter(Boolean(), default=False, kw_only=False)
    start: float | None = parameter(OneOf((None,)) | Number(), default=None, kw_only=False)
    random_state: Any = parameter(RandomState, default=None, kw_only=False)

    mean_: Any = fitted()

    def _prepare(self, X: Any, y: Any, sample_weight: Any) -> Any:
        X = as_matrix(X, owner="Halving")
        return X, as_target(y, len(X), owner="Halving")

    def _iterate(self, data: Any, start: Any) -> Iterator[HalvingState]:
        goal = data[1].mean(0)
        state = start
        while state is None or not (state.converged or state.iteration >= self.max_iter):
            if state is None:
                first = as_generator(self.random_state).normal() if self.start is None else self.start
                k, guess = 1, np.full(np.shape(goal), float(first))
            else:
                k, guess = state.iteration + 1, (state.guess + goal) / 2
            if self.mode == "slow":
                time.sleep(0.02)
            loss = float(np.sum((guess - goal) ** 2))
            state = HalvingState(k, loss, guess, loss <= self.tol)
            yield state

    def _finish(self, data: Any, state: HalvingState) -> dict[str, Any]:
        return {
            "mean_": state.guess,
            "coef_": np.zeros(data[0].shape[1]),
            "n_iter_": state.iteration,
            "certificate_": Certificate("the guess is the mean", "squared distance", state.loss, 1e-6),
        }

    def predict(self, X):
        X = self._new_rows(X)
        return np.broadcast_to(self.mean_, (len(X), *np.shape(self.mean_))).copy()


class Thirding(Halving):
    """The same by another name: a second model of the project."""


def mean_squared_error(model, data):
    return float(np.mean((np.asarray(data.y) - model.predict(data.X)) ** 2))


def noise(seed):
    rng = np.random.default_rng(seed)
    return Dataset("noise", "Forty draws.", rng.normal(size=(40, 2)), rng.normal(3, 1, 40), ("a", "b"), "c")


def draw(axes, frame, data):
    axes.plot(data.y, "o")
    axes.set(xlabel="row", ylabel="c")


PROJECT = Project(
    name="halving",
    title="Halving",
    summary="The mean, by halves.",
    models=(
        Model(
            estimator=Halving,
            reference="sklearn.dummy:DummyRegressor",
            parameters=lambda data: {"max_iter": 90},
            twin=lambda model, data: {"strategy": "mean"},
            compared=("mean_", "n_features_in_", "absent_"),
        ),
        Model(estimator=Thirding, data=("more",)),
    ),
    data={"noise": noise, "more": lambda seed: noise(seed + 100)},
    metrics=(
        Metric("mean squared error", mean_squared_error, "lower"),
        Metric("unknown", lambda model, data: np.nan, "higher"),
    ),
    figures=(),
    animation=Animation("a", "b", 1, 1, (3, 2), lambda model, data: [0, 1], draw),
    worked_example=dict,
)


def install(monkeypatch=None):
    """Make this the only project, and its estimator a public name."""
    import groundup
    from groundup import projects

    change = monkeypatch.setattr if monkeypatch else setattr
    change(projects, "FINISHED", ("halving",))
    change(projects, "load", {"halving": PROJECT}.__getitem__)
    change(groundup, "__all__", [*groundup.__all__, "Halving", "Thirding"])
    vars(groundup).update(Halving=Halving, Thirding=Thirding)
