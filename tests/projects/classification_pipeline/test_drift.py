"""Distances of samples are SciPy's, corrected p-values statsmodels'."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import ks_2samp
from statsmodels.stats.multitest import multipletests

from groundup.projects.classification_pipeline import drift


@pytest.mark.parametrize("seed", range(5))
def test_distances_of_samples_with_ties(seed):
    # shares below a place in the place of those not above it
    rng = np.random.default_rng(seed)
    old, new = rng.integers(0, 8, 30), rng.integers(0, 9, 17)
    assert_allclose(drift.distance(old, new), ks_2samp(old, new).statistic, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_corrected_p_values(seed):
    # Bonferroni's factor for every test; values that come back sorted, above 1, or below a smaller one's
    p = np.random.default_rng(seed).random(12).round(1 + seed % 2) ** 2
    assert_allclose(drift.holm(p), multipletests(p, method="holm")[1], rtol=1e-12)
    assert drift.holm(np.array([0.9, 0.6])).tolist() == [1, 1]
