"""Gradient descent, step by step: the regions of the classes take shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.checks.labels import class_weighted
from groundup.core.functions import softmax
from groundup.core.linear.products import scores
from groundup.core.optimize.losses import Softmax
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import Plane, draw_rows, score_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.plotting.thinning import some_rows, some_states
from groundup.projects.common.linear_classifiers import codes, strength

ROWS = 1000  # Most rows that the descent learns from and the frames show.
STEPS = 1000  # Most steps of gradient descent.
CLOSE = 1e-8  # Descent ends when a step lowers the objective by less than this part of its first value.
FRAMES = 18  # Most steps that are shown.
OTHER_RATES, OTHER_STEPS = (4, 20), 5  # in 1 / L, where descent is safe at 1; steps of each of these recordings
TEMPERATURES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
TELLING = 0.6  # probability of the best class of the row that is followed: neither sure nor at a loss


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
    P: Array  # (n, K), their probabilities
    right: float  # share of the rows
    curve: Array  # (k + 1,), objective so far, nats a row
    minimum: float  # objective of the reported model for the same rows
    name: str
    next: str  # the rule that leads to the next step; "" where none follows
    pair: tuple[int, int]  # the most probable classes of the row that is followed
    track: Array  # (m, K), its probabilities in the frames so far
    along: Array  # (k + 1,), steps or temperatures of the curve
    reported: bool = False  # whether this is the model of the run, not a step
    heated: bool = False  # whether temperatures are shown, not steps

    def proba(self, X: Array) -> Array:
        """Return the probabilities of the classes, (m, K)."""
        return softmax(X @ self.W + self.b)


@dataclass(frozen=True)
class Objective:
    """What a fitted model minimised, a row and in standard units: some rows, and the penalty of the weights as given.

    A weight of a standardised feature is the one of the feature as given, times its spread; so the penalty of the
    latter is another for each feature, and the minimum is that of the model.
    """

    X: Array  # (n, d), in standard units
    code: Array  # (n,)
    share: Array  # (n,), weights of the rows, with sum one
    loss: Softmax
    penalty: Penalty
    intercept: bool

    def __call__(self, V: Array, b: Array) -> tuple[float, Array, Array]:
        """Return the value, and the gradient of the loss by slopes and intercepts."""
        each, slope = self.loss.value_and_slope(scores(self.X, V, b), self.code)
        slope = slope * self.share
        return float(self.share @ each + self.penalty.value(V).sum()), (slope @ self.X).T, slope.sum(axis=1)

    @property
    def smoothness(self) -> float:
        """L: no second derivative of the loss is larger."""
        design = np.column_stack([self.X, np.ones(len(self.X))]) if self.intercept else self.X
        steepest = np.linalg.norm(self.loss.curvature_bound(len(np.unique(self.code))), 2)
        return float(steepest * np.linalg.norm(design * np.sqrt(self.share)[:, None], 2) ** 2)

    def descent(self, rate: float, steps: int) -> Iterator[tuple[Array, Array, float]]:
        """Yield slopes, intercepts and value of gradient descent from zero: after each step the penalty shrinks."""
        K = len(np.unique(self.code))
        V, b = np.zeros((self.X.shape[1], K)), np.zeros(K)
        value, by_V, by_b = self(V, b)
        start, before = value, np.inf
        yield V, b, value
        for _ in range(steps):
            if abs(before - value) <= CLOSE * start:
                return
            V = self.penalty.prox(V - rate * by_V, rate)
            b = b - rate * by_b if self.intercept else b
            before, (value, by_V, by_b) = value, self(V, b)
            yield V, b, value


@dataclass(frozen=True)
class Recorder:
    """What all recordings of a fitted model share: its objective, the plane, the rows, and one row to follow."""

    model: Any
    objective: Objective
    plane: Plane
    X: Array  # (n, d), in the units of the data
    mean: Array  # (d,)
    spread: Array  # (d,)
    row: int  # the one that is followed
    pair: tuple[int, int]  # its most probable classes

    @property
    def minimum(self) -> float:
        """The objective of the reported model."""
        return self.objective(*self.standard(self.model.coef_.T, self.model.intercept_))[0]

    def standard(self, W: Array, b: Array) -> tuple[Array, Array]:
        """Return slopes and intercepts of the standardised features."""
        return W * self.spread[:, None], b + self.mean @ W

    def given(self, V: Array, b: Array) -> tuple[Array, Array]:
        """Return slopes and intercepts of the features as given."""
        W = V / self.spread[:, None]
        return W, b - self.mean @ W

    def frame(
        self,
        W: Array,
        b: Array,
        curve: Array,
        along: Array,
        track: list[Array],
        name: str,
        rule: str = "",
        *,
        reported: bool = False,
        heated: bool = False,
    ) -> Step:
        """Return the frame of one model, and add the followed row's probabilities to its track."""
        P = softmax(self.X @ W + b)
        track.append(P[self.row])
        return Step(
            iteration=len(curve) - 1,
            plane=self.plane,
            points=self.plane(self.X),
            code=self.objective.code,
            names=tuple(map(str, self.model.classes_)),
            W=W,
            b=b,
            P=P,
            right=float((P.argmax(axis=1) == self.objective.code).mean()),
            curve=curve,
            minimum=self.minimum,
            name=name,
            next=rule,
            pair=self.pair,
            track=np.array(track),
            along=along,
            reported=reported,
            heated=heated,
        )

    def descent(self, times: float, steps: int, most: int) -> Iterator[Step]:
        """Yield at most `most` states of a descent from zero, whose step is `times` / L."""
        rate, track = times / self.objective.smoothness, list[Array]()
        states = list(self.objective.descent(rate, steps))
        curve = np.array([value for _, _, value in states])
        shown = some_states(len(states), most)
        for t, following in zip(shown, [*shown[1:], None], strict=True):
            V, b, _ = states[t]
            _, by_V, by_b = self.objective(V, b)
            rule = "" if following is None else self._rule(rate, by_V, by_b, following - t)
            yield self.frame(*self.given(V, b), curve[: t + 1], np.arange(t + 1), track, f"step {t}", rule)

    @staticmethod
    def _rule(rate: float, by_V: Array, by_b: Array, steps: int) -> str:
        """Return the next step with its numbers put in."""
        rule = f"W ← W − {rate:.3g} · ∇, where ∇ has the length {np.sqrt((by_V**2).sum() + (by_b**2).sum()):.3g}"
        return rule + (f"; the next picture is {steps} steps on" if steps > 1 else "")


