"""What a user came for, in sentences: how good a model is on rows not seen, and which columns matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, floor, isfinite, log10, nan
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.declaration import Scores
from groundup.projects.common.treatment import categories, in_users_units
from groundup.projects.common.words import joined, percent, rounded

MOST = 3  # Columns that a sentence names.
MOST_CLASSES = 6  # Classes that a sentence describes.
FLATTERED = 0.2  # Difference of R² on the rows of the fit and on others from which it is spoken of.
LARGEST = 14.0  # Log-odds (a factor of a million) from which a weight says only that rows are sure.
BETTER = 0.01  # Relative gain of log-loss from which the probabilities are said to know something.


@dataclass(frozen=True)
class Unseen:
    """A score on rows not seen.

    Parameters
    ----------
    value, std, baseline : float
        The score, its standard deviation over the folds (NaN if there is none), and that of an answer without columns.
    where : str
        Which rows they were.
    """

    value: float
    std: float
    baseline: float
    where: str

    def spread(self, digits: int) -> str:
        """Return the value with its deviation."""
        more = f" ± {self.std:.{digits}f}" if isfinite(self.std) else ""
        return f"{self.value:.{digits}f}{more}".replace("-", "−")


def unseen(scores: Scores, data: Dataset, name: str) -> Unseen:
    """Return a score by cross-validation, else on the held-out rows, else on those of the fit, said which."""
    validation = scores.validation
    if validation is not None and isfinite(validation.mean.get(name, nan)):
        where = f"on rows not seen, {validation.words.removesuffix(', mean ± standard deviation')},"
        baseline = validation.baselines.get(name, nan)
        return Unseen(validation.mean[name], validation.std[name], baseline, where)
    where = "on the rows of the fit, which flatters it,"
    if data.held_out is not None:
        where = f"on {plural(len(data.held_out.X), 'row')} not used for the fit"
    return Unseen(scores[name], nan, scores.baselines.get(name, nan), where)


def sentence(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


# --- regression -----------------------------------------------------------------------------------------------------


def regression_quality(data: Dataset, scores: Scores) -> tuple[bool, list[str]]:
    """Return whether anything was learned, and how good predictions are on rows not seen."""
    r2, error = unseen(scores, data, "R²"), unseen(scores, data, "root mean squared error")
    inside = scores.training.get("R²", scores["R²"])
    target = joined(data.target_names)
    if not isfinite(r2.value):
        return False, [f"{target} does not vary, so that there is nothing to explain."]
    score = (
        f"R² = {r2.spread(2)}; a typical error is {rounded(error.value)} (root mean square), and "
        f"{rounded(error.baseline)} if the mean is predicted"
    )
    learned = r2.value > 0
    if learned:
        hardly = ", hardly more than its spread" if r2.value < r2.std else ""
        share = f"{percent(r2.value)} of the variance of {target}{hardly}"
        first = f"{r2.where} the columns explain {share}: {score}."
    else:
        first = (
            f"{r2.where} the model is no better than predicting the mean of {target}: {score}. Nothing was learned "
            "that holds for new rows."
        )
    found = [sentence(first)]
    if inside - r2.value > FLATTERED:
        n, d = data.X.shape
        found.append(
            f"On the rows of the fit R² is {inside:.2f}: with {plural(d, 'column')} for {plural(n, 'row')} much of it "
            "is chance."
        )
    return learned, found


@dataclass(frozen=True)
class Effect:
    """What one column does to a score, in the user's units.

    Parameters
    ----------
    name : str
        Of the column, or of a level and the one that it is compared with.
    step : str
        For which change of the column the weight is.
    weight : float
        Change of the score for that change, or from one level to the other.
    size : float
        The weight times the column's standard deviation.
    """

    name: str
    step: str
    weight: float
    size: float


def effects(coef: Array, data: Dataset) -> list[Effect]:
    """Return the effects of all columns on a linear score, the largest first.

    Parameters
    ----------
    coef : ndarray of shape (d,)
        Weights of the columns of X.
    data : Dataset
        Of each category the most frequent level is what the others are compared with.
    """
    weights = data.scale.weights(coef, 0.0)[0] if data.scale else np.asarray(coef)
    X = in_users_units(data)
    spread = X.std(axis=0)
    found, of_category = [], set()
    for category in categories(data):
        own = category.columns
        reference = int(X[:, own].sum(axis=0).argmax())
        of_category |= set(own.tolist())
        for k, j in enumerate(own):
            if k != reference:
                weight = float(weights[j] - weights[own[reference]])
                name = f"{data.feature_names[j]} against {category.levels[reference]}"
                found.append(Effect(name, "", weight, abs(weight) * float(spread[j])))
    for j, name in enumerate(data.feature_names):
        if j not in of_category:
            step, words = step_of(X[:, j], float(spread[j]))
            weight = float(weights[j])
            found.append(Effect(name, words, weight * step, abs(weight) * float(spread[j])))
    return sorted((effect for effect in found if effect.size > 0), key=lambda effect: -effect.size)


def step_of(values: Array, spread: float) -> tuple[float, str]:
    """Return by how much more of a column is spoken of, and its words: the power of ten below its spread."""
    if spread == 0 or np.isin(values, (0, 1)).all():
        return 1.0, ""
    step = 10.0 ** floor(log10(spread))
    return step, f" for {'one' if step == 1 else rounded(step)} more"


def what_moves(coef: Array, data: Dataset) -> str:
    """Return which columns move a target most, by how much for one more of each."""
    largest = effects(coef, data)[:MOST]
    if not largest:
        return "No column is used: the mean is predicted for every row."
    target = data.target_name or "the target"
    words = [f"{effect.name} ({rounded(effect.weight, sign=True)}{effect.step})" for effect in largest]
    return f"What moves {target} most, the other columns held: {joined(words)}."


# --- classification -------------------------------------------------------------------------------------------------


def classification_quality(model: Any, data: Dataset, scores: Scores) -> Iterator[str]:
    """Yield how often classes are right on rows not seen, next to the most frequent class and to its probabilities."""
    right, balanced = unseen(scores, data, "accuracy"), unseen(scores, data, "balanced accuracy")
    loss = unseen(scores, data, "log-loss (nats a row)")
    frequent = frequent_class(data)
    spread = f" ± {100 * right.std:.1f}" if isfinite(right.std) else ""
    yield sentence(
        f"{right.where} {100 * right.value:.1f}{spread} % of the classes are right; always {frequent!r} is right for "
        f"{100 * right.baseline:.1f} %. Balanced accuracy is {balanced.value:.2f}, and {1 / len(model.classes_):.2f} "
        "without any column."
    )
    if right.value > right.baseline:
        return
    if loss.value > (1 - BETTER) * loss.baseline:
        yield "Nothing was learned beyond the most frequent class."
    else:
        yield (
            "As far as classes go nothing was learned beyond the most frequent one; the probabilities know more: "
            f"log-loss {rounded(loss.value)}, and {rounded(loss.baseline)} for the shares of the classes."
        )


def frequent_class(data: Dataset) -> str:
    """Return the most frequent class."""
    names, sizes = np.unique(np.asarray(data.y), return_counts=True)
    return str(names[sizes.argmax()])


def what_speaks_for(name: str, coef: Array, data: Dataset) -> str:
    """Return which columns make a class of two more probable, and which less, by the factor of its odds."""
    largest = [effect for effect in effects(coef, data) if abs(effect.weight) < LARGEST][: 2 * MOST]
    parts = []
    for words, own in (
        ("for", [effect for effect in largest if effect.weight > 0]),
        ("against", [effect for effect in largest if effect.weight < 0]),
    ):
        if own:
            parts.append(f"what speaks {words} {name!r}: {joined([odds(effect) for effect in own[:MOST]])}")
    return f"{sentence('; '.join(parts))}." if parts else "No column is used."


def odds(effect: Effect) -> str:
    """Return an effect as the factor of the odds."""
    return f"{effect.name} (odds × {rounded(exp(effect.weight))}{effect.step})"


def what_tells_classes(model: Any, data: Dataset) -> str:
    """Return for each of a few classes the columns that speak for it most."""
    if len(model.classes_) > MOST_CLASSES:
        return ""
    parts = []
    for name, coef in zip(model.classes_, model.coef_ - model.coef_.mean(axis=0), strict=True):
        largest = effects(coef, data)[:MOST]
        words = [f"{'high' if effect.weight > 0 else 'low'} {effect.name}" for effect in largest]
        if words:
            parts.append(f"{str(name)!r}: {joined(words)}")
    return f"What speaks for each class: {'; '.join(parts)}." if parts else "No column is used."


def sentences(parts: Sequence[str]) -> tuple[str, ...]:
    """Return those that say something."""
    return tuple(part.strip() for part in parts if part.strip())
