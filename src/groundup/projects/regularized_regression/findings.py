"""What a fit tells of the data: the features that count, and those whose weight is exactly zero."""

import numpy as np

from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Table
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet
from groundup.projects.regularized_regression.solvers.quadratic import pose

MOST_ROWS = 40
MOST_NAMES = 20
UNEQUAL = 10.0  # ratio of standard deviations beyond which the penalty treats features very unlike


def coefficients(model: ElasticNet, data: Dataset) -> tuple[Table]:
    """Weights that are not zero, the largest effect first; the note names the others."""
    coef = np.atleast_2d(model.coef_).T  # (d, targets)
    effect = np.abs(coef).max(axis=1) * data.X.std(axis=0)
    used = np.flatnonzero(coef.any(axis=1))
    order = used[np.argsort(-effect[used], kind="stable")][:MOST_ROWS]
    targets = ("weight",) if coef.shape[1] == 1 else tuple(f"weight, target {k + 1}" for k in range(coef.shape[1]))
    rows = tuple((data.feature_names[j], *coef[j].tolist(), float(effect[j])) for j in order)
    head = ("name", *targets, "weight × standard deviation")
    return (Table("Features that count", head, rows, note(model, data, used, len(order))),)


def note(model: ElasticNet, data: Dataset, used: Array, shown: int) -> str:
    """Which weights are zero, how strong the penalty is, and whether the units of the features are fair."""
    zero = np.setdiff1d(np.arange(data.X.shape[1]), used)
    names = ", ".join(data.feature_names[j] for j in zero[:MOST_NAMES])
    more = f" and {len(zero) - MOST_NAMES} more" if len(zero) > MOST_NAMES else ""
    level = ", ".join(f"{b:.6g}" for b in np.atleast_1d(model.intercept_))
    parts = [f"Exactly zero: {names}{more}." if len(zero) else "No weight is zero.", f"Intercept {level}."]
    if shown < len(used):
        parts.append(f"Shown are {shown} of {plural(len(used), 'weight')} that are not zero.")
    strongest = alpha_max(model, data)
    if 0 < strongest < np.inf:
        parts.append(f"alpha = {model.alpha:.3g}; from {strongest:.3g} on all weights would be zero.")
    width = data.X.std(axis=0)
    if width.any() and width.max() > UNEQUAL * width[width > 0].min():
        parts.append(
            "The standard deviations of the features differ by more than a factor of ten, and the penalty goes by "
            "their units: divide each by its standard deviation, unless the units are meant."
        )
    return " ".join(parts)


def alpha_max(model: ElasticNet, data: Dataset) -> float:
    """The least alpha at which all weights are zero; infinite without an L1 penalty.

    eq. regularized_regression:alpha-max
    """
    if model.l1_ratio == 0:
        return np.inf
    assert data.y is not None
    rows = Samples(data.X, np.asarray(data.y, dtype=np.float64).reshape(len(data.X), -1), None)
    c = pose(rows, model.fit_intercept, False).c
    return float(Penalty(positive=model.positive).pull(c).max()) / model.l1_ratio
