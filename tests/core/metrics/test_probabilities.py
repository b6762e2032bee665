"""Scores of probabilities and their curves: numbers equal to scikit-learn's."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics as reference
from numpy.testing import assert_allclose

from groundup.core import metrics

RNG = np.random.default_rng(0)
N = 200
Y3 = np.array(["bee", "ant", "cow"])[RNG.integers(0, 3, N)]
P3 = RNG.dirichlet(np.ones(3), N)
Y2 = RNG.integers(0, 2, N)
SCORE = np.round(Y2 + RNG.normal(size=N), 1)  # with ties
WEIGHT = RNG.integers(0, 4, N).astype(float)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_log_loss(weight):
    """Bug caught: base 2, a class's column by order of appearance instead of sorted, log(0)."""
    theirs = reference.log_loss(Y3, P3, sample_weight=weight)
    assert metrics.log_loss(Y3, P3, sample_weight=weight) == pytest.approx(theirs, rel=1e-13)
    p = RNG.random(N)
    assert metrics.log_loss(Y2, p) == pytest.approx(reference.log_loss(Y2, p), rel=1e-13)
    sure = np.eye(2)[1 - Y2]
    assert metrics.log_loss(Y2, sure) == pytest.approx(reference.log_loss(Y2, sure), rel=1e-13)
    part = Y3 != "cow"
    with pytest.raises(ValueError, match="3 columns, but there are 2 classes"):
        metrics.log_loss(Y3[part], P3[part])
    labels = ["ant", "bee", "cow"]
    assert metrics.log_loss(Y3[part], P3[part], labels=labels) == pytest.approx(
        reference.log_loss(Y3[part], P3[part], labels=labels), rel=1e-13
    )


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_brier_score(weight):
    """Bug caught: of two classes not halved, the first class's probability, weights dropped."""
    theirs = reference.brier_score_loss(Y3, P3, sample_weight=weight)
    assert metrics.brier_score_loss(Y3, P3, sample_weight=weight) == pytest.approx(theirs, rel=1e-13)
    p = RNG.random(N)
    theirs = reference.brier_score_loss(Y2, p, sample_weight=weight)
    assert metrics.brier_score_loss(Y2, p, sample_weight=weight) == pytest.approx(theirs, rel=1e-13)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_accuracy(k):
    """Bug caught: the k lowest scores, or k + 1 of them."""
    theirs = reference.top_k_accuracy_score(Y3, P3, k=k, sample_weight=WEIGHT, labels=["ant", "bee", "cow"])
    assert metrics.top_k_accuracy_score(Y3, P3, k=k, sample_weight=WEIGHT) == pytest.approx(theirs, rel=1e-14)


@pytest.mark.parametrize("weight", [None, WEIGHT + 0.5])
def test_curves_and_area(weight):
    """Bug caught: tied scores counted one by one, axes exchanged, an area that misses the first triangle."""
    theirs = reference.roc_curve(Y2, SCORE, sample_weight=weight, drop_intermediate=False)
    for ours, other in zip(metrics.roc_curve(Y2, SCORE, weight), theirs, strict=True):
        assert_allclose(ours, other, rtol=1e-12)
    assert metrics.roc_auc_score(Y2, SCORE, weight) == pytest.approx(
        reference.roc_auc_score(Y2, SCORE, sample_weight=weight), rel=1e-12
    )
    theirs = reference.precision_recall_curve(Y2, SCORE, sample_weight=weight)
    for ours, other in zip(metrics.precision_recall_curve(Y2, SCORE, weight), theirs, strict=True):
        assert_allclose(ours, other, rtol=1e-12)


def test_area_is_the_share_of_pairs_ranked_rightly():
    """Bug caught: an area that agrees with another implementation's mistake: here all pairs are counted."""
    positive, negative = SCORE[Y2 == 1], SCORE[Y2 == 0]
    pairs = (positive[:, None] > negative).mean() + (positive[:, None] == negative).mean() / 2
    assert metrics.roc_auc_score(Y2, SCORE) == pytest.approx(pairs, rel=1e-12)


@pytest.mark.parametrize("bins", [3, 10])
def test_calibration(bins):
    """Bug caught: bins' centres instead of mean predictions; empty bins as NaN."""
    p = np.clip(Y2 * 0.4 + RNG.random(N) * 0.5, 0, 1)
    theirs = sklearn.calibration.calibration_curve(Y2, p, n_bins=bins)
    for ours, other in zip(metrics.calibration_curve(Y2, p, n_bins=bins), theirs, strict=True):
        assert_allclose(ours, other, rtol=1e-12)
