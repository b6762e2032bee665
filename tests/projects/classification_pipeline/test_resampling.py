"""Bootstrap intervals are SciPy's; nested cross-validation chooses without the rows that judge the choice."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import bootstrap

from groundup.projects.classification_pipeline import resampling, textbook
from groundup.projects.classification_pipeline.example import noise


def test_bootstrap_of_the_area():
    # draws without replacement, quantiles of another level, classes and scores of different rows
    rng = np.random.default_rng(3)
    y = (rng.random(60) < 0.25).astype(int)
    p = np.clip(np.round(0.2 + 0.3 * y + rng.normal(scale=0.2, size=60), 1), 0, 1)
    low, high = resampling.bootstrap(textbook.area, y, p, 4000, np.random.default_rng(1))
    theirs = bootstrap(
        (y, p), textbook.area, paired=True, vectorized=False, method="percentile", n_resamples=4000, rng=2
    ).confidence_interval
    assert_allclose([low, high], theirs, atol=0.01)
    assert low < textbook.area(y, p) < high
    rare = np.array([1, 0, 0, 0])  # a third of the draws have none of class 1
    assert np.isfinite(resampling.bootstrap(textbook.area, rare, np.arange(4.0), 30, np.random.default_rng(0))).all()


@pytest.mark.parametrize("seed", range(3))
def test_outer_folds_have_no_part_in_the_choice(seed):
    # the number of columns, or the columns, chosen with the rows that judge them
    X, y = noise(seed)
    X, y, outer = X[:40, :60], y[:40], np.arange(40) // 10
    right = 0
    for f in range(4):
        fit, test = np.flatnonzero(outer != f), np.flatnonzero(outer == f)
        folds = textbook.stratified_folds(y[fit], 3)
        best = max((1, 5, 20), key=lambda k: textbook.accuracy_of_chosen(X[fit], y[fit], k, folds, False))
        kept = textbook.chosen(X[fit], y[fit], best)
        right += (textbook.nearest_mean(X[fit][:, kept], y[fit], X[test][:, kept]) == y[test]).sum()
    assert resampling.nested(X, y, (1, 5, 20), outer, 3) == right / 40
