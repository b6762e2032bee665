"""What a user came for, in sentences: how good a model is on rows not seen, and which columns matter."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, nan
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.common.chance import by_chance
from groundup.projects.common.declaration import Scores
from groundup.projects.common.effects import Effect, effects
from groundup.projects.common.linear_classifiers import rarer_class
from groundup.projects.common.treatment import dependent_columns
from groundup.projects.common.words import joined, listed, percent, rounded

MOST = 3  # Columns that a sentence names.
MOST_CLASSES = 6  # Classes that a sentence describes.
HARDLY = 0.1  # R² below 0, within its spread, up to which a model may still be a little better than the mean.
FLATTERED = 0.2  # Difference of R² on the rows of the fit and on others from which it is spoken of.
LARGEST = 9 * log(10.0)  # Log-odds from which a factor is only said to be larger than a billion.
FEWEST_OF_CLASS = 10  # Rows of a class from which it is said what speaks for it.
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

    @property
    def gained(self) -> bool:
        """Whether the score, of which more is better, is above its baseline by more than its deviation."""
        return self.value - self.baseline > (self.std if isfinite(self.std) else 0.0)

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
        where = f"on {plural(len(data.held_out.X), data.unit)} not used for the fit"
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
        explain = "the column explains" if data.X.shape[1] == 1 else "the columns explain"
        first = f"{r2.where} {explain} {share}: {score}."
    else:
        how = "hardly better" if r2.value > -min(r2.std, HARDLY) else "no better"
        first = (
            f"{r2.where} the model is {how} than predicting the mean of {target}: {score}. Nothing was learned that "
            "holds for new rows."
        )
    found = [sentence(first)]
    if inside - r2.value > FLATTERED:
        n, d = data.X.shape
        found.append(
            f"On the rows of the fit R² is {inside:.2f}: with {plural(d, 'column')} for {plural(n, 'row')} much of it "
            "is chance."
        )
    return learned, found


def what_moves(coef: Array, data: Dataset, chance: Container[int] = ()) -> str:
    """Return which columns move a target most, by how much for one more of each.

    Parameters
    ----------
    coef : ndarray of shape (d,)
        Weights of the columns of X.
    data : Dataset
        The rows.
    chance : container of int
        Columns that are not named, because their effects may be chance.
    """
    target = data.target_name or "the target"
    found = effects(coef, data)
    told = [effect for effect in found if effect.column not in chance][:MOST]
    words = [f"{effect.name} ({rounded(effect.weight, sign=True)}{effect.step})" for effect in told]
    if words:
        held = " most, the other columns held" if len(found) > 1 else ""
        first = f"What moves {target}{held}: {joined(words)}."
    elif found:
        first = f"No single column is sure to move {target}, the others held: each effect may be chance."
    else:
        first = "" if np.any(coef) else "No column is used: the mean is predicted for every row."
    return f"{first} {inseparable(data)}".strip()


def inseparable(data: Dataset) -> str:
    """Return which columns cannot be told apart, because they determine one another exactly; nothing without them."""
    parts = []
    for group in dependent_columns(data):
        names = listed([data.feature_names[j] for j in group.columns])
        parts.append(
            f"{names} say the same: only together can their effect be told."
            if group.slopes
            else f"{names} determine one another exactly: what each does alone cannot be told."
        )
    return " ".join(parts)


# --- classification -------------------------------------------------------------------------------------------------


def classification_quality(model: Any, data: Dataset, scores: Scores) -> tuple[bool, list[str]]:
    """Return whether anything was learned, and how often classes are right on rows not seen.

    That is told next to the most frequent class, and the probabilities next to the shares of the classes. A score that
    does not exist is not spoken of.
    """
    right, balanced = unseen(scores, data, "accuracy"), unseen(scores, data, "balanced accuracy")
    loss = unseen(scores, data, "log-loss (nats a row)")
    spread = f" ± {100 * right.std:.1f}" if isfinite(right.std) else ""
    first = (
        f"{right.where} {100 * right.value:.1f}{spread} % of the classes are right; always {frequent_class(data)!r} is "
        f"right for {100 * right.baseline:.1f} %."
    )
    absent = absent_classes(model, data, scores)
    if absent:
        first += f" None of these rows is of {listed([repr(name) for name in absent])}."
    elif isfinite(balanced.value):
        alone = 1 / len(model.classes_)
        first += f" Balanced accuracy is {balanced.value:.2f}, and {alone:.2f} for any constant answer."
    sharper = not absent and loss.value <= (1 - BETTER) * loss.baseline
    if right.gained or balanced.gained:
        return True, [sentence(first)]
    if not sharper:
        return False, [sentence(first), "Nothing was learned beyond the most frequent class."]
    known = (
        "As far as classes go nothing was learned beyond the most frequent one; the probabilities know more: "
        f"log-loss {rounded(loss.value)}, and {rounded(loss.baseline)} for the shares of the classes."
    )
    return True, [sentence(first), known]


def absent_classes(model: Any, data: Dataset, scores: Scores) -> list[str]:
    """Return the classes of which there is no row among those not seen; a cross-validation has them all."""
    if scores.validation is not None or data.held_out is None:
        return []
    known = set(np.asarray(data.held_out.y).tolist())
    return [str(name) for name in model.classes_.tolist() if name not in known]


def frequent_class(data: Dataset) -> str:
    """Return the most frequent class."""
    names, sizes = np.unique(np.asarray(data.y), return_counts=True)
    return str(names[sizes.argmax()])


def what_tells_classes(model: Any, data: Dataset, scores: Scores) -> str:
    """Return the columns that speak for a class: of two the rarer one, of a few more each.

    Effects that may be chance are not named. To see which these are takes a fit of its own, which is left out where
    fits take too long for a cross-validation.
    """
    if len(model.classes_) > MOST_CLASSES:
        return ""
    y = np.asarray(data.y)
    checked = scores.validation is not None
    if len(model.classes_) == 2:
        rare = rarer_class(model, data)
        k = int(np.flatnonzero(model.classes_ == rare)[0])
        coef = model.coef_[0] * (2 * k - 1) if len(model.coef_) == 1 else model.coef_[k] - model.coef_[1 - k]
        size = int((y == rare).sum())
        if size < FEWEST_OF_CLASS:
            return f"{str(rare)!r} has {plural(size, 'row')}: too few to tell what speaks for it."
        words = what_speaks_for(str(rare), coef, data, by_chance(data, y == rare) if checked else ())
        return f"{words} {inseparable(data)}".strip()
    parts = []
    for name, coef in zip(model.classes_, model.coef_ - model.coef_.mean(axis=0), strict=True):
        if (y == name).sum() >= FEWEST_OF_CLASS:
            chance = by_chance(data, y == name) if checked else ()
            told = [in_words(effect) for effect in effects(coef, data) if effect.column not in chance][:MOST]
            parts += [f"{str(name)!r}: {joined(told)}"] if told else []
    if not parts:
        return "No single column tells a class from the others, the other columns held, beyond what may be chance."
    return f"What speaks for each class: {'; '.join(parts)}. {inseparable(data)}".strip()


def in_words(effect: Effect) -> str:
    """Return the change that raises a score."""
    if effect.opposite:
        return effect.name if effect.weight > 0 else effect.opposite
    return f"{'high' if effect.weight > 0 else 'low'} {effect.name}"


def what_speaks_for(name: str, coef: Array, data: Dataset, chance: Container[int] = ()) -> str:
    """Return which columns make a class of two more probable, and which less, by the factor of its odds.

    Parameters
    ----------
    name : str
        Of the class.
    coef : ndarray of shape (d,)
        Weights of its log-odds.
    data : Dataset
        The rows.
    chance : container of int
        Columns that are not named, because their effects may be chance.
    """
    largest = [effect for effect in effects(coef, data) if effect.column not in chance][: 2 * MOST]
    parts = []
    for words, own in (
        ("for", [effect for effect in largest if effect.weight > 0]),
        ("against", [effect for effect in largest if effect.weight < 0]),
    ):
        if own:
            parts.append(f"what speaks {words} {name!r}: {joined([odds(effect) for effect in own[:MOST]])}")
    if parts:
        return f"{sentence('; '.join(parts))}."
    if np.any(coef):
        return f"No single column is sure to speak for or against {name!r}, the others held: each effect may be chance."
    return "No column is used."


def odds(effect: Effect) -> str:
    """Return an effect as the factor of the odds."""
    if abs(effect.weight) > LARGEST:
        factor = "more than 10⁹" if effect.weight > 0 else "less than 10⁻⁹"
    else:
        factor = rounded(exp(effect.weight))
    return f"{effect.name} (odds × {factor}{effect.step})"


def sentences(parts: Sequence[str]) -> tuple[str, ...]:
    """Return those that say something."""
    return tuple(part.strip() for part in parts if part.strip())
