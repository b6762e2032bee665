"""Experiments whose truth is known: a leak in pure noise, folds of few rows, drift and none."""

from math import erf
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.classification_pipeline import example, textbook
from groundup.projects.classification_pipeline.drift import distance
from groundup.projects.classification_pipeline.figures.curves import ABOVE

SIZES, REPEATS = (100, 200, 400), 20  # Rows of noise, and draws of each but the first, which has those on the left.
FEW, OTHERS, DEALINGS = 40, 2000, 200  # Rows that are cross-validated, that judge; and how often they are drawn.
WIDTH, APART = 30, 0.3  # Their columns, and the distance of the class means in each, in standard deviations.
FOLDS = (2, 4, 10, 40)
SHIFT, BINS, TABLES = 0.25, 10, 120  # Drift in standard deviations, bins of the index, pairs of tables.
ROWS = (50, 100, 200, 500, 1000, 3000)
LEVEL = 1.358  # Of Kolmogorov's distribution: exceeded with a probability of 5 per cent.
LITTLE, MUCH = 0.1, 0.25  # Limits of the index by rule of thumb.


@figure(1, 2, size=(9.4, 3.5))
def leakage(axes: Any, model: Any, data: Dataset) -> None:
    """Columns of noise that seem to tell classes apart

    A thousand columns of random numbers that have nothing to do with the class; the twenty whose means differ most
    between the classes are kept, and the nearest class mean is judged by five folds. Orange: the columns are chosen
    from all rows, before the split. Blue: again without each fold. Left: accuracies of 50 draws of 100 rows. Right:
    with more rows the leak shrinks, but slowly; the dashed line is what the chosen columns promise on their own rows.
    """
    draws, sizes = axes
    before, after = example.leaks().T
    edges = np.arange(0.275, 0.976, 0.05)
    for found, shade, hatch, name in ((before, ORANGE, "//", "before the split"), (after, BLUE, "", "within it")):
        draws.hist(found, edges, color=shade, alpha=0.8, hatch=hatch, edgecolor=BLACK, linewidth=0.5,
                   label=f"{name}: {found.mean():.2f}")  # fmt: skip
    draws.axvline(0.5, color=BLACK, linestyle=":", linewidth=1.2)
    draws.set(xlabel="accuracy on the folds", ylabel="draws of the noise", ylim=(0, 27))
    draws.legend(**ABOVE)
    found = np.array([example.leaks().mean(axis=0), *(leaked(n) for n in SIZES[1:])])  # (sizes, 2)
    sizes.plot(SIZES, found[:, 0], "o-", color=ORANGE, label="before the split")
    sizes.plot(SIZES, found[:, 1], "s-", color=BLUE, label="within it")
    square = 7.2  # mean square of the twenty largest of a thousand standard normal numbers
    promised = [0.5 * (1 + erf(np.sqrt(example.KEPT * square / n / 2))) for n in SIZES]
    sizes.plot(SIZES, promised, "--", color=BLACK, linewidth=1, label="promised")
    sizes.axhline(0.5, color=BLACK, linestyle=":", linewidth=1.2)
    sizes.set(xlabel="rows", ylabel="accuracy on the folds", xscale="log", ylim=(0.3, 1.02))
    sizes.set_xticks(SIZES, [str(n) for n in SIZES], minor=False)
    sizes.set_xticks([], minor=True)
    sizes.legend(**ABOVE | {"ncols": 3})


def leaked(n: int) -> Array:
    """Return the mean accuracies for n rows of noise: chosen before the split, and within it."""
    y = np.arange(n) % 2
    fold = textbook.stratified_folds(y, example.FOLDS)
    found = []
    for draw in range(REPEATS):
        X = np.random.default_rng(draw).normal(size=(n, example.COLUMNS))
        found.append([textbook.accuracy_of_chosen(X, y, example.KEPT, fold, before) for before in (True, False)])
    return np.mean(found, axis=0)


@figure(size=(5.6, 3.7))
def spread(axes: Any, model: Any, data: Dataset) -> None:
    """What cross-validation of few rows says, and what is true

    Forty made-up rows of two classes, whose means differ a little in each of thirty columns, are drawn again and again;
    the nearest class mean is cross-validated on them, and the model of all forty is judged by two thousand other rows.
    Drawn is the difference: below zero, cross-validation was too pessimistic. With two folds it is so on average
    (diamonds), because the models of the folds know only half of the rows; the spread, which is far larger, hardly
    depends on the number of folds. Boxes hold half of the draws, whiskers nine in ten.
    """
    axes.boxplot(
        [*differences().T], positions=range(len(FOLDS)), whis=(5, 95),  # codespell:ignore whis
        showmeans=True, widths=0.5, sym="",
        medianprops={"color": BLUE}, meanprops={"marker": "D", "markerfacecolor": ORANGE, "markeredgecolor": BLACK},
    )  # fmt: skip
    axes.axhline(0, color=BLACK, linestyle=":", linewidth=1.2)
    axes.set_xticks(range(len(FOLDS)), [str(k) if k < FEW else f"{k} (one row each)" for k in FOLDS])
    axes.set(xlabel="folds", ylabel="accuracy: folds − other rows")


