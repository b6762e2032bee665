"""Figures of what penalties do: zeros, shrinkage, thresholds, recovered supports."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, COLOURS, DASHES, GREEN, MARKERS, ORANGE, PURPLE, SKY, VERMILION
from groundup.projects.regularized_regression.figures import simulation
from groundup.projects.regularized_regression.figures.paths import PALE, few_features
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

NOISES = np.array([0.25, 0.5, 1.0])  # Standard deviations of the noise relative to that of the signal.


@figure(1, 2, size=(7.7, 3.5))
def corners(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """Why the lasso makes zeros: the diamond and the circle

    Contours of the squared error over two weights, and budgets of one reach: |w₁| + |w₂| for the lasso, the root of
    w₁² + w₂² for ridge. The arrow is minus the gradient of the error, at right angles to the contour. At a corner of
    the diamond every arrow within the orange cone means that no step inside the budget helps: a whole range of data
    gives this solution, with one weight exactly zero. On the circle each point has a cone of a single direction, its
    radius, and both weights share.
    """
    two = corner_pair(standardize(data))
    path = lars_path(two.X, two.y, method="lasso")[2]
    least, lasso = path[:, -1], path[:, 1] / 2  # Up to the second kink of the path the other weight is zero.
    radius = float(np.abs(lasso).max())
    angle = np.linspace(0, 2 * np.pi, 200)
    diamond = radius * np.array([[1, 0, -1, 0], [0, 1, 0, -1]])
    circle = radius * np.array([np.cos(angle), np.sin(angle)])
    low, high = limits(np.array([least, [-radius, -radius], [radius, radius]]))
    u, v = np.meshgrid(np.linspace(low[0], high[0], 160), np.linspace(low[1], high[1], 160))
    error, floor = half_error(two, u, v), float(half_error(two, *least))
    if float(half_error(two, *lasso)) - floor <= ROUNDING * float(half_error(two, *np.zeros(2))):
        raise NotApplicable("one weight is enough: the features tell the same of the target")
    outwards = lasso / radius
    aside = np.array([outwards[1], outwards[0]])
    for panel, border, solution, name, cone in (
        (axes[0], diamond, lasso, "lasso", (outwards + aside, outwards - aside)),
        (axes[1], circle, ridge_of_length(two, radius), "ridge", ()),
    ):
        touched = float(half_error(two, *solution))
        levels = floor + (touched - floor) * np.array([0.03, 0.12, 0.3, 0.6, 1.5, 2.1, 2.9, 4])
        if cone:
            reach = 4 * float((high - low).max())
            wedge = np.array([solution, solution + reach * cone[0], solution + reach * cone[1]])
            panel.fill(*wedge.T, facecolor=ORANGE, alpha=0.22, linewidth=0)
        panel.fill(*border, facecolor=SKY, edgecolor=BLUE, alpha=0.35, linewidth=1.6, linestyle="-")
        panel.contour(u, v, error, levels=levels, colors="#888888", linewidths=0.6)
        panel.contour(u, v, error, levels=[touched], colors=[VERMILION], linewidths=1.6)
        star = {"marker": "*", "markersize": 12, "color": ORANGE, "markeredgecolor": BLACK, "linestyle": ""}
        panel.plot(*least, **star, label=f"least squares ({least[0]:.2g}, {least[1]:.2g})")
        found = f"{name} ({solution[0]:.3g}, {solution[1]:.3g})"
        panel.plot(*solution, "o", color=BLACK, markersize=6, linestyle="", label=found)
        slope = two.c - two.H @ solution
        head = solution + 0.3 * float((high - low).min()) * slope / float(np.linalg.norm(slope))
        arrow = {"arrowstyle": "-|>", "color": BLACK, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
        panel.annotate("", xy=head, xytext=solution, arrowprops=arrow)
        panel.axhline(0, color=BLACK, linewidth=0.6, linestyle="-")
        panel.axvline(0, color=BLACK, linewidth=0.6, linestyle="-")
        panel.set(xlabel=f"w₁: {two.names[0]}", ylabel=f"w₂: {two.names[1]}", aspect="equal")
        panel.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), title=f"{name}, budget {radius:.3g}")
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), borderaxespad=0)
        panel.grid(False)


def limits(points: Array) -> tuple[Array, Array]:
    """Return the lower and upper ends of a square around some points."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    half = 0.62 * float(np.ptp(points, axis=0).max())
    return middle - half, middle + half


