"""Figures of what penalties do: zeros, shrinkage, thresholds, recovered supports."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, COLOURS, DASHES, GREEN, MARKERS, ORANGE, PURPLE, SKY, VERMILION
from groundup.projects.regularized_regression.figures.paths import PALE, TRIALS, few_features
from groundup.projects.regularized_regression.figures.simulation import (
    support_recovered,
)
from groundup.projects.regularized_regression.figures.standardised import (
    ROUNDING,
    Standard,
    corner_pair,
    half_error,
    standardize,
)
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet, Lasso
from groundup.projects.regularized_regression.models.paths import lars_path
from groundup.projects.regularized_regression.models.ridge import Ridge
from groundup.projects.regularized_regression.solvers.spectrum import degrees, shrinkage


@figure(1, 2, size=(10.4, 5.0))
def corners(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Why the lasso makes zeros: the diamond and the circle

    Contours of the squared error over two weights, and two budgets of the same reach: |w₁| + |w₂| for the lasso, the
    root of w₁² + w₂² for ridge. Each solution is where the smallest contour that reaches the budget touches it: the
    diamond is touched at a corner, where one weight is zero, the circle where both weights share.
    """
    two = corner_pair(standardize(data))
    path = lars_path(two.X, two.y, method="lasso")[2]
    least, lasso = path[:, -1], path[:, 1]  # at the second corner of the path the other weight is still zero
    radius = float(np.abs(lasso).max())
    angle = np.linspace(0, 2 * np.pi, 200)
    diamond = radius * np.array([[1, 0, -1, 0], [0, 1, 0, -1]])
    circle = radius * np.array([np.cos(angle), np.sin(angle)])
    reach = 1.15 * max(float(np.abs(least).max()), radius)
    u, v = np.meshgrid(np.linspace(-reach, reach, 160), np.linspace(-reach, reach, 160))
    error, floor = half_error(two, u, v), float(half_error(two, *least))
    if float(half_error(two, *lasso)) - floor <= ROUNDING * float(half_error(two, *np.zeros(2))):
        raise NotApplicable("one weight is enough: the features tell the same of the target")
    for panel, border, solution, name in (
        (axes[0], diamond, lasso, "lasso"),
        (axes[1], circle, ridge_of_length(two, radius), "ridge"),
    ):
        touched = float(half_error(two, *solution))
        levels = floor + (touched - floor) * np.array([0.04, 0.2, 0.5, 1.8, 3, 5, 8, 12, 18])
        panel.contour(u, v, error, levels=levels, colors="#888888", linewidths=0.6)
        panel.contour(u, v, error, levels=[touched], colors=[VERMILION], linewidths=1.6)
        panel.fill(*border, facecolor=SKY, edgecolor=BLUE, alpha=0.35, linewidth=1.6)
        star = {"marker": "*", "markersize": 14, "color": ORANGE, "markeredgecolor": BLACK, "linestyle": ""}
        panel.plot(*least, **star, label=f"least squares ({least[0]:.3g}, {least[1]:.3g})")
        label = f"{name} ({solution[0]:.3g}, {solution[1]:.3g})"
        panel.plot(*solution, "o", color=BLACK, markersize=7, linestyle="", label=label)
        panel.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        panel.axvline(0, color=BLACK, linewidth=0.6, linestyle="-")
        panel.set(xlabel=f"w₁: {two.names[0]}", ylabel=f"w₂: {two.names[1]}", aspect="equal")
        panel.set_title(f"{name}, budget {radius:.3g}")
        panel.legend(loc="lower left", frameon=True, edgecolor="white", framealpha=1)
        panel.grid(False)


def ridge_of_length(two: Standard, length: float) -> Array:
    """The ridge solution of about this length: the nearest for many alphas."""
    alphas = np.geomspace(1e-4, 1e4, 400) * len(two.X)
    solutions = Ridge(alphas).fit(two.X, np.tile(two.y[:, None], len(alphas))).coef_
    return np.asarray(solutions[np.abs(np.linalg.norm(solutions, axis=1) - length).argmin()])


