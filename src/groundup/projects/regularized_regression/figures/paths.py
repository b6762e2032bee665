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
TRIALS = 20  # simulated data sets for each number of rows and each noise


@figure(2, 2, size=(10.4, 6.2))
def coefficient_paths(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Weights against the strength of the penalty: ridge, lasso, elastic net, LARS

    Features in standard deviations; the penalty is strongest at the left. Ridge shrinks all weights and makes none
    zero; the lasso lets them in one after another; the elastic net brings features that resemble each other in
    together. Least angle regression walks from corner to corner: on a linear axis the lasso's path is made of straight
    pieces.
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
    ridge.set(title="ridge", xlabel="λ")
    lasso.set(title="lasso", xlabel="λ")
    net.set(title=f"elastic net, ρ = {NET:g}", xlabel="λ")
    lars.set(title="LARS with the lasso's rule: its corners", xlabel="λ (linear)")
    ridge.legend(loc="best", fontsize=8)


def draw_paths(panel: Any, alphas: Array, coefs: Array, problem: Standard, few: Array, marker: str = "") -> None:
    """Every weight over alpha, a few of them named, from strong to weak penalty."""
    for j in np.setdiff1d(np.arange(len(coefs)), few):
        panel.plot(alphas, coefs[j], color=PALE, linewidth=0.7, linestyle="-", marker=marker, markersize=3)
    for k, j in enumerate(few):
        panel.plot(
            alphas, coefs[j], color=COLOURS[k], linestyle=DASHES[k], marker=marker, markersize=6, label=problem.names[j]
        )
    panel.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
    panel.set_ylabel("weight")
    panel.invert_xaxis()


def few_features(problem: Standard) -> Array:
    """Where the lasso's path last has at most five features, and not all of them: these, with their weights."""
    path = lars_path(problem.X, problem.y, method="lasso", max_iter=40)[2]
    used = np.count_nonzero(path, axis=0)
    most = min(5, problem.X.shape[1] - 1)
    return np.asarray(path[:, np.flatnonzero((used <= most) & (used > 0))[-1]])
