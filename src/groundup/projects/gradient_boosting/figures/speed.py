"""How long a fit takes, against the number of rows and against scikit-learn."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic.regression import friedman_rows
from groundup.plotting.figure import figure
from groundup.plotting.style import BLUE, ORANGE
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import GradientBoostingRegressor
from groundup.projects.gradient_boosting.models.hist_gradient_boosting_regressor import HistGradientBoostingRegressor

ROWS = (250, 1000, 4000, 10_000)
COLUMNS, TREES = 10, 10


@figure(1, 1, size=(8.4, 4.0))
def speed(axes: Any, model: Any, data: Dataset) -> None:
    """How long a fit takes

    The time in which ten trees are fitted to made-up rows (Friedman's test, ten columns), on this machine while the
    report was written; both axes are logarithmic, so that a straight line of slope 1 means twice the time for twice the
    rows. Exact trees compare the cuts between all entries, histograms those between 255 bins, however many rows there
    are: while these are few, their time hardly depends on the number of rows. Dashed, scikit-learn's time for the same
    trees. For careful figures, in turn and with spread: “groundup bench gradient_boosting”.
    """
    from sklearn import ensemble

    sides: tuple[tuple[str, str, dict[str, Any], Any], ...] = (
        ("exact trees", ORANGE, {"n_estimators": TREES}, GradientBoostingRegressor),
        ("histograms", BLUE, {"max_iter": TREES, "early_stopping": False}, HistGradientBoostingRegressor),
    )
    X, y = friedman_rows(np.random.default_rng(0), ROWS[-1], COLUMNS)
    for name, colour, parameters, ours in sides:
        for kind, dash, whose in ((ours, "-", ""), (getattr(ensemble, ours.__name__), "--", ", scikit-learn")):
            times = [seconds(kind(**parameters).fit, X[:n], y[:n]) for n in ROWS]
            axes.loglog(ROWS, 1000 * np.array(times), dash, color=colour, marker="o", markersize=4, label=name + whose)
    axes.set_xticks(ROWS, [f"{n:,}" for n in ROWS])
    axes.minorticks_off()
    axes.set(xlabel="rows", ylabel="time of a fit of ten trees (ms)")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))


def seconds(fit: Callable[..., Any], X: Array, y: Array) -> float:
    """Return the shorter time of two fits: the first one may have to load something."""
    found = []
    for _ in range(2):
        begin = time.perf_counter()
        fit(X, y)
        found.append(time.perf_counter() - begin)
    return min(found)
