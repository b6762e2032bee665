"""A linear classifier step by step: the regions of its classes while gradient descent lowers the loss."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.checks.labels import class_weighted
from groundup.core.linear.products import scores
from groundup.core.optimize.losses import Likelihood, Logistic, Softmax
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.plotting.plane import Plane, score_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLACK, BLUE
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.common.linear_classifiers import codes, strength

ROWS = 1000  # Most rows that the descent learns from and the frames show.
STEPS = 1000  # Most steps of gradient descent.
CLOSE = 1e-8  # Descent ends when a step lowers the objective by less than this part of its first value.
FRAMES = 26  # Most steps that are shown.


@dataclass(frozen=True)
class Step:
    """A frame: the classifier after some steps, and the objective so far."""

    iteration: int
    plane: Plane
    points: Array  # (n, 2), the rows in the plane
    code: Array  # (n,), their classes
    names: tuple[str, ...]
    W: Array  # (d, t), slopes in the units of the data
    b: Array  # (t,)
    right: float  # share of the rows
    curve: Array  # (k + 1,), objective so far, nats a row
    minimum: float  # objective of the reported model for the same rows
    reported: bool = False  # whether this is the model of the run, not a step

    def proba(self, X: Array) -> Array:
        """Return the probabilities of the classes, (m, K)."""
        return probabilities(X @ self.W + self.b)


def probabilities(Z: Array) -> Array:
    """Return the probabilities for scores (m, t); a single score is the log-odds of the second class."""
    return (Logistic() if Z.shape[1] == 1 else Softmax()).proba(Z.T).T


@dataclass(frozen=True)
class Objective:
    """What a fitted model minimised, a row and in standard units: some rows, and the penalty of the weights as given.

    A weight of a standardised feature is the one of the feature as given, times its spread; so the penalty of the
    latter is another for each feature, and the minimum is that of the model.
    """

    X: Array  # (n, d), in standard units
    code: Array  # (n,)
    share: Array  # (n,), weights of the rows, with sum one
    loss: Likelihood
    penalty: Penalty
    intercept: bool

    def __call__(self, V: Array, b: Array) -> tuple[float, Array, Array]:
        """Return the value, and the gradient of the loss by slopes and intercepts."""
        each, slope = self.loss.value_and_slope(scores(self.X, V, b), self.code)
        slope = slope * self.share
        return float(self.share @ each + self.penalty.value(V).sum()), (slope @ self.X).T, slope.sum(axis=1)

    def descent(self, outputs: int) -> Iterator[tuple[Array, Array, float]]:
        """Yield slopes, intercepts and value of gradient descent from zero: after each step the penalty shrinks."""
        V, b = np.zeros((self.X.shape[1], outputs)), np.zeros(outputs)
        design = np.column_stack([self.X, np.ones(len(self.X))]) if self.intercept else self.X
        steepest = np.linalg.norm(self.loss.curvature_bound(outputs), 2)
        rate = 1 / float(steepest * np.linalg.norm(design * np.sqrt(self.share)[:, None], 2) ** 2)
        value, by_V, by_b = self(V, b)
        start, before = value, np.inf
        yield V, b, value
        for _ in range(STEPS):
            if before - value <= CLOSE * start:
                return
            V = self.penalty.prox(V - rate * by_V, rate)
            b = b - rate * by_b if self.intercept else b
            before, (value, by_V, by_b) = value, self(V, b)
            yield V, b, value


def step_frames(model: Any, data: Dataset) -> Iterator[Step]:
    """Yield states of gradient descent from zero on standardised features, fewer and fewer; then the reported model."""
    some = some_rows(len(data.X), ROWS)
    every = codes(model, data.y)
    X, code = data.X[some], every[some]
    if len(np.unique(code)) < len(model.classes_):
        raise NotApplicable("one class is so rare that the rows drawn have none of it")
    mean = X.mean(axis=0) if model.fit_intercept else np.zeros(X.shape[1])
    spread = np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
    weight = class_weighted(model.class_weight, model.classes_, every, None)
    weight = np.ones(len(every)) if weight is None else weight
    C, ratio = strength(model)
    a_row = 0.0 if np.isinf(C) else 1 / (C * weight.sum())
    outputs = len(model.coef_)
    objective = Objective(
        (X - mean) / spread,
        code,
        weight[some] / weight[some].sum(),
        Logistic() if outputs == 1 else Softmax(getattr(model, "label_smoothing", 0.0)),
        Penalty(a_row * ratio / spread[:, None], a_row * (1 - ratio) / spread[:, None] ** 2),
        model.fit_intercept,
    )
    states = list(objective.descent(outputs))
    curve = np.array([value for _, _, value in states])
    plane = score_plane(data, states[-1][0].T / spread)
    if not plane.exact:
        raise NotApplicable("regions of more than three classes fill no plane when there are more than two features")
    names, points = tuple(map(str, model.classes_)), plane(X)
    minimum = objective(model.coef_.T * spread[:, None], model.intercept_ + model.coef_ @ mean)[0]

    def step(t: int, W: Array, b: Array, reported: bool = False) -> Step:
        right = float((probabilities(X @ W + b).argmax(axis=1) == code).mean())
        return Step(t, plane, points, code, names, W, b, right, curve[: t + 1], minimum, reported)

    for t in some_states(len(states), FRAMES):
        W = states[t][0] / spread[:, None]
        yield step(t, W, states[t][1] - mean @ W)
    yield step(len(states) - 1, model.coef_.T, model.intercept_, reported=True)


def draw_step(axes: Any, frame: Step, data: Dataset) -> str:
    """Draw the regions among the rows on the left, the objective so far on the right; return the step in words."""
    picture, curve = axes
    draw_classes(picture, frame.proba, frame.plane, frame.points, frame.code, frame.names)
    name = "the reported model" if frame.reported else f"step {frame.iteration}"
    picture.set_title(f"{name}: {100 * frame.right:.1f} % of the rows right")
    picture.legend(loc="upper left", frameon=True)
    mark = "o" if len(frame.curve) <= 60 else ""
    curve.plot(frame.curve, color=BLUE, marker=mark, markersize=3.5, linestyle="-")
    curve.axhline(frame.minimum, color=BLACK, linestyle=":", linewidth=1, label=f"reported model: {frame.minimum:.5f}")
    curve.set(
        xlabel="step of gradient descent", ylabel="objective (nats a row)", title=f"objective {frame.curve[-1]:.5f}"
    )
    curve.set_xlim(-0.5, max(10, frame.iteration) + 0.5)
    curve.set_ylim(0.9 * min(frame.minimum, frame.curve[-1]), 1.05 * frame.curve[0])
    curve.legend(loc="upper right")
    value = frame.minimum if frame.reported else frame.curve[-1]
    caption = f"{name}: objective {value:.5f} nats a row"
    if frame.reported:
        caption += f"; the last step shown had {frame.curve[-1]:.5f}"
    if frame.W.shape[1] > 1 or len(frame.W) > 2:
        return caption
    terms = "".join(f" {w:+.4f} · {name}" for w, name in zip(frame.W[:, 0], data.feature_names, strict=True))
    return f"{caption}; log-odds of {frame.names[1]} = {frame.b[0]:.4f}{terms}"


def animation(title: str, caption: str) -> Animation:
    """Return the animation of one project."""
    return Animation(title, caption, rows=1, columns=2, size=(11.0, 4.6), frames=step_frames, draw=draw_step)
