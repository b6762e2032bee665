"""A complete little project for tests of what is made from a result: descent to the mean of one column."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Positive
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.regressor import Regressor
from groundup.core.storage import record
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, figure
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.workbench.run.measures import Measures
from groundup.workbench.run.result import Comparison, Difference, Result


@record
class Guess:
    centre: float
    loss: float
    converged: bool


class Mean(Regressor):
    """The mean of the first column, by steps that each close a part of the gap."""

    rate: float = parameter(Positive, default=0.5, kw_only=False)
    tol: float = parameter(Positive, default=1e-6, kw_only=False)

    mean_: float = fitted()

    def _prepare(self, X: Any, y: Any, sample_weight: Any) -> Any:
        return np.asarray(X)[:, 0]

    def _iterate(self, data: Any, start: Any) -> Iterator[Guess]:
        centre, gap = 0.0, np.inf
        while abs(gap) > self.tol:
            gap = float(data.mean()) - centre
            yield Guess(centre, float(np.mean((data - centre) ** 2)), abs(gap) <= self.tol)
            centre += self.rate * gap

    def _finish(self, data: Any, state: Guess) -> dict[str, Any]:
        gap = abs(state.centre - data.mean())
        return {"mean_": state.centre, "certificate_": Certificate("The mean is found.", "distance", gap, self.tol)}


@figure()
def values(axes: Any, model: Any, data: Dataset) -> None:
    """Values and their mean

    Every row as a dot, and the fitted mean as a line.
    """
    axes.plot(data.X[:, 0], "o", label="rows")
    axes.axhline(model.mean_, label="mean")
    axes.set(xlabel="row", ylabel="value")
    axes.legend()


@figure(columns=2, raster=True)
def picture(axes: Any, model: Any, data: Dataset) -> None:
    """The rows as an image

    One pixel a value.
    """
    axes[0].imshow(data.X)
    axes[1].imshow(data.X.T)


@figure()
def plane(axes: Any, model: Any, data: Dataset) -> None:
    """Never drawn

    Its caption.
    """
    raise NotApplicable("the data has no <plane>.")


def draw_guess(axes: Any, state: Guess, data: Dataset) -> str:
    axes.plot(data.X[:, 0], "o")
    axes.axhline(state.centre)
    axes.set(xlabel="row", ylabel="value")
    return f"The guess is {state.centre:.4f}."


def squared(model: Any, data: Dataset) -> float:
    return float(np.mean((data.X[:, 0] - model.mean_) ** 2))


def make(seed: int) -> Dataset:
    X = np.random.default_rng(seed).normal(3, 1, (30, 2))
    return Dataset("normal", "Thirty draws & their noise.", X, X[:, 1], ("first [m]", "second"), "length")


PROJECT = Project(
    name="tiny",
    title="Descent to the mean",
    summary="A guess walks to the mean of a column.",
    models=(Model(estimator=Mean, reference="numpy:mean", twin=lambda model, data: {}, compared=("mean_",)),),
    data={"normal": make},
    metrics=(Metric("mean squared error", squared, "lower"), Metric("score", lambda m, d: np.nan, "higher")),
    figures=(values, picture, plane),
    animation=Animation(
        "The walk", "Each step halves the gap.", 1, 1, (5.2, 3.2), lambda m, d: m.steps(d.X), draw_guess
    ),
    worked_example=dict,
)


def result(folder: Path, **changes: Any) -> Result:
    """A fitted tiny project whose report goes to `folder`; `changes` replace fields of the result."""
    data = make(0)
    model = Mean(rate=0.8).fit(data.X)
    loss = squared(model, data)
    other = Comparison(
        "numpy 2 mean",
        Measures({"mean squared error": loss + 0.25, "score": np.nan}),
        0.5,
        (Difference("mean_", model.mean_, data.X[:, 0].mean(), 1e-7),),
    )
    made = Result(
        PROJECT, PROJECT.models[0], data, model, 0, "groundup run tiny --seed 0", folder, 1.5, None,
        Measures({"mean squared error": loss, "score": np.nan}), other,
    )  # fmt: skip
    return replace(made, **changes)
