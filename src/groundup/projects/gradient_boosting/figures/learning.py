"""Learning rate and number of trees, on the rows of the fit and on others."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import COLOURS, DASHES
from groundup.plotting.thinning import some_rows
from groundup.projects.gradient_boosting.figures.drawing import brief
from groundup.projects.gradient_boosting.stages import count_name, scores_after, stages_of, targets_of, told_loss

RATES = (1.0, 0.3, 0.1, 0.03)
TREES = 300
MOST = 1000  # Rows that these models are fitted to.
FEWEST = 10  # Held-out rows from which a curve says something.


@figure(1, 2, size=(10.0, 4.2))
def rate_and_trees(axes: Any, model: Any, data: Dataset) -> None:
    """A smaller learning rate needs more trees, and often holds better

    The loss after each number of trees, for four learning rates: left on the rows of the fit, right on rows that no fit
    has seen, with a dot at the least loss of each. All curves start at the best constant. On the rows of the fit more
    trees and larger steps lower the loss, nearly without end. On new rows each curve has its lowest point, from which
    on trees learn noise: with large steps it comes after few trees and is often higher, with small steps it comes late
    and is wide, so that the number of trees hardly matters. Compare the dots: where they are equally low, the smaller
    rate only costs more trees.
    """
    stages_of(model, data)  # a single tree has none
    unseen = data.held_out
    if unseen is None or len(unseen.X) < FEWEST:
        raise NotApplicable("There are too few held-out rows to compare models by.")
    few = some_rows(len(data.X), MOST)
    X, y = data.X[few], np.asarray(data.y)[few]
    own = model.get_params() | {count_name(model): TREES, "warm_start": False}
    own |= {"early_stopping": False} if "early_stopping" in own else {"n_iter_no_change": None}
    for k, rate in enumerate(RATES):
        other = type(model)(**own | {"learning_rate": rate}).fit(X, y)
        for panel, rows in ((axes[0], data.take(few)), (axes[1], unseen)):
            values = losses(other, rows)
            panel.plot(np.arange(len(values)), values, linestyle=DASHES[k], color=COLOURS[k], label=f"rate {rate:g}")
            if panel is axes[1]:
                best = int(values.argmin())
                panel.plot([best], values[best], "o", color=COLOURS[k], markersize=7, markeredgecolor="white")
    unit = f", {data.target_name}" if root(model) and data.target_name else ""
    for panel, where in zip(axes, ("rows of the fit", f"{len(unseen.X):,} held-out rows"), strict=True):
        panel.set_xscale("symlog", linthresh=1, linscale=0.3)
        ticks = [count for count in (0, 1, 10, 100) if count < TREES] + [TREES]
        panel.set_xticks(ticks, [f"{count}" for count in ticks])
        panel.minorticks_off()
        panel.set(xlabel="trees", title=where)
        panel.set_ylabel(brief(f"{'root mean squared error' if root(model) else 'mean loss'}{unit}", 42))
        low, high = panel.get_ylim()
        panel.set_ylim(min(0.0, low) if panel is axes[0] else low, high)
    axes[0].legend(loc="best")


def root(model: Any) -> bool:
    """Whether the loss is the squared one, of which the root is drawn, in the unit of the target."""
    return bool(model.loss == "squared_error")


def losses(model: Any, rows: Dataset) -> Array:
    """Return the loss of rows after 0, 1, … trees."""
    y, F = targets_of(model, rows), scores_after(model, rows.X)
    values = np.array([told_loss(model._loss.at(y, one, None), y, one) for one in F])
    return np.sqrt(values) if root(model) else values
