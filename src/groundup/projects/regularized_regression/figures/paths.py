"""The figures of regularised regression: what penalties do to weights, and how to choose their strength."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, COLOURS, DASHES
from groundup.projects.regularized_regression.figures.standardised import Standard, standardize
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet
from groundup.projects.regularized_regression.models.paths import enet_path, lars_path, lasso_path
from groundup.projects.regularized_regression.models.ridge import Ridge

NAMED = 6  # features that a picture names
NET = 0.5  # the elastic net's l1_ratio in pictures
PALE = "#999999"
WEAKER = "λ (weaker penalty to the right)"


@figure(2, 2, size=(8.4, 4.8))
def coefficient_paths(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Weights against the strength of the penalty: ridge, lasso, elastic net, LARS

    Weights for features in standard deviations, as the penalty becomes weaker from left to right. Ridge shrinks all
    weights and makes none zero. The lasso lets them in one after another. The elastic net brings features that
    resemble each other in together. These three axes are logarithmic; on the linear axis of the last panel the path of
    the lasso consists of straight pieces between its kinks, the dots.
    """
    problem = standardize(data)
    X, y = problem.X, problem.y
    alphas = np.geomspace(1e4, 1e-2, 60) * len(X) / 100
    by_alpha = Ridge(alphas).fit(X, np.tile(y[:, None], len(alphas))).coef_
    corners, _, at_corners = lars_path(X, y, method="lasso")
    few = np.argsort(-np.abs(by_alpha[len(alphas) // 2]))[:NAMED]
    ridge, lasso, net, lars = axes.ravel()
    draw_paths(ridge, alphas, by_alpha.T, problem, few)
    for panel, found in ((lasso, lasso_path(X, y)), (net, enet_path(X, y, l1_ratio=NET))):
        draw_paths(panel, found[0], found[1], problem, few)
    draw_paths(lars, corners, at_corners, problem, few, marker=".")
    for panel in (ridge, lasso, net):
        panel.set_xscale("log")
    ridge.set(title="ridge", xlabel=WEAKER)
    lasso.set(title="lasso", xlabel=WEAKER)
    net.set(title=f"elastic net, ρ = {NET:g}", xlabel=WEAKER)
    lars.set(title="LARS, linear axis: the kinks of the lasso", xlabel=WEAKER)
    for panel in (ridge, net):
        panel.set_ylabel("weight")
    ridge.figure.legend(*ridge.get_legend_handles_labels(), loc="outside lower center", ncols=3)


def draw_paths(panel: Any, alphas: Array, coefs: Array, problem: Standard, few: Array, marker: str = "") -> None:
    """Every weight over alpha, a few of them named, from strong to weak penalty."""
    for j in np.setdiff1d(np.arange(len(coefs)), few):
        panel.plot(alphas, coefs[j], color=PALE, linewidth=0.7, linestyle="-")
    for k, j in enumerate(few):
        panel.plot(
            alphas, coefs[j], color=COLOURS[k], linestyle=DASHES[k], marker=marker, markersize=5, label=problem.names[j]
        )
    panel.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
    panel.invert_xaxis()


def few_features(problem: Standard) -> Array:
    """Where the lasso's path last has at most five features, and not all of them: these, with their weights."""
    path = lars_path(problem.X, problem.y, method="lasso", max_iter=40)[2]
    used = np.count_nonzero(path, axis=0)
    most = min(5, problem.X.shape[1] - 1)
    return np.asarray(path[:, np.flatnonzero((used <= most) & (used > 0))[-1]])