def differences() -> Array:
    """Return by how much cross-validation was too high, (draws, numbers of folds)."""
    found = np.zeros((DEALINGS, len(FOLDS)))
    for draw in range(DEALINGS):
        rng = np.random.default_rng(draw)
        (few, y), (others, truth) = made(rng, FEW), made(rng, OTHERS)
        worth = (textbook.nearest_mean(few, y, others) == truth).mean()
        found[draw] = [folded(few, y, textbook.stratified_folds(y, k)) - worth for k in FOLDS]
    return found


def made(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Return n rows of normal columns, and their classes, between whose means lies a part of a deviation."""
    y = np.arange(n) % 2
    return rng.normal(size=(n, WIDTH)) + APART * (y[:, None] - 0.5), y


def folded(X: Array, y: Array, fold: Array) -> float:
    """Return the cross-validated accuracy of the nearest class mean.  eq. classification_pipeline:folds"""
    predicted = np.empty_like(y)
    for f in np.unique(fold):
        predicted[fold == f] = textbook.nearest_mean(X[fold != f], y[fold != f], X[fold == f])
    return float((predicted == y).mean())


@figure(1, 2, size=(9.4, 4.1))
def drift(axes: Any, model: Any, data: Dataset) -> None:
    """Drift, and what looks like it

    Pairs of tables of one normal column, of equal size: without drift, and with the second one moved by a quarter of
    its standard deviation. Left: the stability index in ten bins, mean and nine in ten tables. Small tables without any
    drift have a large index: it is the number of bins less one, times the sum of 1 over the rows (dashed), and passes
    the limits of the rule of thumb (dotted). Right: how often an alarm is raised. The test of Kolmogorov and Smirnov
    keeps its share of false alarms at 5 % for every size, and finds the drift once there are rows enough.
    """
    index, alarms = axes
    for shift, shade, mark, name in ((0.0, BLUE, "o", "no drift"), (SHIFT, VERMILION, "s", "drift")):
        found = np.array([watched(n, shift) for n in ROWS])  # (sizes, tables, 2)
        value, raised = found[:, :, 0], found[:, :, 1]
        index.plot(ROWS, value.mean(axis=1), f"{mark}-", color=shade, label=name)
        index.fill_between(ROWS, *np.quantile(value, (0.05, 0.95), axis=1), color=shade, alpha=0.2, linewidth=0)
        alarms.plot(ROWS, raised.mean(axis=1), f"{mark}-", color=shade, label=f"test, {name}")
        alarms.plot(ROWS, (value > LITTLE).mean(axis=1), f"{mark}:", color=shade, markerfacecolor="white",
                    label=f"index > {LITTLE}, {name}")  # fmt: skip
    index.plot(ROWS, [(BINS - 1) * 2 / n for n in ROWS], "--", color=BLACK, linewidth=1, label="by chance")
    for limit in (LITTLE, MUCH):
        index.axhline(limit, color=BLACK, linestyle=":", linewidth=1)
    alarms.axhline(0.05, color=GREEN, linestyle=":", linewidth=1.2)
    index.set(xscale="log", yscale="log", xlabel="rows of each table", ylabel="stability index")
    alarms.set(xscale="log", xlabel="rows of each table", ylabel="share of the pairs with an alarm", ylim=(-0.03, 1.05))
    index.legend(**ABOVE)
    alarms.legend(**ABOVE)


def watched(n: int, shift: float) -> Array:
    """Return the stability index and whether the test raises an alarm, for pairs of tables of n rows; (tables, 2).

    eq. classification_pipeline:psi, classification_pipeline:drift
    """
    rng, found = np.random.default_rng(n), []
    for _ in range(TABLES):
        old, new = rng.normal(size=n), rng.normal(size=n) + shift
        inner = np.quantile(old, np.arange(1, BINS) / BINS)
        counts = [np.bincount(np.searchsorted(inner, one), minlength=BINS) + 0.5 for one in (old, new)]
        far = distance(old, new) * np.sqrt(n / 2) > LEVEL
        found.append((textbook.psi(*counts), far))
    return np.array(found, dtype=float)
