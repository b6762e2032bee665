"""A linear classifier step by step: the regions of its classes while gradient descent lowers the loss."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.linear.classifier import LinearClassifier
from groundup.core.linear.solvers import ScoreState
from groundup.core.optimize.losses import Logistic, Softmax
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.plotting.plane import Plane, score_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLACK, BLUE
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.common.linear_classifiers import codes, strength

ROWS = 1000  # Most rows that the descent learns from and the frames show.
STEPS = 300  # Most steps of gradient descent.
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
    lowest: float
    reported: bool = False  # whether this is the model of the run, not a step

    def proba(self, X: Array) -> Array:
        """Return the probabilities of the classes, (m, K)."""
        return probabilities(X @ self.W + self.b)


def probabilities(Z: Array) -> Array:
    """Return the probabilities for scores (m, t); a single score is the log-odds of the second class."""
    return (Logistic() if Z.shape[1] == 1 else Softmax()).proba(Z.T).T


def step_frames(kind: Callable[..., LinearClassifier], model: Any, data: Dataset) -> Iterator[Step]:
    """Yield states of gradient descent from zero on standardised features, fewer and fewer; then the reported model."""
    some = some_rows(len(data.X), ROWS)
    X, code = data.X[some], codes(model, data.y)[some]
    if len(np.unique(code)) < len(model.classes_):
        raise NotApplicable("one class is so rare that the rows drawn have none of it")
    mean, spread = X.mean(axis=0), np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
    C, _ = strength(model)
    tried = kind(C=C, fit_intercept=model.fit_intercept, solver="gd", max_iter=STEPS, tol=1e-3)
    states: list[ScoreState] = list(tried.steps((X - mean) / spread, code))
    plane = score_plane(data, states[-1].coef.T / spread)
    if not plane.exact:
        raise NotApplicable("regions of more than three classes fill no plane when there are more than two features")
    scale = (1.0 if np.isinf(C) else C) * len(X)
    curve = np.array([state.loss for state in states]) / scale
    names, points = tuple(map(str, model.classes_)), plane(X)

    def step(t: int, W: Array, b: Array, reported: bool = False) -> Step:
        right = float((probabilities(X @ W + b).argmax(axis=1) == code).mean())
        return Step(t, plane, points, code, names, W, b, right, curve[: t + 1], float(curve.min()), reported)

    for t in some_states(len(states), FRAMES):
        W = states[t].coef / spread[:, None]
        b = states[t].intercept - mean @ W
        yield step(t, W, b)
    yield step(len(states) - 1, model.coef_.T, model.intercept_, reported=True)


def draw_step(axes: Any, frame: Step, data: Dataset) -> str:
    """Draw the regions among the rows on the left, the objective so far on the right; return the step in words."""
    picture, curve = axes
    draw_classes(picture, frame.proba, frame.plane, frame.points, frame.code, frame.names)
    name = "the reported model" if frame.reported else f"step {frame.iteration}"
    picture.set_title(f"{name}: {100 * frame.right:.1f} % of the rows right")
    picture.legend(loc="upper left", frameon=True)
    curve.plot(frame.curve, color=BLUE, marker="o", markersize=3.5, linestyle="-")
    curve.axhline(frame.lowest, color=BLACK, linestyle=":", linewidth=1, label="lowest of all steps")
    curve.set(
        xlabel="step of gradient descent", ylabel="objective (nats a row)", title=f"objective {frame.curve[-1]:.5f}"
    )
    curve.set_xlim(-0.5, max(10, frame.iteration) + 0.5)
    curve.set_ylim(0.9 * frame.lowest, 1.05 * frame.curve[0])
    curve.legend(loc="upper right")
    caption = name if frame.reported else f"{name}: objective {frame.curve[-1]:.5f} nats a row"
    if frame.W.shape[1] > 1 or len(frame.W) > 2:
        return caption
    terms = "".join(f" {w:+.4f} · {name}" for w, name in zip(frame.W[:, 0], data.feature_names, strict=True))
    return f"{caption}; log-odds of {frame.names[1]} = {frame.b[0]:.4f}{terms}"


def animation(kind: type[LinearClassifier], title: str, caption: str) -> Animation:
    """Return the animation of one project."""
    frames: Callable[[Any, Dataset], Iterator[Step]] = partial(step_frames, kind)
    return Animation(title, caption, rows=1, columns=2, size=(11.0, 4.6), frames=frames, draw=draw_step)