def recorder_of(model: Any, data: Dataset) -> Recorder:
    """Return what the recordings of a model share.

    Raises
    ------
    NotApplicable
        When a class is missing among the rows drawn, or the scores change in more than two directions.
    """
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
    objective = Objective(
        (X - mean) / spread,
        code,
        weight[some] / weight[some].sum(),
        Softmax(model.label_smoothing),
        Penalty(a_row * ratio / spread[:, None], a_row * (1 - ratio) / spread[:, None] ** 2),
        model.fit_intercept,
    )
    *_, (V, _, _) = objective.descent(1 / objective.smoothness, STEPS)
    plane = score_plane(data, V.T / spread)
    if not plane.exact:
        raise NotApplicable("regions of more than three classes fill no plane when there are more than two features")
    P = softmax(X @ model.coef_.T + model.intercept_)
    row = int(np.abs(P.max(axis=1) - TELLING).argmin())
    best, second = np.argsort(-P[row], kind="stable")[:2]
    return Recorder(model, objective, plane, X, mean, spread, row, (int(best), int(second)))


def step_frames(model: Any, data: Dataset) -> Iterator[Step]:
    """Yield states of gradient descent from zero on standardised features, fewer and fewer; then the reported model."""
    recorder, last = recorder_of(model, data), None
    for last in recorder.descent(1.0, STEPS, FRAMES):
        yield last
    assert last is not None
    track, reported = list(last.track), (model.coef_.T, model.intercept_)
    yield recorder.frame(*reported, last.curve, last.along, track, "the reported model", reported=True)


def other_steps(model: Any, data: Dataset, times: float) -> Iterator[Step]:
    """Yield some steps that are `times` as long as the safe ones."""
    yield from recorder_of(model, data).descent(times, OTHER_STEPS, OTHER_STEPS + 1)


def temperature_frames(model: Any, data: Dataset) -> Iterator[Step]:
    """Yield the reported model with its scores divided by temperatures, from cold to hot."""
    recorder, track = recorder_of(model, data), list[Array]()
    models = [(model.coef_.T / T, model.intercept_ / T) for T in TEMPERATURES]
    curve = np.array([recorder.objective(*recorder.standard(*one))[0] for one in models])
    for k, (T, one) in enumerate(zip(TEMPERATURES, models, strict=True)):
        along = np.array(TEMPERATURES[: k + 1])
        rule = "all scores divided by 2" if k + 1 < len(models) else ""
        yield recorder.frame(*one, curve[: k + 1], along, track, f"T = {T:g}", rule, heated=True)


