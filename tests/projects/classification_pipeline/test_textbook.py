"""The textbook's numbers are scikit-learn's and statsmodels', on scores with ties and on classes of unequal size."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import NearestCentroid
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from groundup.projects.classification_pipeline import textbook

SEEDS = range(5)


def scored(seed, n=60):
    """Classes, one in four of them 1, and probabilities with many ties."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.25).astype(int)
    y[:2] = 0, 1
    return y, np.clip(np.round(0.2 + 0.3 * y + rng.normal(scale=0.2, size=n), 1), 0, 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_and_curves(seed):
    # rows and columns exchanged, a threshold that parts equal scores, trapezia for average precision
    y, p = scored(seed)
    assert_array_equal(textbook.confusion(y, (p >= 0.5).astype(int)), metrics.confusion_matrix(y, p >= 0.5))
    alarms, hits = textbook.roc(y, p)
    right = metrics.roc_curve(y, p, drop_intermediate=False)
    assert_allclose([alarms, hits], right[:2], rtol=1e-14)
    assert_allclose(textbook.area(y, p), metrics.roc_auc_score(y, p), rtol=1e-14)
    assert_allclose(np.trapezoid(hits, alarms), textbook.area(y, p), rtol=1e-14)
    assert_allclose(textbook.average_precision(y, p), metrics.average_precision_score(y, p), rtol=1e-14)
    assert_allclose(textbook.brier(y, p), metrics.brier_score_loss(y, p), rtol=1e-14)


def test_a_useless_and_a_perfect_score():
    # a tie that counts as right or as wrong
    y = np.array([0, 1, 1, 0])
    assert textbook.area(y, np.zeros(4)) == 0.5
    assert textbook.area(y, y) == 1
    assert textbook.average_precision(y, np.zeros(4)) == 0.5


@pytest.mark.parametrize(("miss", "alarm"), [(1, 1), (5, 1), (1, 20), (0, 1), (1, 0)])
def test_no_threshold_costs_less(miss, alarm):
    # the two costs exchanged, a threshold that nothing can pass left out
    y, p = scored(0)

    def cost(t):
        return miss * ((p < t) & (y == 1)).sum() + alarm * ((p >= t) & (y == 0)).sum()

    best = textbook.best_threshold(y, p, miss, alarm)
    assert textbook.best_threshold(np.array([1, 0]), np.array([0.2, 0.9]), 1, 20) == np.inf
    assert cost(best) == min(cost(t) for t in np.append(np.linspace(-0.05, 1.05, 200), np.inf))


@pytest.mark.parametrize("k", [2, 3, 5])
def test_folds_have_equal_shares(k):
    # every class dealt out from fold 0 on, so that small classes pile up there
    y = np.random.default_rng(0).integers(0, 4, 53)
    fold = textbook.stratified_folds(y, k)
    assert np.ptp(np.bincount(fold, minlength=k)) <= 1
    for c in range(4):
        assert np.ptp(np.bincount(fold[y == c], minlength=k)) <= 1
    theirs = [np.bincount(y[test], minlength=4) for _, test in StratifiedKFold(k).split(y, y)]
    ours = [np.bincount(y[fold == f], minlength=4) for f in range(k)]
    assert_array_equal(np.sort(ours, axis=0), np.sort(theirs, axis=0))


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (10, 10), (9, 12), (470, 500), (1, 1)])
def test_intervals(successes, n):
    # Wald's interval, which has no width at 0 and n
    found = textbook.wilson(successes, n, 1.959963984540054)
    assert_allclose(found, proportion_confint(successes, n, method="wilson"), atol=1e-12)


@pytest.mark.parametrize(("one", "other"), [(0, 0), (1, 6), (6, 1), (3, 3), (20, 41)])
def test_two_models_on_one_test_set(one, other):
    # a one-sided value, one above 1
    assert_allclose(textbook.mcnemar(one, other), mcnemar([[5, one], [other, 5]], exact=True).pvalue, rtol=1e-12)
    if one + other:
        assert_allclose(textbook.mcnemar(one, other), binomtest(one, one + other).pvalue, rtol=1e-12)


def test_stability_index():
    # a divergence in one direction only; counts in the place of shares
    e, f = np.array([50.0, 30, 20]), np.array([30.0, 30, 40])
    assert_allclose(textbook.psi(e, f), textbook.psi(f, e), rtol=1e-14)
    assert_allclose(textbook.psi(e, 7 * f), textbook.psi(e, f), rtol=1e-14)
    assert textbook.psi(e, 3 * e) == 0
    e, f = e / e.sum(), f / f.sum()
    both = (e * np.log(e / f)).sum() + (f * np.log(f / e)).sum()
    assert_allclose(textbook.psi(e, f), both, rtol=1e-14)


# --- what the chapter adds -------------------------------------------------------------------------------------------


def test_columns_are_chosen_by_the_distance_of_means():
    # the sign of the difference; columns of all rows where those of the fold are to be left out
    y = np.array([0, 0, 0, 1, 1, 1])
    X = np.column_stack([y * 1.0, -3.0 * y, np.zeros(6), 2.0 * y])
    assert textbook.chosen(X, y, 3).tolist() == [1, 3, 0]
    assert textbook.nearest_mean(X[:, :1], y, np.array([[0.5], [0.51]])).tolist() == [0, 1]
    noise = np.random.default_rng(0).normal(size=(60, 300))
    classes, fold = np.arange(60) % 2, np.arange(60) // 15
    right = 0
    for f in range(4):
        kept = np.argsort(-np.abs(np.subtract(*(noise[(fold != f) & (classes == c)].mean(axis=0) for c in (1, 0)))))[:9]
        model = NearestCentroid().fit(noise[fold != f][:, kept], classes[fold != f])
        right += (model.predict(noise[fold == f][:, kept]) == classes[fold == f]).sum()
    assert textbook.accuracy_of_chosen(noise, classes, 9, fold, False) == right / 60
    assert textbook.accuracy_of_chosen(noise, classes, 9, fold, True) > 0.75
