"""Axes of rows: where they lie, what they are made of, and what units and whitening do to them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Patch

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.labels import label_points
from groundup.plotting.plane import DRAWN
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.common.words import percent
from groundup.projects.pca.figures import drawing
from groundup.projects.pca.models.kernel_pca import KernelPCA
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.models.truncated_svd import TruncatedSVD

FEET = 40  # Rows whose way to a line is drawn.
BARS = 19  # Angles of the bars, from 0 to 180 degrees.
OFF = 60.0  # Degrees between the poor line and the best.
MOST_ARROWS = 10  # Columns of a biplot: those with the longest arrows.
FIRST_OF_WORDS = 1  # The first direction of counts of words is left out: it is that of the mean.
SHORTEST = 0.03  # Length of an arrow that can be seen, relative to the longest.


@figure(1, 3, size=(11.4, 3.6))
def turning_axis(axes: Any, model: Any, data: Dataset) -> None:
    """A line turns about the mean

    Left and middle: the same rows and two lines through their mean. Blue dots are the shadows of some rows, orange
    strokes their distances from the line. Right: the variance along the line and the variance across it, that is the
    squared distances from it over n − 1, for every angle. What one bar gains the other loses: they add up to the
    variance of all columns, so the line of largest variance is also the line of smallest distance. Of more than two
    columns the plane of the first two axes is shown, and the distances count the other directions, too.
    """
    data = drawing.complete(model, data)
    if isinstance(model, TruncatedSVD):
        raise NotApplicable(drawing.THROUGH_ZERO)
    turning = drawing.turning_of(data)
    points = turning.plane(data.X)
    shown, feet = some_rows(len(points), DRAWN), some_rows(len(points), FEET)
    poor, best, bars = axes
    poor_angle = (turning.best + OFF) % 180
    for panel, angle, words in ((poor, poor_angle, "another line"), (best, turning.best, "first axis")):
        panel.scatter(*points[shown].T, s=12, color="#999999", alpha=0.5, linewidths=0)
        drawing.draw_line(panel, turning, points[feet], angle)
        drawing.set_equal_frame(panel, turning.plane.names, points[shown])
        share = percent(float(turning.along(angle) / turning.total))
        panel.set_title(f"{words}: {share} of the variance")
    draw_bars(bars, turning, np.linspace(0, 180, BARS), drawing.unit_of(data) or "units")
    for angle, words in ((poor_angle, "other"), (turning.best, "first axis")):
        bars.plot([angle, angle], [0, turning.total], ":", color=BLACK, linewidth=1.0)
        bars.text(np.clip(angle, 15, 165), 1.01 * turning.total, words, ha="center", va="bottom", fontsize=9)


def draw_bars(axes: Any, turning: drawing.Turning, angles: Array, unit: str) -> None:
    """Draw the variances along the line and across it, one on top of the other, for some angles."""
    along, across = turning.along(angles), turning.across(angles)
    wide = 0.8 * 180 / (BARS - 1)
    far: dict[str, Any] = {"facecolor": ORANGE, "hatch": "//", "edgecolor": "white", "linewidth": 0}
    axes.bar(angles, along, wide, color=BLUE)
    axes.bar(angles, across, wide, bottom=along, **far)
    axes.axhline(turning.total, color=BLACK, linewidth=1.2)
    axes.set(xlabel="angle of the line (degrees)", ylabel=f"variance ({unit}²)", xlim=(-6, 186),
             ylim=(0, 1.45 * turning.total))  # fmt: skip
    keys = [Patch(color=BLUE, label="along the line"), Patch(**far, label="across it: squared distance")]
    axes.legend(handles=keys, loc="upper left")  # Patches of their own: the first frame has no bars.
    axes.set_xticks(range(0, 181, 30))


@figure(size=(7.4, 5.8))
def biplot(axes: Any, model: Any, data: Dataset) -> None:
    """Rows and columns in one picture

    Dots are rows, at their first two scores in standard deviations. Arrows are columns: a row lies far along an arrow
    where its value in that column is large. The smaller the angle of two arrows, the closer their columns are
    correlated; at a right angle they are not, as far as two axes tell. Of many columns those with the longest arrows
    are drawn. In the space of a kernel there are no arrows, and scores are in its units. Of counted words the second
    and third direction are drawn, as they are found: the first says what is in most of the rows.
    """
    if isinstance(model, KernelPCA):
        draw_kernel_scores(axes, model, data)
        return
    if isinstance(data.X, Csr):
        draw_words(axes, model, data)
        return
    data = drawing.complete(model, data)
    n, d = data.X.shape
    if min(n, d) < 2:
        raise NotApplicable("a picture of two axes needs at least two rows and two columns")
    if np.ptp(data.X, axis=0).max() == 0:
        raise NotApplicable("all rows are equal: no direction has any variance")
    fit = PCA(2, whiten=True, svd_solver="covariance_eigh" if n > d else "full").fit(data.X)
    points = fit.transform(data.X)
    drawing.draw_groups(axes, points, data)
    arrows = fit.components_.T * np.sqrt(fit.explained_variance_)
    length = np.linalg.norm(arrows, axis=1)
    chosen = np.argsort(-length, kind="stable")[:MOST_ARROWS]
    chosen = chosen[length[chosen] > SHORTEST * length.max()]
    reach = np.abs(points).max()
    tips = arrows[chosen] * 0.9 * reach / length.max()
    draw_arrows(axes, tips, [data.feature_names[j] for j in chosen], reach)
    share = fit.explained_variance_ratio_
    axes.set(
        xlabel=f"score on axis 1 ({percent(float(share[0]))} of the variance; standard deviations)",
        ylabel=f"score on axis 2 ({percent(float(share[1]))}; standard deviations)",
    )
    axes.axhline(0, color=BLACK, linewidth=0.5)
    axes.axvline(0, color=BLACK, linewidth=0.5)


def draw_kernel_scores(axes: Any, model: KernelPCA, data: Dataset) -> None:
    """Draw the rows at their first two scores in the space of a kernel."""
    points = model.transform(data.X)
    if points.shape[1] < 2:
        raise NotApplicable("a picture of two axes needs a model with two axes")
    drawing.draw_groups(axes, points[:, :2], data)
    axes.set(xlabel="score on axis 1 (space of the kernel)", ylabel="score on axis 2 (space of the kernel)")


def draw_words(axes: Any, model: Any, data: Dataset) -> None:
    """Draw rows that count words, and the words with the longest arrows, along the second and third direction."""
    if len(model.components_) < FIRST_OF_WORDS + 2:
        raise NotApplicable("a picture of words needs a model with three directions")
    shown = slice(FIRST_OF_WORDS, FIRST_OF_WORDS + 2)
    points, arrows = model.transform(data.X)[:, shown], model.components_[shown].T
    drawing.draw_groups(axes, points, data)
    length = np.linalg.norm(arrows, axis=1)
    chosen = np.argsort(-length, kind="stable")[:MOST_ARROWS]
    reach = np.abs(points).max()
    tips = arrows[chosen] * 0.9 * reach / length.max()
    draw_arrows(axes, tips, [data.feature_names[j] for j in chosen], reach)
    axes.set(xlabel="score on direction 2", ylabel="score on direction 3")


def draw_arrows(axes: Any, tips: Array, names: Sequence[str], reach: float) -> None:
    """Draw arrows from the origin with the names of their columns, and leave room for these on the right."""
    for tip in tips:
        axes.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "color": VERMILION, "linewidth": 1.5})
    axes.set(xlim=(-1.1 * reach, 1.7 * reach), ylim=(-1.1 * reach, 1.1 * reach))
    axes.set_aspect("equal")
    label_points(axes, tips, names)


@figure(1, 3, size=(13.6, 4.6))
def whitening(axes: Any, model: Any, data: Dataset) -> None:
    """Whitening: turn, then divide

    The two columns that are correlated most, with an ellipse at two standard deviations. The scores are the same cloud,
    turned until it is uncorrelated; divided by the standard deviations along the axes it is round. Distances between
    whitened rows no longer depend on the units of the columns, nor on their correlation.
    """
    data = drawing.complete(model, data)
    j, k = related_columns(data.X)
    X = data.X[:, [j, k]]
    if np.ptp(X, axis=0).max() == 0:
        raise NotApplicable("all rows are equal: no direction has any variance")
    scores, white = (PCA(svd_solver="full", whiten=whiten).fit(X).transform(X) for whiten in (False, True))
    if scores.shape[1] < 2:
        raise NotApplicable("a picture of two axes needs at least two rows")
    names = (data.axis_names[j], data.axis_names[k])
    steps = (
        (X, names, "the rows"),
        (scores, ("score on axis 1", "score on axis 2"), "turned: the scores"),
        (white, ("score 1 (standard deviations)", "score 2 (standard deviations)"), "divided: whitened"),
    )
    shown = some_rows(len(X), DRAWN)
    for panel, (points, words, title) in zip(axes, steps, strict=True):
        panel.scatter(*points[shown].T, s=12, color=BLUE, alpha=0.5, linewidths=0)
        outline = drawing.ellipse(np.cov(points.T), points.mean(axis=0))
        panel.plot(*outline.T, "-", color=VERMILION)
        drawing.set_equal_frame(panel, words, np.vstack([points, outline]))
        panel.set_title(title)


def related_columns(X: Array) -> tuple[int, int]:
    """Return the two columns with the largest correlation, whatever its sign.

    Raises
    ------
    NotApplicable
        For a single column.
    """
    n, d = X.shape
    if d < 2:
        raise NotApplicable("whitening needs at least two columns")
    spread = X.std(axis=0)
    some = np.argsort(-spread, kind="stable")[:200]  # A matrix of all pairs of very many columns takes too long.
    Z = (X[:, some] - X[:, some].mean(axis=0)) / np.where(spread[some] > 0, spread[some], 1)
    correlation = np.abs(np.triu(Z.T @ Z / n, 1))
    first, second = np.unravel_index(int(correlation.argmax()), correlation.shape)
    found = sorted((int(some[first]), int(some[second]))) if first != second else [0, 1]
    return found[0], found[1]


@figure(1, 2, size=(9.4, 3.5))
def scaling(axes: Any, model: Any, data: Dataset) -> None:
    """Units decide, whatever the data of this run

    Thirteen measurements of wines from three cultivars, in units as different as percent and milligrams a litre. Left:
    as they were measured. One column has nearly all the variance, and the first axis is that column. Right: every
    column divided by its standard deviation. Now all of them have a say, and the cultivars come apart, although nobody
    told the algorithm that there are three. Titles name the largest entry of the first axis.
    """
    wine = bundled.wine(0)
    for panel, X, title in (
        (axes[0], wine.X, "as measured"),
        (axes[1], (wine.X - wine.X.mean(axis=0)) / wine.X.std(axis=0), "in standard units"),
    ):
        fit = PCA(2).fit(X)
        drawing.draw_groups(panel, fit.transform(X), wine)
        share, first = fit.explained_variance_ratio_, fit.components_[0]
        largest = int(np.abs(first).argmax())
        panel.set(
            xlabel=f"score on axis 1 ({percent(float(share[0]))} of the variance)",
            ylabel=f"score on axis 2 ({percent(float(share[1]))})",
            title=f"{title}: {wine.feature_names[largest]} {first[largest]:.2f} on axis 1",
        )
