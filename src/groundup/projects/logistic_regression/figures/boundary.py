"""The figures of logistic regression: probabilities and their boundary, what each row costs, and separable classes."""

from typing import Any

import numpy as np

from groundup.core.functions import log1pexp, sigmoid
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.labels import label_points
from groundup.plotting.plane import DRAWN, colour, draw_rows, marker, score_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLACK, BLUE, DASHES, GREEN, ORANGE, SKY, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.logistic_regression.figures.two_classes import standardize, strongest, two_classes
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

WORST = 5  # rows that are named
GROWING = 20  # Newton steps on separable classes
GROWN_ROWS = 2000  # Most rows of them.


@figure(1, 2, size=(8.4, 3.3))
def boundary(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """From the score to a probability, and where the decision changes

    Left: the sigmoid bends the score, which is any number, into a probability; rows of the two classes lie at 0 and 1.
    The open circles are the observed shares among rows of similar score. Right: the probability over the features. Its
    lines are straight and parallel, and the thick one at one half is the decision boundary.

    With more than two features the picture looks along the slopes (every row has its true distance from the boundary)
    and one direction across them, in standard deviations; a hundredth of the rows may lie beyond each edge.
    """
    curve, picture = axes
    about, some = two_classes(model, data), some_rows(len(data.X), DRAWN)
    score = model.decision_function(data.X)
    draw_sigmoid(curve, score, about.y, some)
    curve.set(
        xlabel=f"score z, log-odds of {about.names[1]}", ylabel=f"probability of {about.names[1]}", title="sigmoid"
    )
    plane = score_plane(data, model.coef_)
    draw_classes(picture, model.predict_proba, plane, plane(data.X[some]), about.y[some], about.names)
    _zoom(picture, data, plane(data.X))
    picture.set_title(f"probability of {about.names[1]}")
    picture.legend(loc="best", frameon=True)


def _zoom(axes: Any, data: Dataset, points: Array) -> None:
    """Leave the outermost rows out of a picture of more than two features, which would squeeze all others."""
    if data.X.shape[1] > 2:
        (left, right), (bottom, top) = (np.quantile(column, [0.01, 0.99]) for column in points.T)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="along the slopes (SD)")
        axes.set_ylabel("widest direction across (SD)")