def ridge_of_length(two: Standard, length: float) -> Array:
    """The ridge solution of about this length: the nearest for many alphas."""
    alphas = np.geomspace(1e-4, 1e4, 400) * len(two.X)
    solutions = Ridge(alphas).fit(two.X, np.tile(two.y[:, None], len(alphas))).coef_
    return np.asarray(solutions[np.abs(np.linalg.norm(solutions, axis=1) - length).argmin()])


@figure(1, 2, size=(8.4, 3.6))
def shrinkage_factors(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """What ridge leaves of least squares, direction by direction

    Left: the factor σ²/(σ² + λ) against the singular value, for several λ; the dots are the singular values of the
    data, and at the stars, where σ is the root of λ, the factor is one half. Directions in which the data vary little
    are shrunk most. Right: the factors add up to the effective degrees of freedom, which fall from the number of
    features to zero.
    """
    problem = standardize(data)
    factors, sums = axes
    singular = np.linalg.svd(problem.X, compute_uv=False)
    grid = np.geomspace(max(singular[-1], 1e-3 * singular[0]) / 3, 2 * singular[0], 200)
    for alpha, colour, dash, marker in zip((1.0, 10.0, 100.0, 1000.0), COLOURS, DASHES, MARKERS):
        strength = alpha * len(problem.X) / 100
        factors.plot(grid, shrinkage(grid**2, strength), color=colour, linestyle=dash, label=f"λ = {strength:g}")
        factors.plot(singular, shrinkage(singular**2, strength), marker, color=colour, markersize=3, linestyle="")
        if grid[0] < strength**0.5 < grid[-1]:
            factors.plot(strength**0.5, 0.5, "*", color=colour, markeredgecolor=BLACK, markersize=11, linestyle="")
    factors.set(
        xlabel="singular value σ", ylabel="factor on the least-squares weight", xscale="log", ylim=(-0.03, 1.38)
    )
    factors.set_yticks([0, 0.25, 0.5, 0.75, 1])
    factors.set_title("shrinkage")
    factors.axhline(0.5, color=PALE, linewidth=0.8, linestyle=":")
    factors.legend(loc="upper center", ncols=2)
    alphas = np.geomspace(1e-3, 1e6, 200) * len(problem.X) / 100
    sums.plot(alphas, degrees(singular**2, alphas), color=BLUE)
    sums.set(xlabel="λ", ylabel="effective degrees of freedom", xscale="log", title="parameters that are left")


@figure(1, 2, size=(8.4, 3.2))
def thresholding(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """A kink that holds a weight, and what each penalty makes of a weight

    For uncorrelated features every weight depends on its own least-squares weight c alone. Left: the objective of one
    weight is a parabola about c plus λ|w|. If c exceeds λ, its lowest point is at c − λ; otherwise it is the kink at
    zero. Right: the lasso moves c towards zero by λ and stops there, ridge shortens it by a factor, the best subset
    keeps it or drops it, with a jump. The dots are weights fitted to the data's features, made uncorrelated one after
    another.
    """
    problem = standardize(data)
    n, d = problem.X.shape
    basis = np.linalg.qr(problem.X)[0][:, : min(d, n - 2)] * np.sqrt(n)
    c = basis.T @ problem.y / n
    threshold = 0.3 * float(np.abs(c).max())
    kink, answers = axes
    draw_kink(kink, threshold)
    u = np.linspace(-1.15, 1.15, 401) * np.abs(c).max()
    hard = np.where(np.abs(u) > threshold, u, 0.0)
    hard[np.abs(np.diff(hard, append=hard[-1])) > 0.5 * threshold] = np.nan  # no line across the jump
    soft = Lasso(threshold, tol=1e-10).fit(basis, problem.y).coef_
    estimates: tuple[tuple[str, Array, Array | None, str, Any, float], ...] = (
        ("least squares", u, None, "#cccccc", "-", 5.0),
        ("best subset", hard, None, GREEN, ":", 2.0),
        ("lasso", np.sign(u) * np.maximum(np.abs(u) - threshold, 0), soft, BLUE, "-", 1.8),
        ("ridge", u / 2, Ridge(float(n)).fit(basis, problem.y).coef_, VERMILION, "-.", 1.8),
    )
    for (label, line, fitted, colour, dash, width), marker in zip(estimates, MARKERS):
        answers.plot(u, line, color=colour, linestyle=dash, linewidth=width, label=label)
        if fitted is not None:
            answers.plot(c, fitted, marker, color=colour, markersize=4, linestyle="", alpha=0.7)
    for edge in (-threshold, threshold):
        answers.axvline(edge, color=PALE, linewidth=0.8, linestyle=":")
    answers.set(xlabel="least-squares weight c", ylabel="weight w", title=f"λ = {threshold:.3g}; ridge with factor ½")
    answers.legend(loc="upper left")


def draw_kink(panel: Any, threshold: float) -> None:
    """Draw the objective of one weight for a least-squares weight beyond the threshold, and for one within it."""
    w = np.linspace(-1.2, 2.4, 361) * threshold
    for factor, colour, dash, place in ((2.0, BLUE, "-", (1.75, -0.5)), (0.6, VERMILION, "--", (1.2, 0.9))):
        c = factor * threshold
        values = (w - c) ** 2 / 2 + threshold * np.abs(w) - c**2 / 2
        least = max(c - threshold, 0.0)
        panel.plot(w, values, color=colour, linestyle=dash)
        height = (least - c) ** 2 / 2 + threshold * least - c**2 / 2
        panel.plot(least, height, "o", color=colour, markersize=7, linestyle="")
        panel.annotate(f"c = {factor:g} λ", (place[0] * threshold, place[1] * threshold**2), color=colour)
    panel.axvline(0, color=BLACK, linewidth=0.6, linestyle="-")
    panel.set_xticks([-threshold, 0, threshold, 2 * threshold], ["−λ", "0", "λ", "2λ"])
    panel.set(xlabel="weight w", ylabel="objective − its value at 0", title="½(w − c)² + λ|w|")
    panel.set_ylim(-0.75 * threshold**2, 1.8 * threshold**2)


@figure(1, 2, size=(8.4, 2.9))
def support_recovery(axes: Any, model: ElasticNet, data: Dataset) -> None:
    """When does the lasso find the right features?

    Share of 200 simulated data sets in which some λ selects exactly the features that matter, against the number of
    rows, for several ratios of noise to signal; bands are one standard error. Left: independent features; enough rows
    tell them apart. But if one that does not matter is nearly a sum of two that do (crosses), no number of rows is
    enough. Right: rows drawn from the data, whose features resemble each other; then many more are needed. The features
    that matter, all with weights of one size, are the first few of the lasso's path on the data.
    """
    problem = standardize(data)
    if problem.X.shape[1] < 3:
        raise NotApplicable("needs three features or more, some of which do not matter")
    truth = np.sign(few_features(problem))
    independent = np.random.default_rng(0).normal(size=(5000, len(truth)))
    sizes, trials = np.unique(np.geomspace(12, 800, 7).round().astype(int)), simulation.DATA_SETS
    for panel, X, title in ((axes[0], independent, "independent features"), (axes[1], problem.X, "rows of the data")):
        signal = float((X @ truth).std())
        shares = np.array([simulation.support_recovered(X, truth, int(n), NOISES * signal, trials) for n in sizes])
        for share, ratio, colour, dash, marker in zip(shares.T, NOISES, (BLUE, ORANGE, PURPLE), DASHES, MARKERS):
            error = np.sqrt(share * (1 - share) / trials)
            panel.fill_between(sizes, share - error, share + error, color=colour, alpha=0.25, linewidth=0)
            panel.plot(sizes, share, color=colour, linestyle=dash, marker=marker, markersize=4, label=f"{ratio:g}")
        if panel is axes[0] and np.count_nonzero(truth) > 1:
            mixed = simulation.with_a_mixture(X, truth)
            never = [simulation.support_recovered(mixed, truth, int(n), NOISES[:1] * signal, trials)[0] for n in sizes]
            panel.plot(sizes, never, "x--", color=BLACK, markersize=5, label="a mixture")
            panel.legend(*[part[-1:] for part in panel.get_legend_handles_labels()], loc="center right", fontsize=8)
        panel.set(xlabel="rows n", xscale="log", ylim=(-0.03, 1.03))
        panel.set_xticks(sizes, [str(n) for n in sizes])
        panel.minorticks_off()
        panel.set_title(f"{title}: {np.count_nonzero(truth)} of {len(truth)} matter", fontsize=10)
    axes[0].set_ylabel("share that are right")
    axes[1].legend(loc="upper left", title="noise / signal")
