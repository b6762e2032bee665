"""Naive Bayes, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import text
from groundup.projects.common.confusion import confusion
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.common.linear_classifiers import class_metrics
from groundup.projects.naive_bayes import findings
from groundup.projects.naive_bayes.animation import words_arriving
from groundup.projects.naive_bayes.example import four_messages
from groundup.projects.naive_bayes.figures import boundary, learning, probabilities, smoothing, words
from groundup.projects.naive_bayes.models.bernoulli_nb import BernoulliNB
from groundup.projects.naive_bayes.models.categorical_nb import CategoricalNB
from groundup.projects.naive_bayes.models.complement_nb import ComplementNB
from groundup.projects.naive_bayes.models.discrete import used_alpha
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB
from groundup.projects.naive_bayes.models.multinomial_nb import MultinomialNB
from groundup.projects.naive_bayes.solvers.counting import remainder
from groundup.projects.naive_bayes.solvers.probabilities import log_likelihood
from groundup.projects.naive_bayes.workloads import WORKLOADS, crossover, joint_loss

BINS = 10  # Of the calibration error.


def complement_loss(model: Any, data: Dataset) -> float:
    """Return the cross-entropy of the other classes' words, a row; NaN where the weights are normalised."""
    if model.norm:
        return float("nan")
    count = model.feature_count_
    others = remainder(count.sum(axis=0), count) + used_alpha(model.alpha, model.force_alpha)
    return -log_likelihood(others, -model.feature_log_prob_) / float(model.class_count_.sum())


def calibration_error(model: Any, data: Dataset) -> float:
    """Return the mean difference between the predicted class's probability and how often it is right, in ten bins."""
    P = model.predict_proba(data.X)
    sure, right = P.max(axis=1), model.classes_[P.argmax(axis=1)] == np.asarray(data.y)
    place = np.minimum((BINS * sure).astype(int), BINS - 1)
    return float(np.abs(np.bincount(place, right - sure, BINS)).sum() / len(sure))


def least_categories(data: Dataset) -> dict[str, Any]:
    """Return as many categories of each column as all rows have, those held out included."""
    if isinstance(data.X, Csr):
        return {}
    rows = [data.X] if data.held_out is None else [data.X, data.held_out.X]
    largest = np.max([X.max(axis=0) for X in rows], axis=0)
    return {"min_categories": tuple(int(c) + 1 for c in np.maximum(largest, 0))}


def suits(data: Dataset) -> tuple[str, str]:
    """Return the model that suits a table of the user's, and why."""
    if data.texts is not None:
        return "MultinomialNB", "its rows count the words of documents"
    X = data.X
    if not (X >= 0).all() or (np.floor(X) != X).any():
        return "GaussianNB", "its columns are measurements, not counts"
    if X.max() <= 1:
        return "BernoulliNB", "its columns hold 0 and 1 only"
    if 2 * np.count_nonzero((X == 0).any(axis=0)) > X.shape[1]:
        return "MultinomialNB", "its columns hold counts: whole numbers, zeros in most columns"
    return "GaussianNB", (
        "its columns hold whole numbers, most columns without any zero: measurements rather than counts"
    )


UNSEEN = (
    *class_metrics(),
    Metric(
        findings.CALIBRATION,
        calibration_error,
        "lower",
        on="held out",
        meaning="Mean difference between the predicted class's probability and how often it is right, in ten bins. "
        "0: as sure as it is right. Naive Bayes is too sure where columns go together.",
    ),
)
JOINT = Metric(
    "minus joint log-likelihood (nats a row)",
    lambda m, d: joint_loss(m, d.X, d.y),
    "lower",
    meaning="Mean of −log of the probability of a row together with its class, which the fit minimises up to the "
    "smoothing. It depends on the rows' length and on the columns' units: compare it on the same rows only.",
)
COMPLEMENT = Metric(
    "cross-entropy of the other classes' words (nats a row)",
    complement_loss,
    "lower",
    meaning="What the fit minimises: −log of the probabilities of the words that all other classes have, with the "
    "smoothing, over the number of rows.",
)

PROJECT = Project(
    name="naive_bayes",
    title="Naive Bayes",
    summary="A model for each class, in which words or columns are independent; Bayes' rule turns them into "
    "probabilities of the classes.",
    models=(
        Model(
            estimator=MultinomialNB,
            reference="sklearn.naive_bayes:MultinomialNB",
            compared=("class_log_prior_", "feature_count_", "feature_log_prob_"),
            data=("messages", "sotu", "digits"),
        ),
        Model(
            estimator=GaussianNB,
            reference="sklearn.naive_bayes:GaussianNB",
            compared=("class_prior_", "theta_", "var_"),
            data=("iris", "wine", "digits"),
        ),
        Model(
            estimator=BernoulliNB,
            reference="sklearn.naive_bayes:BernoulliNB",
            compared=("class_log_prior_", "feature_count_", "feature_log_prob_"),
            data=("messages", "sotu", "digits"),
        ),
        Model(
            estimator=ComplementNB,
            reference="sklearn.naive_bayes:ComplementNB",
            compared=("class_log_prior_", "feature_count_", "feature_log_prob_"),
            data=("messages", "sotu", "digits"),
            metrics=(COMPLEMENT, *UNSEEN),
        ),
        Model(
            estimator=CategoricalNB,
            reference="sklearn.naive_bayes:CategoricalNB",
            compared=("class_log_prior_", "feature_log_prob_"),
            data=("digits",),
            parameters=least_categories,
        ),
    ),
    data={
        "messages": text.messages,
        "sotu": bundled.sotu,
        "iris": bundled.iris,
        "wine": bundled.wine,
        "digits": bundled.digits,
    },
    held_out=0.25,
    metrics=(JOINT, *UNSEEN),
    figures=(
        words.word_log_odds,
        boundary.gaussian_boundary,
        words.words_arrive,
        confusion,
        probabilities.reliability,
        smoothing.smoothing,
        smoothing.doubling,
        learning.against_logistic_regression,
        probabilities.underflow,
    ),
    animation=words_arriving,
    worked_example=four_messages,
    real="sotu",
    answer=findings.answer,
    findings=findings.evidence,
    workloads=WORKLOADS,
    crossover=crossover,
    suits=suits,
    reads_text=True,
)
