"""The paths of the solvers on a loss of two parameters, and how fast each of them nears the minimum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.functions import log1pexp, sigmoid
from groundup.core.linear.solvers import ScoreState, SolverName
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, MARKERS, ORANGE, PURPLE, VERMILION
from groundup.projects.common.linear_classifiers import strength
from groundup.projects.logistic_regression.figures.two_classes import standard_problem, strongest
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

SURFACE_ROWS = 500  # of which the surface's loss is the mean
RACE_ROWS = 2000
PATH = 60  # most iterations drawn on the surface
RACE = 20  # iterations of every solver
DRAWN_AS: dict[SolverName, tuple[str, str]] = {
    "newton": ("Newton", BLACK),
    "lbfgs": ("L-BFGS", GREEN),
    "gd": ("gradient descent", BLUE),
    "saga": ("SAGA (epochs)", PURPLE),
    "sgd": ("stochastic (epochs)", VERMILION),
}


@dataclass(frozen=True)
class Surface:
    """The objective over intercept and slope of one feature, per row; both are penalised."""

    X: Array  # (n, 2): a column of ones, and the feature
    y: Array  # (n,), 0 or 1
    C: float
    feature: str
    chance: str  # what y = 1 is called

    def loss(self, b: Array, w: Array) -> Array:
        """Mean cross-entropy and penalty at intercepts `b` and slopes `w` of any shape."""
        b, w = np.asarray(b), np.asarray(w)
        z = b[..., None] + w[..., None] * self.X[:, 1]
        return np.asarray((log1pexp(z) - self.y * z).mean(axis=-1) + (b**2 + w**2) / (2 * self.C * len(self.y)))

    def slope(self, b: float, w: float) -> Array:
        """Derivatives of the loss by intercept and slope, (2,)."""
        p = sigmoid(b + w * self.X[:, 1])
        return np.asarray((self.X.T @ (p - self.y) + np.array([b, w]) / self.C) / len(self.y))

    def curvature(self, b: float, w: float) -> Array:
        """Second derivatives of the loss, (2, 2)."""
        p = sigmoid(b + w * self.X[:, 1])
        return np.asarray(((self.X.T * (p * (1 - p))) @ self.X + np.eye(2) / self.C) / len(self.y))

    def path(self, **parameters: Any) -> Array:
        """Intercept and slope of every state of a solver that starts at (0, 0), of shape (k, 2)."""
        common: dict[str, Any] = {"C": self.C, "fit_intercept": False, "tol": 1e-6, "random_state": 0}
        model = LogisticRegression(**common | parameters)
        return np.array([state.coef[:, 0] for state in model.steps(self.X, self.y)])


def surface_of(model: LogisticRegression, data: Dataset) -> Surface:
    """The objective of the strongest feature alone, moved off its centre so that the loss is a valley, not a bowl."""
    X, y = standard_problem(model, data, SURFACE_ROWS)
    columns = strongest(model, data)
    place = int(np.argmax(np.abs(model.coef_[0, columns]) * data.X[:, columns].std(axis=0)))
    if not X[:, place].any():
        raise NotApplicable("no feature varies: there is no slope to find")
    j, x = columns[place], X[:, place] + 1
    C, _ = strength(model)
    if np.isinf(C) and (x[y == 1].min() >= x[y == 0].max() or x[y == 1].max() <= x[y == 0].min()):
        raise NotApplicable(f"{data.feature_names[j]} alone separates the classes: without a penalty no loss is lowest")
    return Surface(
        np.column_stack([np.ones(len(x)), x]), y, C, data.axis_names[j], f"probability of {model.classes_[1]}"
    )


@figure(1, 1, size=(8.4, 4.8))
def loss_surface(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """The loss over two parameters, and the paths of the solvers

    The loss over intercept and slope of the strongest feature alone, measured in standard deviations from one below
    its mean. Far out it is a fold of nearly flat planes, near the minimum a bowl. Newton's method is there in a few
    steps; gradient descent goes where it is steepest and creeps along the valley; stochastic steps (an epoch a dot)
    tremble around the minimum. At most 500 rows are used, and the penalty is that of the square norm.
    """
    valley = surface_of(model, data)
    limits: dict[SolverName, int] = {"newton": 20, "gd": PATH, "sgd": 10}
    paths = {solver: valley.path(solver=solver, max_iter=limit) for solver, limit in limits.items()}
    best = paths["newton"][-1]
    points = np.vstack(list(paths.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.4 * np.maximum(high - low, 0.5 * (high - low).max())
    draw_levels(axes, valley, best, low - margin, high + margin)
    for (solver, path), mark, dash in zip(paths.items(), MARKERS, DASHES, strict=False):
        label, shade = DRAWN_AS[solver]
        axes.plot(*path.T, color=shade, marker=mark, markersize=4, linewidth=1.3, linestyle=dash, label=label)
    axes.plot(*best, marker="*", markersize=16, color=ORANGE, markeredgecolor=BLACK, linestyle="", label="minimum")
    axes.legend(loc="best", frameon=True)
    axes.set(xlabel="intercept b (log-odds)", ylabel="slope w (log-odds per standard deviation)")
    axes.set_title(f"loss (nats a row) of intercept and slope of {valley.feature}")


def draw_levels(axes: Any, valley: Surface, best: Array, low: Array, high: Array) -> None:
    """Level lines of the loss between two corners, closer near the minimum, with their heights in nats."""
    b, w = np.meshgrid(*(np.linspace(start, end, 70) for start, end in zip(low, high, strict=True)))
    loss, floor = valley.loss(b, w), float(valley.loss(*best))
    levels = floor + np.geomspace(2e-3, 1, 12) * (loss.max() - floor)
    axes.contourf(b, w, loss, levels=np.concatenate([[floor], levels]), cmap="Greys", alpha=0.45)
    lines = axes.contour(b, w, loss, levels=levels, colors="#777777", linewidths=0.6)
    axes.clabel(lines, lines.levels[3::2], fmt="%.2f", fontsize=7)
    axes.grid(False)


@figure(1, 2, size=(8.4, 3.2))
def newton_against_descent(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """Newton's method doubles its digits, gradient descent adds to them

    All features in standard units, and the penalty of the square norm. Left: how far the objective is above its
    minimum, relative to the start, for five solvers over their first iterations. Right: how many leading digits of the
    weights are right after each iteration. From the moment when one or two are right, each step of Newton's method
    doubles them, until double precision has no more; gradient descent adds the same small number with every step. A
    step of Newton's method costs more, since it needs a Hessian.

    At most 2000 rows and the 100 features that move the score most are used.
    """
    X, y = standard_problem(model, data, RACE_ROWS)
    C, _ = strength(model)
    common: dict[str, Any] = {"C": C, "fit_intercept": model.fit_intercept, "tol": 0.0, "random_state": 0}
    exact = list(LogisticRegression(solver="newton", max_iter=50, **common).steps(X, y))
    if np.isinf(C) and np.all((2 * y - 1) * (X @ exact[-1].coef[:, 0] + exact[-1].intercept) > 0):
        raise NotApplicable("the classes can be separated: without a penalty there is no minimum to approach")
    floor, top = min(state.loss for state in exact), exact[0].loss
    if not top > floor:
        raise NotApplicable("every solver begins at the minimum: no feature varies")
    losses, digits = axes
    for (solver, (label, shade)), mark, dash in zip(DRAWN_AS.items(), MARKERS, DASHES, strict=False):
        states = list(LogisticRegression(solver=solver, max_iter=RACE, **common).steps(X, y))
        excess = np.maximum((np.array([state.loss for state in states]) - floor) / (top - floor), 1e-16)
        last = int(np.argmax(excess <= 1e-15)) or len(excess) - 1  # further on there is only rounding
        style = {"color": shade, "marker": mark, "linestyle": dash, "markersize": 4, "label": label}
        losses.semilogy(excess[: last + 1], markevery=max(1, last // 10), **style)
        if solver in ("newton", "gd"):
            _draw_digits(digits, right_digits(states, exact[-1]), style)
    losses.set(xlabel="iteration (epoch)", ylabel="objective − minimum, relative", title="excess", ylim=(1e-16, 3))
    digits.legend(*losses.get_legend_handles_labels(), loc="center right", fontsize=8, frameon=True)
    digits.set(xlabel="iteration", ylabel="right digits", title="digits of the weights", ylim=(-0.7, 17))
    digits.set_yticks(range(0, 17, 4))
    for panel in axes:
        panel.set_xlim(-0.4, RACE + 0.4)
        panel.xaxis.get_major_locator().set_params(integer=True)


def right_digits(states: Sequence[ScoreState], best: ScoreState) -> Array:
    """Return to how many digits the weights of each state agree with the best ones: from none to 16."""
    return np.array([agreement(state.coef, best.coef) for state in states])


def agreement(w: Array, best: Array) -> float:
    """Return to how many digits two vectors agree, by the length of their difference: from none to 16."""
    difference = float(np.linalg.norm(w - best) / np.linalg.norm(best))
    return float(np.clip(-np.log10(max(difference, 1e-16)), 0, 16)) + 0.0  # no -0


def _draw_digits(axes: Any, digits: Array, style: dict[str, Any]) -> None:
    """Draw the digits of one solver until there are no more, with their numbers where they double."""
    last = int(np.argmax(digits > 15)) or len(digits) - 1
    axes.plot(digits[: last + 1], **style)
    for t in range(last + 1) if last <= RACE / 2 else ():
        if digits[t] >= 1:
            axes.annotate(f"{digits[t]:.1f}", (t, digits[t]), fontsize=8, ha="right", xytext=(-5, 0),
                          textcoords="offset points")  # fmt: skip
