"""Predictions of all trees at once against those of one tree at a time."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from groundup.projects.gradient_boosting.solvers import forest as module
from groundup.projects.gradient_boosting.solvers.forest import forest
from groundup.projects.gradient_boosting.solvers.histogram.bins import find_bins
from groundup.projects.gradient_boosting.solvers.histogram.growth import grow
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.table import binned_table


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("categories", [False, True])
@pytest.mark.parametrize("n_leaves", [[1, 2, 8], [9, 16], [31, 32, 33], [64], [65, 3]])
def test_leaves_are_those_of_each_tree(n_leaves, categories, missing, dtype, monkeypatch):
    """Bug caught: bits of the wrong side, the last bit lost, thresholds rounded, missing entries to the right,
    the leaves of the second block of rows in the places of the first."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 3)).astype(dtype)
    if categories:
        X[:, 1] = rng.integers(0, 9, 1500)
    X[rng.random(X.shape) < missing] = np.nan
    bins = find_bins(X.astype(np.float64), np.array([False, categories, False]), 255, None, 0)
    table = binned_table(bins.codes(X), bins.edges, bins.has_missing, bins.is_categorical)
    trees = [
        grow(table, rng.normal(size=1500), None, HistogramRules(max_leaf_nodes=m, min_samples_leaf=1))[0]
        for m in n_leaves
    ]
    assert [tree.n_leaves for tree in trees] == n_leaves
    rows = np.concatenate([X, np.full((1, 3), np.nan, dtype), np.full((1, 3), 77, dtype)])
    expected = np.stack([tree.apply(rows) for tree in trees], axis=1)
    monkeypatch.setattr(module, "ROWS", 1000)
    for few in (0, 1 << 13):  # by bits, and down all trees at once
        monkeypatch.setattr(module, "FEW_ROWS", few)
        assert_array_equal(forest(trees).leaves(rows), expected)
