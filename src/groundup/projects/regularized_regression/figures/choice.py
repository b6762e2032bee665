"""Figures of the choice of the penalty: bias and variance, cross-validation."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, MARKERS, ORANGE, SKY, VERMILION
from groundup.projects.regularized_regression.figures.paths import WEAKER
from groundup.projects.regularized_regression.figures.simulation import (
    Risk,
    expected_ridge_risk,
    lasso_risk,
    ridge_risk,
)
from groundup.projects.regularized_regression.figures.standardised import standardize
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.models.elastic_net_cv import LassoCV


@figure(1, 2, size=(8.4, 2.9))
def bias_variance(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """A little bias buys much variance

    Squared distance of the weights from the true ones, on average over data sets with the same features and new noise.
    Where the true weights are not known, an estimate stands for them. Marks are averages over 200 data sets. Lines are
    the formula for ridge, left, and join the marks for the lasso, right, which has no formula. A penalty adds bias and
    takes variance away; the dotted line is where the sum is least, and that is not at zero.
    """
    problem = standardize(data)
    ridge, lasso = axes
    alphas = np.geomspace(1e-2, 1e4, 25) * len(problem.X) / 100
    truth = (problem.X, problem.coef, problem.noise)
    expected = expected_ridge_risk(*truth, alphas)
    draw_risk(ridge, "ridge", ridge_risk(*truth, alphas), expected)
    strongest = float(np.abs(problem.H @ problem.coef).max())
    measured = lasso_risk(*truth, np.geomspace(strongest, 1e-3 * strongest, 15))
    draw_risk(lasso, "lasso", measured, measured)
    ridge.set_ylabel("squared distance")
    ridge.legend(loc="upper left")


def draw_risk(panel: Any, name: str, measured: Risk, lines: Risk) -> None:
    """Bias, variance and their sum: dots for what was measured."""
    kinds = (("squared bias", "bias", BLUE, "--"), ("variance", "variance", ORANGE, "-."), ("sum", "total", BLACK, "-"))
    for (label, field, colour, dash), marker in zip(kinds, MARKERS):
        values = getattr(measured, field)
        panel.plot(lines.alphas, getattr(lines, field), color=colour, linestyle=dash)
        panel.plot(measured.alphas, values, marker, color=colour, markersize=4, linestyle="")
        panel.plot([], [], marker, color=colour, markersize=4, linestyle=dash, label=label)
    best = int(lines.total.argmin())
    panel.axvline(lines.alphas[best], color=GREEN, linewidth=1, linestyle=":")
    panel.set(xlabel="λ", xscale="log")
    panel.set_ylim(0, 1.1 * float(max(3 * lines.total[best], lines.bias.max())))
    panel.set_title(f"{name}: least at λ = {lines.alphas[best]:.3g}")


@figure(1, 1, size=(7.6, 3.3))
def cross_validation(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Choosing the strength: cross-validation and the one-standard-error rule

    Mean squared error of the lasso on the rows left out, in ten folds, with its standard error over the folds. The
    curve is flat about its minimum. The dotted level is the least error plus its standard error. The rule takes the
    strongest penalty whose error does not exceed it, and with it fewer features.
    """
    problem = standardize(data)
    shuffled = np.random.default_rng(0).permutation(len(problem.X))
    X, y = problem.X[shuffled], problem.y[shuffled]
    folds = min(10, len(X))
    chosen = LassoCV(cv=folds).fit(X, y)
    mean = chosen.mse_path_.mean(axis=1)
    error = chosen.mse_path_.std(axis=1, ddof=1) / np.sqrt(folds)
    axes.fill_between(chosen.alphas_, mean - error, mean + error, color=SKY, alpha=0.35, linewidth=0)
    axes.plot(chosen.alphas_, mean, color=BLUE, linestyle="-", label=f"mean of {folds} folds ± its standard error")
    level = (mean + error)[int(mean.argmin())]
    axes.axhline(level, color=BLACK, linewidth=1, linestyle=":", label="least error + its standard error")
    for alpha, colour, dash, name in (
        (chosen.alpha_, VERMILION, "--", "least error"),
        (chosen.alpha_1se_, GREEN, "-.", "the rule"),
    ):
        used = int(np.count_nonzero(Lasso(alpha).fit(X, y).coef_))
        label = f"{name}: λ = {alpha:.3g}, {used} of {X.shape[1]} features used"
        axes.axvline(alpha, color=colour, linestyle=dash, linewidth=1.4, label=label)
    axes.set(xlabel=WEAKER, ylabel="error on rows left out", xscale="log")
    axes.invert_xaxis()
    axes.figure.legend(loc="outside lower center", ncols=2)
