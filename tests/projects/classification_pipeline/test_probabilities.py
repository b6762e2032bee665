"""Bins of probabilities are scikit-learn's; decisions cost least."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.calibration import calibration_curve

from groundup.projects.classification_pipeline import probabilities


@pytest.mark.parametrize("seed", range(5))
def test_bins_of_probabilities(seed):
    # edges that belong to the wrong bin, empty bins that count, a probability of one that has no bin
    rng = np.random.default_rng(seed)
    p = np.append(rng.random(50).round(1), (0.0, 1.0))
    y = rng.integers(0, 2, 52)
    said, found, size = probabilities.calibration(y, p, np.linspace(0, 1, 6))
    right = calibration_curve(y, p, n_bins=5)
    assert_allclose([found, said], right, rtol=1e-12)
    assert size.sum() == 52


def test_decisions_with_a_way_out():
    # the dearest decision, or costs with rows and columns exchanged
    P, costs = np.array([[0.95, 0.05], [0.7, 0.3], [0.1, 0.9]]), np.array([[0, 1, 0.4], [5, 0, 0.4]])
    assert probabilities.decide(P, costs).tolist() == [0, 2, 1]
