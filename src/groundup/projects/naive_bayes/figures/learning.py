"""How many rows a generative and a discriminative classifier need."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup import LogisticRegression
from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.projects.naive_bayes.evidence import unseen

DRAWS = 10  # Random choices of the rows, over which errors are averaged,
FEW_DRAWS = 2  # and fewer where the rows have many columns.
WIDE = 1000  # Columns from which they are many.
SIZES = 6
TOLERANCE = 1e-2  # Of logistic regression: a smaller one changes hardly any class.
FAR = 1.5  # Times the largest error: how high the line of the most frequent class may lie.
FEWEST = 4  # Rows a class from which both are fitted.


@figure(size=(4.8, 3.5))
def against_logistic_regression(axes: Any, model: Any, data: Dataset) -> None:
    """Few rows and many rows: naive Bayes and logistic regression

    Both are fitted to the same random choices of the rows, and judged by held-out ones; a band is one standard error of
    the mean over the choices. Naive Bayes comes near its least error with few rows, because it estimates each column by
    itself. Logistic regression assumes less, needs more rows for it, and in the end is often better: where the lines
    cross, it depends on the data whether they do (Ng and Jordan, 2002).
    """
    if data.held_out is None:
        raise NotApplicable("no rows are held out")
    K, n = len(model.classes_), len(data.X)
    if K < 2 or n < 2 * FEWEST * K:
        raise NotApplicable("there are too few rows to leave some of them out")
    sizes = np.unique(np.geomspace(FEWEST * K, n, SIZES).astype(int))
    errors = np.array(list(drawn_errors(model, data, sizes)))  # (draws, sizes, 2)
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    names = (type(model).__name__, "LogisticRegression")
    for k, (name, shade, line) in enumerate(zip(names, (BLUE, ORANGE), ("o-", "s--"), strict=True)):
        axes.plot(sizes, mean[:, k], line, color=shade, label=name)
        axes.fill_between(
            sizes, mean[:, k] - error[:, k], mean[:, k] + error[:, k], color=shade, alpha=0.2, linewidth=0
        )
    _, count = np.unique(np.asarray(unseen(data).y), return_counts=True)
    chance = 1 - count.max() / count.sum()
    if chance < FAR * mean.max():  # a line far above the curves would flatten them
        axes.axhline(chance, color=BLACK, linewidth=0.9, linestyle=(0, (5, 3)), label="most frequent class")
    axes.set(xscale="log", xlabel="rows of the fit", ylabel="share of held-out rows wrong")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")


def drawn_errors(model: Any, data: Dataset, sizes: Array) -> Iterator[Array]:
    """Yield the held-out errors of both classifiers for each number of rows, (sizes, 2), for one choice after another.

    The rows of a smaller number are among those of a larger one.
    """
    rows = unseen(data)
    sparse = isinstance(data.X, Csr)
    for draw in range(FEW_DRAWS if data.X.shape[1] > WIDE else DRAWS):
        order = interleaved(np.asarray(data.y), np.random.default_rng(draw))
        found = np.empty((len(sizes), 2))
        for place, size in enumerate(sizes):
            chosen = np.sort(order[:size])
            X, y = data.X[chosen], np.asarray(data.y)[chosen]
            scale = None if sparse else Scale.of(X)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Of few rows, whose answers are what is looked at.
                generative = type(model)(**model.get_params()).fit(X, y)
                linear = LogisticRegression(tol=TOLERANCE, max_iter=1000).fit(X if scale is None else scale.apply(X), y)
            Z = rows.X if scale is None else scale.apply(rows.X)
            for side, predicted in enumerate((generative.predict(rows.X), linear.predict(Z))):
                found[place, side] = (predicted != np.asarray(rows.y)).mean()
        yield found


def interleaved(y: Array, rng: np.random.Generator) -> Array:
    """Return the rows in random order, of which the first ones hold at least two of each class that has them."""
    order = rng.permutation(len(y))
    _, code = np.unique(y[order], return_inverse=True)
    grouped = np.argsort(code, kind="stable")
    size = np.bincount(code)
    rank = np.empty(len(y), dtype=np.intp)  # place of each row among those of its class
    rank[grouped] = np.arange(len(y)) - np.repeat(np.cumsum(size) - size, size)
    return np.concatenate([order[rank < 2], order[rank >= 2]])
