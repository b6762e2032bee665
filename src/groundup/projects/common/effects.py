"""Effects: what each column does to a score, in the units of the user, for a step that suits the column."""

from dataclasses import dataclass
from math import floor, log10

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.treatment import Category, Dependent, categories, dependent_columns, in_users_units
from groundup.projects.common.words import listed, quoted, rounded


@dataclass(frozen=True)
class Effect:
    """What one column does to a score, in the user's units.

    Parameters
    ----------
    name : str
        Of the column, of a level and the one that it is compared with, or of several columns that say the same.
    step : str
        For which change of the column the weight is.
    weight : float
        Change of the score for that change, or from one level to the other.
    size : float
        The weight times the column's standard deviation.
    column : int
        Of X; the first of several.
    opposite : str
        Of a level: the name of the change back.
    """

    name: str
    step: str
    weight: float
    size: float
    column: int
    opposite: str = ""


def effects(coef: Array, data: Dataset) -> list[Effect]:
    """Return the effects of all columns on a linear score, the largest first.

    Columns that say the same have one effect together; others that determine one another have none of their own.

    Parameters
    ----------
    coef : ndarray of shape (d,)
        Weights of the columns of X.
    data : Dataset
        Of each category the most frequent level is what the others are compared with.
    """
    X = in_users_units(data)
    spread, given = X.std(axis=0), data.scale.weights(coef, 0.0)[0] if data.scale else np.asarray(coef)
    own = {int(j): (category, k) for category in categories(data) for k, j in enumerate(category.columns)}
    together = {group.columns[0]: group for group in dependent_columns(data)}
    followers = {j for group in together.values() for j in group.columns[bool(group.slopes) :]}
    found = []
    for j, name in enumerate(data.feature_names):
        if j in followers:
            continue
        if j in own:
            effect = of_level(*own[j], given, data, X)
        else:
            step, words = step_of(X[:, j], float(spread[j]))
            effect = Effect(quoted(name), words, float(given[j]) * step, abs(float(given[j])) * float(spread[j]), j)
        found.append(of_all(effect, together[j], given, data, X) if j in together else effect)
    return sorted((effect for effect in found if effect.size > 0), key=lambda effect: -effect.size)


def of_level(category: Category, level: int, weights: Array, data: Dataset, X: Array) -> Effect:
    """Return the effect of a level of a category next to that of the most frequent one, which has none."""
    reference = int(X[:, category.columns].sum(axis=0).argmax())
    j, other = int(category.columns[level]), int(category.columns[reference])
    weight = float(weights[j] - weights[other])
    name = f"{quoted(data.feature_names[j])} (rather than {category.levels[reference]})"
    opposite = f"{quoted(data.feature_names[other])} (rather than {category.levels[level]})"
    return Effect(name, "", weight, abs(weight) * float(X[:, j].std()), j, opposite)


def of_all(effect: Effect, group: Dependent, weights: Array, data: Dataset, X: Array) -> Effect:
    """Return the effect of columns that say the same as `effect`'s, the first of them, with that of the others."""
    slopes = np.array(group.slopes)
    more = float(weights[list(group.columns[1:])] @ slopes[1:])
    j = effect.column
    step = 1.0 if effect.opposite else step_of(X[:, j], float(X[:, j].std()))[0]
    weight = effect.weight + more * step
    names = listed([data.feature_names[k] for k in group.columns])
    words = f"{effect.step} of {quoted(data.feature_names[j])}" if effect.step else ""
    return Effect(f"{names} together", words, weight, abs(weight) / step * float(X[:, j].std()), j)


def step_of(values: Array, spread: float) -> tuple[float, str]:
    """Return by how much more of a column is spoken of, and its words: the power of ten nearest to its spread.

    Whole numbers change by one at least.
    """
    if spread == 0 or np.isin(values, (0, 1)).all():
        return 1.0, ""
    step = 10.0 ** floor(log10(2 * spread))
    if step < 1 and (values == np.round(values)).all():
        step = 1.0
    return step, f" for {'one' if step == 1 else rounded(step)} more"