@figure(1, 2, size=(10.4, 4.2))
def shrinkage_factors(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """What ridge leaves of least squares, direction by direction

    Left: the factor σ²/(σ² + λ) against the singular value, for several λ; the dots are the singular values of the
    data. Directions in which the data vary little are shrunk most. Right: the factors add up to the effective degrees
    of freedom, which fall from the number of features to zero.
    """
    problem = standardize(data)
    factors, sums = axes
    singular = np.linalg.svd(problem.X, compute_uv=False)
    grid = np.geomspace(max(singular[-1], 1e-3 * singular[0]) / 3, 2 * singular[0], 200)
    for alpha, colour, dash, marker in zip((1.0, 10.0, 100.0, 1000.0), COLOURS, DASHES, MARKERS):
        strength = alpha * len(problem.X) / 100
        factors.plot(grid, shrinkage(grid**2, strength), color=colour, linestyle=dash, label=f"λ = {strength:g}")
        factors.plot(singular, shrinkage(singular**2, strength), marker, color=colour, markersize=4, linestyle="")
    factors.set(
        xlabel="singular value σ", ylabel="factor on the least-squares weight", xscale="log", ylim=(-0.03, 1.03)
    )
    factors.set_title("shrinkage")
    factors.legend(loc="best")
    alphas = np.geomspace(1e-3, 1e6, 200) * len(problem.X) / 100
    sums.plot(alphas, degrees(singular**2, alphas), color=BLUE)
    sums.set(xlabel="λ", ylabel="effective degrees of freedom", xscale="log", title="what is left of the parameters")


@figure(1, 1, size=(7.2, 5.0))
def thresholding(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Soft threshold, shrinkage, hard threshold

    For uncorrelated features every weight is a function of its own least-squares weight c. The lasso moves it towards
    zero by λ and stops there; ridge shortens it by a factor; the best subset keeps it or drops it, with a jump.
    The dots are weights fitted to the data's features, made uncorrelated one after another.
    """
    problem = standardize(data)
    n, d = problem.X.shape
    basis = np.linalg.qr(problem.X)[0][:, : min(d, n - 2)] * np.sqrt(n)
    c = basis.T @ problem.y / n
    threshold = 0.3 * float(np.abs(c).max())
    u = np.linspace(-1.15, 1.15, 401) * np.abs(c).max()
    hard = np.where(np.abs(u) > threshold, u, 0.0)
    hard[np.abs(np.diff(hard, append=hard[-1])) > 0.5 * threshold] = np.nan  # no line across the jump
    estimates: tuple[tuple[str, Array, Array | None], ...] = (
        ("least squares", u, None),
        (
            "lasso: soft threshold",
            np.sign(u) * np.maximum(np.abs(u) - threshold, 0),
            Lasso(threshold, tol=1e-10).fit(basis, problem.y).coef_,
        ),
        ("ridge: shrinkage", u / 2, Ridge(float(n)).fit(basis, problem.y).coef_),
        ("best subset: hard threshold", hard, None),
    )
    for (label, line, fitted), colour, dash, marker in zip(estimates, (PALE, BLUE, VERMILION, GREEN), DASHES, MARKERS):
        axes.plot(u, line, color=colour, linestyle=dash, label=label)
        if fitted is not None:
            axes.plot(c, fitted, marker, color=colour, markersize=5, linestyle="", alpha=0.7)
    for edge in (-threshold, threshold):
        axes.axvline(edge, color=PALE, linewidth=0.8, linestyle=":")
    axes.set(
        xlabel="least-squares weight c", ylabel="weight", title=f"threshold λ = {threshold:.3g}; ridge with factor ½"
    )
    axes.legend(loc="upper left")


@figure(1, 2, size=(10.4, 4.2))
def support_recovery(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """When does the lasso find the right features?

    Share of simulated data sets in which some λ selects exactly the features that matter, against the number of rows,
    for several ratios of noise to signal. Left: independent features. Right: rows drawn from the data, whose features
    resemble each other; then even many rows may not tell them apart. The features that matter, all with weights of one
    size, are the first few of the lasso's path on the data.
    """
    problem = standardize(data)
    if problem.X.shape[1] < 3:
        raise NotApplicable("needs three features or more, some of which do not matter")
    truth = np.sign(few_features(problem))
    independent = np.random.default_rng(0).normal(size=(5000, len(truth)))
    sizes = np.unique(np.geomspace(12, 400, 6).round().astype(int))
    for panel, X, title in ((axes[0], independent, "independent features"), (axes[1], problem.X, "rows of the data")):
        signal = float((X @ truth).std())
        for ratio, colour, dash, marker in zip((0.25, 0.5, 1.0), (BLUE, ORANGE, PURPLE), DASHES, MARKERS):
            share = [support_recovered(X, truth, int(n), ratio * signal, TRIALS) for n in sizes]
            panel.plot(sizes, share, color=colour, linestyle=dash, marker=marker, label=f"noise / signal = {ratio:g}")
        panel.set(xlabel="rows n", ylabel=f"share of {TRIALS} data sets", xscale="log", ylim=(-0.03, 1.03))
        panel.set_xticks(sizes, [str(n) for n in sizes])
        panel.minorticks_off()
        panel.set_title(f"{title}: {np.count_nonzero(truth)} of {len(truth)} matter")
    axes[0].legend(loc="best")
