"""The worked example of the chapter: four messages, three words, two classes, small enough for a pencil."""

from fractions import Fraction

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.naive_bayes.models.bernoulli_nb import BernoulliNB
from groundup.projects.naive_bayes.models.multinomial_nb import MultinomialNB

WORDS = ["free", "money", "lunch"]
X = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 2.0], [1.0, 0.0, 1.0]])
y = np.array([0, 0, 1, 1])  # spam, other
MESSAGE = np.array([[1.0, 1.0, 1.0]])
FIFTH = np.array([[1.0, 0.0, 1.0]])  # one more of the class "other"


def four_messages() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_learned(), **_predicted(), **_variations()}


def _learned() -> dict[str, float | int | str]:
    model = MultinomialNB().fit(X, y)
    numbers: dict[str, float | int | str] = {}
    for k, name in enumerate(("spam", "other")):
        numbers[f"counts_{name}"] = row(model.feature_count_[k])
        numbers[f"total_{name}"] = int(model.feature_count_[k].sum())
        numbers[f"smoothed_{name}"] = row(model.feature_count_[k] + 1)
        numbers[f"divisor_{name}"] = int((model.feature_count_[k] + 1).sum())
        numbers[f"theta_{name}"] = fractions(np.exp(model.feature_log_prob_[k]))
    return numbers


def _predicted() -> dict[str, float | int | str]:
    model = MultinomialNB().fit(X, y)
    scores, log_posterior = model.predict_joint_log_proba(MESSAGE)[0], model.predict_log_proba(MESSAGE)[0]
    numbers: dict[str, float | int | str] = {"log_prior": decimals(model.class_log_prior_[0], 5)}
    for k, name in enumerate(("spam", "other")):
        theta = np.exp(model.feature_log_prob_[k])
        numbers[f"factors_{name}"] = r"\ensuremath{\half" + "".join(rf"\cdot{fraction(value)}" for value in theta) + "}"
        numbers[f"product_{name}"] = fraction(float(theta.prod() / 2))
        numbers[f"joint_{name}"] = decimals(np.exp(scores[k]), 6)
        numbers[f"logs_{name}"] = r"\ensuremath{" + "".join(signed(v, 5) for v in model.feature_log_prob_[k]) + "}"
        numbers[f"score_{name}"] = decimals(scores[k], 5)
        numbers[f"log_p_{name}"] = decimals(log_posterior[k])
        numbers[f"p_{name}"] = decimals(np.exp(log_posterior[k]))
    explanation = model.explain(MESSAGE[0], names=WORDS)
    for word, odds in zip(WORDS, explanation.log_odds(0, 1), strict=True):
        numbers[f"odds_{word}"] = rf"\ensuremath{{{signed(odds)}}}"
    return numbers | {
        "sum": decimals(np.exp(scores).sum(), 6),
        "log_odds": decimals(scores[0] - scores[1]),
        "shifted": decimals(np.exp(scores[0] - scores[1])),
        "log_sum": decimals(np.log1p(np.exp(scores[0] - scores[1]))),
    }


def _variations() -> dict[str, float | int | str]:
    twice = MultinomialNB().fit(np.hstack([X, X]), y)
    scores = twice.predict_joint_log_proba(np.hstack([MESSAGE, MESSAGE]))[0]
    unsmoothed = MultinomialNB(alpha=0.0).fit(X, y)
    N = unsmoothed.feature_count_
    without_alpha = np.prod(np.where(N > 0, N, 1) / N.sum(axis=1, keepdims=True), axis=1) / 2
    bernoulli = BernoulliNB().fit(X, y)
    by_presence = np.exp(bernoulli.predict_joint_log_proba(MESSAGE)[0])
    more = MultinomialNB().fit(X, y).partial_fit(FIFTH, [1])
    after = np.exp(more.predict_joint_log_proba(MESSAGE)[0])
    return {
        "doubled": decimals(scores[0] - scores[1]),
        "doubled_p": decimals(twice.predict_proba(np.hstack([MESSAGE, MESSAGE]))[0, 0]),
        "vanishing": fraction(unsmoothed.predict_proba(MESSAGE)[0, 0]),
        "vanishing_spam": fraction(without_alpha[0]),
        "vanishing_other": fraction(without_alpha[1]),
        "having_spam": row(bernoulli.feature_count_[0]),
        "having_other": row(bernoulli.feature_count_[1]),
        "present_spam": fractions(np.exp(bernoulli.feature_log_prob_[0])),
        "present_other": fractions(np.exp(bernoulli.feature_log_prob_[1])),
        "bernoulli_spam": fraction(by_presence[0]),
        "bernoulli_other": fraction(by_presence[1]),
        "bernoulli_p": fraction(bernoulli.predict_proba(MESSAGE)[0, 0]),
        "more_counts": row(more.feature_count_[1]),
        "more_smoothed": row(more.feature_count_[1] + 1),
        "more_divisor": int((more.feature_count_[1] + 1).sum()),
        "more_prior": fraction(np.exp(more.class_log_prior_[0])),
        "more_spam": fraction(after[0]),
        "more_other": fraction(after[1]),
        "more_theta": fractions(np.exp(more.feature_log_prob_[1])),
        "more_p": decimals(more.predict_proba(MESSAGE)[0, 0]),
    }


def fraction(value: float) -> str:
    """Return the fraction of a small denominator that a number is."""
    exact = Fraction(float(value)).limit_denominator(10_000)
    return rf"\ensuremath{{\tfrac{{{exact.numerator}}}{{{exact.denominator}}}}}"


def fractions(values: Array) -> str:
    """Return fractions in brackets."""
    return r"\ensuremath{(" + r",\ ".join(fraction(value) for value in values) + ")}"


def decimals(value: float, places: int = 4) -> str:
    """Return a number to some decimals: four, as a table of logarithms gives it, or more for what is added up."""
    return rf"\ensuremath{{{value:.{places}f}}}"


def signed(value: float, places: int = 4) -> str:
    """Return a number to some decimals with its sign, to stand in a sum."""
    return f"{value:+.{places}f}"
