"""The opening picture: the weights that least squares, ridge and the lasso give to the same features."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, VERMILION
from groundup.projects.regularized_regression.figures.standardised import Standard, standardize
from groundup.projects.regularized_regression.models.elastic_net import Lasso
from groundup.projects.regularized_regression.models.elastic_net_cv import LassoCV
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV

STRENGTHS = np.geomspace(1e-3, 1e3, 25)  # L2 penalties among which leaving one out chooses, relative to the rows.


@figure(1, 3, size=(8.4, 3.1))
def three_fits(axes: Any, model: Any, data: Dataset) -> None:
    """The same data, three sets of weights

    A stem is the weight of a feature, in units of the target for one standard deviation of the feature. Least squares
    gives every feature something. Ridge, chosen by leaving one row out, makes all weights smaller. The lasso, chosen by
    the one-standard-error rule, makes most of them exactly zero, the open circles. Where the true weights are known,
    short black bars show those that are not zero, and the title has the squared distance from all of them.
    """
    problem = standardize(data)
    known = "coef" in data.truth
    columns = 1 + np.arange(len(problem.names))
    for panel, (name, w, colour) in zip(axes, fits(problem), strict=True):
        used = w != 0
        panel.vlines(columns[used], 0, w[used], color=colour, linewidth=1.3)
        panel.plot(columns[used], w[used], "o", color=colour, markersize=3.5, linestyle="")
        panel.plot(columns[~used], w[~used], "o", color=colour, markersize=3.5, linestyle="", fillstyle="none")
        panel.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        title = f"{name}: {np.count_nonzero(used)} of {len(w)} used"
        if known:
            panel.plot(
                columns[problem.coef != 0],
                problem.coef[problem.coef != 0],
                "_",
                color=BLACK,
                markersize=7,
                markeredgewidth=1.6,
                linestyle="",
            )
            title += f"\nsquared distance {((w - problem.coef) ** 2).sum():.2g}"
        panel.set(xlabel="feature")
        panel.set_title(title, fontsize=10)
        panel.sharey(axes[0])
    axes[0].set_ylabel("weight")


def fits(problem: Standard) -> tuple[tuple[str, Array, str], ...]:
    """Return name, weights and colour of three fits: least squares, the best ridge, the simplest good lasso."""
    X, y = problem.X, problem.y
    shuffled = np.random.default_rng(0).permutation(len(X))
    chosen = LassoCV(cv=min(10, len(X))).fit(X[shuffled], y[shuffled])
    return (
        ("least squares", np.linalg.lstsq(X, y)[0], VERMILION),
        ("ridge", RidgeCV(STRENGTHS * len(X)).fit(X, y).coef_, BLUE),
        ("lasso", Lasso(chosen.alpha_1se_).fit(X, y).coef_, GREEN),
    )
