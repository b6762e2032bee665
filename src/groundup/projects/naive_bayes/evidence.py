"""What speaks for which class in a fitted model: words, columns, and the features of one row in their order."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.naive_bayes.models.bernoulli_nb import BernoulliNB
from groundup.projects.naive_bayes.models.complement_nb import ComplementNB
from groundup.projects.naive_bayes.models.discrete import LinearNB
from groundup.projects.naive_bayes.models.explanation import Explanation
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB
from groundup.projects.naive_bayes.solvers.probabilities import Joint, log_odds

TELLING = 0.95  # Probability of the predicted class of the row that is explained: sure, but not from the first word on.
CANDIDATES = 400  # Rows among which the explained one is looked for.


def unseen(data: Dataset) -> Dataset:
    """Return the held-out rows, or those of the fit where there are none."""
    return data if data.held_out is None else data.held_out


def word_log_odds(model: LinearNB) -> Array:
    """Return by how much one more occurrence of each word raises the log-odds of each class against all others.

    With probabilities ``θ`` of the words and ``π`` of the classes this is ``log θ[k] − log Σ π[m] θ[m] / Σ π[m]`` over
    the other classes m: the factor by which the odds of a document of this word alone differ from those of none.
    A complement model has weights instead, of which the mean of the others is subtracted. Without smoothing, a word
    that a class, or all others, has never had has infinite log-odds.
    """
    w, log_prior, complement = model.feature_log_prob_, model.class_log_prior_, isinstance(model, ComplementNB)
    odds, possible = np.zeros_like(w), np.isfinite(log_prior) | complement
    for k in range(len(w)):
        others = np.flatnonzero((np.arange(len(w)) != k) & possible)
        if not len(others):
            continue
        if complement:
            rest = w[others].mean(axis=0)
        else:
            prior = log_prior[others, None]
            rest = np.logaddexp.reduce(w[others] + prior) - np.logaddexp.reduce(prior)
        odds[k] = log_odds(w[k], rest)
    return odds


def drawable(odds: Array) -> Array:
    """Return log-odds with infinite ones, of impossible classes, a half larger than all others."""
    finite = np.isfinite(odds)
    reach = 1.5 * float(np.abs(odds[finite]).max(initial=2.0))
    return np.where(finite, odds, np.copysign(reach, odds))


def telling_words(model: LinearNB, most: int) -> list[Array]:
    """Return the words that speak most surely for each class: of the largest log-odds less two standard errors.

    The error of a logarithm of a count is about one over its root, so that rare words, whose log-odds are large by
    chance, come last; of infinite log-odds, too, those of frequent words are the surest.
    """
    count = model.feature_count_
    error = np.sqrt(1 / (count + 1) + 1 / (count.sum(axis=0) - count + 1))
    surely = np.where(count > 0, word_log_odds(model) - 2 * error, -np.inf)
    found = []
    for line, unsure in zip(surely, error, strict=True):
        order = np.lexsort((unsure, -line))[:most]
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
    steps : Joint of shape (m, K)
        What each adds to the joint log-probabilities.
    classes : ndarray of shape (K,)
        The classes.
    true : object
        The row's own class.
    about : str
        Which row it is.
    """

    names: tuple[str, ...]
    steps: Joint
    classes: Array
    true: Any
    about: str

    @property
    def sums(self) -> Joint:
        """Joint log-probabilities after each arrival."""
        return self.steps.linear(lambda table: np.cumsum(table, axis=0))

    @property
    def posterior(self) -> Array:
        """Probabilities of the classes after each arrival.  eq. naive_bayes:posterior"""
        return np.asarray(np.exp(self.sums.log_posterior()))

    @property
    def order(self) -> Array:
        """Numbers of the classes, the most probable one at the end first."""
        return np.argsort(-self.sums.log_posterior()[-1], kind="stable")

    @property
    def leaders(self) -> tuple[int, int]:
        """The two most probable classes at the end."""
        return int(self.order[0]), int(self.order[:2][-1])

    def log_odds(self) -> Array:
        """Return the log-odds of the leaders after each arrival, (m,)."""
        return self.sums.log_odds(*self.leaders)

    def added(self, before: int, seen: int) -> float:
        """Return what the arrivals after one moment, until another, add to the log-odds of the leaders."""
        some = slice(before + 1, seen + 1)
        total = self.steps.linear(lambda table: table[some].sum(axis=0, keepdims=True))
        return float(total.log_odds(*self.leaders)[0])


def arrival(model: Any, rows: Dataset, row: int) -> Arrival:
    """Return the features of a row as they arrive: the words of its text in their order, else its columns."""
    found = model.explain(rows.X[row : row + 1], names=np.array(rows.feature_names, dtype=object))
    if rows.texts is None:
        names, terms = tuple(map(str, found.features)), found.terms
    else:
        names, terms = words_in_order(found, rows.texts[row], once=isinstance(model, BernoulliNB))
    prior = Joint(found.prior[None], None if terms.order is None else np.zeros((1, len(found.prior))))
    about = f"{'held-out ' if rows.held_out is None else ''}{rows.row_name(row)}"
    return Arrival(("prior", *names), one_after_another(prior, terms), found.classes, np.asarray(rows.y)[row], about)


def words_in_order(found: Explanation, text: str, once: bool) -> tuple[tuple[str, ...], Joint]:
    """Return the words of a text as they arrive, and what each arrival adds; absent words, if they count, come first.

    Parameters
    ----------
    found : Explanation
        Of the text's row.
    text : str
        The text.
    once : bool
        Whether only the first occurrence of a word counts; else all have equal parts in what the word adds.
    """
    place = {name: k for k, name in enumerate(found.features) if found.values[k] > 0}
    words = [word for word in words_of(text) if word in place]
    words = list(dict.fromkeys(words)) if once else words
    which, times = np.array([place[word] for word in words], dtype=np.intp), Counter(words)
    occurrences = np.array([times[word] for word in words], dtype=np.float64)[:, None]
    terms = found.terms.linear(lambda table: table[which] / occurrences)
    absent = found.values == 0
    if not absent.any():
        return tuple(words), terms
    first = found.terms.linear(lambda table: table[absent].sum(axis=0, keepdims=True))
    return (plural(int(absent.sum()), "absent word"), *words), one_after_another(first, terms)


def one_after_another(first: Joint, then: Joint) -> Joint:
    """Return the rows of both."""
    order = None if first.order is None or then.order is None else np.concatenate([first.order, then.order])
    return Joint(np.concatenate([first.value, then.value]), order)


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, as they are counted."""
    from groundup.data.tables.documents import DocumentEncoder

    return DocumentEncoder.tokens(text)
