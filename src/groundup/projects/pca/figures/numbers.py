"""How many axes, and how near a random subspace comes."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.pca import textbook
from groundup.projects.pca.choice import CERTAIN, SHUFFLES, parallel_analysis
from groundup.projects.pca.figures.digits import pictures
from groundup.projects.pca.figures.drawing import require_columns, unit_of

MOST_AXES = 40  # Axes that are drawn.
ASKED, MORE = 10, 5  # Axes, and random columns beyond them, of the figure of random subspaces.
STEPS = 6  # Numbers of power iterations, from 0 on.
TRIALS = 20  # Draws of random columns for each.
ROWS = 600  # Most rows of that figure.


@figure(1, 2, size=(9.4, 3.4))
def scree(axes: Any, model: Any, data: Dataset) -> None:
    """How many axes stand out?

    Left: the variance along each axis (bars), and what tables with the same columns have at that place whose entries
    are shuffled, so that nothing but chance correlates them (dots). The first axes stand out, up to the first bar that
    does not pass its dot. Right: the share of the variance that the first axes explain together; the dotted line marks
    as many as the model has. The two answer different questions: how much is worth keeping, and how much is more than
    chance.
    """
    require_columns(model, data)
    found = parallel_analysis(data.X)
    if found is None:
        raise NotApplicable("the table is too large to shuffle its columns again and again")
    total = float(found.variance.sum())
    if total <= 0:
        raise NotApplicable("all rows are equal: no direction has any variance")
    m = min(len(found.variance), MOST_AXES)
    place = np.arange(1, m + 1)
    kept = len(model.components_)
    variances, shares = axes
    above = np.arange(m) < found.number
    variances.bar(place[above], found.variance[:m][above], color=BLUE, label="stand out")
    variances.bar(place[~above], found.variance[:m][~above], color="#bbbbbb", label="from the first that does not")
    words = f"shuffled: {100 * CERTAIN:.0f} % of {SHUFFLES} tables have less"
    variances.plot(place, found.by_chance[:m], "o--", color=VERMILION, markersize=4, label=words)
    variances.set(
        xlabel="axis",
        ylabel=f"variance ({unit_of(data) or 'units'}²)",
        title=f"{found.number} of {len(found.variance)} axes stand out",
    )
    highest = max(float(found.variance[0]), float(found.by_chance[0]))
    variances.set_ylim(0, 1.5 * highest)  # Room for the legend above the bars.
    variances.legend(loc="upper right")
    shares.plot(place, np.cumsum(found.variance)[:m] / total, "o-", color=BLUE, markersize=4)
    shares.set(xlabel="number of axes", ylabel="share of the variance", ylim=(0, 1.04), title="explained together")
    if kept <= m:
        shares.axvline(kept, color=BLACK, linewidth=1.0, linestyle=":")
    for panel in axes:
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.set_xlim(0.3, m + 0.7)


@figure(size=(7.2, 3.0))
def randomized_error(axes: Any, model: Any, data: Dataset) -> None:
    """How near a random subspace comes

    Digits, or this run's data where its rows are pictures. The rows are multiplied with a few random columns, and the
    subspace that these span is taken for that of the first axes. Drawn is the largest singular value of what it leaves
    of the rows, over the number of further multiplications: dots for single draws, a line for their mean. It cannot
    fall below the first singular value that is left out; the bound, known before anything is computed but for the
    singular values, holds for the mean.
    """
    X = pictures(data).X
    X = X[some_rows(len(X), ROWS)]
    k, width = ASKED, ASKED + MORE
    if min(X.shape) < 2 * width:
        raise NotApplicable(f"a random subspace of {width} dimensions needs twice as many rows and columns")
    A = X - X.mean(axis=0)
    singular = np.linalg.svd(A, compute_uv=False)
    if singular[width] <= 1e-9 * singular[0]:
        raise NotApplicable(f"{width} axes explain everything: there is no error to draw")
    rng = np.random.default_rng(0)
    steps = np.arange(STEPS)
    errors = np.array(
        [[left_out(A, rng.normal(size=(A.shape[1], width)), q) for _ in range(TRIALS)] for q in range(STEPS)]
    )
    axes.plot(steps, bound(singular, k, MORE, steps), "s--", color=VERMILION, label="bound on the mean")
    axes.plot(np.repeat(steps, TRIALS), errors.ravel(), "o", color=ORANGE, markersize=3.5, alpha=0.5, linewidth=0,
              label="single draws")  # fmt: skip
    axes.plot(steps, errors.mean(axis=1), "o-", color=BLUE, label=f"mean of {TRIALS} draws")
    for m, shade, line in ((k, GREEN, "-."), (width, BLACK, ":")):
        words = f"best subspace of {m} dimensions: σ{subscript(m + 1)}"
        axes.axhline(singular[m], color=shade, linestyle=line, label=words)
    axes.set(xlabel="further multiplications q", ylabel="largest singular value left", yscale="log")
    axes.set_xticks(steps)
    axes.legend()


def left_out(A: Array, Omega: Array, steps: int) -> float:
    """Return the norm of what a random subspace leaves of a matrix.  eq. pca:range"""
    Q = textbook.range_finder(A, Omega, steps)
    return float(np.linalg.norm(A - Q @ (Q.T @ A), 2))


def bound(singular: Array, k: int, more: int, steps: Array) -> Array:
    """Return the bound on the mean error of a random subspace with `more` columns than k, for numbers of steps.

    Source: N. Halko, P. G. Martinsson, J. A. Tropp, SIAM Review 53 (2011), theorem 10.5 with powers.
    """
    relative = singular[k:] / singular[k]
    power = 4 * np.asarray(steps) + 2
    sums = np.array([(relative**p).sum() for p in power])
    return np.asarray(((1 + k / (more - 1)) * sums) ** (1 / power) * singular[k])


def subscript(number: int) -> str:
    """Return a number as an index."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
