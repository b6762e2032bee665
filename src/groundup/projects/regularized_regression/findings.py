"""What a fit says about the data: the features that count, and those whose weight is exactly zero."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import regression_quality, sentences, what_moves
from groundup.projects.common.declaration import Scores
from groundup.projects.common.treatment import in_users_weights
from groundup.projects.common.words import listed

MOST_ROWS = 40  # Features that are shown.
MOST_NAMES = 20  # Features with weight zero that are named.
UNEQUAL = 10.0  # Ratio of standard deviations beyond which the penalty treats features very differently.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good predictions are on rows not seen, and which columns are used and move them."""
    learned, parts = regression_quality(data, scores)
    coef = np.atleast_2d(model.coef_)
    used = np.count_nonzero(coef.any(axis=0))
    parts.append(f"{used} of {plural(coef.shape[1], 'column')} {'is' if used == 1 else 'are'} used.")
    if learned and len(coef) == 1:
        parts.append(what_moves(coef[0], data))
    return sentences([*parts, unequal_units(data)])


def unequal_units(data: Dataset) -> str:
    """Return a warning where the penalty treats features very differently because of their units."""
    width = data.X.std(axis=0)
    if not width.any() or width.max() <= UNEQUAL * width[width > 0].min():
        return ""
    return (
        "The standard deviations of the features differ by more than a factor of ten, and the penalty goes by their "
        "units: --standardize gives each the same weight, unless the units are meant."
    )


def coefficients(model: Any, data: Dataset) -> tuple[Table]:
    """Return the weights that are not zero, in the user's units, largest effect first; the note names the others."""
    effect = np.abs(np.atleast_2d(model.coef_)).max(axis=0) * data.X.std(axis=0)
    coef = np.atleast_2d(in_users_weights(model, data)[0]).T  # (d, targets)
    used = np.flatnonzero(coef.any(axis=1))
    order = used[np.argsort(-effect[used], kind="stable")][:MOST_ROWS]
    targets = ("weight",) if coef.shape[1] == 1 else tuple(f"weight for {name}" for name in data.target_names)
    rows = tuple((data.feature_names[j], *coef[j].tolist(), float(effect[j])) for j in order)
    head = ("name", *targets, "weight × standard deviation")
    return (Table("Features that count", head, rows, note(model, data, used, len(order))),)


def note(model: Any, data: Dataset, used: Array, shown: int) -> str:
    """Return which weights are zero, how strong the penalty is, and whether the units of the features are fair."""
    zero = np.setdiff1d(np.arange(data.X.shape[1]), used)
    names = listed([data.feature_names[j] for j in zero], MOST_NAMES)
    level = ", ".join(f"{b:.6g}" for b in np.atleast_1d(in_users_weights(model, data)[1]))
    parts = [f"Exactly zero: {names}." if len(zero) else "No weight is zero.", f"Intercept {level}."]
    if shown < len(used):
        parts.append(f"Shown are {shown} of {plural(len(used), 'weight')} that are not zero.")
    alpha, strongest = strength(model)[0], alpha_max(model, data)
    limit = f"; from {strongest:.3g} on all weights would be zero" if 0 < strongest < np.inf else ""
    chosen = ", the best by cross-validation" if hasattr(model, "alpha_") else ""
    units = " for features in standard units" if data.scale else ""
    parts.append(f"alpha = {', '.join(f'{a:.3g}' for a in np.atleast_1d(alpha))}{units}{chosen}{limit}.")
    return " ".join(sentences([*parts, unequal_units(data)]))


def strength(model: Any) -> tuple[Any, float]:
    """Return alpha and l1_ratio of a model, ours or the reference, as found by cross-validation or given.

    Models without one are ridge regression, whose share of L1 is 0, or penalise the lengths of groups, whose is 1.
    """
    alpha = getattr(model, "alpha_", None)
    ratio = getattr(model, "l1_ratio_", getattr(model, "l1_ratio", float(penalizes_groups(model))))
    return model.alpha if alpha is None else alpha, float(np.ravel(ratio)[0])


def penalizes_groups(model: Any) -> bool:
    """Whether the penalty is on the length of each feature's coefficients over the targets."""
    return type(model).__name__ == "MultiTaskLasso"


def alpha_max(model: Any, data: Dataset) -> float:
    """Return the least alpha at which all weights are zero; infinite without an L1 penalty.

    eq. regularized_regression:alpha-max
    """
    ratio = strength(model)[1]
    if ratio == 0:
        return np.inf
    assert data.y is not None
    Y = np.asarray(data.y, dtype=np.float64).reshape(len(data.X), -1)
    center = (data.X.mean(axis=0), Y.mean(axis=0)) if model.fit_intercept else (0.0, 0.0)
    c = (data.X - center[0]).T @ (Y - center[1]) / len(Y)  # (d, targets), minus the gradient at zero
    if penalizes_groups(model):
        return float(np.linalg.norm(c, axis=1).max()) / ratio
    return float((np.maximum(c, 0) if model.positive else np.abs(c)).max()) / ratio