def followed_row(frame: Step, data: Dataset) -> Target | None:
    """Where the followed row is among the probabilities, while steps lead on."""
    x, y = frame.track[-1][list(frame.pair)]
    return None if frame.reported else Target(1, float(x), float(y))


def draw_step(axes: Any, frame: Step, data: Dataset) -> str:
    """Draw the regions, the probabilities of all rows and the objective so far; return the step in words."""
    picture, shares, curve = axes
    draw_classes(picture, frame.proba, frame.plane, frame.points, frame.code, frame.names)
    picture.set_title(f"{frame.name}: {100 * frame.right:.1f} % of the rows right")
    picture.legend(loc="upper left", frameon=True)
    _draw_shares(shares, frame)
    _draw_curve(curve, frame)
    value = frame.minimum if frame.reported else frame.curve[-1]
    caption = f"{frame.name}: objective {value:.5f} nats a row"
    if frame.reported:
        caption += f"; the last step shown had {frame.curve[-1]:.5f}"
    return f"{caption}; next: {frame.next}" if frame.next else caption


def _draw_shares(axes: Any, frame: Step) -> None:
    """Draw the rows at the probabilities of two classes, and the path of the row that is followed."""
    first, second = frame.pair
    axes.plot([0, 1, 0, 0], [0, 0, 1, 0], color=BLACK, linewidth=1, linestyle="-")
    axes.plot([0, 0.5], [0, 0.5], color=BLACK, linewidth=0.8, linestyle=":")
    draw_rows(axes, frame.P[:, [first, second]], frame.code, size=7)
    track = frame.track[:, [first, second]]
    axes.plot(*track.T, color=BLUE, linewidth=1.3, linestyle="-", marker="o", markersize=3)
    axes.plot(*track[-1], marker="*", markersize=15, color=ORANGE, markeredgecolor=BLACK, linestyle="")
    axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), title="all rows, and one that is followed")
    axes.set(xlabel=f"probability of {frame.names[first]}", ylabel=f"probability of {frame.names[second]}")


def _draw_curve(axes: Any, frame: Step) -> None:
    """Draw the objective against steps or temperatures."""
    mark = "o" if len(frame.curve) <= 60 else ""
    axes.plot(frame.along, frame.curve, color=BLUE, marker=mark, markersize=3.5, linestyle="-")
    axes.axhline(frame.minimum, color=BLACK, linestyle=":", linewidth=1, label=f"reported model: {frame.minimum:.5f}")
    axes.set(ylabel="objective (nats a row)", title=f"objective {frame.curve[-1]:.5f}")
    if frame.heated:
        axes.set_xscale("log")
        axes.set_xticks(TEMPERATURES, [f"{T:g}" for T in TEMPERATURES])
        axes.minorticks_off()
        axes.set(xlabel="temperature T", xlim=(0.9 * TEMPERATURES[0], 1.1 * TEMPERATURES[-1]))
    else:
        axes.set(xlabel="step of gradient descent", xlim=(-0.5, max(10, frame.iteration) + 0.5))
    axes.set_ylim(0.9 * min(frame.minimum, frame.curve.min()), 1.05 * frame.curve.max())
    axes.legend(loc="upper right")


region_steps = Animation(
    "The regions, step by step",
    "Gradient descent from zero, where all classes are equally probable. First the boundaries turn to where they "
    "belong, then the probabilities sharpen. The star is one row, at the probabilities of the two classes that share "
    "it in the end; on the slanting side the other classes have none. Longer steps than 1 / L, where Böhning's bound "
    "makes descent safe, may be faster, or never settle. Temperatures move no boundary, only the rows among the "
    "probabilities, and the objective is lowest at T = 1. The steps are taken in standard units and on the objective "
    "of the reported model, whose penalty shrinks the weights after each step; those shown become fewer as they get "
    "shorter. The dotted line is the objective of the reported model, which the steps approach. With more than two "
    "features the picture is a section through the mean of the rows, along the directions in which the scores of the "
    "last step differ; it is true of that step alone. The last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.3),
    frames=step_frames,
    draw=draw_step,
    target=followed_row,
    question="Where among the probabilities will the star be in the next picture?",
    perturbed={
        **{f"step {times} / L": partial(other_steps, times=times) for times in OTHER_RATES},
        "the reported model, from cold to hot": temperature_frames,
    },
)