def draw_sigmoid(axes: Any, score: Array, y: Array, some: Array) -> None:
    """The sigmoid over the range of the scores, rows at 0 and 1, and shares of class 1 in ten groups of equal size."""
    reach = max(4.0, float(np.quantile(np.abs(score), 0.995)))
    z = np.linspace(-reach, reach, 300)
    jitter = np.random.default_rng(0).uniform(-0.035, 0.035, len(some))
    draw_rows(axes, np.column_stack([score[some], y[some] + jitter]), y[some], size=9)
    axes.plot(z, sigmoid(z), color=BLACK, label="σ(z) = 1 / (1 + e⁻ᶻ)")
    groups = np.array_split(np.argsort(score), min(10, max(1, len(score) // 5)))
    means = np.array([[score[g].mean(), y[g].mean()] for g in groups])
    axes.plot(*means.T, "o", color="white", markeredgecolor=BLACK, markersize=7, linestyle="", label="observed share")
    axes.axvline(0, color=BLACK, linewidth=0.9, linestyle=":")
    axes.set(xlim=(-reach, reach), ylim=(-0.07, 1.07))
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0.88), fontsize=8, frameon=True)


@figure(1, 2, size=(8.4, 3.4))
def contributions(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """What each row contributes to the loss

    Left: the loss of a row against its margin, the score of its own class. A right and sure answer costs next to
    nothing, a wrong and sure one costs its margin; the dashed line is the size of the loss's slope, which is never
    above 1. Right: the same rows, their areas in proportion to their losses, over the probabilities. The five rows with
    the largest losses carry their numbers, and are listed among the findings; the title says how much of the whole loss
    they make.
    """
    about, margin = two_classes(model, data), model.margins(data.X, data.y)
    loss = log1pexp(-margin)
    worst = np.argsort(-loss, kind="stable")[:WORST]
    some = np.union1d(some_rows(len(data.X), DRAWN), worst)
    against, picture = axes
    _draw_losses(against, margin, loss, some, about.y)
    plane = score_plane(data, model.coef_)
    points = plane(data.X)
    area = 2 + 160 * loss / max(loss.max(), 1e-300)
    draw_classes(picture, model.predict_proba, plane, points[some], about.y[some], about.names, area[some])
    _zoom(picture, data, points)
    share = 100 * loss[worst].sum() / max(loss.sum(), 1e-300)
    picture.set_title(f"area = loss; {len(worst)} rows make {share:.0f} %")
    for place, panel in ((np.column_stack([margin, loss]), against), (points, picture)):
        label_points(panel, place[worst], [data.row_name(row) for row in worst])


def _draw_losses(axes: Any, margin: Array, loss: Array, some: Array, y: Array) -> None:
    low, high = min(-2.0, margin.min()) - 0.3, max(2.0, float(np.quantile(margin, 0.99))) + 0.3
    m = np.linspace(low, high, 300)
    axes.plot(m, log1pexp(-m), color=BLACK, zorder=1, label="loss log(1 + e⁻ᵐ)")
    axes.plot(m, sigmoid(-m), color=VERMILION, linestyle="--", label="slope σ(−m)")
    draw_rows(axes, np.column_stack([margin[some], loss[some]]), y[some], size=22)
    axes.axvline(0, color=BLACK, linewidth=0.9, linestyle=":")
    axes.axvspan(low, 0, color="#dddddd", alpha=0.5, zorder=0, linewidth=0, label="wrong side")
    axes.set(xlabel="margin m, score of the row's own class", ylabel="loss (nats)", xlim=(low, high))
    axes.set_title("loss against margin")
    axes.legend(loc=(0.52, 0.09), fontsize=8)


@figure(1, 2, size=(8.4, 3.1))
def separable(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """Separable classes: without a penalty there is no best model

    Only the rows that the fitted model gets right, in standard units, so that a plane separates their classes. Left:
    the norm of the weights over the iterations of Newton's method. Without a penalty it grows with every step, in the
    end by one over the widest margin that a vector of length 1 can have; with a penalty, whose strength is 1/C, it
    stops. Right: without a penalty the sigmoid becomes a step, sure of everything; the rows lie at 0 and 1, along the
    last weights.

    At most 2000 rows and the 100 features that move the score most are used.
    """
    about, columns = two_classes(model, data), strongest(model, data)
    rows = some_rows(len(data.X), GROWN_ROWS)
    X, y = data.X[np.ix_(rows, columns)], about.y[rows]
    others = data.X.mean(axis=0) @ model.coef_[0] - data.X[:, columns].mean(axis=0) @ model.coef_[0, columns]
    right = (X @ model.coef_[0, columns] + others + model.intercept_[0]) * (2 * y - 1) > 0
    if len(np.unique(y[right])) < 2:
        raise NotApplicable("the model puts rows of one class only on their side, or none")
    X, y = standardize(X[right]), y[right]
    norm, step = axes
    for C, shade, dash in zip((0.1, 10.0, np.inf), (GREEN, ORANGE, BLUE), DASHES[2::-1], strict=True):
        weights = _newton_weights(X, y, C)
        label = "no penalty" if np.isinf(C) else f"C = {C:g}"
        length = np.linalg.norm(weights[1:, :-1], axis=1)  # the first is zero, and has no logarithm
        norm.semilogy(np.arange(1, GROWING + 1), length, color=shade, linestyle=dash, marker=".", label=label)
    norm.set(xlabel="iteration of Newton's method", ylabel="norm of weights (per SD)")
    norm.set_title("weights")
    norm.xaxis.get_major_locator().set_params(integer=True)
    norm.legend(loc="upper left")
    _draw_steepening(step, X, y, weights)
    step.set_ylabel(f"probability of {about.names[1]}")


def _newton_weights(X: Array, y: Array, C: float) -> Array:
    """Slopes and intercept of every state, from zero; the last ones again when no step helps any more."""
    tried = LogisticRegression(C=C, solver="newton", tol=0.0, max_iter=GROWING)
    states = list(tried.steps(X, y))
    states += states[-1:] * (GROWING + 1 - len(states))
    return np.array([np.append(state.coef[:, 0], state.intercept) for state in states])


def _draw_steepening(axes: Any, X: Array, y: Array, weights: Array) -> None:
    """The sigmoid of some iterations along the last weights; unit: standard deviations."""
    length = np.linalg.norm(weights[-1, :-1])
    along = X @ weights[-1, :-1] / length
    edge = -weights[-1, -1] / length  # of the last one
    t = np.linspace(along.min(), along.max(), 500)
    for k, shade, dash in zip((1, 3, 6, GROWING), (SKY, BLUE, ORANGE, BLACK), DASHES, strict=False):
        steepness = np.linalg.norm(weights[k, :-1])
        axes.plot(t - edge, sigmoid(steepness * (t - edge)), color=shade, linestyle=dash, label=f"iteration {k}")
    for k in (0, 1):
        own = along[y == k] - edge
        axes.plot(own, np.full(len(own), k), marker(k), color=colour(k), alpha=0.4, markersize=4, linestyle="")
    axes.set(xlabel="distance from the last boundary (SD)", title="no penalty")
    axes.legend(loc="center left")
