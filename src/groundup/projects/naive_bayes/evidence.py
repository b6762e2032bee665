"""What speaks for which class in a fitted model: words, columns, and the features of one row in their order."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.naive_bayes.models.bernoulli_nb import BernoulliNB
from groundup.projects.naive_bayes.models.complement_nb import ComplementNB
from groundup.projects.naive_bayes.models.discrete import LinearNB
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB

TELLING = 0.95  # Probability of the predicted class of the row that is explained: sure, but not from the first word on.
CANDIDATES = 400  # Rows among which the explained one is looked for.


def unseen(data: Dataset) -> Dataset:
    """Return the held-out rows, or those of the fit where there are none."""
    return data if data.held_out is None else data.held_out


def word_log_odds(model: LinearNB) -> Array:
    """Return by how much one more occurrence of each word raises the log-odds of each class against all others.

    With probabilities ``θ`` of the words and ``π`` of the classes this is ``log θ[k] − log Σ π[m] θ[m] / Σ π[m]`` over
    the other classes m: the factor by which the odds of a document of this word alone differ from those of none.
    A complement model has weights instead, of which the mean of the others is subtracted.
    """
    w, K = model.feature_log_prob_, len(model.classes_)
    if K == 1:
        return np.zeros_like(w)
    odds = np.empty_like(w)
    for k in range(K):
        others = np.delete(np.arange(K), k)
        with np.errstate(invalid="ignore"):
            if isinstance(model, ComplementNB):
                odds[k] = w[k] - w[others].mean(axis=0)
            else:
                prior = model.class_log_prior_[others, None]
                odds[k] = w[k] - np.logaddexp.reduce(w[others] + prior) + np.logaddexp.reduce(prior)
    return np.nan_to_num(odds, nan=0.0)


def telling_words(model: LinearNB, most: int) -> list[Array]:
    """Return the words that speak most surely for each class: of the largest log-odds less two standard errors.

    The error of a logarithm of a count is about one over its root, so that rare words, whose log-odds are large by
    chance, come last.
    """
    count = model.feature_count_
    error = np.sqrt(1 / (count + 1) + 1 / (count.sum(axis=0) - count + 1))
    surely = np.where(count > 0, word_log_odds(model) - 2 * error, -np.inf)
    found = []
    for line in surely:
        order = np.argsort(-line, kind="stable")[:most]
        found.append(order[line[order] > 0])
    return found


def separations(model: GaussianNB) -> Array:
    """Return how far the classes are apart in each column: variance of their means over that within them, (d,)."""
    weight = model.class_count_ / model.class_count_.sum()
    mean = weight @ model.theta_
    between, within = weight @ (model.theta_ - mean) ** 2, weight @ model.var_
    return np.divide(between, within, out=np.zeros_like(between), where=within > 0)


def telling_row(model: Any, rows: Dataset) -> int:
    """Return the number of a row that the model takes for the right class, sure of it, but not too sure."""
    some = np.arange(min(len(rows.X), CANDIDATES))
    P = model.predict_proba(rows.X[some])
    right = model.classes_[P.argmax(axis=1)] == np.asarray(rows.y)[some]
    return int(np.argmin(np.abs(P.max(axis=1) - TELLING) + ~right))


@dataclass(frozen=True)
class Arrival:
    """The features of one row, in the order in which they arrive, and the joint log-probabilities after each.

    Parameters
    ----------
    names : tuple of str
        What arrives; the first is the prior.
    joint : ndarray of shape (m, K)
        After the prior, and after each feature.
    classes : ndarray of shape (K,)
        The classes.
    true : object
        The row's own class.
    about : str
        Which row it is.
    """

    names: tuple[str, ...]
    joint: Array
    classes: Array
    true: Any
    about: str

    @property
    def posterior(self) -> Array:
        """Probabilities of the classes after each arrival.  eq. naive_bayes:posterior"""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(np.exp(self.joint - np.logaddexp.reduce(self.joint, axis=1, keepdims=True)), nan=0.0)

    @property
    def leaders(self) -> tuple[int, int]:
        """The two most probable classes at the end."""
        order = np.argsort(-self.joint[-1], kind="stable")
        return int(order[0]), int(order[min(1, len(order) - 1)])


def arrival(model: Any, rows: Dataset, row: int) -> Arrival:
    """Return the features of a row as they arrive: the words of its text in their order, else its columns."""
    found = model.explain(rows.X[row : row + 1], names=np.array(rows.feature_names, dtype=object))
    values = np.asarray(found.values, dtype=np.float64)
    place = {name: k for k, name in enumerate(found.features)}
    names: list[str] = []
    steps: list[Array] = []
    once = isinstance(model, BernoulliNB)
    if rows.texts is not None:
        left = {k: 1.0 if once else values[k] for k in range(len(values)) if values[k] > 0}
        for word in words_of(rows.texts[row]):
            k = place.get(word)
            if k is not None and left.get(k, 0.0) > 0:
                names.append(word)
                steps.append(found.contributions[k] / (1.0 if once else values[k]))
                left[k] -= 1
        absent = values == 0
        if absent.any():
            names.insert(0, f"{plural(int(absent.sum()), 'absent word')}")
            steps.insert(0, found.contributions[absent].sum(axis=0))
    else:
        names, steps = [str(name) for name in found.features], list(found.contributions)
    joint = np.cumsum([found.prior, *steps], axis=0)
    about = f"{'held-out ' if rows.held_out is None else ''}{rows.row_name(row)}"
    return Arrival(("prior", *names), joint, found.classes, np.asarray(rows.y)[row], about)


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, as they are counted."""
    from groundup.data.tables.documents import DocumentEncoder

    return DocumentEncoder.tokens(text)
