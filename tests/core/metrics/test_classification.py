"""Scores of predicted classes: numbers equal to scikit-learn's."""

import numpy as np
import pytest
import sklearn.metrics as reference
from numpy.testing import assert_allclose

from groundup.core import metrics

RNG = np.random.default_rng(0)
N = 200
Y3 = np.array(["bee", "ant", "cow"])[RNG.integers(0, 3, N)]
GUESS3 = np.where(RNG.random(N) < 0.6, Y3, "ant")
P3 = RNG.dirichlet(np.ones(3), N)
Y2 = RNG.integers(0, 2, N)
SCORE = np.round(Y2 + RNG.normal(size=N), 1)  # with ties
WEIGHT = RNG.integers(0, 4, N).astype(float)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_scores_of_classes(weight):
    """Bug caught: rows and columns of the confusion matrix exchanged; weights dropped, or divided by n."""
    assert metrics.accuracy_score(Y3, GUESS3, weight) == pytest.approx(
        reference.accuracy_score(Y3, GUESS3, sample_weight=weight), rel=1e-14
    )
    ours = metrics.confusion_matrix(Y3, GUESS3, sample_weight=weight)
    assert_allclose(ours, reference.confusion_matrix(Y3, GUESS3, sample_weight=weight), rtol=1e-14)
    assert (ours.dtype.kind == "i") == (weight is None)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_scores_of_one_class(weight):
    """Bug caught: precision and recall exchanged, another class's rows counted, weights dropped."""
    for name in ("precision_score", "recall_score", "f1_score"):
        ours = getattr(metrics, name)(Y3, GUESS3, pos_label="bee", sample_weight=weight)
        theirs = getattr(reference, name)(Y3, GUESS3, labels=["bee"], average="micro", sample_weight=weight)
        assert ours == pytest.approx(theirs, rel=1e-14), name
    assert metrics.balanced_accuracy_score(Y3, GUESS3, weight) == pytest.approx(
        reference.balanced_accuracy_score(Y3, GUESS3, sample_weight=weight), rel=1e-14
    )
    assert metrics.average_precision_score(Y2, SCORE, weight) == pytest.approx(
        reference.average_precision_score(Y2, SCORE, sample_weight=weight), rel=1e-14
    )


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_averages_over_classes(average, weight):
    """Bug caught: a mean over the predicted classes only, weights by what is predicted, weights of rows dropped."""
    guess = np.where(GUESS3 == "cow", "dog", GUESS3)  # a class that does not occur, and one that is never predicted
    for name in ("precision_score", "recall_score", "f1_score"):
        ours = getattr(metrics, name)(Y3, guess, average=average, sample_weight=weight)
        theirs = getattr(reference, name)(Y3, guess, average=average, sample_weight=weight, zero_division=0)
        assert ours == pytest.approx(theirs, rel=1e-13), name
    with pytest.raises(ValueError, match="average='mean' is not allowed"):
        metrics.f1_score(Y3, guess, average="mean")


def test_scores_of_a_class_that_nobody_predicts():
    """Bug caught: 0 / 0 where no row is called the class, or none is of it."""
    always = np.full(N, "ant")
    scores = (metrics.precision_score, metrics.recall_score, metrics.f1_score)
    assert [score(Y3, always, pos_label="bee") for score in scores] == [0, 0, 0]
    assert [score(always, always, pos_label="bee") for score in scores] == [0, 0, 0]
    assert metrics.balanced_accuracy_score(Y3, always) == pytest.approx(1 / 3)
    assert metrics.average_precision_score(Y2, np.zeros(N)) == pytest.approx(Y2.mean())


def test_confusion_matrix_in_a_chosen_order():
    """Bug caught: the labels' order ignored; rows of other classes counted."""
    labels = ["cow", "bee"]
    ours = metrics.confusion_matrix(Y3, GUESS3, labels=labels)
    assert ours.tolist() == reference.confusion_matrix(Y3, GUESS3, labels=labels).tolist()


def test_bad_input_is_named():
    """Bug caught: broadcasting two lengths; an area for three classes; probabilities of 3."""
    with pytest.raises(ValueError, match="inconsistent numbers"):
        metrics.accuracy_score([0, 1], [0, 1, 1])
    with pytest.raises(ValueError, match="two classes and one score"):
        metrics.roc_auc_score([0, 1, 2], [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="between 0 and 1, got -1 to 3"):
        metrics.calibration_curve([0, 1], [-1.0, 3.0])
    with pytest.raises(ValueError, match="k must be at least 1"):
        metrics.top_k_accuracy_score(Y3, P3, k=0)
    with pytest.raises(ValueError, match="not among the labels"):
        metrics.log_loss(["ant", "dog"], [[0.5, 0.5], [0.5, 0.5]], labels=["ant", "bee"])
